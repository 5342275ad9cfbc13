"""What a client sends. Each request has an `id` of its choice; the answer has the same."""

import json
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, TypeAdapter

from tui_rooms.rules.records import Seconds
from tui_rooms.rules.roles import Role
from tui_rooms.wire.commands import WireCommand
from tui_rooms.wire.features import Features
from tui_rooms.wire.fields import (
    LAST_ID,
    PAGE_LIMIT,
    Limit,
    LongText,
    Message,
    Offset,
    Password,
    RequestId,
    RoomId,
    Seq,
    Text,
)


class Hello(Message):
    """The first message: who is there."""

    type: Literal["hello"] = "hello"
    version: int
    token: Annotated[str, Field(max_length=4096)] | None = None
    """A JWT of this server; without one the client is a guest, where guests are allowed."""
    name: Text | None = None
    """What to be called, for guests and for whoever's token has no name."""
    session: Annotated[str, Field(max_length=8192)] | None = None
    """The secret of an earlier `welcome` or `session`, to be the same person again; it says a
    little more than the token that it comes from."""
    features: Features = frozenset()
    """What the client knows beyond this version: see `wire.features`."""


# Finding rooms.


class WatchRooms(Message):
    """Ask for the open rooms, now and whenever they change, until joining one."""

    type: Literal["watch_rooms"] = "watch_rooms"
    id: RequestId
    state: Literal["upcoming", "live"] | None = None
    """None: both."""
    text: Text = ""
    """Words that are all in title or description, whatever the case."""


class FindRooms(Message):
    """Search all rooms, ended ones too; answered by `found`.

    Upcoming rooms come the soonest first, others the latest first.
    """

    type: Literal["find_rooms"] = "find_rooms"
    id: RequestId
    state: Literal["upcoming", "live", "ended"] | None = None
    """None: any."""
    text: Text = ""
    host: Text = ""
    """The host's whole name; empty: any."""
    since: Seconds | None = None
    until: Seconds | None = None
    """Only rooms that began, ended or will begin before that, as their state is."""
    limit: Limit = PAGE_LIMIT
    cursor: Text | None = None
    """The `next` of the page before, of the same search."""


class PreviewRoom(Message):
    """Ask who is in a room, without joining it; answered by `preview`."""

    type: Literal["preview_room"] = "preview_room"
    id: RequestId
    room: RoomId


# Being in a room.


class CreateRoom(Message):
    """Make a room; without `room` the server chooses the id from the title."""

    type: Literal["create_room"] = "create_room"
    id: RequestId
    room: RoomId | None = None
    title: Text
    description: LongText = ""
    room_type: Text = "audio_room"
    live: bool = False
    starts_at: Seconds | None = None
    """Schedule it for then, in seconds since the epoch."""
    private: bool = False
    password: Annotated[Password | None, Field(repr=False)] = None


class JoinRoom(Message):
    """Come into a room; `media` asks for a media offer too.

    The room comes before the answer: a `snapshot`, or with `upto` the `events` that were missed.
    """

    type: Literal["join_room"] = "join_room"
    id: RequestId
    room: RoomId
    role: Role | None = None
    password: Annotated[Password | None, Field(repr=False)] = None
    media: bool = True
    upto: Seq | None = None
    """Of the last batch that was applied, by a client that comes back to its place."""


class Do(Message):
    """A command to the room that the client is in, or to `room` from outside."""

    type: Literal["do"] = "do"
    id: RequestId
    room: RoomId | None = None
    """A room to act on without being in it, which takes a host's or cohost's rights there."""
    command: WireCommand


class OfferMedia(Message):
    """Ask for a (new) media offer: after the media path was lost, or when joined without."""

    type: Literal["offer_media"] = "offer_media"
    id: RequestId


class AnswerMedia(Message):
    """The answer to an offer."""

    type: Literal["answer_media"] = "answer_media"
    id: RequestId
    sdp: Annotated[str, Field(max_length=32_768)]


# Reading a room in pages: the one that the client is in, or `room`, which may have ended.


class ListParticipants(Message):
    """Who is here, the stage first; answered by `participants`."""

    type: Literal["list_participants"] = "list_participants"
    id: RequestId
    room: RoomId | None = None
    text: Text = ""
    """In the name, whatever the case."""
    offset: Offset = 0
    limit: Limit = PAGE_LIMIT


class ListAbsent(Message):
    """Who has left lately, and who is blocked; answered by `absent`."""

    type: Literal["list_absent"] = "list_absent"
    id: RequestId
    room: RoomId | None = None
    text: Text = ""
    """In the name, whatever the case."""
    offset: Offset = 0
    limit: Limit = PAGE_LIMIT


class ReadChat(Message):
    """The newest messages, or those before one; answered by `chat`."""

    type: Literal["read_chat"] = "read_chat"
    id: RequestId
    room: RoomId | None = None
    before: Text | None = None
    """The id of a message."""
    limit: Limit = PAGE_LIMIT


class ReadAudit(Message):
    """Who did what to whom, the newest first; answered by `audit`."""

    type: Literal["read_audit"] = "read_audit"
    id: RequestId
    room: RoomId | None = None
    before: Seq | None = None
    limit: Limit = PAGE_LIMIT


class ReadReports(Message):
    """What was reported, the newest first; answered by `reports`."""

    type: Literal["read_reports"] = "read_reports"
    id: RequestId
    room: RoomId | None = None
    offset: Offset = 0
    limit: Limit = PAGE_LIMIT


PageRequest: TypeAlias = ListParticipants | ListAbsent | ReadChat | ReadAudit | ReadReports

ClientMessage: TypeAlias = (
    Hello
    | WatchRooms
    | FindRooms
    | PreviewRoom
    | CreateRoom
    | JoinRoom
    | Do
    | OfferMedia
    | AnswerMedia
    | PageRequest
)

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(
    Annotated[ClientMessage, Discriminator("type")]
)


def request_id_in(text: str) -> int | None:
    """The id of a request that cannot be read as a whole, so that its sender is answered at once.

    None when there is none that a request may have.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = message.get("id") if isinstance(message, dict) else None
    is_id = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= LAST_ID
    return found if is_id else None
