"""Tokens: JSON Web Tokens (RFC 7519) signed by the API key's secret, HS256."""

from dataclasses import dataclass
from typing import Any

import jwt

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Seconds
from tui_rooms.server.keys import Keys

ANY_ROOM = "*"
SESSION_LIFE: Seconds = 24 * 3600.0
_REQUIRED = ["iss", "sub", "exp", "name", "room"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who a token says its bearer is, and what they may be where."""

    identity: str
    name: str
    room: str = ANY_ROOM
    """The one room that `role` is for, or `*`."""
    role: Role | None = None
    """None gives nothing beyond what guests have."""
    guest: bool = False

    def role_in(self, room: str) -> Role | None:
        """The role that this grant gives in a room."""
        return self.role if self.room in (ANY_ROOM, room) else None


def mint(keys: Keys, grant: Grant, *, now: Seconds, life: Seconds) -> str:
    """A token for that grant, good from `now` for `life` seconds."""
    claims: dict[str, Any] = {
        "iss": keys.api_key,
        "sub": grant.identity,
        "name": grant.name,
        "room": grant.room,
        "nbf": int(now),
        "exp": int(now + life),
    }
    if grant.role is not None:
        claims["role"] = grant.role.value
    if grant.guest:
        claims["guest"] = True
    return jwt.encode(claims, keys.secret, algorithm="HS256")


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
            leeway=5,
            options={"require": _REQUIRED},
        )
        role = claims.get("role")
        return Grant(
            identity=_text(claims, "sub"),
            name=_text(claims, "name"),
            room=_text(claims, "room"),
            role=None if role is None else Role(role),
            guest=claims.get("guest") is True,
        )
    except jwt.ExpiredSignatureError as exc:
        raise RoomError("bad-token", "the token has expired: ask for a new one") from exc
    except jwt.ImmatureSignatureError as exc:
        raise RoomError("bad-token", "the token is not valid yet: check both clocks") from exc
    except jwt.InvalidIssuerError as exc:
        raise RoomError(
            "bad-token", "the token was made with another API key: ask this server's operator"
        ) from exc
    except jwt.MissingRequiredClaimError as exc:
        raise RoomError("bad-token", f"the token has no claim '{exc.claim}'") from exc
    except jwt.InvalidTokenError as exc:
        raise RoomError(
            "bad-token", "the token is not one of this server: its signature does not match"
        ) from exc
    except ValueError as exc:
        raise RoomError("bad-token", f"the token cannot be used: {exc}") from exc


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise ValueError(f"claim '{name}' is not a text of 1 to 100 characters")
    return value
