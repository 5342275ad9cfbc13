"""What one stranger can do to everybody else: each attack by itself, while a tone is listened to.

    python benchmarks/attack.py [--only NAME …] [--seconds 6] [--rooms 950] [--siege 300]

A server with old rooms, and 950 open ones, runs with its usual media worker. A real client sends a
steady tone to another one from this machine. An attack comes from a network of its own (a
namespace; that takes root, without which it comes from loopback, where fewer limits hold), floods
come from loopback too. Meanwhile people come in with sound from the attack's own address, one a
second. The last row takes five minutes: all kinds that leave something behind, at once.

Expected: nothing of the tone is missing, and no packet of it late, for longer than 100 ms beyond
what a process that only sleeps, or the speaker of the tone, was late; all processes of the server
take at most 400 MB (resident, shared pages counted in each); per five minutes the text log grows by
at most 300 kB and the event log by 5 MB (shorter rows: the first half as it is, and on as in the
second); whoever wants in is in within 2 s; the server ends within 5 s of SIGTERM, while the attack
goes on, without a traceback; no more bytes go to an address that has not shown that it receives
than came from it, headers of IP and UDP included. A row in which the attack did not take place
misses too. It takes about 15 minutes.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.attacks.run import MODULES
from benchmarks.attacks.scene import CROWD, OUTSIDE, House, Strangers, child, copied, seed
from benchmarks.attacks.target import KINDS
from benchmarks.attacks.verdict import HEAD, Figures, Grown, markdown
from benchmarks.control import Control

LOOPBACK: Final = " (loopback)"
NEAR: Final = ("stun_flood", "dtls_flood", "junk_flood", "figures", "pings")
"""From loopback too."""
RAW: Final = "impostor"
"""From here, in the name of those who are here."""
NAMES: Final = (
    "nothing",
    *(name for name in KINDS if KINDS[name].act.__module__ in {m.__name__ for m in MODULES}),
    *(name + LOOPBACK for name in NEAR),
    "siege",
)
ANSWER_SECONDS: Final = 30.0


def attacked(name: str, strangers: Strangers, seeded: Path, home: Path, seconds: float) -> Figures:
    """One attack on a server of its own."""
    copied(seeded, home)
    figures = Figures(name, seconds)
    house = House(home)
    try:
        _meanwhile(strangers, house, figures)
    finally:
        figures.end_s = figures.end_s or house.end()
    return figures


def _meanwhile(strangers: Strangers, house: House, figures: Figures) -> None:
    name, seconds = figures.name, figures.seconds
    host, me, victim, prefix = strangers.host, strangers.me, strangers.victim, strangers.words
    crowd = CROWD if strangers.words else "-"
    here = OUTSIDE if strangers.words else "127.0.0.1"
    if name.endswith(LOOPBACK):
        host = me = victim = "127.0.0.1"
        prefix, crowd = [], "-"
    elif name == RAW:
        host, me, prefix, crowd = here, here, [], "-"
    kind = name.removesuffix(LOOPBACK)
    where = [host, str(house.port), me]
    with contextlib.ExitStack() as children:
        tone = children.enter_context(
            child(["benchmarks.attacks.tone", f"http://{here}:{house.port}", house.token])
        )
        wanting = children.enter_context(
            child(["benchmarks.attacks.honest", *where, str(seconds)], prefix=prefix)
        )
        attack = None
        if kind != "nothing":
            words = ["benchmarks.attacks.run", kind, *where, victim, house.token, crowd]
            attack = children.enter_context(child(words, prefix=prefix, nice=5))
        for process, word in ((tone, "heard"), (wanting, "ready"), (attack, "ready")):
            if process is not None and process.stdout.readline() != f"{word}\n":
                raise SystemExit(f"before '{name}': {process.args[-8:]} did not begin")
        with Control() as control:
            _say(attack)
            _say(wanting)
            before = house.counted()
            _sample(house, figures)
            entered = _answer(wanting, "")
            said = _answer(attack)
            after = house.counted()
            heard = _answer(tone)
        figures.counted = after - before
        figures.said = Counter(said)
        figures.late_ms = control.latest_ms
        figures.gap_ms = heard.get("gap_ms", 99_999)
        figures.packets_ms = heard.get("packets_ms", 99_999)
        figures.own_ms = heard.get("own_ms", 0.0)
        figures.enter_s = entered.get("enter_s", 99.0)
        figures.came = entered.get("came", 0)
        figures.kept_out = entered.get("kept_out", 1)
        # The attack goes on.
        figures.end_s = house.end()
        figures.tracebacks = (house.home / "log").read_bytes().count(b"Traceback")


def _sample(house: House, figures: Figures) -> None:
    text, kept = Grown(figures.seconds), Grown(figures.seconds)
    begin = time.monotonic()
    for share in (0.0, 0.5, 1.0):
        while time.monotonic() < begin + share * figures.seconds:
            figures.memory_mb = max(figures.memory_mb, house.memory_mb())
            time.sleep(0.25)
        text.sizes.append(house.text_kb())
        kept.sizes.append(house.kept_mb())
    figures.text_kb, figures.kept_mb = text.in_five_minutes, kept.in_five_minutes


def _say(process: "subprocess.Popen[str] | None", line: str = "go\n") -> None:
    if process is not None and process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.write(line)
            process.stdin.flush()


def _answer(process: "subprocess.Popen[str] | None", line: str = "say\n") -> dict[str, Any]:
    """What it says, when asked with that line; nothing if it does not in time."""
    if process is None or process.stdout is None:
        return {}
    _say(process, line)
    signal.alarm(int(ANSWER_SECONDS))
    try:
        return dict(json.loads(process.stdout.readline() or "{}"))
    except TimeoutError:
        return {}
    finally:
        signal.alarm(0)


def _too_late(number: int, frame: object) -> NoReturn:
    raise TimeoutError


def _ended(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=float, default=6.0, help="of each row but the last")
    parser.add_argument("--siege", type=float, default=300.0, help="seconds of the last row")
    parser.add_argument("--rooms", type=int, default=950, help="open ones, beside 60 old ones")
    return parser.parse_args()


def main() -> int:
    """Run those that are wanted, and print the table."""
    args = _arguments()
    signal.signal(signal.SIGALRM, _too_late)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ended)
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
            print(markdown(HEAD), markdown(["---"] * len(HEAD)), sep="\n", flush=True)
            for name in args.only or NAMES:
                if name == RAW and os.geteuid() != 0:
                    continue
                home = Path(directory) / "home"
                seconds = args.siege if name == "siege" else args.seconds
                figures = attacked(name, strangers, seeded, home, seconds)
                print(markdown(figures.cells()), flush=True)
                if figures.misses():
                    missed += 1
                    print(_log_end(home / "log"), file=sys.stderr, flush=True)
                shutil.rmtree(home)
        finally:
            strangers.close()
    return 1 if missed else 0


def _log_end(log: Path) -> str:
    """What it said last."""
    lines = log.read_text(errors="replace").splitlines()[-6:]
    return "".join(f"    {line[:200]}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
