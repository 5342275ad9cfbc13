"""What a `RoomClient` tells those who listen to it: plain values, safe in any thread."""

import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from tui_rooms.client.link.ways import LinkState
from tui_rooms.rules.events import EventSent, Reacted
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
class TokenEnds:
    """The token ends: told five minutes before, or when less is left, and when it does."""

    in_s: float
    """Seconds; 0: now."""

    @property
    def sentence(self) -> str:
        """For whoever is in a room."""
        stay = "you stay who you are in this room until you leave it"
        return f"{self._when}: {stay}; for anything else, ask for a new one"

    @property
    def sentence_outside(self) -> str:
        """For whoever is in none."""
        return f"{self._when}: ask for a new one"

    @property
    def _when(self) -> str:
        if not self.in_s:
            return "your token has ended"
        minutes, seconds = divmod(round(self.in_s), 60)
        left = f"{seconds} s" if not minutes else f"{minutes} min" if not seconds else ""
        return f"your token ends in {left or f'{minutes} min {seconds} s'}"


@dataclass(frozen=True, slots=True)
class Closed:
    """The last update: out of the room, and why."""

    code: str
    sentence: str


def happening(signal: Reacted | EventSent) -> Reaction | CustomEvent:
    """A reaction or a custom event as it is told."""
    if isinstance(signal, Reacted):
        return Reaction(signal.identity, signal.name, signal.emoji)
    return CustomEvent(signal.identity, signal.name, signal.type, json.loads(signal.data))


Happening: TypeAlias = (
    MessageReceived | MessageDeleted | Reaction | CustomEvent | Notice | TokenEnds
)
"""Each counts, unlike the others: of those only the newest does."""

Update: TypeAlias = RoomChanged | LinkChanged | TalkingChanged | Happening | Closed
