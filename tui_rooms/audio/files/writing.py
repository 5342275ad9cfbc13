"""Writing sound to a file that can be played whatever becomes of this program."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.opus import OpusFile
from tui_rooms.audio.files.wav import WavFile
from tui_rooms.audio.frames import RATE, Samples


class FrameWriter:
    """Writes sound to a file: .wav (16 bits) or .opus. Each second it is made whole: when the
    program is killed, less than the last second is missing.

    Args:
        path: its suffix decides; an existing file is replaced.
        seconds: how much will be written at most; None when nobody knows.

    Raises:
        AudioFileError: `unknown-suffix`, or `unwritable-file`.
        CodecError: there is no libopus, for .opus.
    """

    def __init__(self, path: str | Path, *, seconds: float | None = None) -> None:
        self._path = path
        self._unsafe = 0
        """Samples since the file was made whole."""
        suffix = Path(path).suffix.lower()
        makers: dict[str, Callable[[], _SoundFile]] = {
            ".wav": lambda: WavFile(Path(path), seconds),
            ".opus": lambda: OpusFile(Path(path)),
        }
        if suffix not in makers:
            raise AudioFileError(
                "unknown-suffix",
                f"cannot write '{path}': the name must end in .wav or .opus, not '{suffix}'",
            )
        try:
            self._file: _SoundFile | None = makers[suffix]()
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def write(self, samples: Samples) -> None:
        """Append samples of shape (n,), usually a frame.

        Raises:
            AudioFileError: `unwritable-file`, the disk is full for instance.
            ValueError: the file is closed.
        """
        if self._file is None:
            raise ValueError(f"'{self._path}' is closed")
        try:
            self._file.write(samples)
            self._unsafe += samples.size
            if self._unsafe >= RATE:
                self._unsafe = 0
                self._file.checkpoint()
        except OSError as problem:
            raise self._unwritable(problem) from problem

    def close(self) -> None:
        """Finish the file. A second time changes nothing.

        Raises:
            AudioFileError: `unwritable-file`.
        """
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
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


class _SoundFile(Protocol):
    def write(self, samples: Samples) -> None: ...

    def checkpoint(self) -> None: ...

    def close(self) -> None: ...
