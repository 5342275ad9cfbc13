"""What one stranger can do to everybody else: each attack by itself, while a tone is listened to.

    python benchmarks/attack.py [--only NAME …] [--seconds 20] [--rooms 100]

A server with old rooms runs with its usual media worker. A real client sends a steady tone to
another one from this machine. An attack comes from a network of its own (a namespace; that takes
root, without which it comes from loopback, where fewer limits hold), floods come from loopback too.
Meanwhile people come in from the attack's own address, a new one every 2 s.

Expected: nothing of the tone is missing for longer than 100 ms beyond what a process that only
sleeps was late; all processes of the server take at most 400 MB; per five minutes the text log
grows by at most 300 kB and the event log by 5 MB; whoever wants in is in within 2 s; the server
ends within 5 s of SIGTERM; no more bytes go to an address that has not shown that it receives than
came from it. A row that misses says so. All together take about twelve minutes.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.attack_kinds import KINDS
from benchmarks.attack_media import MEDIA
from benchmarks.attack_scene import (
    EVERY,
    OUTSIDE,
    Figures,
    House,
    Strangers,
    child,
    copied,
    events_mb,
    honest,
    seed,
)
from benchmarks.control import Control

HERE: Final = Path(__file__).resolve().parent
LOOPBACK: Final = " (loopback)"
FIVE_MINUTES: Final = 300.0
FLOODS: Final = ("stun_flood", "dtls_flood", "junk_flood")
NAMES: Final = ("nothing", *KINDS, *MEDIA, *(name + LOOPBACK for name in FLOODS))
HEAD: Final = (
    f"{'attack':24}{'gap ms':>8}{'(late)':>8}{'MB':>6}{'text kB':>9}{'events MB':>11}"
    f"{'enter s':>9}{'out':>5}{'end s':>7}  out/in  misses"
)


def attacked(name: str, strangers: Strangers, seeded: Path, home: Path, seconds: float) -> Figures:
    """One attack on a server of its own."""
    copied(seeded, home)
    before = events_mb(home / "data")
    house = House(home)
    figures = Figures()
    try:
        _meanwhile(name, strangers, house, seconds, figures)
    finally:
        figures.end_s = house.end()
    figures.text_kb = house.text_kb()
    figures.events_mb = max(0.0, events_mb(home / "data") - before)
    return figures


def _meanwhile(
    name: str, strangers: Strangers, house: House, seconds: float, figures: Figures
) -> None:
    is_near = name.endswith(LOOPBACK)
    host, me, victim = strangers.host, strangers.me, strangers.victim
    prefix = strangers.words
    if is_near:
        host, me, victim, prefix = "127.0.0.1", "127.0.0.1", "127.0.0.1", []
    tone_at = f"http://{OUTSIDE if strangers.words else '127.0.0.1'}:{house.port}"
    kind = name.removesuffix(LOOPBACK)
    where = [host, str(house.port), me, victim, house.token, str(seconds)]
    with child([str(HERE / "attack_tone.py"), tone_at, house.token]) as tone:
        if tone.stdout.readline() != "heard\n":
            raise SystemExit(f"the tone was not heard at all before '{name}'")
        people = [str(Path(__file__)), "--honest", *where[:3], str(seconds)]
        with Control() as control, child(people, prefix=prefix) as wanting:
            if kind == "nothing":
                _sample(house, seconds, figures)
            else:
                words = [str(HERE / "attack_media.py"), kind, *where]
                with child(words, prefix=prefix, nice=5) as attack:
                    _sample(house, seconds, figures)
                    figures.said = _last(attack)
            entered = _last(wanting)
            tone.stdin.close()
            heard = json.loads(tone.stdout.readline() or '{"gap_ms": 99999}')
    figures.gap_ms, figures.late_ms = heard["gap_ms"], control.latest_ms
    figures.enter_s, figures.kept_out = entered.get("enter_s", 99.0), entered.get("kept_out", 1)


def _sample(house: House, seconds: float, figures: Figures) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        figures.memory_mb = max(figures.memory_mb, house.memory_mb())
        time.sleep(0.5)


def _last(process: "subprocess.Popen[str]") -> dict[str, float]:
    try:
        out, _ = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        return {}
    lines = [line for line in out.splitlines() if line.startswith("{")]
    return dict(json.loads(lines[-1])) if lines else {}


def row(name: str, figures: Figures, seconds: float) -> str:
    """A line of the table, with what it misses."""
    share = seconds / FIVE_MINUTES
    amplified = figures.said.get("bytes_out", 0) / max(1, figures.said.get("bytes_in", 1))
    misses = [
        what
        for what, is_missed in (
            ("gap", figures.gap_ms > 100 + figures.late_ms),
            ("memory", figures.memory_mb > 400),
            # Half of each may come at once.
            ("text", figures.text_kb > 300 * max(share, 0.5)),
            ("events", figures.events_mb > 5 * max(share, 0.5)),
            ("entering", figures.enter_s > 2 or figures.kept_out > 0),
            ("ending", figures.end_s > 5),
            ("amplified", amplified > 1),
        )
        if is_missed
    ]
    did = ", ".join(f"{what} {count:,}" for what, count in figures.said.items())
    return (
        f"{name:24}{figures.gap_ms:8.0f}{figures.late_ms:8.0f}{figures.memory_mb:6.0f}"
        f"{figures.text_kb:9.1f}{figures.events_mb:11.2f}{figures.enter_s:9.2f}"
        f"{figures.kept_out:5}{figures.end_s:7.1f}{amplified:8.2f}  "
        f"{', '.join(misses) or '-'}  [{did}]"
    )


def main() -> int:
    """Run those that are wanted, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rooms", type=int, default=100, help="open ones, beside 60 old ones")
    parser.add_argument("--honest", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.honest:
        host, port, me, seconds = args.honest
        until = time.monotonic() + float(seconds) - EVERY
        print(json.dumps(asyncio.run(honest(host, int(port), me, until))), flush=True)
        return 0
    strangers = Strangers()
    missed = 0
    with tempfile.TemporaryDirectory(prefix="attack-") as directory:
        try:
            try:
                strangers.open()
            except (OSError, subprocess.CalledProcessError) as exc:
                print(f"no network of its own can be made here ({exc}): all comes from loopback")
            seeded = Path(directory) / "seeded"
            seed(seeded, args.rooms)
            print(HEAD, flush=True)
            for number, name in enumerate(args.only):
                home = Path(directory) / str(number)
                figures = attacked(name, strangers, seeded, home, args.seconds)
                line = row(name, figures, args.seconds)
                missed += "  -  [" not in line
                print(line, flush=True)
                if figures.text_kb:
                    print("    " + "\n    ".join(_log_end(home / "log")), flush=True)
                shutil.rmtree(home)
        finally:
            strangers.close()
    return 1 if missed else 0


def _log_end(log: Path) -> list[str]:
    """What it said last."""
    return [line[:160] for line in log.read_text(errors="replace").splitlines()[-3:]]


if __name__ == "__main__":
    sys.exit(main())
