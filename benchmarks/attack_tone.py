"""A steady tone from one real client to another, and the longest time that it was not heard.

python benchmarks/attack_tone.py URL TOKEN       started by `attack.py`, until its input ends
"""

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.tones import Tone
from tui_rooms.audio.frames import RATE
from tui_rooms.client.options import CreateOptions
from tui_rooms.client.room import RoomClient
from tui_rooms.client.sound.ends import NextFrame

_LEAST = 500
"""Of a sample, so that it is heard."""


class Ear:
    """A sink that knows how long at most nothing was heard."""

    def __init__(self) -> None:
        self.heard = 0
        """Samples, since the first of the tone."""
        self.longest = 0
        """Samples without it."""
        self.silent = 0
        self.began = asyncio.Event()

    async def open(self) -> None:
        """Nothing to open."""

    async def play(self, next_frame: NextFrame) -> None:
        """Take a frame each time that one is due."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            samples = next_frame(loop.time())
            loud = bool(samples.size and np.abs(samples).max() > _LEAST)
            if self.began.is_set():
                self.heard += samples.size
                self.silent = 0 if loud else self.silent + samples.size
                self.longest = max(self.longest, self.silent)
            elif loud:
                self.began.set()
            due += samples.size / RATE
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def close(self) -> None:
        """Nothing to close."""


async def main(url: str, token: str) -> None:
    """Say when it is heard, and in the end how well it was."""
    ear = Ear()
    made = CreateOptions(title="Tone")
    async with (
        RoomClient.join(url, room="tone", token=token, source=Tone(), create=made) as ana,
        RoomClient.join(url, room="tone", name="Ben", sink=ear),
    ):
        await ana.unmute()
        async with asyncio.timeout(20):
            await ear.began.wait()
        await asyncio.sleep(1)  # until the jitter buffer has settled
        ear.longest = ear.heard = 0
        print("heard", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        figures = {"gap_ms": 1000 * ear.longest / RATE, "heard_s": ear.heard / RATE}
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
