"""Why there is no way to a server: what systems and libraries raise, in words, once for all."""

import errno
import os
import re
import socket
import ssl
from typing import Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.client.link.network.proxy import Proxy
from tui_rooms.client.link.network.tls import tls_failure

_QUOTED: Final = 200
"""Characters of a stranger's words that a sentence repeats."""
_HUNG_UP: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, EOFError)


def no_way(address: Address, error: Exception, proxy: Proxy | None) -> LinkError:
    """What people are told when a server cannot be reached.

    Args:
        error: an OSError of whatever kind, TLS and names included, or a text that could not be
            sent.
        proxy: the one that was asked, if any.
    """
    if isinstance(error, ssl.SSLError):
        return tls_failure(address, error)
    if isinstance(error, TimeoutError):
        through = "" if proxy is None else f", through the proxy {proxy.netloc} ({proxy.source})"
        return LinkError(
            "no-answer", f"{address.netloc} does not answer in time{through}", retryable=True
        )
    if proxy is not None:
        return proxy_fails(address, proxy, f"cannot be reached ({reason(error)})")
    if isinstance(error, _HUNG_UP):
        # A server that is just going down, or a proxy without one.
        return LinkError("no-answer", f"{address.netloc} hangs up", retryable=True)
    if isinstance(error, socket.gaierror | UnicodeError):
        return LinkError(
            "no-such-host",
            f"no machine called '{address.host}' is found ({reason(error)}): is the name right, "
            "and is there a network?",
            retryable=not isinstance(error, UnicodeError),
        )
    return LinkError(
        "no-server",
        f"no server at {address.netloc} ({reason(error)}); is it running? "
        "Start one with: tui-rooms serve",
        retryable=True,
    )


def proxy_fails(address: Address, proxy: Proxy, what: str, *, retryable: bool = True) -> LinkError:
    """What people are told when it is the proxy that does not do its part."""
    return LinkError(
        "no-proxy",
        f"the proxy {proxy.netloc} ({proxy.source}) {what}. Mend {proxy.source}, or go to "
        f"{address.host} without a proxy: no_proxy={address.host}",
        retryable=retryable,
    )


def proxy_refuses(address: Address, proxy: Proxy, status: int) -> LinkError:
    """What people are told when the proxy does not let them through.

    Args:
        status: of its answer to CONNECT, RFC 9110 §15.
    """
    if status == 407:
        what = "wants a name and a password that it knows: http://NAME:PASSWORD@HOST:PORT"
    elif status >= 500:
        what = f"finds no way to {address.netloc} (HTTP {status})"
    else:
        what = f"does not let you through to {address.netloc} (HTTP {status})"
    return proxy_fails(address, proxy, what, retryable=status >= 500)


def moved(address: Address, target: str) -> LinkError:
    """What people are told when a server sends them elsewhere: nobody's token goes along."""
    return LinkError(
        "moved",
        f"{address.netloc} sends you on to {target.partition('?')[0][:_QUOTED]}: use that address, "
        "if you trust it",
        retryable=False,
    )


def reason(error: Exception) -> str:
    """The system's words for it, without what libraries put around them."""
    if isinstance(error, UnicodeError):
        return "it cannot be a name"
    if isinstance(error, socket.gaierror) and error.strerror:
        return error.strerror
    number = error.errno if isinstance(error, OSError) else None
    if not number and (inside := re.search(r"\[Errno (\d+)\]", str(error))):
        number = int(inside[1])  # of several addresses, as asyncio tells it, the first
    if number is not None and number in errno.errorcode:
        return os.strerror(number)
    return str(error) or type(error).__name__
