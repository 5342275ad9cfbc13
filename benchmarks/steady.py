"""Whether the sound goes on without a gap, whatever else the client and its machine have to do.

    python benchmarks/client.py steady [--minutes 10] [--only frozen|busy|loaded]

The real program on a pseudo-terminal, in a room with four who never pause, while its own
microphone is talked into:

- frozen: nobody reads the terminal;
- busy: everything on the screen moves: chat comes without an end, the window changes its size;
- loaded: another process takes a whole core.

Counted are the times that our ring ran dry, what is missing in the sound that has arrived at the
sound server (digital silence of 2.5 ms or more, which the four never make), and what the jitter
buffers had to make up. Beside each runs the control, a process that only sleeps 5 ms at a time: how
late it woke is what the machine itself stole. Where the control is late, so may be the sound.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.participant import ROOM, ROOT, TALKERS, child, sound_and_server
from benchmarks.terminal import Terminal
from tests.support.pulse import Pulse
from tests.support.speech import sentences, speech, write_wav
from tui_rooms.audio.frames import RATE, Samples

WHATS = ("frozen", "busy", "loaded")
SIZES = ((120, 36), (80, 24), (160, 50), (100, 30))
GAP = RATE // 400
"""Samples of digital silence that are a gap."""
LATE_MS = 10.0
SETTLE = 5.0
FIGURES_EVERY = 0.5

_CONTROL = f"""
import sys, time
late, worst, until = 0, 0.0, time.monotonic() + float(sys.argv[1])
while (begin := time.monotonic()) < until:
    time.sleep(0.005)
    behind = (time.monotonic() - begin - 0.005) * 1000
    worst, late = max(worst, behind), late + (behind > {LATE_MS})
print(worst, late)
"""


def never_pausing() -> Samples:
    """Speech over a tone that glides up and down, so nothing in it is silence."""
    talk = np.concatenate([speech(sentences(n, 4)) for n in range(4)]).astype(np.float64)
    at = np.arange(talk.size) / RATE
    glide = 3_000 * np.sin(2 * np.pi * (500 * at + 150 * np.sin(2 * np.pi * at / 3)))
    return np.clip(talk * 0.4 + glide, -32_767, 32_767).astype(np.int16)


def gaps(samples: Samples) -> list[int]:
    """The lengths of all runs of digital silence that are long enough to be heard."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], samples == 0, [False]))))
    lengths = edges[1::2] - edges[::2]
    return [int(length) for length in lengths if length >= GAP]


def screen(environment: Mapping[str, str], url: str, figures: Path) -> Terminal:
    """The program in the room, its microphone open."""
    settings = [f"{name}={value}" for name, value in environment.items()]
    words = [sys.executable, __file__, "screen", url, str(figures)]
    terminal = Terminal(
        ["env", "-i", *settings, f"PYTHONPATH={ROOT}", "TERM=xterm-256color", *words], *SIZES[0]
    )
    terminal.wait_for("talker")
    terminal.press("\r")
    terminal.wait_for("MIC MUTED")
    terminal.press("m")
    terminal.wait_for("MIC OPEN")
    terminal.watch(SETTLE)
    return terminal


def keep_at_it(what: str, terminal: Terminal, seconds: float) -> None:
    """What the terminal does meanwhile."""
    if what == "frozen":
        time.sleep(seconds)
        return
    until = time.monotonic() + seconds
    for columns, rows in itertools.cycle(SIZES):
        left = until - time.monotonic()
        if left <= 0:
            return
        if what == "busy":
            terminal.resize(columns, rows)
        terminal.watch(min(left, 0.5))


def run(what: str, minutes: float, pulse: Pulse, url: str) -> None:
    """One row of the table."""
    seconds = 60 * minutes
    with contextlib.ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        talk, figures = directory / "talk.wav", directory / "figures.jsonl"
        write_wav(talk, never_pausing())
        for number in range(TALKERS):
            words = ["-m", "tui_rooms", "speak", str(talk), "--room", ROOM, "--server", url]
            words += ["--name", f"talker {number}", "--loop"]
            stack.enter_context(child(pulse.environment, *words))
        player = "import subprocess\nwhile True: subprocess.run(['paplay', '--device=mic', {!r}])"
        stack.enter_context(child(pulse.environment, "-c", player.format(str(talk))))
        if what == "busy":
            stack.enter_context(child(pulse.environment, __file__, "chat", url))
        if what == "loaded":
            stack.enter_context(child(pulse.environment, "-c", "while True: pass"))
        terminal = screen(pulse.environment, url, figures)
        stack.callback(terminal.close)
        control = stack.enter_context(child(pulse.environment, "-c", _CONTROL, str(seconds)))
        before = _last(figures)
        with pulse.capture() as capture:
            cpu, begin = terminal.cpu_seconds(), time.monotonic()
            keep_at_it(what, terminal, seconds)
            share = (terminal.cpu_seconds() - cpu) / (time.monotonic() - begin)
            after = _last(figures)
        assert control.stdout is not None
        worst, late = control.stdout.readline().split()
    missing = gaps(capture.samples)
    print(
        f"| {what} | {after['underruns'] - before['underruns']} | {len(missing)}"
        f" ({sum(missing) * 1000 // RATE} ms) | {after['concealed'] - before['concealed']} | "
        f"{after['devices']} | {share:.0%} | {float(worst):.0f} ms, {late} |",
        flush=True,
    )


def _last(figures: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(figures.read_text().splitlines()[-1])
    return found


def table(whats: list[str], minutes: float) -> None:
    """Print all rows."""
    print(f"{minutes:g} minutes each")
    print(
        "| | ring ran dry | gaps at the sound server | frames made up | device, ms out, in |"
        f" CPU | control: latest wake-up, number over {LATE_MS:g} ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for what in whats:
        with sound_and_server() as (pulse, url):
            run(what, minutes, pulse, url)


def show(url: str, figures: Path) -> None:
    """The real program; a thread of its own writes the sound's figures to a file."""
    from tui_rooms.__main__ import main
    from tui_rooms.client.devices import ends as devices
    from tui_rooms.client.room import RoomClient

    rooms: list[RoomClient] = []
    ends: list[Any] = []
    enter = RoomClient.__init__

    def entered(self: RoomClient, *arguments: Any) -> None:
        enter(self, *arguments)
        rooms.append(self)

    def made(kind: Any) -> Any:
        def make(*arguments: Any, **options: Any) -> Any:
            ends.append(kind(*arguments, **options))
            return ends[-1]

        return make

    def write() -> None:
        with figures.open("w") as file:
            while True:
                time.sleep(FIGURES_EVERY)
                if rooms and rooms[-1].closed is None:
                    stats = rooms[-1].stats()
                    latencies = [
                        round(1000 * end._kept.device.device_latency)
                        for end in ends
                        if end._kept is not None and end._kept.device is not None
                    ]
                    answer = {"underruns": stats.underruns, "concealed": stats.concealed}
                    file.write(json.dumps({**answer, "devices": latencies[::-1]}) + "\n")
                    file.flush()

    RoomClient.__init__ = entered  # type: ignore[method-assign]
    devices.DeviceSource = made(devices.DeviceSource)  # type: ignore[misc]
    devices.DeviceSink = made(devices.DeviceSink)  # type: ignore[misc]
    threading.Thread(target=write, daemon=True).start()
    sys.argv = ["tui-rooms", url, "--name", "us"]
    sys.exit(main())


async def chat(url: str) -> None:
    """Say something in the room all the time."""
    from tui_rooms.client.errors import LinkError
    from tui_rooms.client.room import RoomClient
    from tui_rooms.rules.errors import RoomError

    async with RoomClient.join(url, room=ROOM, name="flood", media=False) as room:
        for number in itertools.count():
            with contextlib.suppress(RoomError, LinkError):
                await room.send_message(f"{number}: " + sentences(number, 1))
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="parts of `benchmarks/client.py steady`")
    parser.add_argument("part", choices=["screen", "chat"])
    parser.add_argument("url")
    parser.add_argument("figures", nargs="?", type=Path)
    options = parser.parse_args()
    if options.part == "screen":
        show(options.url, options.figures)
    else:
        asyncio.run(chat(options.url))
