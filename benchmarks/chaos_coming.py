"""People come, talk, raise hands, chat and go; the memory of the server stays what it is."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.chaos_faults import ROOM
from benchmarks.chaos_run import Chaos
from benchmarks.chaos_scene import DIRECT
from benchmarks.chaos_server import PORT
from tui_rooms.rules.roles import Role

SPEAKING: Final = 4
"""Of the visitors."""
EVERY: Final = 5.0
"""Seconds between two looks at memory."""
SETTLES: Final = 600.0
"""Seconds after which it has to be flat."""
SHARE: Final = 0.03
STAYING: Final = ("ann", "bob", "ivy")


@dataclass(frozen=True)
class Sample:
    """Memory at one moment, in MB."""

    at: float
    """Seconds since the beginning."""
    server: float
    workers: float


async def come_and_go(chaos: Chaos, minutes: float) -> None:
    """So long; what is not flat is told to `chaos`."""
    await chaos.begin(STAYING)
    scene = chaos.scene
    tokens = [scene.token(f"speaker-{n}", Role.SPEAKER) for n in range(SPEAKING)]
    visitors = await asyncio.create_subprocess_exec(
        *scene.beside.words,
        sys.executable,
        str(Path(__file__).with_name("chaos_visitors.py")),
        f"http://{DIRECT}.1:{PORT}",
        ROOM,
        str(chaos.seed),
        *tokens,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    began = time.monotonic()
    samples: list[Sample] = []
    try:
        while (passed := time.monotonic() - began) < 60 * minutes:
            samples.append(Sample(passed, **scene.server.memory_mb()))
            if len(samples) % 12 == 0:
                last = samples[-1]
                print(
                    f"{passed / 60:5.1f} min  server {last.server:6.1f} MB, "
                    f"worker {last.workers:6.1f} MB",
                    flush=True,
                )
            if visitors.returncode is not None:
                chaos.failed(f"the visitors ended by themselves, with {visitors.returncode}")
                break
            await asyncio.sleep(EVERY)
        out, _ = await visitors.communicate(b"")
        done = json.loads(out or b"{}")
        print(f"\nThey did: {json.dumps(done)}\n")
        if not done.get("came"):
            chaos.failed("nobody came")
    finally:
        if visitors.returncode is None:
            visitors.kill()
            await visitors.wait()
    await chaos.check()
    for what, values in (
        ("server", [(s.at, s.server) for s in samples]),
        ("worker", [(s.at, s.workers) for s in samples]),
    ):
        _judge(chaos, what, values)


def _judge(chaos: Chaos, what: str, values: Sequence[tuple[float, float]]) -> None:
    print(f"{what}: at most {max(mb for _, mb in values):.1f} MB")
    late = [(at, mb) for at, mb in values if at >= SETTLES]
    if len(late) < 24:
        print(f"{what}: too short a run to say whether it is flat: more than 12 minutes are needed")
        return
    slope, _ = statistics.linear_regression(*zip(*late, strict=True))
    length, mean = late[-1][0] - late[0][0], statistics.mean(mb for _, mb in late)
    growth = slope * length / mean
    print(
        f"{what}: after the tenth minute {mean:.1f} MB on the mean, {60 * slope:+.3f} MB a minute, "
        f"{growth:+.1%} from the first to the last of {length / 60:.0f} minutes"
    )
    if growth > SHARE:
        chaos.failed(f"the memory of the {what} grows by {growth:.1%}, not {SHARE:.0%} at most")
