"""A client in a room with real devices, and all that it needs around it.

python benchmarks/participant.py URL NAME [--talks] [--processing]     started by benchmarks
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.pulse import Pulse

ROOT = Path(__file__).resolve().parent.parent
ROOM = "bench"
TALKERS = 4
WARM_UP = 8.0
"""Seconds until everybody is heard."""
LOOKS = 50
"""More than a few frames long."""


@contextlib.contextmanager
def child(environment: Mapping[str, str], *words: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process of Python's; it ends after the block, with all that it has started."""
    with subprocess.Popen(
        [sys.executable, *words],
        env={**environment, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


@contextlib.contextmanager
def sound_and_server() -> Iterator[tuple[Pulse, str]]:
    """A private sound server, and a room server on loopback."""
    with tempfile.TemporaryDirectory(prefix="pulse-") as directory:
        pulse = Pulse(Path(directory))
        try:
            data = f"{directory}/data"
            words = ("-m", "tui_rooms", "serve", "--port", "0", "--data", data, "--json")
            with child(pulse.environment, *words) as server:
                assert server.stdout is not None
                yield pulse, json.loads(server.stdout.readline())["listening"]
        finally:
            pulse.close()


def participant(
    environment: Mapping[str, str], url: str, name: str, *, talks: bool, processing: bool = False
) -> "contextlib.AbstractContextManager[subprocess.Popen[str]]":
    """Somebody in the room, as a process; `ask` it for figures."""
    words = [__file__, url, name]
    words += ["--talks"] * talks + ["--processing"] * processing
    return child(environment, *words)


def ask(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """How a participant is now."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


async def take_part(url: str, name: str, *, talks: bool, processing: bool) -> None:
    """Be in the room with this machine's devices; answer each line on standard input with JSON."""
    from tui_rooms.client.devices.ends import DeviceSink, DeviceSource
    from tui_rooms.client.room import CreateOptions, RoomClient

    source, sink = DeviceSource() if talks else None, DeviceSink()
    async with RoomClient.join(
        url,
        room=ROOM,
        name=name,
        create=CreateOptions(title=ROOM, room_type="open_mic"),
        source=source,
        sink=sink,
        processing=processing,
    ) as room:
        if talks:
            await room.unmute()
        while await asyncio.to_thread(sys.stdin.readline):
            answer = {
                "cpu": time.process_time(),
                "at": time.monotonic(),
                "capture_ms": await _latency(source) if source else (0.0, 0.0),
                "playout_ms": await _latency(sink),
                **asdict(room.stats()),
            }
            print(json.dumps(answer), flush=True)


async def _latency(end: Any) -> tuple[float, float]:
    """Milliseconds of the device, and of what our ring holds when a frame is taken or put."""
    looks = []
    for _ in range(LOOKS):
        device = end._kept.device if end._kept else None
        if device is None:
            return 0.0, 0.0
        looks.append((device.device_latency, device.latency))
        await asyncio.sleep(0.003)
    least = min(latency - own for own, latency in looks)
    return looks[-1][0] * 1000, least * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("--talks", action="store_true")
    parser.add_argument("--processing", action="store_true")
    options = parser.parse_args()
    asyncio.run(
        take_part(options.url, options.name, talks=options.talks, processing=options.processing)
    )
