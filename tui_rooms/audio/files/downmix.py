"""Many channels made one, so that whatever is in a file can be heard."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tui_rooms.audio.frames import Samples

_FULL_SCALE: Final = 32_768.0
_SIDE: Final = 0.5**0.5
"""Of left and right: the two together are as loud as the middle."""
_BEHIND: Final = 0.5
"""Of what is behind, beside or above the listener."""
_SHARES: Final = {"FC": 1.0, "FL": _SIDE, "FR": _SIDE, "DL": _SIDE, "DR": _SIDE}
_LEFT_OUT: Final = frozenset({"LFE", "LFE2"})
"""What shakes the cinema's floor is made for nothing else."""
_UNKNOWN: Final = "NONE"
"""FFmpeg's name for a channel of which nobody says where it belongs."""
_GONE: Final = 1e-4
"""Share of the channels' power below which nothing of them is left: −40 dB."""
_AUDIBLE: Final = 1e-8
"""Power (full scale is 1) below which there was nothing to lose: −80 dB."""


class Downmix:
    """Makes the channels of a file one.

    Where each belongs is known, the middle counts for more than what is behind; otherwise all
    count alike. Where next to nothing of the sound would be left, since its channels are opposite
    (a microphone's two wires recorded as left and right, for instance), the loudest one is taken.
    """

    def __init__(self) -> None:
        self.rescued = 0
        """Samples for which only the loudest channel was taken."""
        self._shares: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def mono(self, frame: Any) -> Samples:
        """One channel of a decoded `av.AudioFrame`, at its own rate.

        Raises:
            ValueError: samples of a kind that numpy has no type for.
        """
        channels = _channels(frame)
        if len(channels) == 1:
            return _as_samples(channels[0])
        names = tuple(channel.name for channel in frame.layout.channels)
        if names not in self._shares:
            self._shares[names] = shares(names)
        mixed: NDArray[np.float32] = self._shares[names] @ channels
        power = np.mean(np.square(channels), axis=1)
        if np.mean(np.square(mixed)) < _GONE * power.mean() and power.mean() > _AUDIBLE:
            self.rescued += mixed.size
            mixed = channels[int(power.argmax())]
        return _as_samples(mixed)


def shares(names: Sequence[str]) -> NDArray[np.float32]:
    """How much of each channel goes into the one, 1 in sum.

    Args:
        names: FFmpeg's, "FL" and the like.
    """
    if _UNKNOWN in names:
        parts = [1.0] * len(names)
    else:
        parts = [0.0 if name in _LEFT_OUT else _SHARES.get(name, _BEHIND) for name in names]
    return np.array(parts, np.float32) / (sum(parts) or 1.0)


def _channels(frame: Any) -> NDArray[np.float32]:
    """Shape (channels, samples), full scale ±1, without what is no number."""
    raw = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    channels: NDArray[np.float32] = raw.astype(np.float32)
    if raw.dtype.kind == "f":
        return np.nan_to_num(channels, nan=0.0, posinf=1.0, neginf=-1.0)
    if raw.dtype.kind == "u":
        return (channels - np.float32(128)) / np.float32(128)
    return channels / np.float32(np.iinfo(raw.dtype).max + 1.0)


def _as_samples(channel: NDArray[np.float32]) -> Samples:
    scaled = np.rint(channel * np.float32(_FULL_SCALE))
    samples: Samples = np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    return samples
