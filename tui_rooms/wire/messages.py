"""Messages of the WebSocket, version 1: one JSON object each, told apart by `type`.

A client says `hello` first and is welcomed. Each request has an `id` of the client's choice; its
answer has the same: `ack`, a page, or `refused`. Unknown fields of a request are refused; of what
the server sends, a client leaves out what it does not know. Requests stand in `requests`; here is
what the server sends. What came after version 1 is named in `features`.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, TypeAdapter

from tui_rooms.rules import events
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.records import Block, ChatMessage, Participant, Report
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Room
from tui_rooms.wire.commands import WireCommand
from tui_rooms.wire.features import Features
from tui_rooms.wire.fields import Message, Moment, PublicUrl, RoomId, Text
from tui_rooms.wire.quality import ConnectionQuality
from tui_rooms.wire.requests import (
    CLIENT_MESSAGE,
    AnswerMedia,
    ClientMessage,
    CreateRoom,
    Do,
    FindRooms,
    Hello,
    JoinRoom,
    ListAbsent,
    ListParticipants,
    OfferMedia,
    PreviewRoom,
    ReadAudit,
    ReadChat,
    ReadReports,
    WatchRooms,
)

__all__ = [
    "CLIENT_MESSAGE",
    "MAX_MESSAGE_BYTES",
    "ROOMS_SHOWN",
    "SERVER_MESSAGE",
    "VERSION",
    "Absentee",
    "Absentees",
    "Ack",
    "Answer",
    "AnswerMedia",
    "Audience",
    "AudienceMember",
    "AuditPage",
    "ChatPage",
    "ClientMessage",
    "Closed",
    "Connections",
    "CreateRoom",
    "Do",
    "Events",
    "FindRooms",
    "Found",
    "Hello",
    "JoinRoom",
    "Levels",
    "ListAbsent",
    "ListParticipants",
    "MediaLoss",
    "MediaLost",
    "MediaOffer",
    "Message",
    "OfferMedia",
    "Participants",
    "Preview",
    "PreviewRoom",
    "ReadAudit",
    "ReadChat",
    "ReadReports",
    "Refused",
    "ReportsPage",
    "RoomId",
    "RoomSummary",
    "Rooms",
    "RoomsChanged",
    "ServerMessage",
    "Session",
    "Signals",
    "Snapshot",
    "Sources",
    "Text",
    "TokenEnds",
    "WatchRooms",
    "Welcome",
    "WireCommand",
    "WireEvent",
    "WireSignal",
]

VERSION = 1
MAX_MESSAGE_BYTES = 65_536
"""A longer WebSocket message closes the connection with 1009."""

ROOMS_SHOWN = 200
"""Further ones are found by searching."""

WireEvent: TypeAlias = Annotated[events.Event, Discriminator("kind")]
WireSignal: TypeAlias = Annotated[events.Reacted | events.EventSent, Discriminator("kind")]


class Welcome(Message):
    """The answer to `hello`."""

    type: Literal["welcome"] = "welcome"
    version: int = VERSION
    identity: str
    name: str
    session: str
    """A secret: whoever shows it is this guest again."""
    features: Features = frozenset()
    """What the server knows beyond this version; not said to who has named none."""
    url: PublicUrl | None = None
    """By which people know the server, to make links of; said to who knows `public-url`."""
    now: Moment | None = None
    """What time it is in its rooms; said to who knows `clock`."""


class Session(Message):
    """Another secret in the place of that of `welcome`: it lasts longer, or says where one is."""

    type: Literal["session"] = "session"
    session: str


class TokenEnds(Message):
    """The token ends; in the room that one is in, one stays who one is until one leaves.

    Said five minutes before, or when less is left at the beginning, and when it does.
    """

    type: Literal["token_ends"] = "token_ends"
    in_s: float
    """Seconds; 0: now."""


class RoomSummary(Message):
    """A room as the lobby shows it."""

    room: str
    title: str
    description: str = ""
    room_type: str
    life: Life
    host: str
    created_at: float
    starts_at: float | None = None
    live_since: float | None
    ended_at: float | None = None
    private: bool = False
    has_password: bool = False
    entry: Entry = Entry.OPEN
    """Whom it takes."""
    speakers: tuple[str, ...]
    """Names of the first on the stage."""
    participants: int
    """Everyone who is in the room."""


# Answers to requests.


class Answer(Message):
    """What all answers share."""

    id: int


class Ack(Answer):
    """The request with that id is done."""

    type: Literal["ack"] = "ack"
    room: str | None = None
    """The id of the room that was made or joined."""
    made: str | None = None
    """The id of the message or the report that was made."""
    kept: bool = True
    """False: it is done, and holds until the room's next start; the server's disk takes nothing."""
    told: str | None = None
    """A sentence for people about what came of it."""


class Refused(Message):
    """The request with that id is refused; without an id the message could not be read."""

    type: Literal["refused"] = "refused"
    id: int | None = None
    code: str
    reason: str
    """A sentence for people."""


class Found(Answer):
    """A page of rooms."""

    type: Literal["found"] = "found"
    rooms: tuple[RoomSummary, ...]
    next: str | None
    """The `cursor` of the next page; None: this is the last one."""


class Preview(Answer):
    """A room from outside."""

    type: Literal["preview"] = "preview"
    room: RoomSummary
    sentence: str
    """Who is there: "ana, ben and 3 others are here"."""


class Participants(Answer):
    """A page of those who are here."""

    type: Literal["participants"] = "participants"
    participants: tuple[Participant, ...]
    total: int
    """How many match in all."""


class Absentee(Message):
    """Somebody who is not here: they have left lately, are blocked, or both."""

    identity: str
    name: str
    role: Role | None
    """As which they left, or would come back; null: nothing is known of it."""
    left_at: float | None
    """Null: longer ago, or never here."""
    sent_out: bool
    """They were kicked and have not come back."""
    blocked: Block | None
    """Shown to those with `block-users`."""


class Absentees(Answer):
    """A page of those who are not here and can be dealt with, the last to leave first."""

    type: Literal["absent"] = "absent"
    absent: tuple[Absentee, ...]
    total: int
    """How many match in all."""


class ChatPage(Answer):
    """Messages in their order, the newest last."""

    type: Literal["chat"] = "chat"
    messages: tuple[ChatMessage, ...]
    more: bool
    """Whether there are older ones."""


class AuditPage(Answer):
    """Acts of those in charge, the newest first."""

    type: Literal["audit"] = "audit"
    entries: tuple[AuditEntry, ...]
    before: int | None
    """What to ask for next to read on; None: that was all."""


class ReportsPage(Answer):
    """Reports, the newest first."""

    type: Literal["reports"] = "reports"
    reports: tuple[Report, ...]
    total: int


# News of the room and the lobby.


class Rooms(Message):
    """The rooms that are watched, the fullest first; at most `ROOMS_SHOWN`."""

    type: Literal["rooms"] = "rooms"
    rooms: tuple[RoomSummary, ...]


class RoomsChanged(Message):
    """What has changed in the rooms that are watched since they were last told, at most twice a
    second; sent to who knows `room-changes`. Whoever does not read gets `rooms` again instead."""

    type: Literal["rooms_changed"] = "rooms_changed"
    rooms: tuple[RoomSummary, ...]
    """Those that are new, or not as they were."""
    gone: tuple[str, ...]
    """The ids of those that are shown no more."""


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


class Signals(Message):
    """Reactions and custom events: shown and forgotten, never sent again."""

    type: Literal["signals"] = "signals"
    signals: tuple[WireSignal, ...]


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
    whole: bool = False
    """`joined` replaces all names that were known, but one's own."""


class Closed(Message):
    """The client is out of the room, and why; the connection stays for another room."""

    type: Literal["closed"] = "closed"
    code: str
    reason: str


# Sound.


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


class Connections(Message):
    """How those on the stage are connected; replaces what the client knew.

    Sent when it changes, at most every two seconds, and to whoever comes while there is something
    to say. Those who are not named have an excellent connection, or nothing is known of it.
    """

    type: Literal["connections"] = "connections"
    lacking: dict[str, ConnectionQuality]
    """By identity: `good`, `poor`, or `lost`, when nothing of theirs comes through."""


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


ServerMessage: TypeAlias = (
    Welcome
    | Session
    | TokenEnds
    | Ack
    | Refused
    | Found
    | Preview
    | Participants
    | Absentees
    | ChatPage
    | AuditPage
    | ReportsPage
    | Rooms
    | RoomsChanged
    | Snapshot
    | Events
    | Signals
    | Audience
    | Closed
    | Sources
    | Levels
    | Connections
    | MediaOffer
    | MediaLost
    | MediaLoss
)

SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(
    Annotated[ServerMessage, Discriminator("type")]
)
