"""A `MediaEngine` whose rooms are spread over media workers, each with a UDP port of its own.

A worker that ends is followed by another on the same port. Its rooms are opened there again, and
its peers are told of as gone, so that their clients ask for a new offer. People of the same rooms
at other workers keep what they have: their slots are filled by the new one, or go on being filled.
"""

import asyncio
import itertools
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Final

from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Admission, EngineError, EngineEvent, Gone, Misplaced
from tui_rooms.sfu.workers.child import Child, WorkerGone, WorkerSilent, words_of
from tui_rooms.sfu.workers.passing import pair
from tui_rooms.sfu.workers.placement import CROWD, Hall, Place, Placement
from tui_rooms.wire.errors import ProtocolError

PAUSES: Final = (0.0, 0.0, 0.5, 2.0, 5.0)
"""Seconds before the next start of a worker that ends again and again; the last one stays."""
SHORT_OF_ALL: Final = 2
"""The longest of these for one that the system cannot even begin: to try costs next to nothing."""
PATIENCE: Final = 10.0
"""Seconds that whoever wants to be admitted waits for a worker that is being replaced."""
LONG_ENOUGH: Final = 30.0
"""Seconds after which a worker's end is taken for a first one."""
_LOST: Final = "the server's media worker has ended; a new one takes over"

log = logging.getLogger(__name__)


class MediaWorkers:
    """Sound in other processes: this one's loop carries none of it."""

    def __init__(
        self, ports: Sequence[socket.socket], *, public_ip: str | None = None, crowd: int = CROWD
    ) -> None:
        """Start the processes at once: they become ready while the server does.

        Args:
            ports: bound UDP sockets, one a worker; closed in the end.
            public_ip: where peers reach us from outside.
            crowd: people of one room at one worker, before others take their share.

        Raises:
            EngineError: the system does not start them.
        """
        self._ports = ports
        self._public_ip = public_ip
        self._pairs = [pair() for _ in ports]
        """Of each worker: where it is heard, and where it hears; kept for those that follow."""
        try:
            self._children = [self._new_child(index) for index in range(len(ports))]
        except OSError as exc:
            raise EngineError(f"no media worker can be started: {words_of(exc)}") from exc
        self._placement = Placement(len(ports), crowd)
        self._lines = itertools.count(1)
        self._replaced = asyncio.Event()
        """Set, and another one put in its place, when a worker has followed another, or has not."""
        self._watching: list[asyncio.Task[None]] = []
        self._failing: set[int] = set()
        """Workers whose latest start has failed: nobody waits for them."""

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
        for port in (*self._ports, *itertools.chain(*self._pairs)):
            port.close()

    async def open_room(self, room: str) -> None:
        """Make a room with no peers, where there is the least to do.

        A second time changes nothing.
        """
        if room not in self._placement.halls:
            hall = self._placement.open(room, self._rates())
            self._children[hall.origin].say("open_room", room)

    async def close_room(self, room: str) -> None:
        """Remove the room and its peers, without `Gone`. An unknown one changes nothing."""
        hall = self._placement.halls.get(room)
        if hall is not None:
            self._placement.close(room)
            for worker in (hall.origin, *hall.edges):
                self._children[worker].say("close_room", room)

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """Make a place for a peer and its offer. A peer of that name is replaced.

        Raises:
            LookupError: the room has not been opened, or was closed meanwhile.
            ProtocolError: `no-media`, the worker stands still, or ends again and again.
        """
        if room not in self._placement.halls:
            raise LookupError(f"no media room {room!r}: open it first")
        await self.remove(peer)
        at_origin = may_send or on_stage
        place = self._placement.add(room, peer, self._rates(), at_origin=at_origin)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._admit(peer, place, may_send=may_send)
        except (TimeoutError, WorkerSilent) as exc:
            if self._placement.places.get(peer) is place:
                await self.remove(peer)
            raise ProtocolError(
                "no-media", "this server carries no sound just now: try again in a moment"
            ) from exc

    async def answer(self, peer: str, sdp: str) -> None:
        """Take the peer's answer.

        Raises:
            ProtocolError: it cannot be used, or there is no such peer (any more).
        """
        place = self._placement.places.get(peer)
        try:
            if place is not None:
                return await self._children[place.worker].answer(peer, sdp)
        except (WorkerGone, WorkerSilent):
            pass
        raise ProtocolError("no-offer", "there is no open media offer: ask for a new one")

    async def permit(self, peer: str, *, may_send: bool, on_stage: bool = False) -> None:
        """From now on let a peer's sound through, or drop it. An unknown peer changes nothing.

        `Misplaced` follows when it has to be heard and only listens where it is.
        """
        place = self._placement.places.get(peer)
        if place is None:
            return
        if place.worker == self._placement.halls[place.room].origin:
            self._children[place.worker].say("permit", peer, may_send)
            self._hush(place, is_silent=not may_send)
        elif (may_send or on_stage) and not place.is_misplaced:
            place.is_misplaced = True
            self._emit(Misplaced(peer))

    async def remove(self, peer: str) -> None:
        """Forget a peer, without `Gone`. An unknown peer changes nothing."""
        if (place := self._placement.places.get(peer)) is not None:
            self._children[place.worker].say("remove", peer)
            self._forget(peer)

    def figures(self) -> tuple[EngineFigures, ...]:
        """Of each worker, in the order of their ports."""
        return tuple(child.figures() for child in self._children)

    async def _admit(self, peer: str, place: Place, *, may_send: bool) -> Admission:
        while True:
            hall = self._placement.halls.get(place.room)
            if hall is None or self._placement.places.get(peer) is not place:
                raise LookupError(f"no media room {place.room!r} any more, or no {peer!r} in it")
            child = self._children[place.worker]
            if place.worker not in (hall.origin, *hall.edges):
                hall.edges[place.worker] = 0
                self._lay_line(place.room, hall, place.worker)
            try:
                admission = await child.admit(place.room, peer, may_send=may_send)
            except WorkerGone:
                while self._children[place.worker] is child:
                    if place.worker in self._failing:
                        raise WorkerSilent from None
                    await self._replaced.wait()
                continue
            place.source = admission.source
            return admission

    def _lay_line(self, room: str, hall: Hall, edge: int) -> None:
        """From now on a room's slots at an edge are filled from where its stage is now."""
        line = hall.edges[edge] = next(self._lines)
        self._children[edge].say("fill", room, line, hall.origin)
        self._children[hall.origin].say("feed", room, line, edge)

    def _hush(self, place: Place, *, is_silent: bool) -> None:
        """Somebody on the stage may not be heard, or may: the edges know it without the origin."""
        for edge in self._placement.halls[place.room].edges:
            if place.source is not None:
                self._children[edge].say("hush", place.room, place.source, is_silent)

    def _forget(self, peer: str) -> None:
        place = self._placement.remove(peer)
        if place is None:
            return
        hall = self._placement.halls[place.room]
        if place.worker == hall.origin:
            self._hush(place, is_silent=True)
        elif place.worker in hall.edges and not self._placement.crowd(place.room, place.worker):
            del hall.edges[place.worker]
            self._children[hall.origin].say("unfeed", place.room, place.worker)
            self._children[place.worker].say("close_room", place.room)

    def _told(self, event: EngineEvent) -> None:
        if isinstance(event, Gone):
            self._forget(event.peer)
        self._emit(event)

    def _rates(self) -> list[float]:
        return [child.load.rate for child in self._children]

    def _new_child(self, index: int) -> Child:
        ends = [ear if i == index else mouth for i, (ear, mouth) in enumerate(self._pairs)]
        return Child(self._ports[index], index, ends, self._public_ip)

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
            try:
                child = self._new_child(index)
            except (OSError, MemoryError) as exc:  # no descriptor, process or memory is left
                log.error("media worker %d cannot be started: %s", index + 1, words_of(exc))
                ends = min(ends + 1, SHORT_OF_ALL)
            else:
                try:
                    await child.start(self._told)
                except WorkerGone as gone:
                    log.error("%s", gone)
                    ends += 1
                else:
                    break
            self._failing.add(index)
            self._tell_waiting()
        self._failing.discard(index)
        self._children[index] = child
        lost = [
            peer
            for peer, place in self._placement.places.items()
            if place.worker == index and place.source is not None
        ]
        for room, hall in self._placement.halls.items():
            if hall.origin == index:
                child.say("open_room", room)
                for edge in hall.edges:
                    self._lay_line(room, hall, edge)
            elif index in hall.edges:
                self._lay_line(room, hall, index)
        self._tell_waiting()
        for peer in lost:
            self._told(Gone(peer, _LOST))

    def _tell_waiting(self) -> None:
        replaced, self._replaced = self._replaced, asyncio.Event()
        replaced.set()
