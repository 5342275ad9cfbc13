"""What waits unread at all connections of this server: bounded per address and in all.

Who does not read is not written to. While an address is over, its connections are asked nothing
more; those that have not taken what they were given for a second are cut off, the one with the most
first. Whoever reads loses nothing to those who do not.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from tui_rooms.rules.room import Seconds

PER_ADDRESS: Final = 4_000_000
"""Bytes that may wait for the connections of one address; one connection alone may need more."""
IN_ALL: Final = 64_000_000
"""Bytes that may wait for all connections."""
PATIENCE: Seconds = 1.0
"""So long somebody who reads may be busy with other things."""
WOKEN: Final = 4
"""Requests of one address that are answered at a time, of those that had to wait."""
LOOK_EVERY: Seconds = 0.25
"""Between two looks at who does not read, while too much waits."""
SAID_EVERY: Seconds = 60.0
"""Between two lines in the log about readers that were cut off."""

log = logging.getLogger(__name__)


class Account:
    """What waits for one connection, in bytes."""

    __slots__ = ("_backlog", "_cut", "is_cut", "of_address", "size", "stuck_since")

    def __init__(self, backlog: "Backlog", of_address: "_Address", cut: Callable[[str], None]):
        self.size = 0
        self.stuck_since: Seconds | None = None
        """When it was given what it has not taken yet, in the loop's time."""
        self.is_cut = False
        self.of_address = of_address
        self._backlog = backlog
        self._cut = cut

    def add(self, size: int) -> None:
        """So much more waits; or less, below zero."""
        self.size += size
        self.of_address.grow(size)
        self._backlog.size += size
        if size > 0:
            self._backlog.grown(self.of_address)

    def stick(self) -> None:
        """It is given something."""
        self.stuck_since = asyncio.get_running_loop().time()

    @property
    def is_stuck(self) -> bool:
        """Whether it has not taken what it was given."""
        return self.stuck_since is not None

    def cut(self, reason: str) -> None:
        """Have the connection ended; more than once changes nothing."""
        if not self.is_cut:
            self.is_cut = True
            self._cut(reason)

    def close(self) -> None:
        """The connection has ended, and nothing waits for it any more."""
        self.add(-self.size)
        self.stuck_since, self.is_cut = None, True
        self._backlog.closed(self)


class _Address:
    """The accounts of one address."""

    __slots__ = ("_waiting", "_woken", "accounts", "key", "most", "size")

    def __init__(self, key: str | None, most: int) -> None:
        self.key = key
        self.most = most
        self.size = 0
        self._waiting: list[asyncio.Future[None]] = []
        """Requests that are not answered yet, the newest last."""
        self._woken = 0
        """How many of them are being answered."""
        self.accounts: set[Account] = set()

    def grow(self, size: int) -> None:
        """So much more waits for it; or less, below zero."""
        self.size += size
        self._wake()

    @asynccontextmanager
    async def answering(self) -> AsyncIterator[None]:
        """Answer a request in this block: as soon as less waits than may.

        Those that had to wait come a few at a time, since nobody knows how long their answers
        are, and the newest first: whoever has just come is no friend of those that do not read.
        """
        if self.size <= self.most:
            yield
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._answered()  # it was woken already
            raise
        try:
            yield
        finally:
            self._answered()

    def _answered(self) -> None:
        self._woken -= 1
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self.size <= self.most and self._woken < WOKEN:
            self._woken += 1
            turn = self._waiting.pop()
            if not turn.done():
                turn.set_result(None)


class Backlog:
    """One server has one."""

    def __init__(self, *, per_address: int = PER_ADDRESS, in_all: int = IN_ALL) -> None:
        self.size = 0
        """Bytes that wait for all connections."""
        self.cut = 0
        """Connections that were ended for it."""
        self._per_address = per_address
        self._in_all = in_all
        self._addresses: dict[str | None, _Address] = {}
        self._look: asyncio.TimerHandle | None = None
        self._said_at: Seconds | None = None

    def account(self, address: str | None, cut: Callable[[str], None]) -> Account:
        """A new connection's, until it is closed.

        Args:
            address: None is this machine, an address as any other.
            cut: ends the connection, and says why.
        """
        theirs = self._addresses.get(address)
        if theirs is None:
            theirs = self._addresses[address] = _Address(address, self._per_address)
        account = Account(self, theirs, cut)
        theirs.accounts.add(account)
        return account

    def at(self, address: str | None) -> int:
        """Bytes that wait for an address."""
        theirs = self._addresses.get(address)
        return 0 if theirs is None else theirs.size

    def grown(self, theirs: _Address) -> None:
        """More waits for an address."""
        is_much = theirs.size > self._per_address or self.size > self._in_all
        if is_much and self._look is None:
            self._look = asyncio.get_running_loop().call_later(LOOK_EVERY, self._relieve)

    def closed(self, account: Account) -> None:
        """An account is no more."""
        theirs = account.of_address
        theirs.accounts.discard(account)
        if not theirs.accounts:
            self._addresses.pop(theirs.key, None)

    def _relieve(self) -> None:
        loop = asyncio.get_running_loop()
        # Until nothing is too much any more: who is stuck may become so without a word.
        self._look = None
        for theirs in list(self._addresses.values()):
            if theirs.size > self._per_address:
                self._cut_largest(theirs.accounts, self._per_address, "your address")
        if self.size > self._in_all:
            everyone = {one for theirs in self._addresses.values() for one in theirs.accounts}
            self._cut_largest(everyone, self._in_all, "all")
        is_much = any(theirs.size > self._per_address for theirs in self._addresses.values())
        if is_much or self.size > self._in_all:
            self._look = loop.call_later(LOOK_EVERY, self._relieve)

    def _cut_largest(self, accounts: set[Account], most: int, of_whom: str) -> None:
        before = asyncio.get_running_loop().time() - PATIENCE
        stuck = [
            one
            for one in accounts
            if one.stuck_since is not None and one.stuck_since <= before and not one.is_cut
        ]
        stuck.sort(key=lambda one: one.size)
        size = sum(one.size for one in stuck)
        while size > most and len(stuck) > 1:
            largest = stuck.pop()
            size -= largest.size
            self.cut += 1
            self._say(most, of_whom)
            largest.cut(
                f"more than {most // 1_000_000} MB wait unread for connections of {of_whom}: "
                "reconnect"
            )

    def _say(self, most: int, of_whom: str) -> None:
        now = asyncio.get_running_loop().time()
        if self._said_at is None or now - self._said_at >= SAID_EVERY:
            self._said_at = now
            log.warning(
                "connections that do not read were ended, %d so far: more than %d MB waited for %s",
                self.cut,
                most // 1_000_000,
                "one address" if of_whom != "all" else of_whom,
            )
