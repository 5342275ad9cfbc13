"""Rooms that are larger than a worker: their stage is at one of them, the origin, and others, the
edges, have listeners of theirs.

The origin passes on to each edge what has a slot, once, before anything is encrypted. The edge puts
it into slots of its own. A line is one such way: the server numbers it, and opens another one when
either side was replaced, so nothing of the old one is mistaken for the new.
"""

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Mapping
from typing import Final

from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.rooms.carried import Carried
from tui_rooms.sfu.rooms.room import Room
from tui_rooms.sfu.workers import passed

TELL_EVERY: Final = 0.5
"""Seconds between two tellings of how speakers arrive and of what listeners lose: as often as
senders are told of it."""
FRESH: Final = 2.0
"""Seconds that an edge's losses count: it tells them anew four times meanwhile."""
LATEST: Final = 0.25
"""Seconds. What an edge that was held up finds older than that is dropped: a jitter buffer has gone
on without it, and somebody may have been muted since."""
HUSHED: Final = 256
"""Speakers of a room whose last packets may still be under way; the oldest is long past."""
BATCH: Final = 64
"""Datagrams that are read in one turn of the loop."""
FULL: Final = 16_384
"""Bytes after which a datagram goes at once; else it goes at the end of the loop's turn."""
BUFFER: Final = 1 << 18
"""Bytes that may wait on the way to a worker, as the system counts them."""
MAX_DATAGRAM: Final = 1 << 16

log = logging.getLogger(__name__)


def pair() -> tuple[socket.socket, socket.socket]:
    """A worker's ear, and the mouth that all the others speak into.

    Both outlive the worker: the next one goes on with them.
    """
    ear, mouth = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    mouth.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    for end in (ear, mouth):
        end.setblocking(False)
    return ear, mouth


class Mouth:
    """The way to one other worker."""

    def __init__(self, index: int, sock: socket.socket, engine: EmbeddedEngine) -> None:
        """`index`: our own number."""
        self._index = index
        self._socket = sock
        self._engine = engine
        self._unsaid: list[bytes] = []
        self._size = 0
        self._loop = asyncio.get_running_loop()

    def say_at_once(self, item: bytes) -> None:
        """Say what is heard, before it goes to everybody here: that may take milliseconds, and more
        packets have come meanwhile. As for the rest see `say`."""
        self._unsaid.append(item)
        self._flush()

    def say(self, item: bytes) -> None:
        """Say it at the end of the loop's turn, together with other things.

        Never waits: what the other one does not take is lost, as on a bad network.
        """
        if not self._unsaid:
            self._loop.call_soon(self._flush)
        self._unsaid.append(item)
        self._size += len(item)
        if self._size >= FULL:
            self._flush()

    def _flush(self) -> None:
        if not self._unsaid:
            return
        said = len(self._unsaid)
        data = passed.HEAD.pack(self._index, time.monotonic()) + b"".join(self._unsaid)
        self._unsaid, self._size = [], 0
        try:
            self._socket.send(data)
        except OSError:
            self._engine.counters.unpassed += said
        else:
            self._engine.counters.passed += said


class Feed:
    """At the origin: an edge of a room, one more of those who get what has a slot."""

    def __init__(self, line: int, mouth: Mouth, slots: int) -> None:
        self.line = line
        self.mouth = mouth
        self._losses: list[tuple[list[float], float]] = [([], 0.0) for _ in range(slots)]

    def carry(self, carried: Carried) -> None:
        """Pass a packet on."""
        self.mouth.say_at_once(passed.voice(self.line, carried))

    def note(self, slot: int, losses: list[float], now: float) -> None:
        """What the edge's listeners have lost."""
        if slot < len(self._losses):
            self._losses[slot] = losses, now

    def fresh(self, slot: int, now: float) -> list[float]:
        """What they have lost lately."""
        losses, at = self._losses[slot]
        return losses if now - at < FRESH else []


class _Edge:
    """Here a room is filled from elsewhere."""

    def __init__(self, room: Room, line: int, origin: Mouth) -> None:
        self.room = room
        self.line = line
        self.origin = origin
        self.hushed: dict[int, None] = {}


class Passing:
    """One worker's part in rooms that are larger than it."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        index: int,
        ear: socket.socket,
        mouths: Mapping[int, socket.socket],
    ) -> None:
        """
        Args:
            engine: of this worker.
            index: its number.
            ear: where the others are heard.
            mouths: the ways to them, by their numbers.
        """
        self._engine = engine
        self._ear = ear
        self._mouths = {other: Mouth(index, sock, engine) for other, sock in mouths.items()}
        self._feeds: dict[int, tuple[Room, Feed]] = {}
        """By line."""
        self._edges: dict[int, _Edge] = {}
        """The same."""
        self._loop = asyncio.get_running_loop()
        self._complained = False
        self._loop.add_reader(ear, self._read)
        self._timer = self._loop.call_later(TELL_EVERY, self._tell)

    def close(self) -> None:
        """Hear nothing more."""
        self._timer.cancel()
        self._loop.remove_reader(self._ear)

    def feed(self, name: str, line: int, edge: int) -> None:
        """The stage of a room is here: pass it on to that worker."""
        self.unfeed(name, edge)
        room = self._engine.room(name)
        if room is not None:
            feed = Feed(line, self._mouths[edge], len(room.everyone.slots))
            room.feeds[edge] = feed
            self._feeds[line] = room, feed

    def unfeed(self, name: str, edge: int) -> None:
        """That worker has no listeners of the room any more."""
        room = self._engine.room(name)
        feed = room.feeds.pop(edge, None) if room else None
        if isinstance(feed, Feed):
            self._feeds.pop(feed.line, None)

    def fill(self, name: str, line: int, origin: int) -> None:
        """The stage of a room is at that worker: fill the slots from there, from now on."""
        self._forget_edge(name)
        room = self._engine.room(name)
        if room is not None:
            room.speakers_elsewhere = [None] * len(room.everyone.slots)
            for group in room.groups:
                group.begin_anew()
            self._edges[line] = _Edge(room, line, self._mouths[origin])

    def hush(self, name: str, source: int, *, is_silent: bool) -> None:
        """Drop what still comes of somebody who may not be heard any more; or let it through."""
        for edge in self._edges.values():
            if edge.room.name != name:
                continue
            edge.hushed.pop(source, None)
            if is_silent:
                edge.hushed[source] = None
                if len(edge.hushed) > HUSHED:
                    del edge.hushed[next(iter(edge.hushed))]

    def closed(self, name: str) -> None:
        """A room is closed here."""
        self._forget_edge(name)
        self._feeds = {n: fed for n, fed in self._feeds.items() if fed[0].name != name}

    def _forget_edge(self, name: str) -> None:
        self._edges = {n: edge for n, edge in self._edges.items() if edge.room.name != name}

    def _read(self) -> None:
        for _ in range(BATCH):
            try:
                data = self._ear.recv(MAX_DATAGRAM)
            except OSError:
                return
            try:
                _, sent = passed.HEAD.unpack_from(data)
                is_late = time.monotonic() - sent > LATEST
                for item in passed.items(data):
                    self._take(item, is_late=is_late)
            except (struct.error, ValueError) as error:
                if not self._complained:
                    self._complained = True
                    log.error("another media worker passes on what cannot be read: %s", error)

    def _take(self, item: passed.Item, *, is_late: bool) -> None:
        if isinstance(item, passed.Losses):
            if item.line in self._feeds:
                self._feeds[item.line][1].note(item.slot, item.losses, time.monotonic())
            return
        edge = self._edges.get(item.line)
        if edge is None:
            return  # of a line that is no more
        if isinstance(item, passed.WayOf):
            if edge.room.speakers_elsewhere and item.slot < len(edge.room.speakers_elsewhere):
                edge.room.speakers_elsewhere[item.slot] = item.way
        elif is_late or item.carried.source in edge.hushed:
            self._engine.counters.unpassed += 1
        else:
            self._engine.fill(edge.room, item.carried)

    def _tell(self) -> None:
        self._timer = self._loop.call_later(TELL_EVERY, self._tell)
        now = time.monotonic()
        for room, feed in self._feeds.values():
            for slot, speaker in enumerate(room.speakers):
                feed.mouth.say(
                    passed.way(feed.line, slot, speaker.uplink, speaker.jitter_ms)
                    if speaker
                    else passed.no_way(feed.line, slot)
                )
        for edge in self._edges.values():
            for slot in range(len(edge.room.everyone.slots)):
                if lost := edge.room.losses(slot, None, now):
                    edge.origin.say(passed.losses(edge.line, slot, lost))
