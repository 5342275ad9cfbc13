"""What the lobby is given: plain values that nobody changes any more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from tui_rooms.rules.room import Life


@dataclass(frozen=True, slots=True)
class ServerChoice:
    """The server to use."""

    url: str
    """An address or a join link, as a person would type it."""
    token: str | None = field(default=None, repr=False)
    embedded: bool = False
    """Whether it is the one on this machine that starts by itself."""
    room: str | None = None
    """A room to go into at once."""


Connect: TypeAlias = Callable[[], ServerChoice]
"""Finds the server, and starts one when there is none. It runs in a thread of its own and may
take its time; an error with a `sentence` is shown to the person as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyRoom:
    """A room as the lobby lists it."""

    room_id: str
    title: str
    host: str
    room_type: str
    life: Life = Life.LIVE
    live_since: float | None = None
    """Seconds since the epoch."""
    people: int = 0
    speakers: tuple[str, ...] = ()
    """Names of the first on the stage."""


class LobbyPhase(StrEnum):
    """Where the way to the server stands."""

    STARTING = "starting"
    """Looking for the server, or starting one."""
    CONNECTING = "connecting"
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class LobbyState:
    """The lobby as it is."""

    phase: LobbyPhase = LobbyPhase.STARTING
    server: str = ""
    """The address, without secrets."""
    embedded: bool = False
    rooms: tuple[LobbyRoom, ...] = ()
    sentence: str = ""
    """Why the server cannot be reached."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does here."""

    key: str
    """As Textual names it."""
    word: str
    """One or two words for the key bar."""
    action: str
    """The action of the screen."""
    label: str = ""
    """How the key is shown, when its name is no good for that."""
    explained: str = ""
    """A line for the help."""

    @property
    def cap(self) -> str:
        """What is printed on the key."""
        return self.label or self.key
