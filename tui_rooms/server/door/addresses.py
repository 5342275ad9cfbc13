"""What one network address may do: strangers are told apart by where they come from."""

import hashlib
import ipaddress
import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.pace import Pace
from tui_rooms.wire.commands import Report, SendMessage

REMEMBERED = 10_000
"""Addresses whose pace is known at a time; the one that was quiet longest is forgotten first."""
REPORTS_AT_ONCE = 5
"""Reports of one identity at once, however it asks; then one in `REPORT_EVERY`."""
REPORT_EVERY: Seconds = 10.0
_LONGEST = 100
"""Characters of what a proxy has named, which need not be an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLimits:
    """What one address may do; addresses of this machine are not limited."""

    connections: int = 100
    """WebSockets open at once."""
    requests_per_second: float = 20.0
    """HTTP requests and new WebSockets, in the long run."""
    burst: int = 100
    """As many at once."""
    rooms: int = 5
    """Rooms open at once that guests have made from there."""
    rooms_burst: int = 10
    """Rooms that guests may make at once, if they end others meanwhile: each stays on the disk."""
    rooms_per_second: float = 1 / 60
    """As many in the long run."""
    messages_burst: int = 60
    """Messages and reports at once, of all connections together: a guest who comes back is
    another one."""
    messages_per_second: float = 10.0
    """As many in the long run."""
    reports_burst: int = 20
    """Reports at once, of all identities together."""
    reports_per_second: float = 0.2
    """As many in the long run."""


class Paces:
    """A pace for each of many keys, in bounded memory."""

    def __init__(
        self, *, burst: int, per_second: float, clock: Callable[[], Seconds], most: int = REMEMBERED
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._most = most
        self._paces: OrderedDict[Hashable, Pace] = OrderedDict()

    def allows(self, key: Hashable) -> bool:
        """Whether one more by that key is within the limit; counts it when it is."""
        now = self._clock()
        return self._pace(key, now).allows(now)

    def left(self, key: Hashable) -> float:
        """How much of that key is within the limit; below zero when more was spent."""
        pace = self._paces.get(key)
        return self._burst if pace is None else pace.left(self._clock())

    def spend(self, key: Hashable, cost: float) -> None:
        """Count what was done by that key, whether it was within the limit or not."""
        now = self._clock()
        self._pace(key, now).spend(cost, now)

    def give_back(self, key: Hashable) -> None:
        """The last one by that key counts no more."""
        if key in self._paces:
            self._paces[key].give_back()

    def _pace(self, key: Hashable, now: Seconds) -> Pace:
        pace = self._paces.pop(key, None)
        if pace is None:
            pace = Pace(burst=self._burst, per_second=self._per_second, now=now)
        self._paces[key] = pace
        if len(self._paces) > self._most:
            self._paces.popitem(last=False)
        return pace


class Addresses:
    """Keeps the limits of every address of one server."""

    def __init__(self, limits: AddressLimits, *, clock: Callable[[], Seconds]) -> None:
        self.limits = limits
        self._open: Counter[str] = Counter()
        self._requests = Paces(
            burst=limits.burst, per_second=limits.requests_per_second, clock=clock
        )
        self._new_rooms = Paces(
            burst=limits.rooms_burst, per_second=limits.rooms_per_second, clock=clock
        )
        self._messages = Paces(
            burst=limits.messages_burst, per_second=limits.messages_per_second, clock=clock
        )
        self._reports = Paces(
            burst=limits.reports_burst, per_second=limits.reports_per_second, clock=clock
        )
        self._reporters = Paces(burst=REPORTS_AT_ONCE, per_second=1 / REPORT_EVERY, clock=clock)
        self._rooms: dict[str, set[str]] = {}
        self._salt = secrets.token_bytes(16)

    def network(self, host: str | None) -> str:
        """What stands for where somebody comes from: good to compare, and for nothing else.

        Unlike for limits, this machine is a place as any other.
        """
        place = stranger(host) or "this machine"
        return hashlib.blake2b(place.encode(), key=self._salt, digest_size=8).hexdigest()

    def request(self, host: str | None) -> None:
        """Count a request.

        Raises:
            RoomError: `too-fast`.
        """
        address = stranger(host)
        if address is not None and not self._requests.allows(address):
            raise RoomError(
                "too-fast",
                f"more than {self.limits.requests_per_second:g} requests a second "
                f"from {address}: wait a moment",
            )

    def command(self, command: object, host: str | None, *, identity: str) -> None:
        """Count what others will read.

        Args:
            identity: who asks.

        Raises:
            RoomError: `too-fast`.
        """
        address = stranger(host)
        if isinstance(command, Report):
            self._report(identity, address)
        if address is None or not isinstance(command, SendMessage | Report):
            return
        if not self._messages.allows(address):
            raise RoomError(
                "too-fast",
                f"more than {self.limits.messages_per_second:g} messages a second from {address}: "
                "wait a moment",
            )

    def _report(self, identity: str, address: str | None) -> None:
        if not self._reporters.allows(identity):
            raise RoomError(
                "too-fast",
                f"more than {60 / REPORT_EVERY:.0f} reports a minute, or {REPORTS_AT_ONCE} at "
                "once: wait a moment",
            )
        if address is not None and not self._reports.allows(address):
            raise RoomError(
                "too-fast",
                f"more than {self.limits.reports_per_second * 60:.0f} reports a minute "
                f"from {address}: wait a moment",
            )

    def connected(self, host: str | None) -> None:
        """Count a WebSocket, until `disconnected`.

        Raises:
            RoomError: `too-many-connections`; it is not counted then.
        """
        address = stranger(host)
        if address is None:
            return
        if self._open[address] >= self.limits.connections:
            raise RoomError(
                "too-many-connections",
                f"{address} has {self.limits.connections} connections open already: close one",
            )
        self._open[address] += 1

    def disconnected(self, host: str | None) -> None:
        """A WebSocket that was counted has ended."""
        address = stranger(host)
        if address is not None:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def check_rooms(self, host: str | None, is_open: Callable[[str], bool]) -> None:
        """Refuse another room to a guest from an address that has made enough.

        Args:
            is_open: whether a room of that id is still there.

        Raises:
            RoomError: `room-limit`, or `too-fast`.
        """
        address = stranger(host)
        if address is None:
            return
        if not self._new_rooms.allows(address):
            raise RoomError(
                "too-fast",
                f"guests from {address} have made many rooms: wait "
                f"{1 / self.limits.rooms_per_second:.0f} s, or ask the server's operator for a "
                "token",
            )
        still = {room for room in self._rooms.get(address, ()) if is_open(room)}
        self._rooms[address] = still
        if not still:
            del self._rooms[address]
        if len(still) >= self.limits.rooms:
            raise RoomError(
                "room-limit",
                f"guests from {address} have {len(still)} rooms open already: "
                "end one of them, or ask the server's operator for a token",
            )

    def made_room(self, host: str | None, room: str) -> None:
        """Note a room that a guest has made."""
        address = stranger(host)
        if address is not None:
            self._rooms.setdefault(address, set()).add(room)


def stranger(host: str | None) -> str | None:
    """The address, or the network, that counts as one; None for this machine itself.

    Whoever has one IPv6 address has 2^64 of them, so its /64 network counts.
    """
    if host is None:
        return None  # a Unix socket
    return _stranger(host[:_LONGEST])


@lru_cache(maxsize=1024)
def _stranger(host: str) -> str | None:
    """Every limit asks anew for the same address, and reading it takes longer than the limit."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _stranger(str(address.ipv4_mapped))
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, 64), strict=False))
    return None if address.is_loopback else str(address)
