"""When a server that has gone is looked for: soon, then less and less often, at last not any more;
and at once when somebody says so, or the network is back."""

import asyncio
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tui_rooms.client.link.backoff import delays
from tui_rooms.client.link.network.awake import Awake

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at our network, which costs a system call."""
LEAST: Final = 0.1
"""Seconds before the next try where the last one has waited in vain for longer than the pause: a
server that stands still takes connections, and answers the one that waits once it goes on."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Where the search stands, in the loop's time: that of `time.monotonic`."""

    next_at: float | None
    """When it is tried next; None: just now."""
    until: float
    """When it is given up."""


class Search:
    """One person's, for one server; again for each loss."""

    def __init__(
        self,
        patience: float,
        *,
        tell: Callable[[Looking | None], None],
        network: Callable[[], str | None] = lambda: None,
        pauses: Callable[[], Iterator[float]] = delays,
        awake: Awake | None = None,
    ) -> None:
        """
        Args:
            patience: seconds.
            tell: is told where it stands; None: it is over.
            network: by which of our addresses the server would be reached; None without a way.
        """
        self._patience = patience
        self._tell = tell
        self._network = network
        self._new_pauses = pauses
        self._awake = awake or Awake()
        self._at_once = asyncio.Event()
        self.begin()

    def begin(self) -> None:
        """The link has just been lost."""
        self._until = asyncio.get_running_loop().time() + self._patience
        self._pauses = self._new_pauses()
        self._tried_at = -math.inf
        self._at_once.clear()

    def now(self) -> None:
        """Do not wait any longer."""
        self._at_once.set()

    def end(self) -> None:
        """Found, or given up."""
        self._tell(None)

    @property
    def is_over(self) -> bool:
        """Whether nobody waits any longer."""
        return asyncio.get_running_loop().time() >= self._until

    async def pause(self) -> None:
        """Wait for the next try; how long counts from the beginning of the last one."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        due = now + next(self._pauses)
        if self._tried_at > -math.inf:
            due = max(now + LEAST, due - (now - self._tried_at))
        due = min(due, self._until)
        self._tell(Looking(due, self._until))
        way = self._network()
        while not self._at_once.is_set() and (left := due - loop.time()) > 0:
            if await self._sleeps(min(LOOK_EVERY, left)):
                # Nobody has looked meanwhile: the time for it begins anew.
                self.begin()
                break
            before, way = way, self._network()
            if way is not None and way != before:
                self._pauses = self._new_pauses()
                break
        self._at_once.clear()
        self._tried_at = loop.time()
        self._tell(Looking(None, self._until))

    async def _sleeps(self, seconds: float) -> bool:
        """Wait so long, or until it is to be now; whether the machine has slept."""
        sleeping = asyncio.create_task(self._awake.sleep(seconds))
        hurried = asyncio.create_task(self._at_once.wait())
        try:
            await asyncio.wait({sleeping, hurried}, return_when=asyncio.FIRST_COMPLETED)
            return sleeping.done() and sleeping.result()
        finally:
            for task in (sleeping, hurried):
                task.cancel()
