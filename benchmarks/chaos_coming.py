"""People come, talk, raise hands, chat and go; the memory of the server stays what it is."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.chaos_faults import ROOM
from benchmarks.chaos_run import Chaos
from benchmarks.chaos_scene import DIRECT
from benchmarks.chaos_server import PORT, Memory
from tui_rooms.rules.roles import Role

SPEAKING: Final = 4
"""Of the visitors."""
EVERY: Final = 5.0
"""Seconds between two looks at memory."""
SETTLES: Final = 600.0
"""Seconds after which it has to be flat."""
SHARE: Final = 0.03
STAYING: Final = ("ann", "bob", "ivy")


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
    samples: list[tuple[float, dict[str, Memory]]] = []
    try:
        while (passed := time.monotonic() - began) < 60 * minutes:
            samples.append((passed, scene.server.memory()))
            if len(samples) % 12 == 0:
                _say(*samples[-1])
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
    for what in ("server", "workers"):
        _judge(chaos, what, [(at, memory[what]) for at, memory in samples])


def _say(at: float, memory: dict[str, Memory]) -> None:
    each = (f"{what} {mb.own:5.1f} MB (PSS {mb.pss:5.1f})" for what, mb in memory.items())
    print(f"{at / 60:5.1f} min  {', '.join(each)}", flush=True)


def _judge(chaos: Chaos, what: str, values: Sequence[tuple[float, Memory]]) -> None:
    most = max(values, key=lambda one: one[1].own)[1]
    print(f"{what}: at most {most.own:.1f} MB of its own, PSS {max(m.pss for _, m in values):.1f}")
    late = [(at, memory) for at, memory in values if at >= SETTLES]
    if len(late) < 24:
        print(f"{what}: too short a run to say whether it is flat: more than 12 minutes are needed")
        return
    minutes = (late[-1][0] - late[0][0]) / 60
    for kind in ("own", "pss"):
        mbs = [(at / 60, float(getattr(memory, kind))) for at, memory in late]
        slope, _ = statistics.linear_regression(*zip(*mbs, strict=True))
        mean = statistics.mean(mb for _, mb in mbs)
        growth = slope * minutes / mean
        print(
            f"{what}, {kind}: after the tenth minute {mean:.1f} MB on the mean, {slope:+.3f} MB a "
            f"minute, {growth:+.1%} in {minutes:.0f} minutes"
        )
        # The other grows too when somebody ends who shared pages with it.
        if kind == "own" and growth > SHARE:
            chaos.failed(f"the memory of the {what} grows by {growth:.1%}, not {SHARE:.0%} at most")
