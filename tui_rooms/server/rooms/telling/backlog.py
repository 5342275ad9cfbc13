"""What waits unread at all connections of this server: bounded per address and in all.

Who does not read is not written to. Only those that have been given something and do not take it
are cut off, the one with the most first: whoever reads loses nothing to those who do not.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from tui_rooms.rules.room import Seconds

PER_ADDRESS: Final = 4_000_000
"""Bytes that may wait for the connections of one address; one connection alone may need more."""
IN_ALL: Final = 64_000_000
"""Bytes that may wait for all connections."""
GRACE: Seconds = 0.05
"""From the byte that is too much to the look at who does not read: what is told to thousands at
once waits for a moment."""
SAID_EVERY: Seconds = 60.0
"""Between two lines in the log about readers that were cut off."""

log = logging.getLogger(__name__)


class Account:
    """What waits for one connection, in bytes."""

    __slots__ = ("_backlog", "_cut", "is_cut", "is_stuck", "of_address", "size")

    def __init__(self, backlog: "Backlog", of_address: "_Address", cut: Callable[[str], None]):
        self.size = 0
        self.is_stuck = False
        """Whether it was given something that it does not take."""
        self.is_cut = False
        self.of_address = of_address
        self._backlog = backlog
        self._cut = cut

    def add(self, size: int) -> None:
        """So much more waits; or less, below zero."""
        self.size += size
        self.of_address.size += size
        self._backlog.size += size
        if size > 0:
            self._backlog.grown(self.of_address)

    def cut(self, reason: str) -> None:
        """Have the connection ended; more than once changes nothing."""
        if not self.is_cut:
            self.is_cut = True
            self._cut(reason)

    def close(self) -> None:
        """The connection has ended, and nothing waits for it any more."""
        self.add(-self.size)
        self.is_stuck, self.is_cut = False, True
        self._backlog.closed(self)


class _Address:
    """The accounts of one address."""

    __slots__ = ("accounts", "key", "size")

    def __init__(self, key: str | None) -> None:
        self.key = key
        self.size = 0
        self.accounts: set[Account] = set()


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
            theirs = self._addresses[address] = _Address(address)
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
            self._look = asyncio.get_running_loop().call_later(GRACE, self._relieve)

    def closed(self, account: Account) -> None:
        """An account is no more."""
        theirs = account.of_address
        theirs.accounts.discard(account)
        if not theirs.accounts:
            self._addresses.pop(theirs.key, None)

    def _relieve(self) -> None:
        self._look = None
        for theirs in self._addresses.values():
            if theirs.size > self._per_address:
                self._cut_largest(theirs.accounts, self._per_address, "your address")
        if self.size > self._in_all:
            everyone = {one for theirs in self._addresses.values() for one in theirs.accounts}
            self._cut_largest(everyone, self._in_all, "all")

    def _cut_largest(self, accounts: set[Account], most: int, of_whom: str) -> None:
        stuck = sorted(
            (one for one in accounts if one.is_stuck and not one.is_cut), key=lambda one: one.size
        )
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
