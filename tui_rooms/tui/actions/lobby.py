"""What can be done in the lobby."""

from typing import Final, NamedTuple

from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.everywhere import HELP, PALETTE, SETTINGS
from tui_rooms.tui.values import LobbyPhase


class LobbySituation(NamedTuple):
    """What the table looks at."""

    phase: LobbyPhase = LobbyPhase.STARTING
    rooms: int = 0
    """Rooms in the list, as far as the search lets them through."""
    all_rooms: int = 0
    servers: int = 0
    """Servers that one could be at."""

    @property
    def connected(self) -> bool:
        """Whether there is a server to ask."""
        return self.phase is LobbyPhase.CONNECTED


LOBBY_ACTIONS: Final[Table[LobbySituation]] = (
    Action(
        id="join-room",
        keys=("enter",),
        word="join",
        explained="go into the chosen room",
        when=lambda now: now.connected and now.rooms > 0,
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
        explained="show rooms by title or people only",
        when=lambda now: now.connected and now.all_rooms > 0,
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
        when=lambda now: now.servers > 1,
    ),
    Action(id="change-name", keys=("e",), word="your name", explained="change your name"),
    SETTINGS,
    PALETTE,
    Action(id="quit", keys=("q",), word="quit", explained="leave tui-rooms"),
    HELP,
)
"""The most important first; the way out and help last."""
