"""A sound file as the microphone, in real time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files import read_frames
from tui_rooms.audio.frames import FRAME_SECONDS, Frame

DEBT_LIMIT: Final = 1.0
"""Seconds behind time up to which frames are sent at once to catch up. A machine that slept
for longer goes on from where it was."""


class FileSource:
    """Frames at absolute times: a late wake-up is made up for, nothing drifts or is left out."""

    def __init__(self, path: str | Path, *, loop: bool = False) -> None:
        """
        Args:
            path: any file that PyAV reads.
            loop: begin again at the end, for ever.
        """
        self._path = path
        self._loop = loop
        self._frames: Iterator[Frame] | None = None
        self._error: AudioFileError | None = None
        self._ended = asyncio.Event()

    async def open(self) -> None:
        """Open the file; more than once changes nothing.

        Raises:
            AudioFileError: it cannot be read.
        """
        if self._frames is None:
            self._frames = await asyncio.to_thread(read_frames, self._path)

    async def frames(self) -> AsyncIterator[Frame]:
        """The file's frames as they fall due.

        Raises:
            AudioFileError: reading stopped halfway.
        """
        clock = asyncio.get_running_loop().time
        due = clock()
        try:
            while (frame := await self._next()) is not None:
                yield frame
                due += FRAME_SECONDS
                late = clock() - due
                if late > DEBT_LIMIT:
                    due += late
                await asyncio.sleep(-late)
        except AudioFileError as exc:
            self._error = exc
            raise
        finally:
            self._ended.set()

    async def finished(self) -> None:
        """Wait until all has been said, or the source is closed.

        Raises:
            AudioFileError: reading stopped halfway.
        """
        await self._ended.wait()
        if self._error is not None:
            raise self._error

    async def close(self) -> None:
        """Nothing more is said."""
        self._frames = None
        self._ended.set()

    async def _next(self) -> Frame | None:
        if self._frames is None:
            return None
        frame = next(self._frames, None)
        if frame is None and self._loop:
            self._frames = None
            await self.open()
            frame = next(self._frames or iter(()), None)
        return frame
