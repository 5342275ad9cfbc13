"""A file read ahead of its being said, by a thread of its own: the loop never waits for it."""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.interrupt import Interrupt, is_slow
from tui_rooms.audio.files.reading import read_frames, unreadable
from tui_rooms.audio.frames import Frame

logger = logging.getLogger(__name__)

AHEAD: Final = 50
"""Frames that are read ahead: a second."""


class ReadAhead:
    """Belongs to the running loop. `begin` comes first, `close` last.

    Args:
        path: any file that PyAV reads, or a pipe of such sound.
        again: begin again at the end, for ever.
        on_remark: takes what people should know of the file, a sentence, on the loop.
    """

    def __init__(self, path: str | Path, *, again: bool, on_remark: Callable[[str], None]) -> None:
        self._path = Path(path)
        self._again = again
        self._on_remark = on_remark
        self._loop = asyncio.get_running_loop()
        self._begun = asyncio.Event()
        self._frames: deque[Frame] = deque()
        self._room = threading.Semaphore(AHEAD)
        self._ended = False
        """Nothing will be added any more."""
        self._failure: AudioFileError | None = None
        self._interrupt: Interrupt | None = None

    async def begin(self) -> None:
        """Start to read, and wait until there is a second of sound, or all of it; from a pipe, the
        first frame.

        Raises:
            AudioFileError: it cannot be read; nothing of it was sound.
        """
        try:
            self._interrupt = Interrupt()
        except OSError as problem:
            raise unreadable(self._path, problem.strerror) from problem
        # A daemon: what it waits for may never come, and must not keep the program from its end.
        name = f"reading {self._path.name}"
        threading.Thread(target=self._read, args=(self._interrupt,), name=name, daemon=True).start()
        await self._begun.wait()
        if self._failure is not None and not self._frames:
            raise self._failure

    @property
    def over(self) -> bool:
        """Whether all has been taken."""
        return self._ended and not self._frames

    def take(self) -> Frame | None:
        """The next frame; None while there is none, or when it is `over`.

        Raises:
            AudioFileError: reading stopped halfway, and all before that has been taken.
        """
        ended = self._ended  # before the look at the frames: the last of them may come in between
        if self._frames:
            self._room.release()
            return self._frames.popleft()
        if ended and self._failure is not None:
            raise self._failure
        return None

    def close(self) -> None:
        """Read no more, now or ever; a second time changes nothing. What was read can be taken."""
        if self._interrupt is not None:
            self._interrupt.set()
            self._room.release()

    def _read(self, interrupt: Interrupt) -> None:
        try:
            enough = 1 if is_slow(self._path) else AHEAD
            while not interrupt.is_set():
                for frame in read_frames(self._path, on_remark=self._remark, interrupt=interrupt):
                    self._room.acquire()
                    if interrupt.is_set():
                        break
                    self._frames.append(frame)
                    if len(self._frames) == enough:
                        self._on_loop(self._begun.set)
                if not self._again:
                    break
        except AudioFileError as failure:
            self._failure = failure
        except OSError as missing:
            self._failure = unreadable(self._path, missing.strerror)
        except Exception as unforeseen:
            # Whatever a decoder throws: whoever waits for sound must learn that none comes.
            logger.exception("reading %s failed", self._path)
            kind = type(unforeseen).__name__
            self._failure = unreadable(self._path, f"its decoder failed unexpectedly ({kind})")
        self._ended = True
        self._on_loop(self._begun.set)

    def _remark(self, sentence: str) -> None:
        self._on_loop(lambda: self._on_remark(sentence))

    def _on_loop(self, call: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(call)
