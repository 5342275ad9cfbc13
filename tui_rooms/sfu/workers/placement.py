"""Where rooms and people go among several workers: decided here, done by the pool."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

CROWD: Final = 400
"""People of one room that one worker has before others take their share: with three who speak at
once they cost it some 60,000 packets a second, half of what a core carries in time."""
INCOMING: Final = 20
"""So many copies that go out cost as much as one packet that comes in: waking up, decrypting,
ranking."""
EXPECTED: Final = 20
"""Packets a second for everybody in a room where nobody has spoken yet: somebody will."""
_FOLLOWING: Final = 0.3
"""Share of the newest half second in a worker's measured load."""


class Load:
    """What one worker has to do, measured: packets a second, those that come in counted more."""

    def __init__(self) -> None:
        self.rate = 0.0
        self._last: tuple[int, float] | None = None

    def note(self, counts: Mapping[str, int], now: float) -> None:
        """Its counters, as it tells them twice a second."""
        done = counts.get("forwarded", 0) + INCOMING * counts.get("received", 0)
        if self._last is not None and now > self._last[1]:
            before, then = self._last
            self.rate += _FOLLOWING * ((done - before) / (now - then) - self.rate)
        self._last = done, now


@dataclass(slots=True)
class Hall:
    """One room: its stage is at the origin, and edges have listeners of it."""

    origin: int
    edges: dict[int, int] = field(default_factory=dict)
    """By worker: the line from the origin to it."""


@dataclass(slots=True, eq=False)
class Place:
    """Where one peer is, or is about to be."""

    room: str
    worker: int
    source: int | None = None
    """Once it is admitted."""
    is_misplaced: bool = False
    """It was told so."""


class Placement:
    """All rooms and peers of the workers."""

    def __init__(self, workers: int, crowd: int) -> None:
        self.halls: dict[str, Hall] = {}
        self.places: dict[str, Place] = {}
        """By peer."""
        self._workers = range(workers)
        self._crowd = crowd
        self._people: Counter[int] = Counter()
        """By worker."""
        self._crowds: Counter[tuple[str, int]] = Counter()
        """By room and worker."""

    def crowd(self, room: str, worker: int) -> int:
        """How many people of a room are at a worker."""
        return self._crowds[room, worker]

    def at(self, room: str, worker: int) -> list[str]:
        """Peers of a room at a worker."""
        return [
            peer
            for peer, place in self.places.items()
            if place.room == room and place.worker == worker
        ]

    def open(self, room: str, rates: Sequence[float]) -> Hall:
        """A new room goes to the worker that has the least to do."""
        rooms = Counter(hall.origin for hall in self.halls.values())
        origin = min(self._workers, key=lambda worker: (*self._load(worker, rates), rooms[worker]))
        hall = self.halls[room] = Hall(origin)
        return hall

    def close(self, room: str) -> None:
        """Forget a room and its people."""
        del self.halls[room]
        for peer in [peer for peer, place in self.places.items() if place.room == room]:
            self.remove(peer)

    def add(self, room: str, peer: str, rates: Sequence[float], *, at_origin: bool) -> Place:
        """Find a place for somebody; the stage is at the origin."""
        hall = self.halls[room]
        worker = hall.origin if at_origin else self._for_listener(room, hall, rates)
        place = self.places[peer] = Place(room, worker)
        self._people[worker] += 1
        self._crowds[room, worker] += 1
        return place

    def remove(self, peer: str) -> Place | None:
        """Forget somebody; where they were."""
        place = self.places.pop(peer, None)
        if place is not None:
            self._people[place.worker] -= 1
            self._crowds[place.room, place.worker] -= 1
            if not self._crowds[place.room, place.worker]:
                del self._crowds[place.room, place.worker]
        return place

    def _for_listener(self, room: str, hall: Hall, rates: Sequence[float]) -> int:
        for worker in (hall.origin, *hall.edges):
            if self._crowds[room, worker] < self._crowd:
                return worker
        further = [w for w in self._workers if w != hall.origin and w not in hall.edges]
        if further:
            return min(further, key=lambda worker: self._load(worker, rates))
        return min(self._workers, key=lambda worker: self._crowds[room, worker])

    def _load(self, worker: int, rates: Sequence[float]) -> tuple[float]:
        return (max(rates[worker], EXPECTED * self._people[worker]),)
