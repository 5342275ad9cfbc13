"""Sound files of any kind for tests, made by PyAV."""

import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np

from tui_rooms.audio.frames import RATE, Samples

Stretch: TypeAlias = tuple[float, Samples]
"""Sound from that second on."""


def encode(
    path: Path,
    codec: str,
    *tracks: Sequence[Stretch],
    rate: int = RATE,
    layout: str = "mono",
    form: str | None = None,
    default: int | None = None,
) -> Path:
    """Write a file whose tracks are silent nowhere, but may have holes.

    Args:
        path: its suffix says which container.
        codec: FFmpeg's name for it.
        tracks: stretches one after the other; in all channels the same.
        rate: of what is encoded, and of the samples given.
        form: FFmpeg's name for the container, where the suffix does not say it.
        default: which track is marked as the one to play; None for the muxer's own choice.
    """
    with av.open(str(path), "w", format=form) as container:
        streams: list[Any] = [
            container.add_stream(codec, rate=rate, layout=layout)  # type: ignore[call-overload]
            for _ in tracks
        ]
        for number, stream in enumerate(streams):
            stream.time_base = Fraction(1, rate)
            if default is not None:
                chosen = av.stream.Disposition.default
                stream.disposition = chosen if number == default else 0
        for stream, stretches in zip(streams, tracks, strict=True):
            for begin, samples in stretches:
                size = stream.codec_context.frame_size or 1024
                for at in range(0, samples.size, size):
                    frame = _frame(samples[at : at + size], rate, layout)
                    frame.pts = round(begin * rate) + at
                    container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


def write_channels(path: Path, channels: Sequence[Samples], rate: int = RATE) -> Path:
    """A .wav that does not say where its channels belong."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.stack(channels, axis=1).astype("<i2").tobytes())
    return path


def join(path: Path, *parts: Path) -> Path:
    """As `cat` does."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def damage(path: Path, begin: float, end: float) -> Path:
    """Overwrite what lies between two shares of a file's length with zeros."""
    octets = bytearray(path.read_bytes())
    first, last = (int(len(octets) * share) for share in (begin, end))
    octets[first:last] = bytes(last - first)
    path.write_bytes(octets)
    return path


def _frame(samples: Samples, rate: int, layout: str) -> av.AudioFrame:
    count = av.AudioLayout(layout).nb_channels
    packed = np.repeat(samples, count)[np.newaxis]
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=layout)
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    return frame
