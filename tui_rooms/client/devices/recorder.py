"""A file as the loudspeaker: what is heard, by the wall clock, silence included."""

import asyncio
from pathlib import Path
from typing import Final

from tui_rooms.audio.errors import AudioFileError
from tui_rooms.audio.files.writing import FrameWriter
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
        self._seconds = seconds
        self._left = round(seconds * RATE)
        self._writer: FrameWriter | None = None
        self._error: AudioFileError | None = None
        self._awaited = False
        """Whether somebody is told of a failure by `finished`."""
        self._closed = False
        self._ended = asyncio.Event()

    async def open(self) -> None:
        """Begin the file; more than once changes nothing.

        Raises:
            AudioFileError: it cannot be written.
            CodecError: there is no libopus, for .opus.
        """
        if self._writer is None and not self._closed:
            self._writer = FrameWriter(self._path, seconds=self._seconds)

    async def play(self, next_frame: NextFrame) -> None:
        """Write until all seconds are there.

        Raises:
            AudioFileError: the disk is full, for instance, and nobody waits in `finished`.
        """
        try:
            await self._write(next_frame)
            self.finish()
        except AudioFileError as exc:
            self._error = exc
            if not self._awaited:
                raise
        finally:
            self._ended.set()

    async def finished(self) -> None:
        """Wait until the recording is complete, or the sink is closed before.

        Raises:
            AudioFileError: `unwritable-file`: it could not be written; `unfinished-file`: whoever
                gave the sound stopped before its end.
        """
        self._awaited = True
        await self._ended.wait()
        if self._error is not None:
            raise self._error
        if not self.complete and not self._closed:
            raise AudioFileError("unfinished-file", f"'{self._path}' ends before its time")

    @property
    def complete(self) -> bool:
        """Whether all seconds are in the file."""
        return self._left <= 0

    def finish(self) -> None:
        """Finish the file with what it has, at once; a second time changes nothing.

        Raises:
            AudioFileError: `unwritable-file`.
        """
        self._closed = True
        self._ended.set()
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    async def close(self) -> None:
        """As `finish`."""
        self.finish()

    async def _write(self, next_frame: NextFrame) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + FRAME_SECONDS
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
