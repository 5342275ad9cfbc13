"""What a `RoomClient` tells those who listen to it: plain values, safe in any thread."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from tui_rooms.client.link.ways import LinkState
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room


@dataclass(frozen=True, slots=True)
class RoomChanged:
    """The room as it is now: a copy that nobody changes any more."""

    room: Room


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Somebody has written something that we may read, ourselves included."""

    message: ChatMessage


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message's text is gone, also of one that the room does not keep any more."""

    message_id: str
    by: str
    """An identity."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """Somebody has sent an emoji."""

    identity: str
    name: str
    emoji: str


@dataclass(frozen=True, slots=True)
class CustomEvent:
    """A program has told everyone something of its own."""

    identity: str
    name: str
    kind: str
    data: Any
    """What its JSON holds."""


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The way to the server, at most about once a second for its figures."""

    link: LinkState


@dataclass(frozen=True, slots=True)
class TalkingChanged:
    """Who is talking now, by identity."""

    talking: frozenset[str]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should know, while the room goes on."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The last update: out of the room, and why."""

    code: str
    sentence: str


Happening: TypeAlias = MessageReceived | MessageDeleted | Reaction | CustomEvent | Notice
"""Each counts, unlike the others: of those only the newest does."""

Update: TypeAlias = RoomChanged | LinkChanged | TalkingChanged | Happening | Closed
