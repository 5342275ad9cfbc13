"""For whom a proxy asks: `X-Forwarded-For`, and `Forwarded` of RFC 7239.

Each proxy writes behind what was there whom it has seen itself, so both are read from the right,
and no further than to the first address that is no trusted proxy's: what stands left of it may be
invented. What cannot be read is refused, for else whoever breaks the header on purpose would count
as the proxy. What a proxy hides ("unknown", "_name") counts as the proxy's own.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.printed import printed

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers: TypeAlias = Iterable[tuple[bytes, bytes]]

UNNAMED_PROXY: Final = "a proxy on this machine"
"""Where somebody comes from whom such a proxy does not name. It is no address, so that it is never
taken for this machine; sentences say it as it is."""
MOST_HOPS: Final = 20
"""Proxies, one behind the other, that are followed."""
_SHOWN: Final = 60
_SCHEMES: Final = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PAIR: Final = re.compile(rf'\s*({_WORD})=(?:({_WORD})|"((?:[^"\\]|\\.)*)")\s*(;|,|$)')
_HIDDEN: Final = re.compile(r"(?i:unknown)|_[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Named:
    """What a proxy says of one who asks."""

    host: str
    scheme: str | None
    """`http` or `https`; None: it does not say."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One node of the way, as a header has it."""

    node: str
    scheme: str | None = None


class TrustedProxies:
    """Those that an operator has named."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = tuple(networks)

    def has(self, host: str | None) -> bool:
        """Whether a proxy stands there."""
        address = None if host is None else _address(host)
        return address is not None and self._holds(address)

    def named(self, proxy: str, headers: Headers) -> Named:
        """For whom one of them asks.

        Args:
            proxy: its address, which counts when it names nobody.

        Raises:
            RoomError: `bad-forwarded`: what it says cannot be read, or contradicts itself.
        """
        headers = list(headers)
        last = _address(proxy)
        listed = list(_listed(headers))
        elements = list(_elements(headers))
        found = [self._first_stranger(last, hops) for hops in (listed, elements) if hops]
        if len(found) == 2 and found[0].host != found[1].host:
            raise RoomError(
                "bad-forwarded",
                f"the proxy says in X-Forwarded-For that you come from {found[0].host}, and in "
                f"Forwarded from {found[1].host}: its operator has to set one of them, and to "
                "take the other out of requests",
            )
        host = found[0].host if found else _own(last)
        said = _said_scheme(headers) or next((one.scheme for one in found if one.scheme), None)
        return Named(host, said)

    def _first_stranger(self, proxy: Address | None, hops: Sequence[_Hop]) -> Named:
        scheme = None
        for hop in [*reversed(hops)][:MOST_HOPS]:
            address = _node(hop.node)
            if address is None:
                break
            scheme = hop.scheme
            if not self._holds(address):
                # Nobody becomes this machine by somebody's word.
                if address.is_loopback or address.is_unspecified:
                    return Named(UNNAMED_PROXY, scheme)
                return Named(str(address), scheme)
            proxy = address
        return Named(_own(proxy), scheme)

    def _holds(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def trusted_network(text: str) -> Network:
    """An address, or a network, whose proxies are believed.

    Raises:
        ValueError: it is none; the text is a sentence for the operator.
    """
    shown = f"'{printed(text[:_SHOWN])}'"
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            f"{shown} is neither an address nor a network: expected for instance 127.0.0.1 or "
            "10.0.0.0/24"
        ) from None
    if "/" in text and ipaddress.ip_address(text.partition("/")[0]) != network.network_address:
        raise ValueError(f"{shown} is an address in a network: expected {network}, or no '/'")
    if network.prefixlen == 0:
        raise ValueError(f"{shown} is everybody: name the addresses of the proxies alone")
    return network


def _own(proxy: Address | None) -> str:
    return UNNAMED_PROXY if proxy is None or proxy.is_loopback else str(proxy)


def _listed(headers: Headers) -> Iterator[_Hop]:
    """`X-Forwarded-For`, in its order."""
    for value in _values(headers, b"x-forwarded-for"):
        for node in value.split(","):
            if node.strip():
                yield _Hop(node.strip())


def _elements(headers: Headers) -> Iterator[_Hop]:
    """`Forwarded`, in its order; an element that names nobody hides them."""
    for value in _values(headers, b"forwarded"):
        at, pairs = 0, dict[str, str]()
        while at < len(value):
            pair = _PAIR.match(value, at)
            if pair is None:
                raise _unreadable("Forwarded", value)
            name, token, quoted, end = pair.groups()
            pairs[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if token is None else token
            at = pair.end()
            if end != ";":
                scheme = _SCHEMES.get(pairs.get("proto", "").lower())
                yield _Hop(pairs.get("for", "unknown"), scheme)
                pairs = {}
        if pairs:
            raise _unreadable("Forwarded", value)


def _said_scheme(headers: Headers) -> str | None:
    """What the last proxy says in `X-Forwarded-Proto`."""
    values = _values(headers, b"x-forwarded-proto")
    return _SCHEMES.get(values[-1].rpartition(",")[2].strip().lower()) if values else None


def _values(headers: Headers, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name == wanted]


def _node(text: str) -> Address | None:
    """The address of a node, without its port; None when it is hidden."""
    if _HIDDEN.fullmatch(text.partition(":")[0]):
        return None
    bare = re.fullmatch(r"\[([^\]]*)\](?::[\w.-]+)?|([^:]*)(?::[\w.-]+)?", text)
    address = _address((bare[1] or bare[2] or "") if bare else text)
    if address is None:
        raise _unreadable("its header", text)
    return address


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _unreadable(where: str, what: str) -> RoomError:
    return RoomError(
        "bad-forwarded",
        f"the proxy says in {where} for whom it asks, but '{printed(what[:_SHOWN])}' cannot be "
        "read: expected an address; its operator has to mend it",
    )
