"""Making tokens for others."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import AfterValidator, Field

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_id import SCHEMA as ROOM_ID_SCHEMA
from tui_rooms.rules.room_id import room_id
from tui_rooms.rules.text import NAME_LIMIT, checked_id, checked_line
from tui_rooms.server.api.fields import Moment
from tui_rooms.server.api.shared import Bearer, SharedParts, strictly
from tui_rooms.server.door.credentials.tokens import (
    ANY_ROOM,
    LONGEST_LIFE,
    ROOMS_LIMIT,
    Grant,
    check_start,
    mint,
    verify,
)
from tui_rooms.server.door.minting import USUAL_LIFE, Maker
from tui_rooms.wire.fields import Message, Text

router = APIRouter(prefix="/api/tokens", tags=["tokens"])
_basic = HTTPBasic(auto_error=False, description="API key and secret, from the data directory")

RoomOrAny = Annotated[
    str,
    AfterValidator(lambda text: text if text == ANY_ROOM else room_id(text)),
    Field(json_schema_extra={"pattern": ROOM_ID_SCHEMA.replace("$", r"$|^\*$")}),
]
"""A room's id, or `*` for all rooms."""


class NewToken(Message):
    """Whom a token is for, and what it gives them."""

    identity: Annotated[str, Field(min_length=1, max_length=64)]
    name: Text | None = None
    """Left out: they choose it themselves, whenever they come."""
    rooms: Annotated[tuple[RoomOrAny, ...], Field(min_length=1, max_length=ROOMS_LIMIT)] = (
        ANY_ROOM,
    )
    role: Role | None = None
    capabilities: frozenset[Capability] = frozenset()
    """Beyond the role."""
    life_s: Annotated[int, Field(ge=1, le=int(LONGEST_LIFE))] | None = None
    """Left out: a day, or until the token ends that makes it. Nothing outlives that, and nothing
    made by a token is good for more than 30 days."""
    not_before: Moment | None = None


class MadeToken(Message):
    """A token, and what it says."""

    token: str
    identity: str
    name: str | None
    rooms: tuple[str, ...]
    role: Role | None
    capabilities: frozenset[Capability]
    not_before: datetime
    expires_at: datetime


@router.post("", status_code=201, dependencies=[Depends(strictly(NewToken))])
async def make_token(
    wanted: NewToken,
    shared: SharedParts,
    key: Annotated[HTTPBasicCredentials | None, Depends(_basic)],
    bearer: Bearer,
) -> MadeToken:
    """Make a token: with API key and secret (Basic), or a token that may make tokens (Bearer)."""
    door = shared.door
    maker = _maker(shared, key, bearer.credentials if bearer else None)
    name = wanted.name and checked_line(wanted.name, what="name", limit=NAME_LIMIT)
    grant = Grant(
        identity=checked_id(wanted.identity, what="identity", limit=64),
        name=name or "",
        nameless=name is None,
        rooms=wanted.rooms,
        role=wanted.role,
        capabilities=wanted.capabilities,
    )
    now = door.wall()
    start = now if wanted.not_before is None else wanted.not_before
    life: float = USUAL_LIFE if wanted.life_s is None else wanted.life_s
    check_start(start, life=life, now=now)
    if maker is not None:
        grant = maker.checked(grant)
        life = maker.life(wanted.life_s, start=start, now=now)
    return MadeToken(
        token=mint(door.keys, grant, now=now, life=life, not_before=wanted.not_before),
        identity=grant.identity,
        name=name,
        rooms=grant.rooms,
        role=grant.role,
        capabilities=grant.capabilities,
        not_before=datetime.fromtimestamp(int(start), UTC),
        expires_at=datetime.fromtimestamp(int(start + life), UTC),
    )


def _maker(
    shared: SharedParts, key: HTTPBasicCredentials | None, token: str | None
) -> Maker | None:
    """Who makes tokens; None: the holder of the key's secret, who may make any.

    Raises:
        RoomError: nobody who may.
    """
    keys = shared.door.keys
    if key is not None:
        if not keys.are(key.username, key.password):
            raise RoomError("bad-key", "API key and secret are not those of this server")
        return None
    if token is None:
        raise RoomError(
            "token-required",
            "making tokens takes the API key and secret (HTTP Basic), or a token made with "
            "--makes-tokens (Bearer)",
        )
    maker = verify(keys, token, now=shared.door.wall())
    if not maker.makes_tokens:
        raise RoomError(
            "not-allowed",
            f"'{maker.name}' may not make tokens: it takes a token made with --makes-tokens",
        )
    return Maker(maker, registry=shared.door.registry, room_types=shared.room_types)
