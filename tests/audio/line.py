"""A sender, a network and a listener in simulated time."""

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Samples
from tui_rooms.audio.mixer import Mixer
from tui_rooms.audio.opus.codec import DTX_BYTES, OpusEncoder
from tui_rooms.audio.receiving.jitter import Conceal, Fec, JitterBuffer, Pace, Play, Step
from tui_rooms.audio.receiving.receiver import IncomingStream

TRANSIT = 0.030
"""Seconds that the network takes at least."""
PHASE = 0.007
"""Seconds between a moment of sending and the listener's next pull."""

Carried: TypeAlias = tuple[int, bytes, bool]
"""RTP timestamp, Opus packet, redundant."""


@dataclass(frozen=True, order=True)
class Arrival:
    """One RTP packet as it arrives."""

    at: float
    number: int
    frames: list[Carried] = field(compare=False)


def numbered(number: int) -> bytes:
    """A packet of 20 ms that a test can tell from others; it has no FEC."""
    return b"\xf8" + number.to_bytes(2, "big")


def number_of(payload: bytes) -> int:
    """The reverse of `numbered`."""
    return int.from_bytes(payload[1:], "big")


def sent(
    payloads: Sequence[bytes | None],
    *,
    first_timestamp: int = 0,
    first_at: float = 0.0,
    red: int = 0,
) -> list[Arrival]:
    """Packets of 20 ms as a perfect network delivers them.

    Args:
        payloads: one a frame; None is not sent (DTX).
        red: how many of the packets before go along again in each.
    """
    history: list[tuple[int, bytes]] = []
    arrivals = []
    for number, payload in enumerate(payloads):
        if payload is None:
            continue
        timestamp = (first_timestamp + number * FRAME) & 0xFFFF_FFFF
        again = [(*earlier, True) for earlier in history[len(history) - red :]] if red else []
        history.append((timestamp, payload))
        at = first_at + number * FRAME_SECONDS + TRANSIT
        arrivals.append(Arrival(at, number, [*again, (timestamp, payload, False)]))
    return arrivals


def spoken(speech: Samples) -> list[bytes | None]:
    """Speech as our sender's packets, without those that DTX leaves out."""
    encoder = OpusEncoder()
    whole = speech[: speech.size // FRAME * FRAME].reshape(-1, FRAME)
    packets = [encoder.encode(frame) for frame in whole]
    return [packet if len(packet) > DTX_BYTES else None for packet in packets]


def lossy(arrivals: Iterable[Arrival], loss: float, seed: int) -> list[Arrival]:
    """Without a share of them, chosen at random."""
    chance = random.Random(seed)
    return [arrival for arrival in arrivals if chance.random() >= loss]


def without(arrivals: Iterable[Arrival], numbers: Iterable[int]) -> list[Arrival]:
    """Without the packets of those numbers."""
    lost = set(numbers)
    return [arrival for arrival in arrivals if arrival.number not in lost]


def delayed(arrivals: Iterable[Arrival], by: Callable[[Arrival], float]) -> list[Arrival]:
    """Each some seconds later, which may change their order."""
    return [Arrival(one.at + by(one), one.number, one.frames) for one in arrivals]


def regular(seconds: float, start: float = 0.0) -> list[float]:
    """Times of pulls every 20 ms."""
    return [
        start + PHASE + count * FRAME_SECONDS for count in range(round(seconds / FRAME_SECONDS))
    ]


@dataclass(frozen=True)
class Moment:
    """What one pull of a jitter buffer gave, and how it was then."""

    at: float
    step: Step
    delay: float
    target: float
    waiting: int

    @property
    def number(self) -> int | None:
        """Of the packet played."""
        return number_of(self.step.payload) if isinstance(self.step, Play) else None


def played(moments: Iterable[Moment]) -> list[int]:
    """The numbers of the packets played, in order."""
    return [moment.number for moment in moments if moment.number is not None]


def run_buffer(
    buffer: JitterBuffer,
    arrivals: Iterable[Arrival],
    seconds: float,
    start: float = 0.0,
    *,
    slower: float = 0.0,
) -> list[Moment]:
    """Pull as a decoder does that shortens and lengthens sound by 10 ms when told so.

    Args:
        slower: share by which the listener's clock runs slower than the sender's.
    """
    waiting = sorted(arrivals, reverse=True)
    moments = []
    now = start + PHASE
    while now < start + seconds:
        while waiting and waiting[-1].at <= now:
            arrival = waiting.pop()
            for timestamp, payload, redundant in arrival.frames:
                buffer.insert(timestamp, payload, arrival.at, redundant=redundant)
        step = buffer.pull(now)
        moments.append(Moment(now, step, buffer.delay, buffer.target, len(buffer)))
        now += _length(step) / RATE * (1 + slower)
    return moments


_SAMPLES_MORE = {Pace.HURRY: -480, Pace.CUT: -480, Pace.EASE: 480, Pace.DRAG: 480}


def _length(step: Step) -> int:
    match step:
        case Play(_, pace):
            return FRAME + _SAMPLES_MORE.get(pace, 0)
        case Fec():
            return FRAME
        case Conceal(samples, _):
            return samples
    return step.samples


def in_frames(heard: Samples) -> Samples:
    """Shape (frames, 960), without what is left at the end."""
    return heard[: heard.size // FRAME * FRAME].reshape(-1, FRAME)


def listen(
    arrivals: Iterable[Arrival],
    pulls: Iterable[float],
    *,
    source: int = 7,
    stream: IncomingStream | None = None,
    pulled: Callable[[float], float] = lambda due: due,
) -> Samples:
    """What comes out of receiver and mixer, a frame for each pull.

    Where the receiver puts its pulls in step with the speaker, the later ones are earlier by as
    much as was left out.

    Args:
        arrivals: of one stream, in any order.
        pulls: when they are due, by a perfect clock.
        source: whose voice it is.
        stream: that goes on; a new one otherwise.
        pulled: when a pull really happens, by when it is due.
    """
    stream = stream or IncomingStream()
    mixer = Mixer()
    heard = []
    waiting = sorted(arrivals, reverse=True)
    times = list(pulls)
    earlier = 0.0
    following = (times[-1] + count * FRAME_SECONDS for count in itertools.count(1))
    for time in itertools.chain(times, following):
        due = time - earlier
        if due > times[-1]:
            break
        now = pulled(due)
        while waiting and waiting[-1].at <= now:
            arrival = waiting.pop()
            stream.packet(arrival.frames, arrival.at, source)
        samples = stream.quiet(now) or FRAME
        frame = stream.pull(now, samples)
        heard.append(mixer.mix([] if frame is None else [frame], samples))
        earlier += (FRAME - samples) / RATE
    return np.concatenate(heard)
