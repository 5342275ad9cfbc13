"""How much of the control loop's time an address may use: what its requests cost is measured while
they run (see `rooms.bill`), and who is in debt waits before the next one.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import REMEMBERED, Paces, stranger
from tui_rooms.server.door.pace import Pace
from tui_rooms.server.rooms.bill import Bill

SHARE: Final = 0.05
"""Seconds of the loop a second, for one address."""
BURST: Final = 1
"""As many of them at once."""
IN_ALL: Final = 5
"""The shares that all strangers have together."""
PATIENCE: Final[Seconds] = 10.0
"""Who has waited so long is refused."""
LOOK_EVERY: Final[Seconds] = 0.02
AT_A_LOOK: Final = 4
"""Requests of one address that go on then: what they cost is known afterwards only."""
LIGHT: Final = 0.1
"""The part of a share below which an address uses little in the long run."""
LONGEST_STEP: Final[Seconds] = 0.1
"""What is longer its address pays alone: one blow makes nobody else wait."""
SCARCE: Final[Seconds] = 0.1
"""With less than that left for all, `AT_A_LOOK` requests of all who use more go on, not of each."""
SETTLED_AT: Final[Seconds] = 0.001
"""What is less is put together before it is counted: to count costs time too."""
THIS_MACHINE: Final = "this machine"


class LoopTime:
    """One server has one. Fair among addresses, and among the connections of one."""

    def __init__(
        self,
        clock: Callable[[], Seconds],
        cost: Callable[[], Seconds] = time.thread_time,
        *,
        share: float = SHARE,
    ) -> None:
        """
        Args:
            cost: how much this thread has computed so far.
            share: seconds of the loop a second, for one address.
        """
        self.clock = clock
        self._cost = cost
        self._share = share
        self._accounts = Paces(burst=BURST, per_second=share, clock=clock)
        # Twenty who share the sum are all below what one may use: who used least is told by more.
        self._lately = Paces(burst=BURST, per_second=LIGHT * share, clock=clock)
        self._strangers = Pace(burst=BURST, per_second=IN_ALL * share, now=clock())
        self._waiting: dict[str, OrderedDict[Hashable, deque[asyncio.Future[None]]]] = {}
        self._owed: dict[str, Seconds] = {}
        """Not counted yet, by address."""
        self._dealing: asyncio.Task[None] | None = None
        self.used: Seconds = 0.0
        """By all requests together, this machine's too."""
        self.waited: Seconds = 0.0
        """By all requests together."""
        self.refused = 0

    def bill(self, payer: str) -> Bill:
        """What an address pays with, in debt too."""
        return Bill(payer=payer, charge=lambda spent: self._charge(payer, spent), cost=self._cost)

    def is_free(self, payer: str) -> bool:
        """Whether a request of that address need not wait."""
        return payer not in self._waiting and self._affords(payer)

    async def turn(self, payer: str, connection: Hashable) -> None:
        """Wait until the address can afford another request.

        Raises:
            RoomError: `busy`.
        """
        if self.is_free(payer):
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        theirs = self._waiting.setdefault(payer, OrderedDict())
        theirs.setdefault(connection, deque()).append(turn)
        if self._dealing is None or self._dealing.done():
            self._dealing = asyncio.create_task(self._deal())
        begin = self.clock()
        try:
            async with asyncio.timeout(PATIENCE):
                await turn
        except TimeoutError as exc:
            self.refused += 1
            raise RoomError(
                "busy",
                f"this server is busy with others, or what {payer} asks costs it more than "
                f"{self._share * 1000:.0f} ms a second: this has waited for {PATIENCE:.0f} s; ask "
                "less, or later",
            ) from exc
        finally:
            self.waited += self.clock() - begin
            self._forget(payer, connection, turn)

    def _affords(self, payer: str) -> bool:
        left = self._accounts.left(payer)
        if left <= 0 or payer == THIS_MACHINE:
            return left > 0
        for_all = self._strangers.left(self.clock())
        # When there is little for all, those go first that have used least: they have a reserve.
        return for_all > 0 or (for_all > -BURST and self._is_light(payer))

    def _is_light(self, payer: str) -> bool:
        return payer == THIS_MACHINE or self._lately.left(payer) >= BURST / 2

    def _charge(self, payer: str, spent: Seconds) -> None:
        self.used += spent
        spent += self._owed.pop(payer, 0.0)
        if spent < SETTLED_AT and len(self._owed) < REMEMBERED:
            self._owed[payer] = spent
            return
        self._accounts.spend(payer, spent)
        if payer != THIS_MACHINE:
            self._lately.spend(payer, min(spent, max(0.0, self._lately.left(payer))))
            self._strangers.spend(min(spent, LONGEST_STEP), self.clock())

    async def _deal(self) -> None:
        while self._waiting:
            await asyncio.sleep(LOOK_EVERY)
            is_scarce = self._strangers.left(self.clock()) < SCARCE
            of_heavy = 0
            for payer in sorted(self._waiting, key=self._accounts.left, reverse=True):
                is_held = is_scarce and not self._is_light(payer)
                for _ in range(AT_A_LOOK):
                    if payer not in self._waiting or not self._affords(payer):
                        break
                    if is_held and of_heavy >= AT_A_LOOK:
                        break
                    of_heavy += is_held
                    self._next(payer)

    def _next(self, payer: str) -> None:
        """Let one of them go on: of that connection whose turn is longest ago."""
        connection, queue = next(iter(self._waiting[payer].items()))
        turn = queue[0]
        self._waiting[payer].move_to_end(connection)
        self._forget(payer, connection, turn)
        if not turn.done():
            turn.set_result(None)

    def _forget(self, payer: str, connection: Hashable, turn: asyncio.Future[None]) -> None:
        """It waits no more; if it still did."""
        theirs = self._waiting.get(payer, OrderedDict())
        queue = theirs.get(connection, deque())
        if turn in queue:
            queue.remove(turn)
            if not queue:
                del theirs[connection]
            if not theirs:
                del self._waiting[payer]


def payer_of(host: str | None) -> str:
    """Who pays for what comes from there; this machine is an address as any other."""
    return stranger(host) or THIS_MACHINE
