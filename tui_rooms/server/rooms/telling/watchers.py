"""Those who look at the list of rooms: it is sent to them once, and then what has changed.

What is sent is written once for all who look at the same; nobody's words hold the loop up.
"""

import asyncio
from operator import is_not
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.rooms.slices import Slices
from tui_rooms.server.rooms.telling.listing import Entry, Listing, Only, changes_of, list_of
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.wire import messages
from tui_rooms.wire.features import ROOM_CHANGES, unsaid

INTERVAL: Seconds = 0.5
"""Between two pushes."""
AT_ONCE: Final = 25
"""Who are told in one turn of the loop: each is written to in the next."""
SEARCHES: Final = 500
"""Different words that people may look for at a time; each costs about 40 kB."""
_KIND: Final = "rooms"
"""A list and its changes replace each other while they wait."""


class _View:
    """One way of looking at the list, and who look so."""

    def __init__(self, state: str | None, words: tuple[str, ...], only: Only | None) -> None:
        self.state = state
        self.words = words
        self.only = only
        self.watching: dict[Outbox, _Watcher] = {}
        self.told: dict[str, Entry] = {}
        """What was shown at the last push."""
        self.matches: set[str] | None = None
        """The rooms with those words; None: any, or not looked for yet."""
        self._texts: dict[bool, str] = {}
        self._of: list[Entry] | None = None

    def shown(self, listing: Listing) -> list[Entry]:
        """What those who look so are shown now."""
        return listing.shown(self.state, self.matches, self.only)

    def text(self, shown: list[Entry], *, is_old: bool) -> str:
        """The same as a message, written once for all of them."""
        if self._of is None or not _are_same(self._of, shown):
            self._texts.clear()
            self._of = shown
        if is_old not in self._texts:
            self._texts[is_old] = list_of(shown, is_old=is_old)
        return self._texts[is_old]


class _Watcher:
    """Somebody who looks."""

    def __init__(self, known: frozenset[str]) -> None:
        self.knows_changes = ROOM_CHANGES in known
        self.is_old = unsaid("rooms", known) is not None
        """Whether their program is of version 1."""
        self.is_exact = False
        """Whether they were sent just what was told to all at the last push."""


class Watchers:
    """The open connections in the lobby."""

    def __init__(self) -> None:
        self.listing = Listing()
        self._views: dict[object, _View] = {}
        self._looks: dict[Outbox, object] = {}
        """By which key each finds their view."""
        self._pause: asyncio.TimerHandle | None = None
        self._telling: asyncio.Task[None] | None = None

    async def add(
        self,
        outbox: Outbox,
        wanted: messages.WatchRooms,
        known: frozenset[str],
        *,
        only: Only | None = None,
    ) -> None:
        """Send the rooms now, and from now on their changes; replaces an earlier wish.

        Args:
            known: the features that the client knows.
            only: the rooms that they may know of; None: all that are not private.

        Raises:
            RoomError: `busy`, when too many look for too many different things.
        """
        words = tuple(sorted(set(folded(wanted.text).split())))
        self.remove(outbox)
        key: object = (wanted.state, words) if only is None else outbox
        if key not in self._views:
            if words:
                self._check_searches()
            self._views[key] = _View(wanted.state, words, only)
        view = self._views[key]
        self._looks[outbox] = key
        watcher = view.watching[outbox] = _Watcher(known)
        await self._match(view)
        if view.watching.get(outbox) is not watcher:
            return  # they have gone, or look elsewhere by now
        shown = view.shown(self.listing)
        if len(view.watching) == 1:
            view.told = {entry.room_id: entry for entry in shown}
        watcher.is_exact = _are_same(list(view.told.values()), shown)
        outbox.put_latest(_KIND, view.text(shown, is_old=watcher.is_old))

    def remove(self, outbox: Outbox) -> None:
        """Stop that."""
        key = self._looks.pop(outbox, None)
        if key is None:
            return
        view = self._views[key]
        del view.watching[outbox]
        if not view.watching:
            del self._views[key]

    def changed(self, room: Room) -> None:
        """A room is not as it was."""
        self.listing.changed(room)
        if self._views and self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._begin)

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()
        if self._telling is not None:
            self._telling.cancel()

    def _begin(self) -> None:
        self._pause = None
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())
        else:
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._begin)

    async def _tell(self) -> None:
        slices = Slices()
        changed = await self.listing.changes(slices)
        for view in list(self._views.values()):
            if view.matches is not None:
                for room_id in changed:
                    self._judge(view, view.matches, room_id)
                    await slices.rest()
            await self._tell_changes(view, slices)

    async def _tell_changes(self, view: _View, slices: Slices) -> None:
        if view.words and view.matches is None:
            return  # its first watcher is on the way
        shown = view.shown(self.listing)
        before, view.told = view.told, {entry.room_id: entry for entry in shown}
        new = [entry for entry in shown if before.get(entry.room_id) is not entry]
        gone = before.keys() - view.told.keys()
        changes = changes_of(new, sorted(gone)) if new or gone else ""
        for number, (outbox, watcher) in enumerate(list(view.watching.items()), start=1):
            if view.watching.get(outbox) is not watcher or (watcher.is_exact and not changes):
                continue
            # Who has not taken the last one misses it, and gets the list as it is now.
            if watcher.is_exact and watcher.knows_changes and not outbox.holds(_KIND):
                outbox.put_latest(_KIND, changes)
            else:
                outbox.put_latest(_KIND, view.text(shown, is_old=watcher.is_old))
            watcher.is_exact = True
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        await slices.rest()

    def _check_searches(self) -> None:
        if sum(bool(view.words) for view in self._views.values()) >= SEARCHES:
            raise RoomError(
                "busy",
                f"people look for {SEARCHES} different things here already: look at the whole "
                "list, or try again in a moment",
            )

    async def _match(self, view: _View) -> None:
        """Look for the words of a view, the first time."""
        if not view.words or view.matches is not None:
            return
        slices = Slices()
        matches: set[str] = set()
        scanned = self.listing.entries()
        for entry in scanned:
            if entry.has(view.words):
                matches.add(entry.room_id)
            await slices.rest()
        known = {entry.room_id: entry for entry in scanned}
        for entry in self.listing.entries():
            if known.get(entry.room_id) is not entry:  # it has changed meanwhile
                self._judge(view, matches, entry.room_id)
        view.matches = matches

    def _judge(self, view: _View, matches: set[str], room_id: str) -> None:
        entry = self.listing.entry(room_id)
        if entry is not None and entry.has(view.words):
            matches.add(room_id)
        else:
            matches.discard(room_id)


def _are_same(some: list[Entry], others: list[Entry]) -> bool:
    return len(some) == len(others) and not any(map(is_not, some, others))
