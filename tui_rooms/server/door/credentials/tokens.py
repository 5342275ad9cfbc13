"""Tokens: JSON Web Tokens (RFC 7519) signed by the API key's secret, HS256."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import jwt

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import NAME_LIMIT, checked_line
from tui_rooms.server.door.credentials.keys import Keys

ANY_ROOM = "*"
SESSION_LIFE: Seconds = 24 * 3600.0
LONGEST_LIFE: Seconds = 366 * 86_400.0
FARTHEST_START: Seconds = 10 * 366 * 86_400.0
"""How far ahead a token may begin to be good."""
ROOMS_LIMIT = 100
"""Rooms that one token may name."""
_REQUIRED = ["iss", "sub", "exp", "rooms"]
_LEEWAY: Seconds = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who a token says its bearer is, and what they may be where."""

    identity: str
    name: str = ""
    """Empty in a token that has none, until its bearer has chosen."""
    rooms: tuple[str, ...] = (ANY_ROOM,)
    """Ids of the rooms that `role` and `capabilities` are for; `*` is all of them."""
    role: Role | None = None
    """None gives nothing beyond what guests have."""
    capabilities: frozenset[Capability] = frozenset()
    """What its bearer may do beyond the role."""
    guest: bool = False
    nameless: bool = False
    """The token has no name of its own: its bearer chooses one, anew at each visit."""
    makes_tokens: bool = False
    """May make tokens for others, as the holder of the key's secret may."""
    expires_at: Seconds | None = field(default=None, compare=False)
    """When the token does that gave it; None without one."""

    def session_life(self, now: Seconds) -> Seconds:
        """How long a session of its bearer may last: no role outlives its token.

        A guest's session gives nothing but their identity, so it is made anew each time.
        """
        if self.guest or self.expires_at is None:
            return SESSION_LIFE
        return max(0.0, min(SESSION_LIFE, self.expires_at - now))

    def called(self, wished: str | None) -> Self:
        """The same person by the name that they wish, if it is theirs to choose.

        Args:
            wished: None leaves it as it is; whoever has none yet is called what they are.

        Raises:
            RoomError: `bad-text`, when that is no name.
        """
        if not (self.guest or self.nameless):
            return self
        if wished is not None:
            return replace(self, name=checked_line(wished, what="name", limit=NAME_LIMIT))
        return self if self.name else replace(self, name=str(self.role or "guest"))

    def covers(self, room: str) -> bool:
        """Whether the grant is for that room."""
        return ANY_ROOM in self.rooms or room in self.rooms

    def role_in(self, room: str) -> Role | None:
        """The role that this grant gives in a room."""
        return self.role if self.covers(room) else None

    def capabilities_in(self, room: str) -> frozenset[Capability]:
        """What it gives beyond the role in a room."""
        return self.capabilities if self.covers(room) else frozenset()


def mint(keys: Keys, grant: Grant, *, now: Seconds, life: Seconds) -> str:
    """A token for that grant, good from `now` (or a time to come) for `life` seconds."""
    claims: dict[str, Any] = {
        "iss": keys.api_key,
        "sub": grant.identity,
        "rooms": list(grant.rooms),
        "nbf": int(now),
        "exp": int(now + life),
    }
    if grant.name:
        claims["name"] = grant.name
    if grant.nameless:
        claims["nameless"] = True
    if grant.role is not None:
        claims["role"] = grant.role.value
    if grant.capabilities:
        claims["capabilities"] = sorted(grant.capabilities)
    if grant.guest:
        claims["guest"] = True
    if grant.makes_tokens:
        claims["makes_tokens"] = True
    return jwt.encode(claims, keys.secret, algorithm="HS256")


def check_start(start: Seconds, *, life: Seconds, now: Seconds) -> None:
    """Refuse a token of which nobody would have anything.

    Raises:
        RoomError: `bad-time`: it would have expired, or begins too far ahead.
    """
    if start + life <= now:
        raise RoomError(
            "bad-time",
            f"a token that is good from {clock_text(start)} for {life:.0f} s would have expired: "
            "let it begin later, or live longer",
        )
    if start > now + FARTHEST_START:
        raise RoomError(
            "bad-time",
            f"a token cannot be good from {clock_text(start)} on: choose a time within "
            f"{FARTHEST_START / 86_400:.0f} days",
        )


def verify(keys: Keys, token: str) -> Grant:
    """What a token grants.

    Raises:
        RoomError: `bad-token`; the sentence says why and what to do.
    """
    try:
        claims = jwt.decode(
            token,
            keys.secret,
            algorithms=["HS256"],
            issuer=keys.api_key,
            leeway=_LEEWAY,
            options={"require": _REQUIRED},
        )
        role = claims.get("role")
        return Grant(
            identity=_text(claims, "sub"),
            name=_text(claims, "name") if "name" in claims else "",
            rooms=tuple(_texts(claims, "rooms")),
            role=None if role is None else Role(role),
            capabilities=frozenset(map(Capability, _texts(claims, "capabilities"))),
            guest=claims.get("guest") is True,
            nameless="name" not in claims or claims.get("nameless") is True,
            makes_tokens=claims.get("makes_tokens") is True,
            expires_at=float(claims["exp"]),
        )
    except jwt.ExpiredSignatureError as exc:
        raise RoomError("bad-token", "the token has expired: ask for a new one") from exc
    except jwt.ImmatureSignatureError as exc:
        raise RoomError(
            "bad-token", "the token is not valid yet: wait for its time, or check both clocks"
        ) from exc
    except jwt.InvalidIssuerError as exc:
        raise RoomError(
            "bad-token", "the token was made with another API key: ask this server's operator"
        ) from exc
    except jwt.MissingRequiredClaimError as exc:
        raise RoomError("bad-token", f"the token has no claim '{exc.claim}'") from exc
    except jwt.InvalidSignatureError as exc:
        raise RoomError(
            "bad-token", "the token is not one of this server: its signature does not match"
        ) from exc
    except jwt.InvalidTokenError as exc:
        raise RoomError(
            "bad-token", f"the token is not one that this server's signature made: {exc}"
        ) from exc
    except ValueError as exc:
        raise RoomError("bad-token", f"the token cannot be used: {exc}") from exc


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise ValueError(f"claim '{name}' is not a text of 1 to 100 characters")
    return value


def _texts(claims: dict[str, Any], name: str) -> list[str]:
    value = claims.get(name, [])
    if (
        not isinstance(value, list)
        or len(value) > ROOMS_LIMIT
        or not all(isinstance(item, str) and len(item) <= 100 for item in value)
    ):
        raise ValueError(f"claim '{name}' is not a list of at most {ROOMS_LIMIT} short texts")
    return value
