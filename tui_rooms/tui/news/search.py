"""Looking for rooms on a server: beyond those that it tells of by itself, page by page."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from tui_rooms.rules.life import Life
from tui_rooms.tui.model.values import Sought

if TYPE_CHECKING:
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.wire.messages import RoomSummary

State: TypeAlias = Literal["upcoming", "live", "ended"]

PAGE: Final = 50
"""Rooms that are fetched at a time."""
MOST_PAGES: Final = 6
"""As many are fetched again when something has changed; further ones when they are asked for."""
PAUSE: Final = 2.0
"""Seconds before what was found is fetched again."""
STATES: Final[dict[str, tuple[State, ...]]] = {
    # A room that is backstage is still to come for the server; here it stands with the live ones.
    "Live": ("live", "upcoming"),
    "Upcoming": ("upcoming",),
    "Finished": ("ended",),
}


class Search:
    """What was found so far, and what is still to be asked."""

    def __init__(self, sought: Sought) -> None:
        self.sought = sought
        self.rooms: dict[str, RoomSummary] = {}
        """By id, in the server's order."""
        self.pages = 0
        self._ahead: list[tuple[State, str | None]] = [
            (state, None) for state in STATES[sought.list_name]
        ]

    @property
    def more(self) -> bool:
        """Whether there may be more."""
        return bool(self._ahead)

    async def page(self, lobby: "Lobby") -> None:
        """Fetch a page more, if there is one.

        Raises:
            RoomError: refused.
            LinkError: the connection is lost.
        """
        if not self._ahead:
            return
        state, cursor = self._ahead[0]
        found = await lobby.find(self.sought.words, state=state, limit=PAGE, cursor=cursor)
        self._ahead[:1] = [] if found.next is None else [(state, found.next)]
        self.rooms |= {room.room: room for room in found.rooms}
        self.pages += 1

    async def states(self, lobby: "Lobby") -> None:
        """Fetch the first page of each state; raises as `page`."""
        for _ in STATES[self.sought.list_name]:
            await self.page(lobby)


class Finder:
    """Somebody in a lobby: what they see of its rooms. It lives as long as the connection."""

    def __init__(
        self,
        lobby: "Lobby",
        changed: Callable[[], None],
        guarded: Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]],
    ) -> None:
        """
        Args:
            changed: called when there is something else to see.
            guarded: runs what may fail, and tells people of it.
        """
        self._lobby = lobby
        self._changed = changed
        self._guarded = guarded
        self._search: Search | None = None
        self._work: asyncio.Task[None] | None = None
        self.looking = False
        """Whether the server is being asked for what is sought."""

    @property
    def rooms(self) -> "tuple[RoomSummary, ...]":
        """Those that the server tells of by itself, and those that were found."""
        rooms = {room.room: room for room in self._lobby.rooms}
        for name, room in (self._search.rooms if self._search else {}).items():
            # An open room that is not among all open rooms has ended since.
            if room.life is Life.ENDED or not self._lobby.complete:
                rooms.setdefault(name, room)
        return tuple(rooms.values())

    @property
    def more(self) -> bool:
        """Whether the server has more."""
        return not self._lobby.complete if self._search is None else self._search.more

    def seek(self, sought: Sought) -> None:
        """Look for something else."""
        self._stop()
        self._search = None
        # Without words, all open rooms are known already.
        if sought.words or sought.list_name == "Finished":
            self._search = Search(sought)
            self._begin(self._search.states, visibly=True)
        self._changed()

    def seek_more(self) -> None:
        """A page more."""
        if not self.looking and self.more:
            self._stop()
            self._search = self._search or Search(Sought())
            self._begin(self._search.page, visibly=True)
            self._changed()

    def look_again(self) -> None:
        """The server's rooms have changed: what was found may have, too."""
        if self._search is not None and self._work is None:
            self._begin(self._fetch_again, visibly=False)

    def close(self) -> None:
        """Look for nothing any more."""
        self._stop()

    def _begin(self, work: "Callable[[Lobby], Awaitable[None]]", *, visibly: bool) -> None:
        async def look() -> None:
            await work(self._lobby)

        async def run() -> None:
            await self._guarded(look)
            self._work, self.looking = None, False
            self._changed()

        self.looking = visibly
        self._work = asyncio.create_task(run())

    def _stop(self) -> None:
        work, self._work = self._work, None
        self.looking = False
        if work is not None:
            work.cancel()

    async def _fetch_again(self, lobby: "Lobby") -> None:
        await asyncio.sleep(PAUSE)
        old = self._search
        if old is None:
            return
        fresh = Search(old.sought)
        while fresh.more and fresh.pages < min(old.pages, MOST_PAGES):
            await fresh.page(lobby)
        self._search = fresh
