"""A file as the loudspeaker: what is heard, by the wall clock, silence included."""

import asyncio
from pathlib import Path
from typing import Final

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files import FrameWriter
from tui_rooms.audio.frames import FRAME_SECONDS, RATE
from tui_rooms.client.sound.ends import NextFrame

_LATE: Final = 0.5 * FRAME_SECONDS
_TURNS: Final = 16


class RecorderSink:
    """Writes exactly so many seconds, from the moment that media is connected."""

    def __init__(self, path: str | Path, *, seconds: float) -> None:
        """
        Args:
            path: ends in .wav or .opus; an existing file is replaced.
            seconds: more than 0.
        """
        self._path = path
        self._left = round(seconds * RATE)
        self._writer: FrameWriter | None = None
        self._error: AudioFileError | None = None
        self._ended = asyncio.Event()

    async def open(self) -> None:
        """Begin the file; more than once changes nothing.

        Raises:
            AudioFileError: it cannot be written.
        """
        if self._writer is None:
            self._writer = FrameWriter(self._path)

    async def play(self, next_frame: NextFrame) -> None:
        """Write until all seconds are there.

        Raises:
            AudioFileError: the disk is full, for instance.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + FRAME_SECONDS
        try:
            while self._left > 0:
                await asyncio.sleep(due - loop.time())
                if loop.time() - due > _LATE:
                    # We woke late. What came in meanwhile is still in the socket, and the loop
                    # reads one datagram a turn: let it, before it is taken for lost.
                    for _ in range(_TURNS):
                        await asyncio.sleep(0)
                if self._writer is None:
                    return  # closed meanwhile
                frame = next_frame(loop.time())
                self._writer.write(frame[: self._left])
                self._left -= frame.size
                due += frame.size / RATE
            await self.close()
        except AudioFileError as exc:
            self._error = exc
            raise
        finally:
            self._ended.set()

    async def finished(self) -> None:
        """Wait until the recording is complete, or the sink is closed before.

        Raises:
            AudioFileError: it could not be written.
        """
        await self._ended.wait()
        if self._error is not None:
            raise self._error

    @property
    def complete(self) -> bool:
        """Whether all seconds are in the file."""
        return self._left <= 0

    async def close(self) -> None:
        """Finish the file with what it has."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self._ended.set()
