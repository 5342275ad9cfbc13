"""Of a microphone's channels the one that carries the voice.

Interfaces with one microphone leave the other channel of a pair empty, whichever that is; and two
that are mixed are quieter than one, hollow, or nothing at all.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tui_rooms.audio.frames import Samples

MOST: Final = 8
"""Channels of a real card that are listened to. One that claims more is a sound server, which makes
as many as it is asked for of those that there are."""
_PAIR: Final = 2
_SLOWLY: Final = 0.1
"""Share of the newest 20 ms in what counts as a channel's loudness: it follows within 0.2 s."""
_CLEARLY: Final = 10.0
"""Ratio of powers (10 dB) from which another channel is the one."""
_AT_ONCE: Final = 100.0
"""The same, where the present one is as good as empty: the first word must not be lost."""
_AUDIBLE: Final = 100.0
"""Power (full scale is 32,767²) below which no channel is worth a change: −70 dBFS."""
_FADE: Final = 240
"""Samples (5 ms) in which one takes the other's place."""


def wanted_channels(inputs: int) -> list[int]:
    """How many to ask of a device that has so many, and what instead if it refuses."""
    most = inputs if inputs <= MOST else _PAIR
    return sorted({most, min(most, _PAIR), 1}, reverse=True)


class VoiceChannel:
    """Follows the voice from channel to channel; begins with the first.

    Args:
        channels: how many there are.
    """

    def __init__(self, channels: int) -> None:
        self.chosen = 0
        """The one of now."""
        self._channels = channels
        self._powers: NDArray[np.float64] = np.zeros(channels)

    def mono(self, sound: Samples) -> Samples:
        """The voice in the next 20 ms or so.

        Args:
            sound: channels interleaved, shape (n × channels,) with n > 0.

        Returns:
            Shape (n,).
        """
        if self._channels == 1:
            return sound
        channels = sound.reshape(-1, self._channels)
        before, after = self.chosen, self._choose(channels)
        voice: Samples = channels[:, after].copy()
        if before != after:
            rise = np.linspace(0.0, 1.0, min(_FADE, voice.size))
            size = rise.size
            voice[:size] = np.rint(channels[:size, before] * (1 - rise) + voice[:size] * rise)
        return voice

    def _choose(self, channels: Samples) -> int:
        now = np.mean(np.square(channels, dtype=np.float64), axis=0)
        self._powers += _SLOWLY * (now - self._powers)
        for powers, ratio in ((now, _AT_ONCE), (self._powers, _CLEARLY)):
            loudest = int(powers.argmax())
            if powers[loudest] > max(_AUDIBLE, ratio * powers[self.chosen]):
                self.chosen = loudest
        return self.chosen
