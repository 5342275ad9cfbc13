"""Tokens: JSON Web Tokens (RFC 7519) signed by the API key's secret, HS256.

A session is one too: whoever is welcomed gets it, to be the same person on the next connection. It
gives what its token gives, as long as that does; and to whoever is in a room then, the way back to
their place there.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

import jwt

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import NAME_LIMIT, checked_line
from tui_rooms.server.door.credentials.keys import Keys
from tui_rooms.server.door.credentials.signing import ALGORITHM, decode, encode
from tui_rooms.wire.pasted import unwrapped_token

E = TypeVar("E", bound=StrEnum)
ANY_ROOM = "*"
SESSION_LIFE: Seconds = 24 * 3600.0
LONGEST_LIFE: Seconds = 366 * 86_400.0
FARTHEST_START: Seconds = 10 * 366 * 86_400.0
"""How far ahead a token may begin to be good."""
ROOMS_LIMIT = 100
"""Rooms that one token may name."""
GUEST, INVITED = "guest-", "invited-"
"""So begin the identities that are made for whoever comes without a token, or by a link."""
_REQUIRED = ["iss", "sub", "exp", "rooms"]
_LEEWAY: Seconds = 5
"""By which the clock of another machine that makes tokens may be ahead."""


@dataclass(frozen=True, slots=True)
class Stay:
    """That somebody was in a room: no token is asked for any more to come back to a place there."""

    room: str
    created_at: Seconds
    """Of the room's life: places belong to that, not to the room's name."""
    run: str
    """Of the server that saw them there, from its start to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who a token says its bearer is, and what they may be where."""

    identity: str
    name: str = ""
    """Empty in a token that has none, until its bearer has chosen."""
    rooms: tuple[str, ...] = (ANY_ROOM,)
    """Ids of the rooms that `role` and `capabilities` are for; `*` is all of them."""
    lives: Mapping[str, Seconds] = field(default_factory=dict, compare=False)
    """Of rooms that were there when this was given: when each was made. Whatever else has one of
    these ids, before or after, is another room."""
    given_at: Seconds | None = field(default=None, compare=False)
    """When this was given, by the wall clock. What is given by a token is given as of its time."""
    role: Role | None = None
    """None gives nothing beyond what guests have."""
    capabilities: frozenset[Capability] = frozenset()
    """What its bearer may do beyond the role."""
    guest: bool = False
    nameless: bool = False
    """The token has no name of its own: its bearer chooses one, anew at each visit."""
    makes_tokens: bool = False
    """May make tokens for others, within its own rooms, role, capabilities and life."""
    made_by: str = field(default="", compare=False)
    """The identity of whose token made this one; empty when the holder of the key's secret did, or
    this server. It vouches for its bearer in its rooms alone."""
    reads_metrics: bool = False
    """May read the server's figures: `read-metrics`, for a program of the operator's."""
    expires_at: Seconds | None = field(default=None, compare=False)
    """When the token ends that gave it, by the wall clock; None for guests, whose does not."""
    stay: Stay | None = field(default=None, compare=False)
    """In a session: where its bearer was."""
    of_this_run: bool = field(default=False, compare=False)
    """A part of the running server vouches for them, as long as that runs."""

    def has_ended(self, now: Seconds) -> bool:
        """Whether the token has."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def anonymous(self) -> bool:
        """Whether nobody vouches for its bearer, who is another one each time they come."""
        return self.guest or self.identity.startswith((GUEST, INVITED))

    def session_life(self, now: Seconds, *, until: Seconds | None = None) -> Seconds:
        """How long what is made of this may last: no role outlives its token.

        A guest's session gives nothing but their identity, so it is made anew each time.

        Args:
            until: when a guest has to be who they are: it lasts a day longer.
        """
        if self.expires_at is None:
            return SESSION_LIFE + max(0.0, min((until or now) - now, LONGEST_LIFE))
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

    @property
    def is_for_all(self) -> bool:
        """Whether the grant is for every room there is, was and will be."""
        return ANY_ROOM in self.rooms

    def covers(self, room: str) -> bool:
        """Whether the grant names that id."""
        return self.is_for_all or room in self.rooms


def mint(
    keys: Keys, grant: Grant, *, now: Seconds, life: Seconds, not_before: Seconds | None = None
) -> str:
    """A token for that grant, good for `life` seconds.

    Args:
        now: by the wall clock. The grant is as of then, unless it has a time of its own.
        not_before: from when on; None: at once, also when the clock is set back meanwhile.
    """
    given_at = now if grant.given_at is None else grant.given_at
    grant = replace(grant, given_at=given_at)
    if not_before is None:
        return _signed(keys, grant, exp=int(now + life))
    return _signed(keys, grant, nbf=int(not_before), exp=int(not_before + life))


def mint_session(keys: Keys, grant: Grant, *, now: Seconds, until: Seconds | None = None) -> str:
    """What the bearer of that grant comes back with.

    With a `stay` it lasts a day whatever the token does, and is to be made anew before. It makes no
    tokens and reads no figures: whoever may, has one for that.

    Args:
        until: when a guest has to be who they are.
    """
    if grant.of_this_run:
        # To be the same person, whom that part has to vouch for again.
        grant = Grant(identity=grant.identity, name=grant.name, guest=True)
    life = SESSION_LIFE if grant.stay is not None else grant.session_life(now, until=until)
    claims: dict[str, Any] = {"exp": int(now + life)}
    if grant.expires_at is not None:
        claims["ends"] = grant.expires_at
    if grant.stay is not None:
        claims["stay"] = [grant.stay.room, grant.stay.created_at, grant.stay.run]
    return _signed(keys, replace(grant, makes_tokens=False, reads_metrics=False), **claims)


def verify(keys: Keys, token: str, *, now: Seconds | None = None) -> Grant:
    """What a token grants.

    Args:
        now: by the wall clock; None asks it.

    Raises:
        RoomError: `bad-token`; the sentence says why and what to do.
    """
    now = time.time() if now is None else now
    grant = read_session(keys, token, now=now)
    if grant.has_ended(now):
        raise expired()
    return grant


def read_session(keys: Keys, token: str, *, now: Seconds) -> Grant:
    """What a session says, whose token may have ended: see `Grant.has_ended`.

    Raises:
        RoomError: `bad-token`, as for `verify`.
    """
    claims = _claims(keys, token)
    try:
        if _moment(claims, "exp") <= now:
            raise expired()
        if "nbf" in claims and _moment(claims, "nbf") > now + _LEEWAY:
            raise RoomError(
                "bad-token", "the token is not valid yet: wait for its time, or check both clocks"
            )
        return _grant(claims)
    except ValueError as exc:
        raise RoomError("bad-token", f"the token cannot be used: {exc}") from exc


def is_of(keys: Keys, token: str, identity: str) -> bool:
    """Whether this server made that token for them, whatever has become of it since."""
    try:
        return bool(_claims(keys, token).get("sub") == identity)
    except RoomError:
        return False


def expired() -> RoomError:
    """Whoever asks something of a token that has ended is told so."""
    return RoomError("bad-token", "the token has expired: ask for a new one")


def _signed(keys: Keys, grant: Grant, **times: Any) -> str:
    claims: dict[str, Any] = {
        "iss": keys.api_key,
        "sub": grant.identity,
        "rooms": list(grant.rooms),
        **times,
    }
    if grant.given_at is not None:
        claims["iat"] = grant.given_at
    if grant.lives:
        claims["lives"] = dict(grant.lives)
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
    if grant.made_by:
        claims["made_by"] = grant.made_by
    if grant.reads_metrics:
        claims["reads_metrics"] = True
    return encode(claims, keys.secret, algorithm=ALGORITHM)


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


def _claims(keys: Keys, token: str) -> dict[str, Any]:
    """What this server has signed, at whatever time."""
    try:
        claims: dict[str, Any] = decode(
            unwrapped_token(token),
            keys.secret,
            algorithms=[ALGORITHM],
            issuer=keys.api_key,
            # The time comes as an argument.
            options={
                "require": _REQUIRED,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
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
            "bad-token",
            "that is no token with a signature of this server: copy it again, all of it",
        ) from exc
    return claims


def _grant(claims: dict[str, Any]) -> Grant:
    role = claims.get("role")
    named = [] if role is None else [str(role)]
    is_guest = claims.get("guest") is True
    ends = None if is_guest else _moment(claims, "ends" if "ends" in claims else "exp")
    return Grant(
        identity=_text(claims, "sub"),
        name=_text(claims, "name") if "name" in claims else "",
        # Another program may have written the ids as people do.
        rooms=tuple(room.lower() for room in _texts(claims, "rooms")),
        lives=_lives(claims),
        given_at=_moment(claims, "iat") if "iat" in claims else None,
        role=next(_known(named, Role, "role"), None),
        capabilities=frozenset(_known(_texts(claims, "capabilities"), Capability, "capability")),
        guest=is_guest,
        nameless="name" not in claims or claims.get("nameless") is True,
        makes_tokens=claims.get("makes_tokens") is True,
        made_by=_text(claims, "made_by") if "made_by" in claims else "",
        reads_metrics=claims.get("reads_metrics") is True,
        expires_at=ends,
        stay=_stay(claims),
    )


def _known(names: Sequence[str], kind: type[E], what: str) -> Iterator[E]:
    for name in names:
        if name not in set(kind):
            raise ValueError(f"there is no {what} {name[:40]!a}: expected {', '.join(kind)}")
        yield kind(name)


def _stay(claims: dict[str, Any]) -> Stay | None:
    match claims.get("stay"):
        case None:
            return None
        case [str(room), float() | int() as created_at, str(run)]:
            return Stay(room, float(created_at), run)
        case _:
            raise ValueError("claim 'stay' is not a room, its beginning and a server's run")


def _lives(claims: dict[str, Any]) -> dict[str, Seconds]:
    lives = claims.get("lives", {})
    if not isinstance(lives, dict) or len(lives) > ROOMS_LIMIT:
        raise ValueError(f"claim 'lives' is not a table of at most {ROOMS_LIMIT} rooms")
    return {room: _moment(lives, room) for room in lives}


def _moment(claims: dict[str, Any], name: str) -> Seconds:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"claim '{name[:40]}' is not a time in seconds")
    return float(value)


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
