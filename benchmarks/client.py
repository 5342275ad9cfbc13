"""What a client costs and how late its sound is, through real devices and a real server.

    python benchmarks/client.py cpu [--rounds 3]        one talker, four incoming streams
    python benchmarks/client.py delay [--repeats 10]    mouth to ear
    python benchmarks/client.py steady [--minutes 10]   no gap, whatever else is going on

`delay`: a sound goes into the microphone of one client, and comes out of the loudspeaker of
another. What the measuring itself takes (the way through the same sound server without us) is
measured too and taken off.

`cpu` and `steady` are described in their files.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import cpu, steady
from benchmarks.participant import ROOT, WARM_UP, ask, participant, sound_and_server


def delay(repeats: int) -> None:
    """Print how long a sound takes from mouth to ear, and what takes it."""
    with sound_and_server() as (pulse, url):
        pulse.name_devices(mouth="mic", ear="speaker.monitor", near="mic.monitor")
        with (
            participant(pulse.environment, url, "ana", talks=True) as ana,
            participant(pulse.environment, url, "ben", talks=False) as ben,
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


def _loop(environment: Mapping[str, str], ear: str) -> float | None:
    program = (
        "from tui_rooms.audio.cards.loop_test import loop_test\n"
        f"print(loop_test(microphone='{ear}', loudspeaker='mouth').delay or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "PYTHONPATH": str(ROOT)},
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
    parser.add_argument("what", choices=["cpu", "delay", "steady"])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--only", choices=steady.WHATS)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each row in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    if options.what == "cpu":
        asyncio.run(cpu.table(options.rounds, options.seconds))
    elif options.what == "delay":
        delay(options.repeats)
    else:
        steady.table([options.only] if options.only else list(steady.WHATS), options.minutes)


if __name__ == "__main__":
    main()
