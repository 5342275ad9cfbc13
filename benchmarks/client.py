"""What a client costs and how late its sound is, through real devices and a real server.

    python benchmarks/client.py cpu [--seconds 20]      one talker, four incoming streams
    python benchmarks/client.py delay [--repeats 10]    mouth to ear
    python benchmarks/client.py steady [--minutes 10]   no gap, whatever else is going on

`cpu`: a client talks through PortAudio's devices while four others do, with and without echo
cancellation; the share of a core is its process's own time. Beside it runs a loop that only
sleeps 5 ms at a time: how late it woke is what the machine itself stole.

`delay`: a sound goes into the microphone of one client, and comes out of the loudspeaker of
another. What the measuring itself takes (the way through the same sound server without us) is
measured too and taken off.

`steady` is described in `steady.py`.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import steady

from tests.support.pulse import Pulse
from tests.support.speech import sentences, speech, write_wav

ROOT = Path(__file__).resolve().parent.parent
ROOM = "bench"
WARM_UP = 8.0
TALKERS = 4
LOOKS = 50
"""More than a few frames long."""


@contextlib.contextmanager
def child(environment: dict[str, str], *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A program of ours; it is ended after the block."""
    with subprocess.Popen(
        [sys.executable, *words],
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


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


async def take_part(url: str, name: str, *, talks: bool, processing: bool) -> None:
    """Be in the room with this machine's devices; answer each line on standard input with JSON."""
    from tui_rooms.client.devices import DeviceSink, DeviceSource
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


def latest_wake_up(seconds: float) -> float:
    """The control: milliseconds by which a loop that only sleeps woke late, at worst."""
    until, latest = time.monotonic() + seconds, 0.0
    while (begin := time.monotonic()) < until:
        time.sleep(0.005)
        latest = max(latest, time.monotonic() - begin - 0.005)
    return latest * 1000


def ask(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """How a participant is now."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def cpu(seconds: float) -> None:
    """Print the share of a core that a client takes."""
    print("| | % of a core | underruns | streams heard | latest wake-up, ms |")
    print("|---|---|---|---|---|")
    for processing in (False, True):
        with sound_and_server() as (pulse, url), contextlib.ExitStack() as people:
            talk = np.concatenate([speech(sentences(n, 4)) for n in range(6)])
            file = Path(people.enter_context(tempfile.TemporaryDirectory())) / "talk.wav"
            write_wav(file, talk)
            for _ in range(TALKERS):
                words = ("-m", "tui_rooms", "speak", str(file), "--room", ROOM, "--server", url)
                people.enter_context(child(pulse.environment, *words, "--loop"))
            us = people.enter_context(_participant(pulse.environment, url, "us", True, processing))
            playing = people.enter_context(child(pulse.environment, "-c", _LOOP_SPEECH, str(file)))
            time.sleep(WARM_UP)
            before = ask(us)
            latest = latest_wake_up(seconds)
            after = ask(us)
            playing.terminate()
        share = (after["cpu"] - before["cpu"]) / (after["at"] - before["at"])
        name = "with processing" if processing else "without processing"
        print(
            f"| {name} | {share:.1%} | {after['underruns'] - before['underruns']} | "
            f"{len(after['streams'])} | {latest:.0f} |",
            flush=True,
        )


_LOOP_SPEECH = (
    "import subprocess, sys\nwhile True: subprocess.run(['paplay', '--device=mic', sys.argv[1]])"
)


def _participant(
    environment: dict[str, str], url: str, name: str, talks: bool, processing: bool
) -> "contextlib.AbstractContextManager[subprocess.Popen[str]]":
    words = [__file__, "take-part", "--url", url, "--name", name]
    words += ["--talks"] * talks + ["--processing"] * processing
    return child(environment, *words)


def delay(repeats: int) -> None:
    """Print how long a sound takes from mouth to ear, and what takes it."""
    with sound_and_server() as (pulse, url):
        pulse.name_devices(mouth="mic", ear="speaker.monitor", near="mic.monitor")
        with (
            _participant(pulse.environment, url, "ana", True, False) as ana,
            _participant(pulse.environment, url, "ben", False, False) as ben,
        ):
            time.sleep(WARM_UP)
            whole = [_loop(pulse.environment, "ear") for _ in range(repeats)]
            own = [_loop(pulse.environment, "near") for _ in range(repeats)]
            said, heard = ask(ana), ask(ben)
    heard_of = [value for value in whole if value is not None]
    base = statistics.median(value for value in own if value is not None)
    times = sorted(1000 * (value - base) for value in heard_of)
    print(f"{len(times)} of {repeats} sounds heard; measuring itself takes {base * 1000:.0f} ms")
    print(f"mouth to ear: {statistics.median(times):.0f} ms ({times[0]:.0f}–{times[-1]:.0f})")
    (microphone, in_ring), (loudspeaker, out_ring) = said["capture_ms"], heard["playout_ms"]
    print(f"  microphone    {microphone:.0f} ms, by its own account")
    print(f"  capture       {20 + in_ring:.0f} ms, a frame and the ring")
    print("  encode        0.2 ms")
    print(f"  network       {said['media_round_trip_ms'] or 0:.1f} ms there and back to the server")
    print(f"  jitter buffer {heard['held_ms']:.0f} ms")
    print(f"  playout       {out_ring:.0f} ms, the ring")
    print(f"  loudspeaker   {loudspeaker:.0f} ms, by its own account")


def _loop(environment: dict[str, str], ear: str) -> float | None:
    program = (
        "from tui_rooms.audio.loop_test import loop_test\n"
        f"print(loop_test(microphone='{ear}', loudspeaker='mouth').delay or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout) or None


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["cpu", "delay", "steady", "take-part"])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", choices=steady.WHATS)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    parser.add_argument("--talks", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--processing", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.what == "cpu":
        cpu(options.seconds)
    elif options.what == "delay":
        delay(options.repeats)
    elif options.what == "steady":
        steady.table([options.only] if options.only else list(steady.WHATS), options.minutes)
    else:
        asyncio.run(
            take_part(options.url, options.name, talks=options.talks, processing=options.processing)
        )


if __name__ == "__main__":
    main()
