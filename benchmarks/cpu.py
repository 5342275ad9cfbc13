"""What a client costs that talks and hears four others, beside Chromium and the least there is.

    python benchmarks/client.py cpu [--rounds 3] [--seconds 20]

All are in the same room on the same sound server, one after the other in each round:

- ours: a client of ours with PortAudio's devices, with and without echo cancellation and the rest;
- Chromium: a page in a headless one that does the same; all its processes count, less what they
  cost with an empty page (needs what chromium.py needs, and is left out where that is missing);
- devices and Opus: our devices, one encoder and four decoders in a process that has no room, no
  network, no jitter buffer and no mixer.

Shares of a core are processes' own time; medians over the rounds with the spread. Control.py says
how busy the machine was.
"""

import argparse
import asyncio
import contextlib
import importlib.util
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.control import Control
from benchmarks.participant import ROOM, TALKERS, WARM_UP, ask, child, participant, sound_and_server
from tests.support.speech import sentences, speech, write_wav
from tui_rooms.audio.frames import FRAME, Samples

_LOOP_SPEECH = (
    "import subprocess, sys\nwhile True: subprocess.run(['paplay', '--device=mic', sys.argv[1]])"
)

Cpu = Callable[[], float]
"""Seconds of the processor used so far."""


async def table(rounds: int, seconds: float) -> None:
    """Print one row for each that is compared."""
    shares: dict[str, list[float]] = {}
    controls = []
    with sound_and_server() as (pulse, url), contextlib.ExitStack() as people:
        pulse.add_microphone("voice")  # Chromium's: it does not listen to monitors
        file = Path(people.enter_context(tempfile.TemporaryDirectory())) / "talk.wav"
        write_wav(file, _talk())
        for _ in range(TALKERS):
            words = ("-m", "tui_rooms", "speak", str(file), "--room", ROOM, "--server", url)
            people.enter_context(child(pulse.environment, *words, "--loop"))
        people.enter_context(child(pulse.environment, "-c", _LOOP_SPEECH, str(file)))
        for _ in range(rounds):
            for name, enter in _compared(pulse.environment, url).items():
                async with enter() as used:
                    await asyncio.sleep(WARM_UP)
                    with Control() as control:
                        before, began = used(), time.monotonic()
                        await asyncio.sleep(seconds)
                        share = (used() - before) / (time.monotonic() - began)
                shares.setdefault(name, []).append(share)
                controls.append(control)
    _print(shares)
    print(
        f"latest wake-up of the control {max(c.latest_ms for c in controls):.0f} ms, "
        f"{min(c.idle for c in controls):.0%} idle at least"
    )


def _talk() -> Samples:
    return np.concatenate([speech(sentences(number, 4)) for number in range(6)])


def _compared(
    environment: Mapping[str, str], url: str
) -> dict[str, Callable[[], AbstractAsyncContextManager[Cpu]]]:
    compared = {
        "ours": lambda: _ours(environment, url, processing=False),
        "ours, with processing": lambda: _ours(environment, url, processing=True),
        "devices and Opus": lambda: _least(environment),
    }
    if importlib.util.find_spec("playwright") and shutil.which("chromium"):
        compared |= {
            "Chromium": lambda: _chromium(environment, url, cleans=False),
            "Chromium, with processing": lambda: _chromium(environment, url, cleans=True),
            "Chromium, empty page": lambda: _chromium(environment, None),
        }
    return compared


def _print(shares: Mapping[str, list[float]]) -> None:
    empty = statistics.median(shares.pop("Chromium, empty page", [0.0]))
    print("| | % of a core |")
    print("|---|---|")
    for name, measured in shares.items():
        found = sorted(share - empty * name.startswith("Chromium") for share in measured)
        print(f"| {name} | {statistics.median(found):.1%} ({found[0]:.1%}–{found[-1]:.1%}) |")


@asynccontextmanager
async def _ours(
    environment: Mapping[str, str], url: str, *, processing: bool
) -> AsyncIterator[Cpu]:
    with participant(environment, url, "us", talks=True, processing=processing) as us:
        before = ask(us)["underruns"]
        yield lambda: float(ask(us)["cpu"])
        if after := ask(us)["underruns"] - before:
            print(f"ran dry {after} times", flush=True)


@asynccontextmanager
async def _least(environment: Mapping[str, str]) -> AsyncIterator[Cpu]:
    with child(environment, __file__) as process:
        yield lambda: float(ask(process)["cpu"])


@asynccontextmanager
async def _chromium(
    environment: Mapping[str, str], url: str | None, *, cleans: bool = False
) -> AsyncIterator[Cpu]:
    from benchmarks.chromium import Chromium

    async with Chromium(None, {**os.environ, **environment}) as chromium:
        if url is None:
            await chromium.empty_page()
            yield _cpu_of_chromium
            return
        tab = await chromium.enter(url, ROOM, speaks=True, cleans=cleans)
        await tab.speak()
        yield _cpu_of_chromium
        sent = await tab.figures()
        assert sent["bytes_sent"], "Chromium's microphone is silent"
        assert sent["emitted"], "Chromium hears nobody"
        await tab.leave()


def _cpu_of_chromium() -> float:
    """Of all processes of the browser that this one has started."""
    parents, times, names = {}, {}, {}
    for directory in Path("/proc").iterdir():
        if not directory.name.isdecimal():
            continue
        with contextlib.suppress(OSError):
            head, fields = (directory / "stat").read_text().rsplit(")", 1)
            pid, values = int(directory.name), fields.split()
            names[pid] = head.split("(", 1)[1]
            parents[pid] = int(values[1])
            times[pid] = int(values[11]) + int(values[12])
    used = 0
    for pid, name in names.items():
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above]
        if name.startswith("chrom") and above == os.getpid():
            used += times[pid]
    return used / os.sysconf("SC_CLK_TCK")


def devices_and_opus() -> None:
    """Play four voices and encode the microphone's, and nothing else; figures as `ask` wants."""
    from tui_rooms.audio.cards.devices import open_loudspeaker, open_microphone
    from tui_rooms.audio.opus.codec import OpusDecoder, OpusEncoder

    encoder, decoders = OpusEncoder(), [OpusDecoder() for _ in range(TALKERS)]
    talk = _talk()
    packets = [encoder.encode(talk[at : at + FRAME]) for at in range(0, talk.size - FRAME, FRAME)]
    ready = threading.Event()

    def tell() -> None:
        while sys.stdin.readline():
            print(json.dumps({"cpu": time.process_time()}), flush=True)

    threading.Thread(target=tell, daemon=True).start()
    microphone = open_microphone(on_ready=ready.set)
    loudspeaker = open_loudspeaker(on_ready=ready.set)
    played = 0
    while True:
        ready.wait(0.1)
        ready.clear()
        while (frame := microphone.read()) is not None:
            encoder.encode(frame)
        while loudspeaker.wanted():
            at = [(played + 500 * n) % len(packets) for n in range(TALKERS)]
            heard = [
                decoder.decode(packets[i] or packets[0])
                for decoder, i in zip(decoders, at, strict=True)
            ]
            loudspeaker.write(heard[0])
            played += 1


if __name__ == "__main__":
    argparse.ArgumentParser(description="part of `benchmarks/client.py cpu`").parse_args()
    devices_and_opus()
