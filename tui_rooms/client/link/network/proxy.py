"""The proxy that the environment puts between us and a server; it carries all but the sound.

It is read once for WebSocket and HTTP alike: the libraries' own readings differ, and raise.
"""

import base64
import os
import urllib.request
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import Address
from tui_rooms.wire.host import checked_host
from tui_rooms.wire.pasted import unwrapped_link

_KINDS: Final = {True: ("wss", "https", "socks"), False: ("ws", "https", "http", "socks")}
"""Which of the environment's proxies are asked, by whether the way to the server is secure; the
first that is named. A WebSocket needs a tunnel, for which the one for https is made."""
_PORTS: Final = {"http": 80, "https": 443}
_EXAMPLE: Final = "http://proxy.example.org:3128"


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where to, and who says so."""

    scheme: str
    """http or https: how one talks with the proxy itself."""
    netloc: str
    """HOST:PORT, an IPv6 host in brackets."""
    source: str
    """What a person would have to change, as `$https_proxy`."""
    user: str | None = None
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """With name and password, if it has them: for libraries, never for people."""
        who = ""
        if self.user is not None:
            who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        return f"{self.scheme}://{who}{self.netloc}"

    @property
    def authorization(self) -> str | None:
        """The value of a `Proxy-Authorization` header, RFC 7617; None without a name."""
        if self.user is None:
            return None
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def proxy_for(address: Address) -> Proxy | None:
    """The proxy on the way to a server; None when one goes there directly.

    Raises:
        LinkError: "bad-proxy"; the sentence names the variable, and never a password.
    """
    # A proxy on the way to this very machine would be a mistake of the environment.
    if address.loopback or urllib.request.proxy_bypass(address.netloc):
        return None
    named = urllib.request.getproxies()
    kind = next((kind for kind in _KINDS[address.secure] if named.get(kind)), None)
    return None if kind is None else _read(named[kind], _source(kind), address)


def _read(value: str, source: str, address: Address) -> Proxy:
    text = unwrapped_link(value)
    if "://" not in text:
        text = f"http://{text}"  # as other programs read it
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as exc:
        raise _bad(source, address, "has no proper host and port") from exc
    if parts.scheme.startswith("socks"):
        raise _bad(source, address, f"is a SOCKS proxy ({parts.scheme}://), and only HTTP can be")
    if parts.scheme not in _PORTS:
        raise _bad(source, address, f"has the scheme {parts.scheme!r}")
    if parts.path not in ("", "/"):
        raise _bad(source, address, f"has a path ({parts.path})")
    try:
        host = checked_host(parts.hostname or "")
    except ValueError as exc:
        raise _bad(source, address, f"cannot be used: {exc}") from exc
    shown = f"[{host}]" if ":" in host else host
    user, password = _credentials(parts)
    netloc = f"{shown}:{port or _PORTS[parts.scheme]}"
    return Proxy(parts.scheme, netloc, source, user, password)


def _credentials(parts: SplitResult) -> tuple[str | None, str]:
    """Name and password; a name alone has an empty one."""
    user = None if parts.username is None else unquote(parts.username)
    return user, unquote(parts.password or "")


def _source(kind: str) -> str:
    """The variable as it is written, or whatever else says so on this system."""
    name = f"{kind}_proxy"
    # In the order in which Python looks: lower case goes before.
    for variable in (name, *(one for one in os.environ if one.lower() == name)):
        if os.environ.get(variable):
            return f"${variable}"
    return "the system's settings"


def _bad(source: str, address: Address, why: str) -> LinkError:
    return LinkError(
        "bad-proxy",
        f"the proxy in {source} {why}; expected something like {_EXAMPLE}. "
        f"To go to {address.host} without one, set no_proxy={address.host}",
        retryable=False,
    )
