"""Sound files: whatever PyAV reads comes in, .wav and .opus go out. 48 kHz mono."""

import wave
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.frames import FRAME, RATE, Frame, Samples

_OPUS_BITRATE = 64_000
"""A recording holds a mix of voices: more than one of them is sent with."""


def read_frames(path: str | Path) -> Iterator[Frame]:
    """The sound of a file, a frame at a time; the last one is filled up with silence.

    The file is opened before this returns. Damaged spots inside it are left out.

    Raises:
        AudioFileError: `unreadable-file`: it is missing, is no sound file, or holds no sound;
            also later, where reading stops halfway.
    """
    import av  # 100 ms, only for who needs it

    try:
        # "file:" keeps a name with a colon from being taken for a network protocol.
        container = av.open(f"file:{path}", mode="r")
    except av.error.FFmpegError as problem:
        raise _unreadable(path, problem.strerror) from problem
    if not container.streams.audio:
        container.close()
        raise _unreadable(path, "it holds no sound")
    return _frames(path, container)


def _frames(path: str | Path, container: Any) -> Iterator[Frame]:
    import av

    held = np.empty(0, np.int16)
    empty = True
    try:
        with container:
            for piece in _pieces(container):
                held = np.concatenate((held, piece))
                whole = held.size // FRAME * FRAME
                yield from held[:whole].reshape(-1, FRAME)
                held = held[whole:]
                empty = False
    except av.error.FFmpegError as problem:
        raise _unreadable(path, problem.strerror) from problem
    if empty:
        raise _unreadable(path, "no sound could be decoded")
    if held.size:
        yield np.concatenate((held, np.zeros(FRAME - held.size, np.int16)))


def _pieces(container: Any) -> Iterator[Samples]:
    """Resampled sound in pieces of any length."""
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for packet in container.demux(container.streams.audio[0]):
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError:
            continue  # a damaged spot; what follows may still be sound
        for frame in decoded:
            yield from _arrays(resampler.resample(frame))
    yield from _arrays(resampler.resample(None))


def _arrays(frames: Iterable[Any]) -> Iterator[Samples]:
    for frame in frames:
        yield frame.to_ndarray()[0]


class FrameWriter:
    """Writes sound to a file: .wav (16 bits) or .opus.

    Args:
        path: its suffix decides; an existing file is replaced.

    Raises:
        AudioFileError: `unknown-suffix`, or `unwritable-file`.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = path
        suffix = Path(path).suffix.lower()
        openers: dict[str, Callable[[Path], _Sink]] = {".wav": _WavSink, ".opus": _OpusSink}
        if suffix not in openers:
            raise AudioFileError(
                "unknown-suffix",
                f"cannot write '{path}': the name must end in .wav or .opus, not '{suffix}'",
            )
        try:
            self._sink: _Sink | None = openers[suffix](Path(path))
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def write(self, samples: Samples) -> None:
        """Append samples of shape (n,), usually a frame.

        Raises:
            AudioFileError: `unwritable-file`, the disk is full for instance.
            ValueError: the file is closed.
        """
        if self._sink is None:
            raise ValueError(f"'{self._path}' is closed")
        try:
            self._sink.write(samples)
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def close(self) -> None:
        """Finish the file. A second time changes nothing.

        Raises:
            AudioFileError: `unwritable-file`.
        """
        sink, self._sink = self._sink, None
        if sink is None:
            return
        try:
            sink.close()
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _unwritable(self, problem: OSError) -> AudioFileError:
        reason = problem.strerror or str(problem)
        return AudioFileError("unwritable-file", f"cannot write '{self._path}': {reason}")


class _Sink(Protocol):
    def write(self, samples: Samples) -> None: ...

    def close(self) -> None: ...


class _WavSink:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed by `close`
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(RATE)

    def write(self, samples: Samples) -> None:
        self._wave.writeframesraw(samples.astype("<i2", copy=False).tobytes())

    def close(self) -> None:
        with self._file:
            self._wave.close()


class _OpusSink:
    def __init__(self, path: Path) -> None:
        import av

        self._container = av.open(f"file:{path}", mode="w", format="ogg")
        self._stream: Any = self._container.add_stream("libopus", rate=RATE, layout="mono")
        self._stream.bit_rate = _OPUS_BITRATE
        self._container.start_encoding()  # opens the file now: whether it can be is known at once
        self._written = 0

    def write(self, samples: Samples) -> None:
        import av

        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples)[np.newaxis], format="s16", layout="mono"
        )
        frame.sample_rate = RATE
        frame.pts = self._written
        self._written += samples.size
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        if self._written:
            self._container.mux(self._stream.encode(None))
        self._container.close()


def _unreadable(path: str | Path, reason: str | None) -> AudioFileError:
    return AudioFileError("unreadable-file", f"cannot read '{path}': {reason or 'unknown error'}")
