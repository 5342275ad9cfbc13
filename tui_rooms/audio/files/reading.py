"""The sound of a file, whatever PyAV can read, as frames of 48 kHz mono."""

import errno
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.downmix import Downmix
from tui_rooms.audio.files.interrupt import Interrupt, SlowFile, is_slow
from tui_rooms.audio.files.joined import JoinedFile, may_be_joined
from tui_rooms.audio.files.timeline import Timeline
from tui_rooms.audio.frames import FRAME, RATE, Frame, Samples

_NO_SOUND_FILE: Final = "it is no sound file, or a damaged one, or of a kind that is unknown here"
_AT_ONCE: Final = {"probesize": "32768"}
"""Bytes that FFmpeg looks at before it begins, where they may come slowly; it would take 5 MB."""
_SAID_FROM: Final = RATE // 10
"""Samples of which nothing would be left in one channel, until that is worth a remark."""


def read_frames(
    path: str | Path,
    *,
    on_remark: Callable[[str], None] = lambda sentence: None,
    interrupt: Interrupt | None = None,
) -> Iterator[Frame]:
    """The sound of a file, a frame at a time; the last one is filled up with silence.

    Something of it has been decoded when this returns. It lasts as long as it would in a player:
    holes in its times, and stretches that are damaged, are silence. Its default track is taken.

    Args:
        on_remark: takes what people should know of it, a sentence.
        interrupt: where the file is a pipe that nobody writes into, this ends the waiting, and
            the sound.

    Raises:
        AudioFileError: `unreadable-file`: it is missing, is no sound file, or holds no sound;
            also later, where reading stops halfway.
    """
    frames = _frames(Path(path), on_remark, interrupt or Interrupt())
    first = next(frames, None)
    if first is None:
        raise unreadable(path, "no sound could be decoded")
    return chain([first], frames)


def unreadable(path: str | Path, reason: str | None) -> AudioFileError:
    """The error that says why a file cannot be read."""
    return AudioFileError("unreadable-file", f"cannot read '{path}': {reason or 'unknown error'}")


def _frames(path: Path, on_remark: Callable[[str], None], interrupt: Interrupt) -> Iterator[Frame]:
    import av  # 100 ms, only for who needs it

    try:
        pieces = (
            piece
            for container in _containers(path, interrupt)
            for piece in _Decoding(path, container, on_remark).pieces()
        )
        yield from _framed(pieces)
    except (av.error.FFmpegError, OSError) as problem:
        # The numbers of FFmpeg's own errors are letters; its words say nothing to people.
        own = problem.errno is None or problem.errno not in errno.errorcode
        raise unreadable(path, _NO_SOUND_FILE if own else problem.strerror) from problem
    except ValueError as problem:  # PyAV's own, for what it knows no form for
        raise unreadable(path, "its sound has a form that cannot be converted") from problem


def _containers(path: Path, interrupt: Interrupt) -> Iterator[Any]:
    """What is in a file, opened; most hold one."""
    import av

    slow = is_slow(path)
    # What a file says of its title and artist may be in any encoding.
    options: dict[str, Any] = {"mode": "r", "metadata_errors": "replace"}
    if not slow and not may_be_joined(path):
        # Without "file:" a colon in its name would be that of a network protocol.
        with av.open(f"file:{path}", **options) as container:
            yield container
        return
    with SlowFile(path, interrupt) as whole:
        joined = JoinedFile(path.name, whole.read)
        while True:
            with av.open(joined, options=_AT_ONCE if slow else {}, **options) as container:
                yield container
            if not joined.go_on():
                return


def _framed(pieces: Iterable[Samples]) -> Iterator[Frame]:
    held = np.empty(0, np.int16)
    for piece in pieces:
        held = np.concatenate((held, piece)) if held.size else piece
        whole = held.size // FRAME * FRAME
        yield from held[:whole].reshape(-1, FRAME)
        held = held[whole:]
    if held.size:
        yield np.concatenate((held, np.zeros(FRAME - held.size, np.int16)))


class _Decoding:
    """From one container to pieces of 48 kHz mono."""

    def __init__(self, path: Path, container: Any, on_remark: Callable[[str], None]) -> None:
        import av

        if not container.streams.audio:
            raise unreadable(path, "it holds no sound")
        self._path = path
        self._container = container
        self._stream = _default(container.streams.audio)
        if self._stream.codec_context is None:
            raise unreadable(path, "there is no decoder for its sound")
        self._on_remark = on_remark
        self._remarked = False
        self._downmix = Downmix()
        begin = container.start_time
        self._timeline = Timeline(
            None if begin is None else begin / av.time_base,
            steps=av.format.Flags.ts_discont in av.format.Flags(container.format.flags),
        )

    def pieces(self) -> Iterator[Samples]:
        """Of any length."""
        import av

        decoded = False
        problem: Exception | None = None
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except av.error.FFmpegError as damage:
                # What follows may still be sound.
                problem = damage
                if packet.pts is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base
                    self._timeline.damaged(float(end))
                continue
            for frame in frames:
                decoded = True
                yield from self._place(frame)
        if not decoded:
            raise unreadable(self._path, "no sound could be decoded") from problem
        yield from self._timeline.close()

    def _place(self, frame: Any) -> Iterator[Samples]:
        samples = self._downmix.mono(frame)
        start = None if frame.pts is None else float(frame.pts * frame.time_base)
        yield from self._timeline.place(samples, frame.sample_rate, start)
        if self._downmix.rescued > _SAID_FROM and not self._remarked:
            self._remarked = True
            self._on_remark(
                f"nothing is left of '{self._path}' when its channels are mixed into one, since "
                "they cancel each other out: only the loudest of them is taken"
            )


def _default(tracks: Iterable[Any]) -> Any:
    """The track that a player would play."""
    import av

    return next(
        (track for track in tracks if av.stream.Disposition.default in track.disposition),
        next(iter(tracks)),
    )
