"""Server addresses as people type them, and join links as people paste them."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from tui_rooms.client.errors import LinkError

DEFAULT_PORT: Final = 7600
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_EXAMPLES: Final = "expected something like 127.0.0.1:7600 or https://rooms.example.org/r/ROOM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One server, and what a join link says beyond that."""

    host: str
    port: int
    secure: bool = False
    room: str | None = None
    token: str | None = field(default=None, repr=False)
    """A secret: it came behind the `#`, which browsers do not send either."""
    invite: str | None = field(default=None, repr=False)
    """The secret of an invitation, from the same place."""

    @property
    def netloc(self) -> str:
        """`host:port`, an IPv6 host in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def websocket(self) -> str:
        """Where the signalling is."""
        return f"{'wss' if self.secure else 'ws'}://{self.netloc}/ws"

    @property
    def http(self) -> str:
        """Where the HTTP API is, without a slash at the end."""
        return f"{'https' if self.secure else 'http'}://{self.netloc}"

    @property
    def loopback(self) -> bool:
        """Whether the server is on this machine, as far as the address tells."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def parse_address(text: str) -> Address:
    """Read `host`, `host:port`, a URL, or a join link with `/r/ROOM`, `#token=…` or `#invite=…`.

    Without a scheme the port is 7600 unless given, with one it is the scheme's.

    Raises:
        LinkError: "bad-url"; the sentence says what is wrong and shows a good one.
    """
    typed = text.strip()
    scheme, mark, _ = typed.partition("://")
    try:
        parts = urlsplit(typed if mark else f"//{typed}")
        port = parts.port
    except ValueError as exc:
        raise _bad(typed, str(exc)) from exc
    if mark and scheme.lower() not in _PORTS:
        raise _bad(typed, f"{scheme!r} is not a scheme of a server")
    if port == 0:
        raise _bad(typed, "there is no port 0")
    if not parts.hostname or any(c.isspace() or c in "/\\@%" for c in parts.netloc):
        raise _bad(typed, "it has no proper host")
    secrets = parse_qs(parts.fragment)
    return Address(
        host=parts.hostname,
        port=port or (_PORTS[parts.scheme] if mark else DEFAULT_PORT),
        secure=parts.scheme in {"https", "wss"},
        room=_room(typed, parts.path),
        token=next(iter(secrets.get("token", [])), None),
        invite=next(iter(secrets.get("invite", [])), None),
    )


def _room(typed: str, path: str) -> str | None:
    match [unquote(part) for part in path.split("/") if part]:
        case [] | ["ws"]:
            return None
        case ["r", room]:
            return room
        case _:
            raise _bad(typed, f"the path {path!r} is not /r/ROOM")


def _bad(typed: str, why: str) -> LinkError:
    shown = typed.partition("#")[0]
    return LinkError(
        "bad-url",
        f"cannot read the server address {shown!r}: {why}; {_EXAMPLES}",
        retryable=False,
    )
