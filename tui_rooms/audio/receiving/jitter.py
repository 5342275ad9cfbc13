"""The jitter buffer: puts packets in order and in time, and says what to do where one is missing.

Pure: packets and times in, decisions out; it knows nothing of codecs, clocks or sockets.

The timeline is the sender's. `position` is the timestamp to be played next; it moves on with each
pull whether or not there is a packet, so a loss and a pause of the sender (DTX) cost the same
time that they took, and need not be told apart: both are concealed for a moment, then silent.
Where a packet turns out to be late, not lost, the position steps back to it: that is how the delay
grows at once. It shrinks again between talk spurts, by leaving out quiet moments, and, when
somebody talks without a pause, by speaking a little faster.
"""

import enum
import math
from collections import deque
from dataclasses import dataclass
from typing import Final, TypeAlias

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE
from tui_rooms.audio.opus import toc
from tui_rooms.audio.receiving.delay import CEILING, DelayEstimate

BASE_DELAY: Final = 0.025
"""Seconds from a packet's arrival to its playout on a perfect network: time for the copy that
comes with the next packet."""
CONCEAL: Final = RATE // 10
"""Samples (100 ms) that are made up for missing ones before there is silence."""
_STEP: Final = 120
"""2.5 ms, the smallest piece that Opus conceals."""
_LAST: Final = 2 * _STEP
"""Samples (5 ms) in which a voice dies away of which it is known that nothing follows."""
_LARGEST: Final = 4_000
"""Bytes; no packet of the network's is as large."""
CAPACITY: Final = 150
"""Packets that wait at most."""
_SPAN: Final = 3 * RATE // 2
"""Samples between the oldest and the newest packet kept."""
_STRAYS: Final = 3
"""Packets in a row that belong to another timeline, until it is the timeline."""
_PUNCTUAL: Final = 0.001
"""Seconds by which a pull may seem early."""
_SHORT: Final = 0.005
"""Seconds of missing delay from which speech is slowed."""
_LONG: Final = FRAME_SECONDS + 0.005
"""Seconds of needless delay from which speech is hurried."""
_PATIENCE: Final = 0.5
"""Seconds to wait for quiet moments to do before that."""
_CUT_PATIENCE: Final = 4.0
_DRAG_PATIENCE: Final = 2.0
"""Seconds after which sound is changed that is not like itself anywhere: noise, applause."""
_URGENT: Final = 0.080
"""Seconds of needless delay that are not waited with."""
_BACKLOG: Final = CEILING + 0.100
"""Seconds of delay that can only come from nobody pulling: the rest is skipped."""


class Pace(enum.Enum):
    """How a packet should be played, to bring the delay where it belongs."""

    STEADY = enum.auto()
    TRIM = enum.auto()
    """Shorten it if it is quiet."""
    HURRY = enum.auto()
    """Shorten it if that is hardly heard."""
    CUT = enum.auto()
    """Shorten it."""
    DWELL = enum.auto()
    """Lengthen it if it is quiet."""
    EASE = enum.auto()
    """Lengthen it if that is hardly heard."""
    DRAG = enum.auto()
    """Lengthen it."""


@dataclass(frozen=True, slots=True)
class Play:
    """Decode this packet."""

    payload: bytes
    pace: Pace = Pace.STEADY


@dataclass(frozen=True, slots=True)
class Fec:
    """One frame is lost; the packet after it carries it once more."""

    payload: bytes


@dataclass(frozen=True, slots=True)
class Conceal:
    """Make up for missing samples."""

    samples: int
    """A multiple of 120, at most a frame."""
    before: int
    """Samples made up just before these, 0 to `CONCEAL`."""
    last: bool = False
    """Whether nothing is made up after them: the sound is to be gone at their end."""


@dataclass(frozen=True, slots=True)
class Silence:
    """There is nothing to hear for this many samples."""

    samples: int = FRAME


Step: TypeAlias = Play | Fec | Conceal | Silence


@dataclass(slots=True)
class JitterStatistics:
    """Counts since the start."""

    received: int = 0
    """Packets, without the redundant ones."""
    played: int = 0
    held: float = 0.0
    """Seconds that the packets played have waited here, in sum."""
    repaired: int = 0
    """Packets played that came as redundancy only."""
    late: int = 0
    """Packets that came after their place was played."""
    duplicate: int = 0
    malformed: int = 0
    dropped: int = 0
    """Packets thrown away unheard: nobody pulled, or they overlap with others."""
    concealed: int = 0
    """Samples made up, for losses and at the start of pauses."""
    fec: int = 0
    """Frames taken from in-band FEC."""
    restarts: int = 0
    """Times the sender began a new timeline."""


@dataclass(slots=True)  # not frozen: there is one for each packet, and making it costs double
class _Arrival:
    timestamp: int
    arrival: float
    redundant: bool


@dataclass(slots=True)
class _Waiting:
    payload: bytes
    arrival: float
    copy: bool
    """It came as redundancy only."""


class JitterBuffer:
    """Packets of one sender in, one step of playout out.

    Args:
        base_delay: seconds from a packet's arrival to its playout on a perfect network.
    """

    def __init__(self, base_delay: float = BASE_DELAY) -> None:
        self.statistics = JitterStatistics()
        self.delay = 0.0
        """Seconds from the fastest packet's arrival to the pull of it, as of the last pull; in
        silence as many as there will be for whoever talks next."""
        self.target = base_delay
        """Seconds that `delay` should be, or up to a frame more: pulls are a frame apart."""
        self.muted = False
        """Whether the sender was silenced: what is missing is no loss, and not made up."""
        self._base = base_delay
        self.reset()

    def reset(self) -> None:
        """Forget packets and timeline: another sender follows."""
        self._estimate = DelayEstimate(self._base)
        self._packets: dict[int, _Waiting] = {}
        self._position: int | None = None
        self._floor = 0
        """The end of what was played: nothing older can be played any more."""
        self._newest = 0
        self._copies = 0
        """That came since the last packet, and so with the next one."""
        self._missing = CONCEAL
        """Samples without a packet since the last one played, up to `CONCEAL`."""
        self._made_up: deque[int] = deque(maxlen=32)
        """Timestamps that were concealed lately."""
        self._fresh: deque[_Arrival] = deque(maxlen=CAPACITY)
        """Arrivals since the last pull."""
        self._strays = 0
        self._off_since: float | None = None
        """Since when the delay is not where it belongs."""
        self._shortened = False

    def __len__(self) -> int:
        """Packets that wait."""
        return len(self._packets)

    def insert(
        self, timestamp: int, payload: bytes, arrival: float, *, redundant: bool = False
    ) -> None:
        """Take a packet, in any order. Whatever it is, it is taken or dropped, never refused.

        Args:
            timestamp: RTP timestamp, 32 bits, 48 kHz.
            payload: an Opus packet.
            arrival: seconds, of the clock of `pull`.
            redundant: it is a second copy, from RED.
        """
        length = toc.duration(payload)
        if not length or len(payload) > _LARGEST:
            self.statistics.malformed += 1
            return
        when = self._unwrap(timestamp)
        if redundant:
            self._copies += 1
            # It fills a gap, it never opens a timeline.
            if self._position is None or when - self._position > _SPAN:
                return
        else:
            self.statistics.received += 1
            copies, self._copies = self._copies, 0
            if not self._fits(when, arrival):
                return
            self._newest = max(self._newest, when)
            self._estimate.arrived(arrival, when / RATE)
            self._estimate.copies = copies
        self._keep(when, payload, arrival, redundant=redundant)

    def pull(self, now: float) -> Step:
        """Say what comes next in playout.

        Args:
            now: seconds; it moves on as fast as the samples that are answered (`PlayoutClock`).
        """
        self._learn(now)
        if self._position is None:
            return Silence()
        self._skip_backlog(now)
        first = min(self._packets, default=None)
        if first is None:
            return self._fill(now, FRAME)
        if self._missing >= CONCEAL:
            # Between talk spurts the timeline may be moved, and nobody hears it.
            return Silence() if self.quiet(now) else self._play(now, first)
        gap = first - self._position
        if gap >= _STEP:
            return self._fill(now, min(FRAME, gap - gap % _STEP), first)
        return self._play(now, first)

    def quiet(self, now: float) -> float:
        """Seconds of silence until there is something to play: 0 when there is now, or nobody has
        paused; infinite when nothing has come yet."""
        if self._missing < CONCEAL:
            return 0.0
        if not self._packets:
            return math.inf
        self._learn(now)
        wait = self.target - self._delay_of(min(self._packets), now)
        return wait if wait > _PUNCTUAL else 0.0

    def _fits(self, when: int, arrival: float) -> bool:
        """Whether a packet belongs to the timeline; begins another one where it must."""
        if self._position is None or self._estimate.is_stale(arrival):
            self._begin(when)
            return True
        lateness = arrival - when / RATE - self._estimate.transit
        if abs(lateness) <= CEILING:
            self._strays = 0
            return True
        self._strays += 1
        if self._missing < CONCEAL and self._strays < _STRAYS:
            self.statistics.late += 1
            return False
        self._begin(when)
        self.statistics.restarts += 1
        return True

    def _begin(self, when: int) -> None:
        self.reset()
        self._position = when
        self._newest = when
        self._floor = when - RATE  # what overtook its elders may still be followed by them

    def _keep(self, when: int, payload: bytes, arrival: float, *, redundant: bool) -> None:
        assert self._position is not None  # nosec B101  # noqa: S101 - narrowing for the type checker
        if when in self._packets:
            if not redundant:
                self.statistics.duplicate += not self._packets[when].copy
                self._packets[when] = _Waiting(payload, arrival, copy=False)
            return
        if when < self._floor or (redundant and when < self._position):
            if when in self._made_up:
                self._made_up.remove(when)
                self._fresh.append(_Arrival(when, arrival, redundant))
                self.statistics.late += 1
            elif not redundant:
                self.statistics.duplicate += 1
            return
        self._packets[when] = _Waiting(payload, arrival, copy=redundant)
        self._fresh.append(_Arrival(when, arrival, redundant))
        while len(self._packets) > CAPACITY or self._newest - min(self._packets) > _SPAN:
            self._drop(min(self._packets))

    def _drop(self, when: int) -> None:
        del self._packets[when]
        self.statistics.dropped += 1

    def _learn(self, now: float) -> None:
        """Tell from what has come since the last pull how much delay is needed."""
        for fresh in self._fresh:
            # It was in time if it was there for this pull. Where pulls and arrivals were late
            # together, this machine was busy; the network was not slow.
            transit = min(fresh.arrival, now) - fresh.timestamp / RATE
            if not fresh.redundant:
                self._estimate.needed(now, transit)
            else:
                waiting = self._packets.get(fresh.timestamp)
                if waiting is None or waiting.copy:
                    self._estimate.repaired(fresh.arrival, transit)
        self._fresh.clear()
        self.target = self._estimate.target(now)

    def _skip_backlog(self, now: float) -> None:
        first = min(self._packets, default=None)
        if first is None or self._delay_of(first, now) <= _BACKLOG:
            return
        wanted = int((now - self._estimate.transit - self.target) * RATE)
        for old in [when for when in self._packets if when < wanted]:
            self._drop(old)
        self._position = self._floor = wanted

    def _play(self, now: float, when: int) -> Play:
        packet = self._packets.pop(when)
        self._estimate.played(lost=packet.copy)
        self.statistics.played += 1
        self.statistics.repaired += packet.copy
        self.statistics.held += max(0.0, now - packet.arrival)
        self._position = self._floor = when + toc.duration(packet.payload)
        for overlapped in [other for other in self._packets if other < self._floor]:
            self._drop(overlapped)
        self._missing = 0
        self.delay = self._delay_of(when, now)
        return Play(packet.payload, self._pace(now))

    def _pace(self, now: float) -> Pace:
        excess = self.delay - self.target
        # To get below the base, the next pause is soon enough.
        most = max(self.target, self._base) + FRAME_SECONDS
        if excess >= -_SHORT and self.delay < most:
            self._off_since = None
            return Pace.STEADY
        if self._off_since is None:
            self._off_since = now
        off_for = now - self._off_since
        if excess < 0:
            late = self.delay - self._estimate.required(now) < -_SHORT
            if off_for > _DRAG_PATIENCE:
                return Pace.DRAG
            return Pace.EASE if late else Pace.DWELL
        # Every second packet at most: faster would not be understood.
        self._shortened = not self._shortened
        if not self._shortened or excess < _LONG:
            return Pace.TRIM
        if off_for > _CUT_PATIENCE:
            return Pace.CUT
        return Pace.HURRY if excess > _URGENT or off_for > _PATIENCE else Pace.TRIM

    def _fill(self, now: float, samples: int, first: int | None = None) -> Step:
        """Pass over samples that are not there; `first` is the packet that comes next."""
        assert self._position is not None  # nosec B101  # noqa: S101 - narrowing for the type checker
        self._made_up.append(self._position)
        delay = self._delay_of(self._position, now)
        self._position += samples
        before = self._missing
        self._missing = min(before + samples, CONCEAL)
        self.delay = self.target if before >= CONCEAL else delay
        if (
            first == self._position
            and samples == FRAME
            and toc.has_fec(self._packets[first].payload)
        ):
            self.statistics.fec += 1
            return Fec(self._packets[first].payload)
        if before >= CONCEAL:
            return Silence(samples)
        if self.muted:
            self._position += min(samples, _LAST) - samples
            self._missing = CONCEAL
            return Conceal(min(samples, _LAST), before, last=True)
        self.statistics.concealed += samples
        return Conceal(samples, before)

    def _delay_of(self, when: int, now: float) -> float:
        return now - when / RATE - self._estimate.transit

    def _unwrap(self, timestamp: int) -> int:
        """The 32-bit timestamp as the number nearest to the newest one."""
        distance = (timestamp - self._newest) & 0xFFFF_FFFF
        return self._newest + distance - ((distance & 0x8000_0000) << 1)
