"""Who is connected over TCP: counted per address and in all, before anything is read from them.

A full table is no reason to turn people away while it is full of connections that have said
nothing: those give way first, the oldest of them, of whoever has the most.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from uvicorn.server import ServerState

from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.rooms.telling.backlog import Backlog

PER_ADDRESS = 256
"""Connections of one address; of this machine's own, and of a trusted proxy's, half of all."""
SILENT = 2_000
"""Connections in all that have said nothing yet: each may hold a head that is not complete."""
SAID_EVERY: Seconds = 60.0
"""Between two lines in the log about a full table."""

log = logging.getLogger(__name__)


class Hanging(Protocol):
    """What the table can do to a connection."""

    def abort(self) -> None:
        """End it at once."""


@dataclass(slots=True, eq=False)
class _Address:
    """The connections of one address; those that have said nothing yet, the oldest first."""

    count: int
    silent: "OrderedDict[Hanging, None]"


class ConnectionTable:
    """One server has one."""

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], Seconds],
        per_address: int = PER_ADDRESS,
        is_proxy: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """
        Args:
            most: connections in all.
            is_proxy: whether many people may come from there.
        """
        self._most = most
        self._per_address = per_address
        self._clock = clock
        self._is_proxy = is_proxy
        self._by_address: dict[str | None, _Address] = {}
        self._where: dict[Hanging, str | None] = {}
        self._silent: OrderedDict[Hanging, None] = OrderedDict()
        self.refused = 0
        """How many were turned away."""
        self.dropped = 0
        """How many had said nothing and gave way."""
        self._said_at: Seconds | None = None

    def __len__(self) -> int:
        return len(self._where)

    def admits(self, host: str | None) -> bool:
        """Whether one more may come from there; somebody silent gives way if need be."""
        address = stranger(host)
        theirs = self._by_address.get(address)
        limit = self._per_address
        if host is None or address is None or self._is_proxy(host):
            limit = self._most // 2
        if (
            theirs is not None
            and theirs.count >= limit
            and not self._make_room(theirs.silent, address)
        ):
            return self._refuse(address)
        if len(self._silent) >= SILENT:
            self._make_room(self._silent, address)
        if len(self._where) >= self._most and not self._make_room(self._silent, address):
            return self._refuse(address)
        return True

    def came(self, connection: Hanging, host: str | None) -> None:
        """It is in the table until `left`."""
        address = stranger(host)
        theirs = self._by_address.setdefault(address, _Address(0, OrderedDict()))
        theirs.count += 1
        theirs.silent[connection] = None
        self._silent[connection] = None
        self._where[connection] = address

    def spoke(self, connection: Hanging) -> None:
        """It has sent a request, or a WebSocket's first message: it gives way to nobody now."""
        if connection in self._silent:
            del self._silent[connection]
            del self._by_address[self._where[connection]].silent[connection]

    def left(self, connection: Hanging) -> None:
        """It has ended; one that is not in the table changes nothing."""
        if connection not in self._where:
            return
        self.spoke(connection)
        address = self._where.pop(connection)
        theirs = self._by_address[address]
        theirs.count -= 1
        if not theirs.count:
            del self._by_address[address]

    def _make_room(self, silent: "OrderedDict[Hanging, None]", address: str | None) -> bool:
        if not silent:
            return False
        oldest = next(iter(silent))
        self.left(oldest)
        oldest.abort()
        self.dropped += 1
        self._say(address)
        return True

    def _refuse(self, address: str | None) -> bool:
        self.refused += 1
        self._say(address)
        return False

    def _say(self, address: str | None) -> None:
        now = self._clock()
        if self._said_at is not None and now - self._said_at < SAID_EVERY:
            return
        self._said_at = now
        log.warning(
            "too many connections (%d open, at most %d; the last one from %s): %d turned away, "
            "%d that had said nothing let go",
            len(self._where),
            self._most,
            address or "this machine",
            self.refused,
            self.dropped,
        )


class CountedState(ServerState):
    """What uvicorn shares with its protocols, and what they tell of themselves."""

    def __init__(self, table: ConnectionTable, backlog: Backlog | None = None) -> None:
        super().__init__()
        self.table = table
        self.backlog = backlog or Backlog()


def table_of(state: ServerState) -> ConnectionTable:
    """The table of the server that a protocol belongs to."""
    return _counted(state).table


def backlog_of(state: ServerState) -> Backlog:
    """What waits unread at that server."""
    return _counted(state).backlog


def _counted(state: ServerState) -> CountedState:
    if not isinstance(state, CountedState):
        raise TypeError("a protocol of ours takes a server that counts its connections")
    return state
