"""Messages of the WebSocket, version 1: one JSON object each, told apart by `type`.

A client says `hello` first and is welcomed. Each request has an `id` of the client's choice;
its answer is `ack` or `refused` with the same id. Unknown fields are refused.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, TypeAdapter

from tui_rooms.rules import commands, events
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Room

VERSION = 1
MAX_MESSAGE_BYTES = 65_536
"""A longer WebSocket message closes the connection with 1009."""

RequestId: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]
RoomId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Lower-case letters, digits and dashes, 1 to 40."""
Text: TypeAlias = Annotated[str, Field(max_length=200)]
"""The rules check the content; this bounds the size before they see it."""

WireCommand: TypeAlias = Annotated[
    commands.LeaveRoom
    | commands.GoLive
    | commands.EndRoom
    | commands.Mute
    | commands.Unmute
    | commands.ChangeRole,
    Discriminator("kind"),
]
"""Commands that a participant sends as they are; joining and creating are requests."""

WireEvent: TypeAlias = Annotated[
    events.RoomCreated
    | events.WentLive
    | events.RoomEnded
    | events.StageJoined
    | events.StageLeft
    | events.RoleChanged
    | events.Muted
    | events.Unmuted,
    Discriminator("kind"),
]


class Message(BaseModel):
    """What all messages share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# From the client.


class Hello(Message):
    """The first message: who is there."""

    type: Literal["hello"] = "hello"
    version: int
    token: Annotated[str, Field(max_length=4096)] | None = None
    """A JWT of this server; without one the client is a guest, where guests are allowed."""
    name: Text | None = None
    """The name a guest wishes to have."""
    session: Annotated[str, Field(max_length=4096)] | None = None
    """The secret of an earlier `welcome`, to be the same guest again."""


class WatchRooms(Message):
    """Ask for the list of rooms, now and whenever it changes, until joining one."""

    type: Literal["watch_rooms"] = "watch_rooms"
    id: RequestId


class CreateRoom(Message):
    """Make a room; without `room` the server chooses the id from the title."""

    type: Literal["create_room"] = "create_room"
    id: RequestId
    room: RoomId | None = None
    title: Text
    room_type: Text = "audio_room"
    live: bool = False


class JoinRoom(Message):
    """Come into a room; `media` asks for a media offer too."""

    type: Literal["join_room"] = "join_room"
    id: RequestId
    room: RoomId
    role: Role | None = None
    media: bool = True


class Do(Message):
    """A command to the room that the client is in."""

    type: Literal["do"] = "do"
    id: RequestId
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


ClientMessage: TypeAlias = (
    Hello | WatchRooms | CreateRoom | JoinRoom | Do | OfferMedia | AnswerMedia
)

# From the server.


class Welcome(Message):
    """The answer to `hello`."""

    type: Literal["welcome"] = "welcome"
    version: int = VERSION
    identity: str
    name: str
    session: str
    """A secret: whoever shows it is this guest again."""


class Ack(Message):
    """The request with that id is done."""

    type: Literal["ack"] = "ack"
    id: int
    room: str | None = None
    """The id of the room that was made or joined."""


class Refused(Message):
    """The request with that id is refused; without an id the message could not be read."""

    type: Literal["refused"] = "refused"
    id: int | None = None
    code: str
    reason: str
    """A sentence for people."""


class RoomSummary(Message):
    """A room as the lobby shows it."""

    room: str
    title: str
    room_type: str
    life: Life
    host: str
    created_at: float
    live_since: float | None
    speakers: tuple[str, ...]
    """Names of the first on the stage."""
    participants: int
    """Everyone who is in the room."""


class Rooms(Message):
    """All rooms that have not ended, the fullest first."""

    type: Literal["rooms"] = "rooms"
    rooms: tuple[RoomSummary, ...]


class Snapshot(Message):
    """The whole room as this client may see it; replaces what it knew."""

    type: Literal["snapshot"] = "snapshot"
    room: Room
    upto: int
    """The log's number of the last event that is in it."""


class Events(Message):
    """What has happened since, to be applied in order with `rules.evolve`."""

    type: Literal["events"] = "events"
    events: tuple[WireEvent, ...]
    upto: int


class AudienceMember(Message):
    """A listener who came."""

    identity: str
    name: str
    since: float


class Audience(Message):
    """Changes of the audience, at most one a second; names are capped, the count is exact."""

    type: Literal["audience"] = "audience"
    count: int
    joined: tuple[AudienceMember, ...] = ()
    left: tuple[str, ...] = ()


class Sources(Message):
    """Whose number in the CSRC of a slot means whom; replaces what the client knew."""

    type: Literal["sources"] = "sources"
    sources: dict[int, str]


class Levels(Message):
    """Who is how loud, for those whose sound does not reach this client as packets."""

    type: Literal["levels"] = "levels"
    levels: dict[str, int]
    """By identity: 0 (loudest) down to -127 dBov."""
    talking: tuple[str, ...] = ()


class MediaOffer(Message):
    """The server's one offer; answer it with `answer_media`."""

    type: Literal["media_offer"] = "media_offer"
    sdp: str


class MediaLost(Message):
    """The engine has given this client's media path up; ask for a new offer to go on."""

    type: Literal["media_lost"] = "media_lost"
    reason: str


class MediaLoss(Message):
    """Loss of the packets that this client sends, 0 to 1: to the engine, and from it on."""

    type: Literal["media_loss"] = "media_loss"
    uplink: float
    downlink: float


class Closed(Message):
    """The client is out of the room, and why; the connection stays for another room."""

    type: Literal["closed"] = "closed"
    code: str
    reason: str


ServerMessage: TypeAlias = (
    Welcome
    | Ack
    | Refused
    | Rooms
    | Snapshot
    | Events
    | Audience
    | Sources
    | Levels
    | MediaOffer
    | MediaLost
    | MediaLoss
    | Closed
)

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(
    Annotated[ClientMessage, Discriminator("type")]
)
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(
    Annotated[ServerMessage, Discriminator("type")]
)
