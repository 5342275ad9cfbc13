"""What the lobby is given: plain values that nobody changes any more.

Named tuples, which are made in a moment: the first picture waits for them.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_rooms.rules.life import Life
from tui_rooms.rules.text import folded

if TYPE_CHECKING:
    # After the first picture.
    from tui_rooms.tui.model.failure import Failure


class LobbyRoom(NamedTuple):
    """A room as the lobby lists it."""

    room_id: str
    title: str
    host: str
    room_type: str
    life: Life = Life.LIVE
    live_since: float | None = None
    """Seconds since the epoch."""
    ended_at: float | None = None
    """The same."""
    people: int = 0
    speakers: tuple[str, ...] = ()
    """Names of the first on the stage."""
    description: str = ""
    starts_at: float | None = None
    """Seconds since the epoch, of a room that is scheduled."""
    private: bool = False
    has_password: bool = False
    closed: str = ""
    """To whom it is closed; empty when to nobody."""

    @property
    def list_name(self) -> str:
        """In which of `LISTS` it stands."""
        return {Life.SCHEDULED: "Upcoming", Life.ENDED: "Finished"}.get(self.life, "Live")


class Sought(NamedTuple):
    """Which rooms somebody looks for, beyond those that the server tells of by itself."""

    list_name: str = "Live"
    words: str = ""


class Previewed(NamedTuple):
    """A room as the server tells of it to somebody who is not in it."""

    room: LobbyRoom
    sentence: str = ""
    """Who is there; empty while that is being asked."""
    clock: Callable[[], float] = time.time
    """As of `LobbyState`."""


class WasIn(NamedTuple):
    """A room that one was in when its server was lost."""

    room_id: str
    title: str


class LobbyPhase(StrEnum):
    """Where the way to the server stands."""

    STARTING = "starting"
    """Looking for the server, or starting one."""
    CONNECTING = "connecting"
    CONNECTED = "connected"
    UNREACHABLE = "unreachable"


class LobbyState(NamedTuple):
    """The lobby as it is."""

    phase: LobbyPhase = LobbyPhase.STARTING
    server: str = ""
    """The address, without secrets."""
    public_url: str = ""
    """The address for others, if the server has said one."""
    me: str = ""
    """What one is called there, as the server says; empty while it is not asked."""
    embedded: bool = False
    rooms: tuple[LobbyRoom, ...] = ()
    """Open and upcoming ones, and those that were found."""
    looking: bool = False
    """Whether the server is being asked for what is sought."""
    more: bool = False
    """Whether it has more of it."""
    sentence: str = ""
    """Why the server cannot be reached."""
    silent: bool = False
    """Whether nothing comes from the server that one is connected to; it may yet."""
    was_in: WasIn | None = None
    """Where one goes back to, once it can."""
    failure: "Failure | None" = None
    """Who is to act, then."""
    clock: Callable[[], float] = time.time
    """Tells what time it is at the server, in seconds since the epoch."""

    def link_to(self, room_id: str) -> str:
        """What somebody else joins a room with."""
        return f"{self.public_url or self.server}/r/{room_id}"


SMALLEST: Final = (60, 20)
"""Columns and rows that the lobby and rooms need."""
LISTS: Final = ("Live", "Upcoming", "Finished")


def found(rooms: tuple[LobbyRoom, ...], words: str) -> tuple[LobbyRoom, ...]:
    """The rooms whose title or people hold all the words; with no words, all rooms."""
    sought = folded(words).split()

    def holds(room: LobbyRoom) -> bool:
        text = folded("\n".join((room.title, room.host, room.description, *room.speakers)))
        return all(word in text for word in sought)

    return tuple(filter(holds, rooms))


class Key(NamedTuple):
    """An action that may be done now, as bar, help and palette show it."""

    cap: str
    """What is printed on its key; empty when it has none."""
    word: str
    """One or two words for the key bar."""
    action: str
    """The action's id; empty for keys that only the help tells of."""
    explained: str
    """A line for help and palette."""
