"""Who reads much waits for their turn: searches, pages and old rooms, few at a time.

Each is done in slices that give the loop back, so many of them would only slow each other down.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

PER_ADDRESS: Final = 2
IN_ALL: Final = 8


class ReadingTurns:
    """One server has one. Nobody's turn comes before that of who has waited longer, but an
    address that reads already keeps nobody else waiting."""

    def __init__(self, *, per_address: int = PER_ADDRESS, in_all: int = IN_ALL) -> None:
        self._per_address = per_address
        self._in_all = in_all
        self._reading: Counter[str | None] = Counter()
        self._waiting: dict[asyncio.Future[None], str | None] = {}
        """In the order of arrival."""

    @asynccontextmanager
    async def turn(self, address: str | None) -> AsyncIterator[None]:
        """Read in this block.

        Args:
            address: None is this machine, an address as any other.
        """
        await self._come(address)
        try:
            yield
        finally:
            self._leave(address)

    async def _come(self, address: str | None) -> None:
        if self._is_free(address):
            self._reading[address] += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = address
        try:
            await turn
        except asyncio.CancelledError:
            if self._waiting.pop(turn, self) is self and not turn.cancelled():
                self._leave(address)  # it was theirs already
            raise

    def _is_free(self, address: str | None) -> bool:
        is_room = self._reading.total() < self._in_all
        return is_room and self._reading[address] < self._per_address

    def _leave(self, address: str | None) -> None:
        self._reading[address] -= 1
        self._reading += Counter()  # without zeros
        for turn, whose in list(self._waiting.items()):
            if self._is_free(whose):
                del self._waiting[turn]
                if not turn.done():
                    self._reading[whose] += 1
                    turn.set_result(None)
