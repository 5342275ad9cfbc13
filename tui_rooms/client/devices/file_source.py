"""A sound file as the microphone, in real time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.frames import FRAME_SECONDS, Frame, silence
from tui_rooms.client.devices.read_ahead import ReadAhead

DEBT_LIMIT: Final = 1.0
"""Seconds behind time up to which frames are sent at once to catch up. A machine that slept
for longer goes on from where it was."""


class FileSource:
    """Frames at absolute times: a late wake-up is made up for, nothing drifts or is left out.

    Where the file is a pipe and nothing comes, there is silence, and then the rest.
    """

    def __init__(self, path: str | Path, *, loop: bool = False) -> None:
        """
        Args:
            path: any file that PyAV reads, or a pipe of such sound.
            loop: begin again at the end, for ever.
        """
        self._path = path
        self._loop = loop
        self._ahead: ReadAhead | None = None
        self._on_notice: Callable[[str], None] | None = None
        self._remarks: list[str] = []
        """Each once, however often the file begins again."""
        self._error: AudioFileError | None = None
        self._awaited = False
        """Whether somebody is told of a failure by `finished`."""
        self._said = False
        self._closed = False
        self._ended = asyncio.Event()

    def tell(self, on_notice: Callable[[str], None]) -> None:
        """Say to whom sentences about the file go."""
        self._on_notice = on_notice
        for sentence in self._remarks:
            on_notice(sentence)

    async def open(self) -> None:
        """Open the file and decode some of it; more than once changes nothing.

        Raises:
            AudioFileError: it cannot be read.
        """
        if self._ahead is None:
            self._ahead = ReadAhead(self._path, again=self._loop, on_remark=self._remark)
            try:
                await self._ahead.begin()
            except BaseException:
                self._ahead.close()
                raise

    async def frames(self) -> AsyncIterator[Frame]:
        """The file's frames as they fall due.

        Raises:
            AudioFileError: reading stopped halfway, and nobody waits in `finished`.
        """
        clock = asyncio.get_running_loop().time
        due = clock()
        try:
            while (frame := self._next()) is not None:
                yield frame
                due += FRAME_SECONDS
                late = clock() - due
                if late > DEBT_LIMIT:
                    due += late
                await asyncio.sleep(-late)
            self._said = True
        except AudioFileError as exc:
            self._error = exc
            if not self._awaited:
                raise
        finally:
            self._ended.set()

    async def finished(self) -> None:
        """Wait until all has been said, or the source is closed.

        Raises:
            AudioFileError: `unreadable-file`: reading stopped halfway; `unfinished-file`: whoever
                said it stopped before its end.
        """
        self._awaited = True
        await self._ended.wait()
        if self._error is not None:
            raise self._error
        if not self._said and not self._closed:
            raise AudioFileError("unfinished-file", f"the rest of '{self._path}' is not said")

    async def close(self) -> None:
        """Nothing more is said."""
        self._closed = True
        if self._ahead is not None:
            self._ahead.close()
        self._ended.set()

    def _next(self) -> Frame | None:
        if self._ahead is None or self._closed:
            return None
        frame = self._ahead.take()
        # Nothing there, yet: the pipe pauses, and so does the speaker. Time goes on.
        return silence() if frame is None and not self._ahead.over else frame

    def _remark(self, sentence: str) -> None:
        if sentence in self._remarks:
            return
        self._remarks.append(sentence)
        if self._on_notice is not None:
            self._on_notice(sentence)
