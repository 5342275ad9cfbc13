"""Commands a second with their log, what waiting for the disk costs, and kill -9.

    python benchmarks/storage.py [--commands 10000] [--rooms 100] [--repeats 5] [--kills 200]
                                 [--log 100000]

Linux. One process on one core, the log's own thread included: `decide`, `append`, `evolve` for each
command, with memory, SQLite, and SQLite that waits for the disk (`--sync full`). The logs are
measured in turn in each repeat; the figures are medians. How late the event loop wakes is
measured on all cores, as a server runs. The disk matters: choose it with `--directory`.
"""

import argparse
import asyncio
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from sys import path

path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server.storage.crash import examine, kill_a_writer
from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.chat import CHAT_KEPT
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.decide import decide
from tui_rooms.rules.evolve import created, evolve, logged
from tui_rooms.rules.room import Room
from tui_rooms.server.rooms import pages
from tui_rooms.server.storage.card import RoomState, card_after
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.server.storage.replaying import STATE_EVERY, keep_state, replayed
from tui_rooms.server.storage.sqlite import SqliteLog
from tui_rooms.server.storage.topics import Topic
from tui_rooms.wire import messages

GOAL = 5_000
"""Commands a second on one core."""
TAKEN_OVER_IN = 50
"""Milliseconds for a room of any age."""
KINDS = ("memory", "sqlite normal", "sqlite full")
ANA, BEN = Actor(identity="ana", name="Ana"), Actor(identity="ben", name="Ben")
TALK: list[tuple[commands.Command, Actor]] = [
    (commands.Unmute(), ANA),
    (commands.RaiseHand(), BEN),
    (commands.SendMessage(message_id="m", text="Good evening, everyone!", to=ToEveryone()), BEN),
    (commands.Mute(identity="ana"), ANA),
    (commands.LowerHand(identity="ben"), BEN),
    (commands.UpdateRoom(title="A long evening"), ANA),
    (commands.SetAttribute(key="topic", value="tea"), ANA),
    (commands.SetAttribute(key="topic", value="coffee"), ANA),
    (commands.UpdateRoom(title="An evening"), ANA),
]
"""What people do in a room, over and over; each changes something."""


class Played:
    """One room with two people."""

    def __init__(self, log: RoomLog, number: int) -> None:
        self._log = log
        self.version = 0
        self.room: Room | None = None
        self._room_id = f"room-{number}"
        self._done = 0

    async def open(self) -> None:
        """Make the room, live, and bring both in."""
        make = commands.CreateRoom(room_id=self._room_id, title="An evening", live=True)
        await self.do(make, ANA)
        await self.do(commands.JoinRoom(), ANA)
        await self.do(commands.JoinRoom(), BEN)

    async def play(self, count: int) -> None:
        """Carry out that many commands."""
        for _ in range(count):
            await self.step()

    async def fill(self, count: int) -> None:
        """Append that many messages, a hundred at a time."""
        for first in range(0, count, 100):
            assert self.room is not None
            said: list[events.Event] = [
                events.MessageSent(
                    message_id=f"m{n}",
                    identity="ana" if n % 3 else "ben",
                    name="Ana" if n % 3 else "Ben",
                    text=f"message {n} of a long evening",
                    to=ToEveryone(),
                    at=float(n),
                )
                for n in range(first, first + 100)
            ]
            if len(self.room.chat) >= CHAT_KEPT:
                trimmed = float(first - CHAT_KEPT // 2)
                said.insert(0, events.ChatTrimmed(before=trimmed, at=float(first)))
            card = card_after(self.room, said)
            await self._log.append(self._room_id, said, expected=self.version, card=card)
            self.version += len(said)
            for event in said:
                evolve(self.room, event)

    async def step(self) -> None:
        """Carry out one command."""
        command, actor = TALK[self._done % len(TALK)]
        if isinstance(command, commands.SendMessage):
            command = replace(command, message_id=f"said{self._done}")
        await self.do(command, actor)
        self._done += 1

    async def do(self, command: commands.Command, actor: Actor) -> None:
        """What a server does for a command, without telling anyone."""
        happened = decide(self.room, command, actor, time.time())
        logged = [event for event in happened if not isinstance(event, events.PRESENCE)]
        if logged:
            await self._log.append(
                self._room_id,
                logged,
                expected=self.version,
                card=card_after(self.room, happened),
            )
            self.version += len(logged)
        for event in happened:
            if isinstance(event, events.RoomCreated):
                self.room = created(event)
            assert self.room is not None
            evolve(self.room, event)
        assert happened, f"{command} changed nothing: the figure would be too good"


@asynccontextmanager
async def opened(kind: str, directory: str) -> AsyncIterator[RoomLog]:
    """A new log of that kind."""
    with tempfile.TemporaryDirectory(dir=directory) as place:
        log: RoomLog
        if kind == "memory":
            log = MemoryLog()
        else:
            sync = "full" if kind == "sqlite full" else "normal"
            log = await SqliteLog.open(Path(place) / "rooms.db", sync=sync)
        yield log
        await log.close()


async def throughput(log: RoomLog, rooms: int, count: int) -> float:
    """Commands a second of wall time, all rooms at once, one command at a time in each."""
    played = [Played(log, number) for number in range(rooms)]
    await asyncio.gather(*(room.open() for room in played))
    began = time.perf_counter()
    await asyncio.gather(*(room.play(count // rooms) for room in played))
    return count // rooms * rooms / (time.perf_counter() - began)


async def wait_of_one(log: RoomLog, count: int) -> float:
    """Milliseconds for a command when nobody else waits."""
    room = Played(log, 0)
    await room.open()
    began = time.perf_counter()
    await room.play(count)
    return (time.perf_counter() - began) / count * 1000


async def lateness(log: RoomLog, rate: int, seconds: float) -> tuple[float, float]:
    """How late the event loop wakes at `rate` commands a second: 99th percentile and worst, ms."""
    played = [Played(log, number) for number in range(20)]
    await asyncio.gather(*(room.open() for room in played))
    late: list[float] = []

    async def watch() -> None:
        while True:
            due = time.perf_counter() + 0.002
            await asyncio.sleep(0.002)
            late.append((time.perf_counter() - due) * 1000)

    watching = asyncio.create_task(watch())
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pause = asyncio.create_task(asyncio.sleep(len(played) / rate))
        await asyncio.gather(pause, *(room.step() for room in played))
    watching.cancel()
    late.sort()
    return late[len(late) * 99 // 100], late[-1]


async def search(log: RoomLog, rooms: int) -> tuple[float, float]:
    """Milliseconds for a first page of ended rooms, and for a word that is nowhere."""
    made = [
        decide(
            None,
            commands.CreateRoom(room_id=f"r{n}", title=f"Evening {n}", description="tea " * 20),
            ANA,
            float(n),
        )
        for n in range(rooms)
    ]
    for start in range(0, rooms, 5000):
        await asyncio.gather(
            *(
                log.append(
                    f"r{start + n}",
                    [*happened, ended := events.RoomEnded(by="ana", at=float(start + n))],
                    expected=0,
                    card=card_after(None, [*happened, ended]),
                )
                for n, happened in enumerate(made[start : start + 5000])
            )
        )
    times = []
    for text in ("", "coffee"):
        began = time.perf_counter()
        await log.query(RoomQuery(state=RoomState.ENDED, text=text))
        times.append((time.perf_counter() - began) * 1000)
    return times[0], times[1]


async def reading(directory: str, events_kept: int) -> None:
    """Pages of a long log: time, and what the process has grown by at most."""
    async with opened("sqlite normal", directory) as log:
        room = Played(log, 0)
        await room.open()
        await room.do(commands.Kick(identity="ben", reason="noise"), ANA)
        await room.do(commands.JoinRoom(), BEN)
        await room.fill(events_kept)
        assert room.room is not None
        before = grown()
        ana = pages.reader(room.room, ANA)
        newest = await pages.chat_page(room.room, log, ana, messages.ReadChat(id=1, limit=100))
        middle = (await log.newest("room-0", Topic.CHAT, before=events_kept // 2, limit=1))[0]
        assert isinstance(middle.event, events.MessageSent)
        wanted = {
            "newest chat": messages.ReadChat(id=1, limit=100),
            "chat before the newest": messages.ReadChat(
                id=1, limit=100, before=newest.messages[0].message_id
            ),
            "chat in the middle": messages.ReadChat(
                id=1, limit=100, before=middle.event.message_id
            ),
            "audit log": messages.ReadAudit(id=1, limit=100),
        }
        for name, page in wanted.items():
            times = []
            for _ in range(20):
                began = time.perf_counter()
                if isinstance(page, messages.ReadAudit):
                    await pages.audit_page(room.room, log, ana, page)
                else:
                    await pages.chat_page(room.room, log, ana, page)
                times.append((time.perf_counter() - began) * 1000)
            print(f"  {name:24} {median_of(times)}")
        print(f"  memory for all of them     {grown() - before:8,.0f} KiB")
        before, began = grown(), time.perf_counter()
        assert await replayed(log, "room-0") is not None
        print(f"  the whole room, replayed   {(time.perf_counter() - began) * 1000:8,.0f} ms")
        print(f"  memory for it              {grown() - before:8,.0f} KiB")


async def taking_over(directory: str, ages: tuple[int, ...]) -> None:
    """A start's part for one room: its kept state, and all events that can have come since."""
    for age in ages:
        async with opened("sqlite normal", directory) as log:
            room = Played(log, 0)
            await room.open()
            await room.fill(age)
            assert room.room is not None
            await keep_state(log, logged(room.room), room.version)
            await room.play(STATE_EVERY - 1)
            times = []
            for _ in range(20):
                began = time.perf_counter()
                assert await replayed(log, "room-0") is not None
                times.append((time.perf_counter() - began) * 1000)
            verdict = "" if statistics.median(times) <= TAKEN_OVER_IN else "   ABOVE THE GOAL"
            print(f"  of {room.version:7,} events {median_of(times)}{verdict}")


def grown() -> int:
    """The most memory that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def median_of(values: list[float]) -> str:
    """The median, and between what the others lie."""
    return f"{statistics.median(values):10,.2f}   ({min(values):,.2f} to {max(values):,.2f})"


async def measure(kind: str, directory: str, work: Callable[[RoomLog], object]) -> object:
    """One measurement with a new log of that kind."""
    async with opened(kind, directory) as log:
        return await work(log)  # type: ignore[misc]


def kills(count: int, directory: str) -> None:
    """Kill writers at seeded random moments; print what was lost."""
    for sync in ("normal", "full"):
        chance = random.Random(1)
        told = lost = 0
        with tempfile.TemporaryDirectory(dir=directory) as place:
            for number in range(count // 2):
                file = Path(place) / f"{number // 10}.db"  # ten lives a file
                acknowledged = kill_a_writer(file, sync, number, chance)
                faults = asyncio.run(examine(file, acknowledged))
                told += sum(acknowledged.values())
                lost += len(faults)
                print(*faults, sep="\n", end="" if not faults else "\n")
        print(f"  sync {sync:6}  {count // 2} kills, {told:,} events acknowledged, {lost} faults")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--commands", type=int, default=10_000, help="of one repeat")
    parser.add_argument("--rooms", type=int, default=100, help="busy at once")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--log", type=int, default=100_000, help="events that pages are read of")
    parser.add_argument("--kills", type=int, default=200, help="0: none")
    parser.add_argument("--directory", default=tempfile.gettempdir(), help="on the disk to measure")
    asked = parser.parse_args()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})

    def table(title: str, work: Callable[[RoomLog], object]) -> dict[str, list[float]]:
        print(title)
        found: dict[str, list] = {kind: [] for kind in KINDS}
        for _ in range(asked.repeats):
            for kind in KINDS:
                found[kind].append(asyncio.run(measure(kind, asked.directory, work)))
        return found

    rates = table(
        f"commands a second, {asked.rooms} rooms at once (goal {GOAL:,})",
        lambda log: throughput(log, asked.rooms, asked.commands),
    )
    for kind, values in rates.items():
        verdict = "" if statistics.median(values) >= GOAL else "   BELOW THE GOAL"
        print(f"  {kind:14} {median_of(values)}{verdict}")
    for kind, values in table(
        "ms a command, one room alone", lambda log: wait_of_one(log, 300)
    ).items():
        print(f"  {kind:14} {median_of(values)}")
    os.sched_setaffinity(0, cores)
    late = table(
        "ms that the event loop wakes late at 1,000 commands a second: 99th percentile, worst",
        lambda log: lateness(log, 1000, 2.0),
    )
    for kind, pairs in late.items():
        for name, values in zip(("p99", "worst"), zip(*pairs, strict=True), strict=True):
            print(f"  {kind:14} {name:6} {median_of(list(values))}")
    page, nowhere = asyncio.run(
        measure("sqlite normal", asked.directory, lambda log: search(log, 20_000))
    )
    print(f"ms for a query among 20,000 rooms: first page {page:.1f}, a word nowhere {nowhere:.1f}")
    print(f"ms for a page of a log of {asked.log:,} events")
    asyncio.run(reading(asked.directory, asked.log))
    print(f"ms until a room is carried on with (goal {TAKEN_OVER_IN})")
    asyncio.run(taking_over(asked.directory, (1_000, 10_000, asked.log)))
    if asked.kills:
        print("kill -9 under load")
        kills(asked.kills, asked.directory)


if __name__ == "__main__":
    main()
