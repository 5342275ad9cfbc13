"""How loud one sender is, as far as it can be believed.

The engine does not decode: it has the sender's word (RFC 6464) and the size of the frames.
So silence is believed, loudness only with signs of speech: frames of some size, levels that
vary, a pause now and then. Time comes in as an argument, in seconds.
"""

import math
from typing import Final

from tui_rooms.rtc.rtp import SILENCE

SOUND_BYTES: Final = 9
"""A shorter Opus frame is DTX: silence, whatever level it claims."""
UNKNOWN_LEVEL: Final = -40
"""For sound whose sender does not say how loud it is."""
QUIET: Final = -65.0
"""What stays below is the noise of a room, not speech."""
PAUSE: Final = 0.1
"""Seconds without sound that count as a pause."""

_ATTACK: Final = 0.2
_RELEASE: Final = 0.5
_GAP: Final = 0.06
"""Seconds without a packet after which the level falls by itself (DTX sends none)."""

_STEADY: Final = 1.5
"""Mean deviation in dB; 20 ms frames of speech vary by 5 dB and more."""
_STEADY_SECONDS: Final = 0.5
_STEADY_DISCOUNT: Final = 60.0
_BREATH: Final = 15.0
"""A frame that is lower than the average by this much belongs to a pause."""
_LONGEST_BREATH: Final = 20.0
"""Seconds of talk without a pause that are believed."""
_BREATHLESS_DISCOUNT: Final = 3.0
"""dB for each second beyond."""
_MAX_DISCOUNT: Final = 80.0

_TALK_BEGINS: Final = -50.0
_TALK_GOES_ON: Final = -58.0
_TALK_HANG: Final = 0.5
"""Seconds that someone still talks after the last frame above `_TALK_GOES_ON`."""


class Activity:
    """One sender's level now, smoothed for ranking, and whether it talks."""

    def __init__(self) -> None:
        self.level = SILENCE
        """Of the last packet, dBov; silence where the claim is not believed."""
        self.last_sound = -math.inf
        """When the last frame above `QUIET` came."""
        self._score = float(SILENCE)
        self._last = -math.inf
        self._peak = SILENCE
        self._mean: float | None = None
        self._deviation = 10.0
        self._quiet_since: float | None = None
        self._pause_ended = -math.inf
        self._talking = False
        self._loud_at = -math.inf

    def packet(self, claimed: int | None, frame_bytes: int, now: float) -> None:
        """Take note of one packet.

        Args:
            claimed: dBov, -127 to 0; None when the packet does not say.
            frame_bytes: of its newest Opus frame.
            now: its arrival.
        """
        if frame_bytes < SOUND_BYTES:
            level = SILENCE
        else:
            level = UNKNOWN_LEVEL if claimed is None else claimed
        passed = now - self._last
        if passed > _GAP:
            if self._last > -math.inf:
                self._score = self.score(now)
            if passed > PAUSE:
                self._pause_ended = now
            passed = _GAP
        self._last = now
        self.level = level
        self._peak = max(self._peak, level)
        self._smooth(level, passed)
        if level > QUIET:
            self.last_sound = now
            self._vary(level, passed)
            if level > _TALK_GOES_ON:
                self._loud_at = now
            if level > self._score - _BREATH:
                self._quiet_since = None
                return
        self._breathe(now)

    def score(self, now: float) -> float:
        """The smoothed level in dB; it falls while no packets come."""
        passed = now - self._last - _GAP
        if passed <= 0:
            return self._score
        return SILENCE + (self._score - SILENCE) * math.exp(-passed / _RELEASE)

    def rank(self, now: float) -> float:
        """The score, less what is not believed."""
        discount = 0.0
        if self._deviation < _STEADY:
            discount = _STEADY_DISCOUNT
        breathless = now - self._pause_ended - _LONGEST_BREATH
        if breathless > 0:
            discount += _BREATHLESS_DISCOUNT * breathless
        return self.score(now) - min(discount, _MAX_DISCOUNT)

    def is_sounding(self, now: float) -> bool:
        """Whether there is something to hear in the newest frames."""
        return now - self.last_sound < PAUSE

    def is_talking(self, now: float) -> bool:
        """Whether this is talk: it begins above -50 dBov and goes on above -58."""
        if now - self._loud_at > _TALK_HANG:
            self._talking = False
        elif self.score(now) > _TALK_BEGINS:
            self._talking = True
        return self._talking

    def take_peak(self) -> int:
        """The loudest packet since the last call, dBov; silence when there was none."""
        peak, self._peak = self._peak, SILENCE
        return peak

    def _smooth(self, level: int, passed: float) -> None:
        if self._score < QUIET < level:
            self._score = level  # the beginning of a word must not be lost
            return
        time_constant = _ATTACK if level > self._score else _RELEASE
        self._score += (level - self._score) * -math.expm1(-passed / time_constant)

    def _vary(self, level: int, passed: float) -> None:
        share = -math.expm1(-passed / _STEADY_SECONDS)
        if self._mean is None:
            self._mean = level
        self._mean += (level - self._mean) * share
        self._deviation += (abs(level - self._mean) - self._deviation) * share

    def _breathe(self, now: float) -> None:
        """The frame is quiet, or lower than a pause in talk."""
        if self._quiet_since is None:
            self._quiet_since = now
        if now - self._quiet_since >= PAUSE:
            self._pause_ended = now
