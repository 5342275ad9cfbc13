"""A `MediaEngine` whose rooms are spread over media workers, each with a UDP port of its own.

A worker that ends is followed by another on the same port. Its rooms are opened there again, and
its peers are told of as gone, so that their clients ask for a new offer.
"""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Admission, EngineError, EngineEvent, Gone
from tui_rooms.sfu.workers.child import Child, WorkerGone
from tui_rooms.wire.errors import ProtocolError

PAUSES: Final = (0.0, 0.0, 0.5, 2.0, 5.0)
"""Seconds before the next start of a worker that ends again and again; the last one stays."""
PATIENCE: Final = 10.0
"""Seconds that whoever wants to be admitted waits for a worker that is being replaced."""
LONG_ENOUGH: Final = 30.0
"""Seconds after which a worker's end is taken for a first one."""
_LOST: Final = "the server's media worker has ended; a new one takes over"

log = logging.getLogger(__name__)


class MediaWorkers:
    """Sound in other processes: this one's loop carries none of it."""

    def __init__(self, ports: Sequence[socket.socket], *, public_ip: str | None = None) -> None:
        """Start the processes at once: they become ready while the server does.

        Args:
            ports: bound UDP sockets, one a worker; closed in the end.
            public_ip: where peers reach us from outside.
        """
        self._ports = ports
        self._public_ip = public_ip
        self._children = [Child(port, public_ip) for port in ports]
        self._replaced = asyncio.Event()
        """Set, and another one put in its place, when a worker has followed another."""
        self._watching: list[asyncio.Task[None]] = []
        self._rooms: dict[str, int] = {}
        """In which worker each room is."""
        self._peers: dict[str, str] = {}
        """In which room each peer is, or is about to be."""
        self._admitted: set[str] = set()
        """Those whom a worker knows."""

    @property
    def pids(self) -> tuple[int, ...]:
        """Of the processes, in the order of their ports."""
        return tuple(child.pid for child in self._children)

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """Wait until all are ready; events come on this loop until `close`.

        Raises:
            EngineError: one of them cannot start.
        """
        self._emit = on_event
        try:
            await asyncio.gather(*(child.start(self._told) for child in self._children))
        except WorkerGone as gone:
            raise EngineError(str(gone)) from gone
        self._watching = [
            asyncio.create_task(self._watch(index)) for index in range(len(self._children))
        ]

    async def close(self) -> None:
        """End all workers and let the ports go. A second time changes nothing."""
        watching, self._watching = self._watching, []
        for task in watching:
            task.cancel()
        if watching:
            await asyncio.wait(watching)
            await asyncio.gather(*(child.end() for child in self._children))
        for port in self._ports:
            port.close()

    async def open_room(self, room: str) -> None:
        """Make a room with no peers, where there are the fewest. A second time changes nothing."""
        if room not in self._rooms:
            crowds = Counter(self._rooms[where] for where in self._peers.values())
            rooms = Counter(self._rooms.values())
            self._rooms[room] = min(
                range(len(self._children)), key=lambda index: (crowds[index], rooms[index], index)
            )
            self._child_of(room).say("open_room", room)

    async def close_room(self, room: str) -> None:
        """Remove the room and its peers, without `Gone`. An unknown one changes nothing."""
        if room in self._rooms:
            self._child_of(room).say("close_room", room)
            del self._rooms[room]
            self._peers = {peer: where for peer, where in self._peers.items() if where != room}
            self._admitted &= self._peers.keys()

    async def admit(self, room: str, peer: str, *, may_send: bool) -> Admission:
        """Make a place for a peer and its offer. A peer of that name is replaced.

        Raises:
            LookupError: the room has not been opened.
            ProtocolError: `no-media`, the worker ends again and again.
        """
        if room not in self._rooms:
            raise LookupError(f"no media room {room!r}: open it first")
        self._peers[peer] = room
        self._admitted.discard(peer)
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    child = self._child_of(room)
                    try:
                        admission = await child.admit(room, peer, may_send=may_send)
                    except WorkerGone:
                        while self._child_of(room) is child:
                            await self._replaced.wait()
                        continue
                    self._admitted.add(peer)
                    return admission
        except TimeoutError as exc:
            raise ProtocolError(
                "no-media", "this server carries no sound just now: try again in a moment"
            ) from exc

    async def answer(self, peer: str, sdp: str) -> None:
        """Take the peer's answer.

        Raises:
            ProtocolError: it cannot be used, or there is no such peer (any more).
        """
        room = self._peers.get(peer)
        try:
            if room is not None:
                return await self._child_of(room).answer(peer, sdp)
        except WorkerGone:
            pass
        raise ProtocolError("no-offer", "there is no open media offer: ask for a new one")

    async def permit(self, peer: str, *, may_send: bool) -> None:
        """From now on let a peer's sound through, or drop it. An unknown peer changes nothing."""
        if (room := self._peers.get(peer)) is not None:
            self._child_of(room).say("permit", peer, may_send)

    async def remove(self, peer: str) -> None:
        """Forget a peer, without `Gone`. An unknown peer changes nothing."""
        if (room := self._peers.pop(peer, None)) is not None:
            self._admitted.discard(peer)
            self._child_of(room).say("remove", peer)

    def figures(self) -> tuple[EngineFigures, ...]:
        """Of each worker, in the order of their ports."""
        return tuple(child.figures() for child in self._children)

    def _child_of(self, room: str) -> Child:
        return self._children[self._rooms[room]]

    def _told(self, event: EngineEvent) -> None:
        if isinstance(event, Gone):
            self._peers.pop(event.peer, None)
            self._admitted.discard(event.peer)
        self._emit(event)

    async def _watch(self, index: int) -> None:
        """Keep one worker running."""
        loop = asyncio.get_running_loop()
        ends = 0
        while True:
            began = loop.time()
            how = await self._children[index].run()
            ends = 0 if loop.time() - began > LONG_ENOUGH else ends + 1
            log.error("media worker %d of %d %s", index + 1, len(self._children), how)
            await self._replace(index, ends)

    async def _replace(self, index: int, ends: int) -> None:
        while True:
            await asyncio.sleep(PAUSES[min(ends, len(PAUSES) - 1)])
            child = Child(self._ports[index], self._public_ip)
            try:
                await child.start(self._told)
            except WorkerGone as gone:
                log.error("%s", gone)
                ends += 1
                continue
            break
        self._children[index] = child
        replaced, self._replaced = self._replaced, asyncio.Event()
        replaced.set()
        for room, where in self._rooms.items():
            if where == index:
                child.say("open_room", room)
        lost = [
            peer
            for peer, room in self._peers.items()
            if self._rooms[room] == index and peer in self._admitted
        ]
        for peer in lost:
            self._told(Gone(peer, _LOST))
