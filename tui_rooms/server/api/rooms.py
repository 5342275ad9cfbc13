"""Rooms over HTTP: find, preview, make, change, command."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from tui_rooms.rules import commands as rules
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.server.api.fields import Moment, RoomPath
from tui_rooms.server.api.shared import Address, Asker, LinkBase, SharedParts, strictly
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.server.door.fill_in import filled_in
from tui_rooms.server.rooms.telling.outcome import told_of
from tui_rooms.server.rooms.telling.summaries import preview, summary
from tui_rooms.server.storage.card import RoomState
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.wire import messages
from tui_rooms.wire.fields import PAGE_LIMIT, Limit, LongText, Message, Password, RoomId, Text

router = APIRouter(prefix="/api/rooms", tags=["rooms"])


class RoomSearch(Message):
    """Which rooms to find. Private ones are never found."""

    state: RoomState | None = None
    """Left out: any."""
    text: Text = ""
    """Words that are all in title or description, whatever the case."""
    host: Text = ""
    """The host's whole name."""
    since: Moment | None = None
    """Only rooms that began, ended or will begin then or later, as their state is."""
    until: Moment | None = None
    """Only rooms that began, ended or will begin before that."""
    limit: Limit = PAGE_LIMIT
    cursor: Text | None = None
    """The `next` of the page before, of the same search."""


class FoundRooms(Message):
    """A page of rooms: upcoming ones the soonest first, others the latest first."""

    rooms: tuple[messages.RoomSummary, ...]
    next: str | None
    """The `cursor` of the next page; null: this is the last one."""


class RoomPreview(Message):
    """A room from outside."""

    room: messages.RoomSummary
    sentence: str
    """Who is there: "ana, ben and 3 others are here"."""
    link: str
    """For people: with it they join."""


class NewRoom(Message):
    """What it takes to make a room."""

    title: Text
    description: LongText = ""
    room_type: Text = "audio_room"
    room: RoomId | None = None
    """The id; left out, it is made from the title, and that of a private room by chance."""
    live: bool = False
    starts_at: Moment | None = None
    """Schedule it for then."""
    private: bool = False
    password: Annotated[Password | None, Field(repr=False)] = None
    name: Text | None = None
    """What its host is called, if no token says it; left out, whoever bears the room's token
    chooses."""


class MadeRoom(Message):
    """The room, and a token with which its host joins it."""

    room: messages.RoomSummary
    token: str
    link: str
    """For people: with it they join."""


class RoomChange(Message):
    """What to change; what is left out stays as it is."""

    title: Text | None = None
    description: LongText | None = None
    starts_at: Moment | None = None
    """Only while the room is scheduled."""
    private: bool | None = None
    password: Annotated[Password | None, Field(repr=False)] = None
    """Empty: no password any more."""


class RoomCommand(Message):
    """A command, as on the WebSocket."""

    command: messages.WireCommand


class Done(Message):
    """The command is carried out."""

    kept: bool
    """False: it holds until the room's next start, since the server's disk takes nothing now."""
    made: str | None
    """The id of the message or the report that was made."""
    told: str | None
    """A sentence for people about what came of it; null when there is nothing to say."""


@router.get("")
async def find_rooms(
    wanted: Annotated[RoomSearch, Query()], shared: SharedParts, asker: Asker, address: Address
) -> FoundRooms:
    """Search all rooms, ended ones too."""
    query = RoomQuery(
        state=wanted.state,
        text=wanted.text,
        host=wanted.host,
        since=wanted.since,
        until=wanted.until,
        limit=wanted.limit,
        cursor=wanted.cursor,
    )
    async with shared.reading(address):
        found = await shared.door.sight.search(asker, query)
    return FoundRooms(rooms=found.rooms, next=found.next)


@router.post("", status_code=201, dependencies=[Depends(strictly(NewRoom))])
async def make_room(
    new: NewRoom, shared: SharedParts, asker: Asker, address: Address, base: LinkBase
) -> MadeRoom:
    """Make a room, now or for a time to come. The asker is its host."""
    door = shared.door
    if asker.guest:
        asker = Grant(identity=f"host-{secrets.token_hex(6)}", name="host", guest=True)
    asker = asker.called(new.name)
    made = await door.create(
        rules.CreateRoom(
            room_id=new.room or "",
            title=new.title,
            description=new.description,
            starts_at=new.starts_at,
            private=new.private,
            password_hash=await door.passwords.hash(new.password or "", address=address),
            live=new.live,
        ),
        room_type=new.room_type,
        grant=asker,
        address=address,
    )
    host = Grant(
        identity=asker.identity,
        name=asker.name,
        nameless=new.name is None and (asker.guest or asker.nameless),
        rooms=(made.room_id,),
        lives={made.room_id: made.room.created_at},
        made_by=asker.made_by,
        role=Role.HOST,
    )
    now = door.wall()
    life = asker.session_life(now, until=new.starts_at)
    token = mint(door.keys, host, now=now, life=life)
    return MadeRoom(room=summary(made.room), token=token, link=f"{base}/r/{made.room_id}")


@router.get("/{room_id}")
async def preview_room(
    room_id: RoomPath, shared: SharedParts, asker: Asker, address: Address, base: LinkBase
) -> RoomPreview:
    """Who is in a room, without joining it. A private room is shown to whoever has its id."""
    async with shared.reading(address):
        return _preview(await shared.door.sight.to_read(asker, room_id), base)


def _preview(room: Room, base: str) -> RoomPreview:
    shown = preview(room)
    return RoomPreview(room=shown.room, sentence=shown.sentence, link=f"{base}/r/{shown.room.room}")


@router.patch("/{room_id}", dependencies=[Depends(strictly(RoomChange))])
async def update_room(
    room_id: RoomPath,
    change: RoomChange,
    *,
    shared: SharedParts,
    asker: Asker,
    address: Address,
    base: LinkBase,
) -> RoomPreview:
    """Change what a room is called and how it is reached."""
    door = shared.door
    room = await door.sight.to_enter(asker, room_id)
    command = rules.UpdateRoom(
        title=change.title,
        description=change.description,
        starts_at=change.starts_at,
        private=change.private,
        password_hash=(
            None
            if change.password is None
            else await door.passwords.hash(change.password, address=address)
        ),
    )
    writer = door.writer(asker, room.room, address)
    await room.execute(command, shared.actor(asker, room.room), writer)
    return _preview(room.room, base)


@router.post("/{room_id}/commands", dependencies=[Depends(strictly(RoomCommand))])
async def do(
    room_id: RoomPath, wanted: RoomCommand, shared: SharedParts, asker: Asker, address: Address
) -> Done:
    """Do something in a room: as who is in it, or as its host or cohost from outside."""
    if isinstance(wanted.command, rules.LeaveRoom):
        raise RoomError(
            "not-by-http", "a room is left by the connection that joined it: end that, or leave"
        )
    room = await shared.door.sight.to_enter(asker, room_id)
    shared.door.addresses.command(wanted.command, address, identity=asker.identity)
    command, made = await filled_in(wanted.command, shared.door.passwords, address=address)
    writer = shared.door.writer(asker, room.room, address)
    happened = await room.execute(command, shared.actor(asker, room.room), writer)
    kept = room.has_kept(happened)
    return Done(made=made, kept=kept, told=told_of(room.room, happened, kept=kept))
