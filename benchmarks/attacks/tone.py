"""A steady tone from one real client to another, and the longest time that it was not heard.

    python -m benchmarks.attacks.tone URL TOKEN       started by `attack.py`, until its input ends

What a client makes up for lost packets sounds like a tone too, so a third one tells the longest
time in which no packet came.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

import numpy as np

from benchmarks.attacks.insiders import within
from benchmarks.attacks.target import Target
from benchmarks.tones import Tone
from tests.support.peers import MediaPeer
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


class Arrivals:
    """When packets come to a peer."""

    def __init__(self, peer: MediaPeer) -> None:
        self._peer = peer
        self.longest_s = 0.0

    async def watch(self) -> None:
        """Until cancelled; now and then it says that it is there."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._peer.socket)
        last = time.monotonic()

        def read() -> None:
            nonlocal last
            self._peer.drain()
            now = time.monotonic()
            if self._peer.received:
                self.longest_s = max(self.longest_s, now - last)
                last = now
            self._peer.received.clear()
            self._peer.raw.clear()

        loop.add_reader(self._peer.socket, read)
        try:
            while True:
                self._peer.send_raw(self._peer.check_message())
                await asyncio.sleep(2)
        finally:
            self.longest_s = max(self.longest_s, time.monotonic() - last)
            self._peer.close()


async def lateness(figures: dict[str, float]) -> None:
    """How late this process came to anything: by that long its own packets were late."""
    while True:
        begin = time.monotonic()
        await asyncio.sleep(0.005)
        figures["own_ms"] = max(figures["own_ms"], 1000 * (time.monotonic() - begin) - 5)


async def main(url: str, token: str) -> None:
    """Say when it is heard, and in the end how well it was."""
    ear = Ear()
    made = CreateOptions(title="Tone")
    host = urlsplit(url).hostname or "127.0.0.1"
    async with (
        RoomClient.join(url, room="tone", token=token, source=Tone(), create=made) as ana,
        RoomClient.join(url, room="tone", name="Ben", sink=ear),
    ):
        await ana.unmute()
        async with asyncio.timeout(20):
            await ear.began.wait()
        target = Target(host, urlsplit(url).port or 80, host, host, token)
        own, peer = await within(target, "tone")
        arrivals = Arrivals(peer)
        watching = asyncio.create_task(arrivals.watch())
        await asyncio.sleep(1)  # until the jitter buffer has settled
        figures = {"own_ms": 0.0}
        late = asyncio.create_task(lateness(figures))
        ear.longest = ear.heard = 0
        arrivals.longest_s = 0.0
        print("heard", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        watching.cancel()
        late.cancel()
        await asyncio.wait([watching, late])
        own.close()
        figures |= {
            "gap_ms": 1000 * ear.longest / RATE,
            "packets_ms": 1000 * arrivals.longest_s,
            "heard_s": ear.heard / RATE,
        }
        print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
