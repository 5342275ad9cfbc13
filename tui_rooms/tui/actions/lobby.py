"""What can be done in the lobby."""

from typing import Final, NamedTuple

from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.everywhere import HELP, PALETTE, SETTINGS
from tui_rooms.tui.model.values import LobbyPhase


class LobbySituation(NamedTuple):
    """What the table looks at."""

    phase: LobbyPhase = LobbyPhase.STARTING
    rooms: int = 0
    """Rooms in the list, as far as the search lets them through."""
    over: bool = False
    """Whether the chosen room has ended."""
    planned: bool = False
    """Whether it has a start to come."""
    sought: bool = False
    """Whether rooms are searched for words."""
    servers: int = 0
    """Servers that one knows by name."""
    here: str = ""
    """The name of the server that one is at, if it has one."""
    embedded: bool = False
    """Whether that is the one which comes with the program."""

    was_in: str = ""
    """The title of the room that one was in when the server was lost."""

    @property
    def connected(self) -> bool:
        """Whether there is a server to ask."""
        return self.phase is LobbyPhase.CONNECTED


def _only_back(now: LobbySituation) -> bool:
    """Whether the room that one was in is the only one that can be chosen."""
    return bool(now.was_in) and not (now.connected and now.rooms > 0)


LOBBY_ACTIONS: Final[Table[LobbySituation]] = (
    Action(
        id="join-room",
        keys=("enter",),
        word=lambda now: "go back" if _only_back(now) else "about" if now.over else "join",
        explained=lambda now: (
            f"back into “{now.was_in}”"
            if _only_back(now)
            else "read about the chosen room"
            if now.over
            else "go into the chosen room"
        ),
        when=lambda now: (now.connected and now.rooms > 0) or _only_back(now),
    ),
    Action(
        id="go-back",
        keys=("b",),
        word="go back",
        explained=lambda now: (
            f"back into “{now.was_in}”" if now.was_in else "back into the room you were in"
        ),
        when=lambda now: bool(now.was_in) and not _only_back(now),
    ),
    Action(
        id="retry",
        keys=("r",),
        word="try again",
        explained="look for the server again",
        when=lambda now: now.phase is LobbyPhase.UNREACHABLE,
    ),
    Action(
        id="new-room",
        keys=("n",),
        word="new room",
        explained="open a room, or schedule one",
        when=lambda now: now.connected,
    ),
    Action(
        id="next-list",
        keys=("tab",),
        word="lists",
        explained="live, upcoming and finished rooms in turn",
        when=lambda now: now.connected,
    ),
    Action(
        id="search",
        keys=("slash",),
        word="search",
        explained="show rooms with these words only",
        when=lambda now: now.connected,
    ),
    Action(
        id="all-rooms",
        keys=("escape",),
        word="all rooms",
        explained="search no longer",
        when=lambda now: now.sought,
        bar=False,
    ),
    Action(
        id="about-room",
        keys=("i",),
        word="about",
        explained="read about the chosen room",
        # Of one that is over, enter tells.
        when=lambda now: now.connected and now.rooms > 0 and not now.over,
    ),
    Action(
        id="calendar-link",
        keys=("c",),
        word="calendar",
        explained="a link to the room's start, for your calendar to follow",
        when=lambda now: now.connected and now.planned,
    ),
    Action(
        id="join-link",
        keys=("l",),
        word="link",
        explained="go to a server or a room by its link",
    ),
    Action(
        id="switch-server",
        keys=("v",),
        word="server",
        explained="go to another of your servers",
        when=lambda now: now.servers > 0,
    ),
    Action(
        id="remember-server",
        keys=("plus",),
        word="remember",
        explained="keep this server under a name, in your settings file",
        when=lambda now: now.connected and not now.here and not now.embedded,
        bar=False,
    ),
    Action(
        id="forget-server",
        keys=("minus",),
        word="forget…",
        explained=lambda now: f"keep the server “{now.here}” no longer",
        when=lambda now: bool(now.here),
        bar=False,
    ),
    Action(id="change-name", keys=("e",), word="your name", explained="change your name"),
    SETTINGS,
    PALETTE,
    Action(id="quit", keys=("q",), word="quit", explained="leave tui-rooms"),
    HELP,
)
"""The most important first; the way out and help last."""
