"""Updates on their way to listeners: bounded, whatever a listener does."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Final

from tui_rooms.client.updates import Closed, Happening, Update

KEPT_HAPPENINGS: Final = 200


class UpdateFeed:
    """A queue to one listener that keeps only the newest of each kind of state, and the newest
    happenings.

    A room, a link and a set of talkers are whole states: whoever comes late loses nothing
    by missing those in between. Messages, reactions and notices each count.
    """

    def __init__(self) -> None:
        self._waiting: dict[object, Update] = {}
        """In the order of arrival; a newer state takes the place of the one that waits."""
        self._happenings = 0
        self._ended = False
        self._more = asyncio.Event()

    def put(self, update: Update) -> None:
        """Add an update; never blocks. Nothing follows `Closed`."""
        if self._ended:
            return
        if isinstance(update, Happening):
            self._happenings += 1
            self._waiting[self._happenings] = update
            self._waiting.pop(self._happenings - KEPT_HAPPENINGS, None)
        else:
            self._waiting[type(update)] = update
        self._ended = isinstance(update, Closed)
        self._more.set()

    async def get(self) -> Update | None:
        """The oldest update that waits; None after `Closed` has been taken."""
        while not self._waiting:
            if self._ended:
                return None
            self._more.clear()
            await self._more.wait()
        return self._waiting.pop(next(iter(self._waiting)))

    def __len__(self) -> int:
        return len(self._waiting)


class Publisher:
    """Tells every listener. What counts and nobody has heard yet waits for the first one."""

    def __init__(self) -> None:
        self._feeds: set[UpdateFeed] = set()
        self._early: deque[Happening] = deque(maxlen=KEPT_HAPPENINGS)

    def publish(self, update: Update) -> None:
        """Tell it; never blocks."""
        if isinstance(update, Happening) and not self._feeds:
            self._early.append(update)
        for feed in self._feeds:
            feed.put(update)

    async def listen(self, first: Iterable[Update]) -> AsyncIterator[Update]:
        """All updates from now on, after early happenings and those in `first`."""
        feed = UpdateFeed()
        while self._early:
            feed.put(self._early.popleft())
        for update in first:
            feed.put(update)
        self._feeds.add(feed)
        try:
            while (update_or_end := await feed.get()) is not None:
                yield update_or_end
        finally:
            self._feeds.discard(feed)
