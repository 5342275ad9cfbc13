"""What becomes of a room when everything breaks: seeded faults of a real server and real clients.

    python benchmarks/chaos.py [--seed 1] [--only NAME …] [--minutes 30] [--people NAME …]
    python benchmarks/chaos.py --list
    python benchmarks/chaos.py --coming-and-going --minutes 30

It takes root: the server has a network namespace of its own, and so have those behind a link that
loses what it is told to (a TUN relay). In the room are a host, two who speak, one who is muted and
one who may not send, both with clients that send their tones all the same, and listeners; each has
a tone of its own, so what is heard says who is. They write, count and raise hands all the time.

After each fault: whatever was acknowledged is in the server's log, once; everybody's mirror is what
the log shows them, and who is there is whom the server names; nobody was heard who may not be; who
was muted is; everybody is connected and hears within the stated time after the fault's end; who was
to notice nothing has not; no traceback was written. What fails is printed with the seed and the
time. Without `--minutes` each fault comes once, else by chance, each at least once, until the time
is over. `--coming-and-going` has no faults: people come, talk, raise hands, chat and go, and the
memory that the server and its worker have taken themselves must be flat within 3 % after the tenth
minute; PSS is printed too, but grows when another program ends that shared libraries with them.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.chaos_coming import come_and_go
from benchmarks.chaos_faults import EVERYBODY, Fault
from benchmarks.chaos_files import FAULTS as OF_FILES
from benchmarks.chaos_host import FAULTS as OF_THE_HOST
from benchmarks.chaos_kinds import FAULTS
from benchmarks.chaos_run import Chaos

KINDS: Final = {make().name: make for make in (*FAULTS, *OF_THE_HOST, *OF_FILES)}
LONG: Final = 100.0
"""Seconds: a fault that lasts longer comes at most once, and only where there is time for it."""
LONG_TAKES: Final = 15.0
"""Minutes."""


def by_chance(
    kinds: dict[str, Callable[[], Fault]], chance: random.Random, minutes: float
) -> Iterator[Callable[[], Fault]]:
    """All of them in some order, then again in another, for ever."""
    deck = [make for make in kinds.values() if make().lasts < LONG or minutes >= LONG_TAKES]
    while True:
        chance.shuffle(deck)
        yield from deck
        deck = [make for make in deck if make().lasts < LONG]


async def suffer(chaos: Chaos, args: argparse.Namespace) -> None:
    """One fault after the other."""
    kinds = {name: KINDS[name] for name in args.only}
    faults = iter(kinds.values())
    if args.minutes:
        faults = by_chance(kinds, random.Random(args.seed), args.minutes)
    until = time.monotonic() + 60 * args.minutes
    for number, make in enumerate(faults):
        if args.minutes and time.monotonic() + make().lasts > until:
            break
        await chaos.suffer(make, number)


async def run(args: argparse.Namespace) -> int:
    """All that is wanted; 1 if something failed."""
    me = asyncio.current_task()
    assert me is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, me.cancel)
    chaos = Chaos(args.seed, judges_times=not args.no_times)
    try:
        if args.coming_and_going:
            await come_and_go(chaos, args.minutes)
        else:
            await chaos.begin(args.people)
            await suffer(chaos, args)
    except asyncio.CancelledError:
        print("ended from outside", flush=True)
        chaos.failures.append("not run to its end")
    finally:
        await chaos.scene.close()
    print(f"\nSeed {args.seed}\n\n{chaos.table()}\n")
    print("\n".join(["Failed:", *chaos.failures] if chaos.failures else ["Nothing failed."]))
    return 1 if chaos.failures else 0


def main() -> int:
    """As the words say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS), metavar="NAME")
    parser.add_argument("--people", nargs="+", choices=EVERYBODY, default=EVERYBODY, metavar="NAME")
    parser.add_argument("--no-times", action="store_true", help="how long it takes does not matter")
    parser.add_argument("--list", action="store_true", help="the faults' names")
    parser.add_argument("--coming-and-going", action="store_true")
    args = parser.parse_args()
    if args.list:
        print("\n".join(KINDS))
        return 0
    if os.geteuid() != 0:
        print("chaos needs root: it makes network namespaces", file=sys.stderr)
        return 2
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(run(args))
    return 1


if __name__ == "__main__":
    sys.exit(main())
