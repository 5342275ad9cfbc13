"""Server addresses as people type them, and join links as people paste them."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from tui_rooms.client.errors import LinkError
from tui_rooms.rules.room_id import typed_room_id
from tui_rooms.wire.host import checked_host
from tui_rooms.wire.pasted import unwrapped_link, unwrapped_token

DEFAULT_PORT: Final = 7600
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_QUOTED: Final = 200
"""Characters of what was typed that a sentence repeats."""
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

    It may be pasted with what was around it: brackets, quotes, the end of a sentence. Without a
    scheme the port is 7600 unless given, with one it is the scheme's.

    Raises:
        LinkError: "bad-url"; the sentence says what is wrong and shows a good one.
    """
    typed = unwrapped_link(text)
    if "#" not in typed:
        typed = re.sub("%23", "#", typed, count=1)  # as some chat programs write it
    scheme, mark, _ = typed.partition("://")
    try:
        parts = urlsplit(typed if mark else f"//{typed}")
    except ValueError as exc:
        raise _bad(typed, "its brackets or letters are not those of an address") from exc
    try:
        port = parts.port
    except ValueError as exc:
        raise _bad(typed, "its port is not a number from 1 to 65535") from exc
    if mark and scheme.lower() not in _PORTS:
        raise _bad(typed, f"{scheme!r} is not a scheme of a server")
    if port == 0:
        raise _bad(typed, "there is no port 0")
    if "@" in parts.netloc:
        raise _bad(typed, "no name or password stands before a server; a token says who you are")
    if not parts.hostname or any(c.isspace() or c in "/\\%" for c in parts.netloc):
        raise _bad(typed, "it has no proper host")
    try:
        host = checked_host(parts.hostname)
    except ValueError as exc:
        raise _bad(typed, str(exc)) from exc
    secrets = parse_qs(unquote(parts.fragment))
    return Address(
        host=host,
        port=port or (_PORTS[parts.scheme] if mark else DEFAULT_PORT),
        secure=parts.scheme in {"https", "wss"},
        room=_room(typed, parts.path),
        token=_secret(secrets, "token"),
        invite=_secret(secrets, "invite"),
    )


def _room(typed: str, path: str) -> str | None:
    match [unquote(part).strip() for part in path.split("/") if part]:
        case [] | ["ws"]:
            return None
        case ["r" | "R", room] if room:
            try:
                return typed_room_id(room)
            except ValueError as exc:
                raise _bad(typed, str(exc)) from exc
        case _:
            raise _bad(typed, "its path is not /r/ROOM")


def _secret(secrets: dict[str, list[str]], name: str) -> str | None:
    """Of several the first; None for one that is empty."""
    return next(filter(None, map(unwrapped_token, secrets.get(name, []))), None)


def _bad(typed: str, why: str) -> LinkError:
    # Neither the secret behind the # nor a password before the @.
    shown = re.sub(r"(//|^)[^/@]*@", r"\1…@", re.split("#|%23", typed)[0])[:_QUOTED]
    return LinkError(
        "bad-url",
        f"cannot read the server address {shown!r}: {why}; {_EXAMPLES}",
        retryable=False,
    )
