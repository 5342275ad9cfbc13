"""People who come into a room, talk, raise hands, chat and go, by chance, for as long as it lasts.

    python benchmarks/chaos_visitors.py URL ROOM SEED TOKEN …       started by benchmarks

Each is a real `RoomClient` with sound; half have one of the tokens and may speak, the others are
guests, new ones each time. At first many more only pass by: what a room remembers of chat and of
who has left is full after five minutes, as in one that is old. It prints what they have done, as
JSON, when its input ends.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.chaos_client import RepeatingEncoder
from benchmarks.tones import Tone
from tui_rooms.client.errors import LinkError
from tui_rooms.client.room import RoomClient
from tui_rooms.client.sound import uplink
from tui_rooms.rules.errors import RoomError

AT_ONCE: Final = 8
ENDS_WITHIN: Final = 15.0
LONGEST_STAY: Final = 20.0
PASSING: Final = 2_100
"""As many messages and departures as a room remembers, and some more."""
PASS_EVERY: Final = 0.14
"""Seconds: an address may say ten things a second."""
HZ: Final = 3_000
"""Nobody else's."""


class Visitors:
    """All of them."""

    def __init__(self, url: str, room: str, seed: int, tokens: Sequence[str]) -> None:
        self.done: Counter[str] = Counter()
        self._url = url
        self._room = room
        self._chance = random.Random(seed)
        self._tokens = tokens

    async def come(self, place: int) -> None:
        """One after the other, with a pause in between."""
        token = self._tokens[place] if place < len(self._tokens) else None
        while True:
            await asyncio.sleep(self._chance.uniform(0.0, 5.0))
            try:
                await self._visit(token)
            except (RoomError, LinkError) as error:
                self.done[f"refused: {error.code}"] += 1

    async def _visit(self, token: str | None) -> None:
        name = f"Visitor {self._chance.randrange(10**6)}"
        async with RoomClient.join(
            self._url, room=self._room, name=name, token=token, source=Tone(HZ) if token else None
        ) as room:
            self.done["came"] += 1
            until = asyncio.get_running_loop().time() + self._chance.uniform(1.0, LONGEST_STAY)
            while asyncio.get_running_loop().time() < until:
                what = self._chance.choice(self._acts(room, may_speak=token is not None))
                try:
                    await what()
                    self.done[what.__name__] += 1
                except RoomError as error:
                    self.done[f"refused: {error.code}"] += 1
                await asyncio.sleep(self._chance.uniform(0.5, 3.0))

    async def pass_by(self) -> None:
        """One says a word and goes, then the next."""
        loop = asyncio.get_running_loop()
        for number in range(PASSING):
            due = loop.time() + PASS_EVERY
            try:
                async with RoomClient.join(
                    self._url, room=self._room, name=f"Passer-by {number}", media=False
                ) as room:
                    await room.send_message(f"good evening, says number {number}")
                self.done["passed by"] += 1
            except (RoomError, LinkError) as error:
                self.done[f"refused: {error.code}"] += 1
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _acts(self, room: RoomClient, *, may_speak: bool) -> list[Callable[[], Awaitable[object]]]:
        async def chat() -> None:
            await room.send_message(f"words {self._chance.randrange(10**9)}")

        async def hand() -> None:
            if room.identity in room.room.hands:
                await room.lower_hand(room.identity)
            else:
                await room.raise_hand()

        async def react() -> None:
            await room.react("👍")

        async def talk() -> None:
            await (room.unmute() if room.muted else room.mute())

        return [chat, react, *([talk, talk] if may_speak else [hand])]


async def main(url: str, room: str, seed: str, *tokens: str) -> None:
    """Until the input ends."""
    uplink.OpusEncoder = RepeatingEncoder  # type: ignore[attr-defined]
    visitors = Visitors(url, room, int(seed), tokens)
    coming = [asyncio.create_task(visitors.come(place)) for place in range(AT_ONCE)]
    coming.append(asyncio.create_task(visitors.pass_by()))
    await asyncio.to_thread(sys.stdin.read)
    for task in coming:
        task.cancel()
    _, held_up = await asyncio.wait(coming, timeout=ENDS_WITHIN)
    for task in held_up:
        task.print_stack()  # to standard error: a client that does not let go
        task.cancel()
    print(json.dumps(visitors.done), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
