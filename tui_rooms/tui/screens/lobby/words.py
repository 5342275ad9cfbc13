"""The words that stand where no list of rooms is."""

from collections.abc import Callable

from tui_rooms.tui.drawing.placard import Placarded
from tui_rooms.tui.model.values import LobbyPhase, LobbyState, Sought
from tui_rooms.tui.terminal.first_picture import STARTING


def words(
    state: LobbyState, sought: Sought, cap: Callable[[str], str], *, knows_servers: bool
) -> Placarded:
    """Why there is no list, and what to do.

    Args:
        cap: what is printed on the key of an action.
        knows_servers: whether there are others to go to.
    """
    if state.phase is LobbyPhase.UNREACHABLE:
        switch = f"{cap('switch-server')} for another of your servers, "
        servers = switch if knows_servers else ""
        return Placarded(
            "The server cannot be reached",
            (
                state.sentence,
                *_back(state, cap),
                f"Press {cap('retry')} to try again, {servers}{cap('join-link')} for another "
                f"server, {cap('quit')} to quit.",
            ),
            alarm=True,
        )
    if state.phase is LobbyPhase.STARTING:
        return STARTING
    if state.phase is LobbyPhase.CONNECTING:
        return Placarded("Connecting…", (state.server,))
    if state.looking:
        return Placarded("Looking for rooms…")
    if sought.words:
        return Placarded(
            f"No {sought.list_name.lower()} room has “{sought.words}”",
            (
                f"Press {cap('next-list')} to look in the other lists, {cap('all-rooms')} to "
                "see all rooms again.",
            ),
        )
    return {
        "Live": Placarded(
            "No rooms are open",
            (
                *_back(state, cap),
                f"Press {cap('new-room')} to open the first one.",
                f"Press {cap('next-list')} for upcoming and finished rooms.",
            ),
        ),
        "Upcoming": Placarded("No room is planned", (f"Press {cap('new-room')} to schedule one.",)),
        "Finished": Placarded(
            "No room has ended", (f"Press {cap('next-list')} for the live ones.",)
        ),
    }[sought.list_name]


def _back(state: LobbyState, cap: Callable[[str], str]) -> tuple[str, ...]:
    """The way back to where one was when the server was lost."""
    if state.was_in is None:
        return ()
    return (f"You were in “{state.was_in.title}”: {cap('join-room')} goes back.",)
