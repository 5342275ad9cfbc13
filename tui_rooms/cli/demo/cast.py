"""The people of the demo, in a process of their own: `python -m tui_rooms.cli.demo.cast URL SEED`.

Prints one line: `ON_STAGE` when the room is there, else why it is not. Ends when its standard
input does.
"""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib.resources import as_file, files
from typing import Final

from tui_rooms.audio.files.reading import read_frames
from tui_rooms.audio.frames import FRAME_SECONDS, Frame, silence
from tui_rooms.cli.demo.play import LINES, LISTENERS, VOICES, Turn, file_name, turns
from tui_rooms.cli.standard_output import take_any_text
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role

ROOM: Final = "demo"
TITLE: Final = "What a room is like"
ON_STAGE: Final = "on stage"


class Voice:
    """A `FrameSource` that says what it is told to, and is silent otherwise."""

    def __init__(self) -> None:
        self._due: deque[Frame] = deque()

    def say(self, frames: tuple[Frame, ...]) -> float:
        """Say that next; how many seconds it takes."""
        self._due.extend(frames)
        return len(frames) * FRAME_SECONDS

    async def open(self) -> None:
        """Nothing is to be opened."""

    async def frames(self) -> AsyncIterator[Frame]:
        """A frame each 20 ms, for ever."""
        clock = asyncio.get_running_loop().time
        due = clock()
        while True:
            yield self._due.popleft() if self._due else silence()
            due += FRAME_SECONDS
            await asyncio.sleep(due - clock())

    async def close(self) -> None:
        """Nothing is to be closed."""


async def perform(url: str, seed: int) -> None:
    """Open the room, and talk until cancelled."""
    async with AsyncExitStack() as people:
        try:
            lines = {
                (voice, line): _speech(voice, line) for voice in VOICES for line in range(LINES)
            }
            voices = await _gather(people, url)
        except Exception as problem:
            reason = getattr(problem, "sentence", f"{type(problem).__name__}: {problem}")
            print(" ".join(reason.split()), flush=True)
            raise
        print(ON_STAGE, flush=True)
        for turn in turns(seed):
            await _take(turn, *voices[turn.voice], lines[turn.voice, turn.line])


async def _gather(people: AsyncExitStack, url: str) -> dict[str, tuple[RoomClient, Voice]]:
    """Everybody comes in; those who will talk."""
    voices: dict[str, tuple[RoomClient, Voice]] = {}
    for name in VOICES:
        voice = Voice()
        create = CreateOptions(title=TITLE, room_type="open_mic")
        client = await people.enter_async_context(
            RoomClient.join(url, room=ROOM, name=name, source=voice, create=create)
        )
        voices[name] = client, voice
    for number in range(1, LISTENERS + 1):
        await people.enter_async_context(
            RoomClient.join(
                url, room=ROOM, name=f"Listener {number}", role=Role.LISTENER, media=False
            )
        )
    return voices


async def _take(turn: Turn, client: RoomClient, voice: Voice, speech: tuple[Frame, ...]) -> None:
    try:
        if client.muted:
            await client.unmute()
    except RoomError:
        return  # off the stage: a host of the audience wanted it so
    seconds = voice.say(speech)
    await asyncio.sleep(max(0.5, seconds + turn.pause))
    if turn.mutes:
        await client.mute()


def _speech(voice: str, line: int) -> tuple[Frame, ...]:
    with as_file(files("tui_rooms.cli.demo").joinpath("speech", file_name(voice, line))) as path:
        return tuple(read_frames(path))


async def _until_input_ends() -> None:
    # Not in a thread: one that reads cannot be stopped, and the process could not end before it.
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    await reader.read()


async def main() -> None:
    """Until the standard input ends, or the play fails."""
    playing = asyncio.ensure_future(perform(sys.argv[1], int(sys.argv[2])))
    watching = asyncio.ensure_future(_until_input_ends())
    ended, others = await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    await asyncio.wait({playing, watching})
    if watching not in ended:
        playing.result()


if __name__ == "__main__":
    take_any_text()
    asyncio.run(main())
