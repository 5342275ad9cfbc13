"""One incoming voice: packets in, frames out, whatever the network does."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from tui_rooms.audio.errors import CodecError
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Samples
from tui_rooms.audio.levels import level_dbfs
from tui_rooms.audio.opus import toc
from tui_rooms.audio.opus.codec import OpusDecoder
from tui_rooms.audio.receiving.comfort import ComfortNoise
from tui_rooms.audio.receiving.jitter import (
    BASE_DELAY,
    CONCEAL,
    Conceal,
    Fec,
    JitterBuffer,
    JitterStatistics,
    Pace,
    Play,
    Silence,
    Step,
)
from tui_rooms.audio.receiving.playout import PlayoutClock
from tui_rooms.audio.receiving.stretch import lengthen, shorten

_QUIET_DBFS: Final = -45.0
"""Below this a few milliseconds more or less are not heard."""
_FADE_FROM: Final = 2 * FRAME
"""Made-up samples after which they begin to fade."""
_RISE: Final = 120
"""Samples (2.5 ms) in which sound comes back after made-up samples or silence."""
_NOTHING: Final = np.empty(0, np.int16)


class IncomingStream:
    """Jitter buffer and decoder of one slot; the slot may change its speaker.

    Nothing that comes from the network raises. Memory is bounded. One frame is pulled for each
    20 ms of playout; where pulls come late and several at once, nothing is lost or delayed.

    Args:
        base_delay: seconds from a packet's arrival to its playout on a perfect network.

    Raises:
        CodecError: there is no libopus.
    """

    def __init__(self, base_delay: float = BASE_DELAY) -> None:
        self._jitter = JitterBuffer(base_delay)
        self._decoder = OpusDecoder()
        self._clock = PlayoutClock()
        self._comfort = ComfortNoise()
        self._source: int | None = None
        self._ready: Samples = _NOTHING
        """Decoded and not yet pulled."""
        self._gain = 0.0
        """Of the last sample made."""
        self._pausing = True
        """Whether what was made last is a pause."""
        self.undecodable = 0
        """Packets that libopus refused."""

    @property
    def source(self) -> int | None:
        """Whose voice it is (the CSRC), as of the last packet."""
        return self._source

    @property
    def delay(self) -> float:
        """Seconds from the fastest packet's arrival to its playout, less than a frame apart."""
        return self._jitter.delay

    @property
    def target(self) -> float:
        """Seconds that `delay` should be, or up to a frame more."""
        return self._jitter.target

    @property
    def muted(self) -> bool:
        """Whether whoever speaks was silenced: what was sent before is heard, and nothing is made
        up for what follows."""
        return self._jitter.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._jitter.muted = muted

    @property
    def statistics(self) -> JitterStatistics:
        """Counts since the start, over all speakers."""
        return self._jitter.statistics

    def packet(
        self,
        frames: Iterable[tuple[int, bytes, bool]],
        arrival: float,
        source: int | None = None,
    ) -> None:
        """Take what one RTP packet carried.

        Args:
            frames: (RTP timestamp, Opus packet, redundant), oldest first as in RED.
            arrival: seconds, of the clock of `pull`.
            source: who speaks; another one than before means a new stream.
        """
        if source != self._source:
            self._source = source
            self._jitter.reset()
            self._decoder.reset()
            self._comfort.reset()
            self._ready = _NOTHING
            self._gain = 0.0
        for timestamp, payload, redundant in frames:
            self._jitter.insert(timestamp, payload, arrival, redundant=redundant)

    def quiet(self, now: float) -> int:
        """Samples, up to a frame, in which there is nothing to hear: fewer where somebody has begun
        to talk, whose time comes before the frame is over.

        Args:
            now: seconds, the time of the call.
        """
        if not self._pausing:
            return 0
        return math.ceil(min(self._jitter.quiet(self._clock.look(now)), FRAME_SECONDS) * RATE)

    def pull(self, now: float, samples: int = FRAME) -> Samples | None:
        """The next frame of playout, or None when there is nothing to hear.

        Args:
            now: seconds, the time of the call.
            samples: fewer than a frame has while all streams are `quiet` for so long.
        """
        due = self._clock.tick(now, samples)
        # What is left of a pause is less than a frame, and only a delay.
        ready = _NOTHING if self._pausing else self._ready
        left = ready.size
        while ready.size < samples:
            made = self._render(self._jitter.pull(due + (ready.size - left) / RATE))
            ready = np.concatenate((ready, made)) if ready.size else made
        heard, self._ready = ready, _NOTHING
        if ready.size > samples:
            heard, self._ready = ready[:samples], ready[samples:]
        return heard if heard[0] or heard.any() else None

    def _render(self, step: Step) -> Samples:
        self._pausing = isinstance(step, Silence)
        match step:
            case Play(payload, pace):
                return self._rise(_at_pace(self._decode(payload), pace))
            case Fec(payload):
                return self._rise(self._decode_fec(payload))
            case Conceal(samples, _, last=True):
                return self._end(self._decoder.conceal(samples))
            case Conceal(samples, before):
                return self._fade(self._decoder.conceal(samples), before)
            case Silence(samples):
                self._gain = 0.0
                return self._comfort.make(samples)

    def _decode(self, payload: bytes) -> Samples:
        try:
            samples = self._decoder.decode(payload)
            self._comfort.heard(samples)
            return samples
        except CodecError:
            self.undecodable += 1
            return self._decoder.conceal(toc.duration(payload))

    def _decode_fec(self, payload: bytes) -> Samples:
        try:
            return self._decoder.decode_fec(payload)
        except CodecError:
            return self._decoder.conceal()

    def _rise(self, samples: Samples) -> Samples:
        """Bring the sound back without a click."""
        if self._gain < 1.0:
            gains = np.linspace(self._gain, 1.0, _RISE)
            samples[:_RISE] = np.rint(samples[:_RISE] * gains)
            self._gain = 1.0
        return samples

    def _end(self, samples: Samples) -> Samples:
        """Let the last of a voice die away without a click."""
        gains = np.linspace(self._gain, 0.0, samples.size)
        self._gain = 0.0
        return np.rint(samples * gains).astype(np.int16)

    def _fade(self, samples: Samples, before: int) -> Samples:
        """Let made-up sound die away: what is not known should not be claimed for long."""
        after = before + np.arange(1, samples.size + 1)
        gains = np.clip((CONCEAL - after) / (CONCEAL - _FADE_FROM), 0.0, 1.0)
        self._gain = float(gains[-1])
        noise = self._comfort.make(samples.size)
        return np.rint(samples * gains + noise * (1.0 - gains)).astype(np.int16)


def _at_pace(samples: Samples, pace: Pace) -> Samples:
    if pace is Pace.STEADY:
        return samples
    quiet = level_dbfs(samples) < _QUIET_DBFS
    if pace in (Pace.TRIM, Pace.DWELL) and not quiet:
        return samples
    change = lengthen if pace in (Pace.DWELL, Pace.EASE, Pace.DRAG) else shorten
    return change(samples, anyhow=quiet or pace in (Pace.CUT, Pace.DRAG))
