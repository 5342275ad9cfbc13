"""Cells of the voice benchmark in real time, several at once, with Chromium beside.

    python benchmarks/voice_run.py listen URL ROOM FILE     our listener, started by `measure`

One server holds a room for each cell, and every room has a bad network and a speaker of its own,
since a speaker's redundancy follows what the listeners of the room report. In each room are our
client (a process) and a tab of Chromium, behind the same network. Nothing is judged before
everybody has fallen silent.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.chromium import Chromium, Tab
from benchmarks.control import Control
from benchmarks.voice_cells import STARTING, Cell, judge, spoken
from tests.support.speech import read_wav, write_wav
from tui_rooms.audio.frames import RATE, Samples

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}


def measure(cells: Sequence[Cell]) -> tuple[list[dict[str, Any]], Control]:
    """A line of results for each cell: what both receivers made of it; and the control."""
    with tempfile.TemporaryDirectory() as directory:
        measured, control = asyncio.run(_measure(cells, Path(directory)))
    heard = [samples for _, pair in measured for samples in pair.values()]
    with ProcessPoolExecutor() as pool:
        scores = iter(list(pool.map(judge, heard)))
    lines = [line | {"mos": {who: next(scores) for who in pair}} for line, pair in measured]
    return lines, control


async def _measure(
    cells: Sequence[Cell], directory: Path
) -> tuple[list[tuple[dict[str, Any], dict[str, Samples]]], Control]:
    file = directory / "speech.wav"
    write_wav(file, np.concatenate([np.zeros(round(STARTING * RATE), np.int16), spoken()]))
    names = {f"cell-{number}": cell for number, cell in enumerate(cells)}
    async with AsyncExitStack() as stack:
        url = stack.enter_context(_Server(names))
        chromium = await stack.enter_async_context(Chromium(file))
        pairs = {
            room: await stack.enter_async_context(_Pair(chromium, url, room, directory))
            for room in names
        }
        speaking = [
            asyncio.create_task(
                _speak(file, url, room)
                if cell.sender == "ours"
                else _chromium_speaks(chromium, url, room)
            )
            for room, cell in names.items()
        ]
        await asyncio.sleep(STARTING)
        with Control() as control:
            await asyncio.wait(speaking, return_when=asyncio.FIRST_COMPLETED)
        senders = await asyncio.gather(*speaking)
        figures = [await pair.figures() for pair in pairs.values()]
        recorded = [await pair.recorded() for pair in pairs.values()]
    machine = {"latest_ms": control.latest_ms, "idle": control.idle, "busy": control.busy}
    return [
        ({**asdict(cell), **machine, "sender_figures": sender, **found}, pair)
        for cell, sender, found, pair in zip(cells, senders, figures, recorded, strict=True)
    ], control


class _Server:
    """The server with a bad network for each room, in a process of its own."""

    def __init__(self, rooms: dict[str, Cell]) -> None:
        self._rooms = json.dumps({room: cell.trace for room, cell in rooms.items()})

    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "benchmarks" / "bad_network.py"), "--rooms", self._rooms],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        url: str = json.loads(self._process.stdout.readline())["url"]
        return url

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


class _Pair:
    """Our listener and Chromium's in one room."""

    def __init__(self, chromium: Chromium, url: str, room: str, directory: Path) -> None:
        self._chromium = chromium
        self._place = (url, room)
        self._file = directory / f"{room}.wav"

    async def __aenter__(self) -> Self:
        self._tab: Tab = await self._chromium.enter(*self._place, speaks=False)
        self._ours = await asyncio.create_subprocess_exec(
            *(sys.executable, __file__, "listen", *self._place, str(self._file)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=ENVIRONMENT,
        )
        assert self._ours.stdout is not None
        await self._ours.stdout.readline()  # it listens
        return self

    async def figures(self) -> dict[str, Any]:
        """Of both, once all is said."""
        theirs = await self._tab.figures()
        output, _ = await self._ours.communicate(b"\n")
        ours = json.loads(output)
        return {
            "held_ms": {
                "ours": ours["held_ms"],
                "chromium": 1000 * theirs["held"] / max(1, theirs["emitted"]),
            },
            "concealed": {
                "ours": ours["concealed_share"],
                "chromium": theirs["concealed"] / max(1, theirs["total"]),
            },
        }

    async def recorded(self) -> dict[str, Samples]:
        """What both have heard; after `figures`."""
        return {"ours": read_wav(self._file), "chromium": await self._tab.heard()}

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ours.returncode is None:
            self._ours.kill()
            await self._ours.wait()


async def _speak(file: Path, url: str, room: str) -> dict[str, Any]:
    speaking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tui_rooms", "speak", str(file)),
        *("--room", room, "--server", url, "--json"),
        stdout=asyncio.subprocess.PIPE,
        env=ENVIRONMENT,
    )
    output, _ = await speaking.communicate()
    figures: dict[str, Any] = json.loads(output)
    return figures


async def _chromium_speaks(chromium: Chromium, url: str, room: str) -> dict[str, Any]:
    mouth = await chromium.enter(url, room, speaks=True)
    await mouth.speak()
    await asyncio.sleep(STARTING + spoken().size / RATE + 1)
    figures = await mouth.figures()
    await mouth.leave()
    return figures


async def listen(url: str, room: str, file: str) -> None:
    """Record until a line comes on standard input; then print statistics as JSON."""
    from tui_rooms.client.devices.recorder import RecorderSink
    from tui_rooms.client.link.ways import MediaPhase
    from tui_rooms.client.room import RoomClient
    from tui_rooms.client.updates import LinkChanged
    from tui_rooms.rules.roles import Role

    sink = RecorderSink(file, seconds=3600)
    role = Role.LISTENER
    async with RoomClient.join(url, room=room, name="ours", role=role, sink=sink) as client:
        async for update in client.updates():
            if isinstance(update, LinkChanged) and update.link.media is MediaPhase.CONNECTED:
                break
        print("listening", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        print(json.dumps(asdict(client.stats())))
    await sink.close()


if __name__ == "__main__":
    if sys.argv[1] != "listen":
        raise SystemExit(__doc__)
    asyncio.run(listen(*sys.argv[2:]))
