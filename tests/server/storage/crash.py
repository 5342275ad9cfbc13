"""Killing a server's storage at random moments: a writer that is killed, and the examination.

    python -m tests.server.storage.crash FILE SYNC ROUND      runs the writer, until it is killed

The writer prints `room version` for each append that was acknowledged. What it appends follows
from room and version alone, so the examiner knows every event that may lie there.
"""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.server.storage.rooms import made, said
from tui_rooms.rules import events
from tui_rooms.rules.evolve import replay
from tui_rooms.rules.room import Room
from tui_rooms.server.storage.card import card_after, card_of
from tui_rooms.server.storage.database import Sync
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.server.storage.sqlite import SqliteLog

ROOMS = 20
LONGEST_LIFE = 0.05
"""Seconds from the first acknowledged append to the kill, at most."""
ROOT = Path(__file__).resolve().parents[3]


def appends(room_id: str) -> Iterator[list[events.Event]]:
    """What is appended to a room, one list at a time, without end."""
    yield made(room_id)[0]
    for n in itertools.count():
        at = 200.0 + n
        retitled = events.RoomUpdated(title=f"title {n}", by="ana", at=at)
        # Two events at once show whether an append can be cut in half.
        yield [said(f"{room_id} {n}", at), retitled] if n % 3 else [said("x" * 4000, at)]


async def write_for_ever(path: Path, sync: Sync, round_: str) -> None:
    """Append to many rooms at once; print what is acknowledged."""
    log = await SqliteLog.open(path, sync=sync)
    await asyncio.gather(*(_fill(log, f"round-{round_}-{n}") for n in range(ROOMS)))


async def _fill(log: RoomLog, room_id: str) -> None:
    version = 0
    room: Room | None = None
    for happened in appends(room_id):
        card = card_after(room, happened)
        await log.append(room_id, happened, expected=version, card=card)
        version += len(happened)
        os.write(sys.stdout.fileno(), f"{room_id} {version}\n".encode())
        room = replay(happened) if room is None else room
        room.title = card.title


def kill_a_writer(path: Path, sync: Sync, round_: int, chance: random.Random) -> dict[str, int]:
    """Let a writer live for a random time; what was acknowledged, as versions of rooms."""
    command = [sys.executable, "-m", __name__, str(path), sync, str(round_)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        writer.kill()
        lines = [first, *writer.stdout]
    assert writer.returncode == -signal.SIGKILL, "the writer ended by itself"
    return {room_id: int(version) for room_id, version in map(str.split, lines)}


async def examine(path: Path, acknowledged: dict[str, int]) -> list[str]:
    """What is wrong with a file after a kill, in sentences; empty when all is well."""
    log = await SqliteLog.open(path)
    faults: list[str] = []
    cards = {}
    cursor = None
    while True:
        page = await log.query(RoomQuery(cursor=cursor, limit=200))
        cards.update({card.room_id: card for card in page.rooms})
        cursor = page.next
        if cursor is None:
            break
    for room_id, version in acknowledged.items():
        found = await log.read(room_id)
        if len(found) < version:
            faults.append(f"{room_id}: {version} events acknowledged, {len(found)} found")
        written: list[events.Event] = []
        for happened in appends(room_id):
            if len(written) >= len(found):
                break
            written += happened
        if found != written:
            faults.append(f"{room_id}: its {len(found)} events are not whole appends in order")
        elif found and cards.get(room_id) != card_of(replay(found)):
            faults.append(f"{room_id}: its card is not the one of its log")
    await log.close()
    return faults


if __name__ == "__main__":
    asyncio.run(write_for_ever(Path(sys.argv[1]), sys.argv[2], sys.argv[3]))  # type: ignore[arg-type]
