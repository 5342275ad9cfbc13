"""Go on for longer than the suite does.

    python -m tests.fuzz --seconds N TARGET [--seed N]
    python -m tests.fuzz --make-corpora

With atheris, whatever reaches new code is built upon, kept in a temporary directory, and an input
that takes 5 s or 1 GB is a finding too; without it, what is kept is changed by chance, and the
slowest input is told. What is found is worth a test of its own beside what it is about.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path
from random import Random

SLOW = 2.0
"""Seconds that one input may take, without atheris."""


def main() -> int:
    """Run one target."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", nargs="?")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--make-corpora", action="store_true")
    args = parser.parse_args()
    if args.make_corpora:
        from tests.fuzz import corpora

        corpora.make()
        return 0
    with contextlib.suppress(ImportError):
        import atheris

        _guided(atheris, args)  # does not come back
    return _by_chance(args)


def _guided(atheris, args: argparse.Namespace) -> None:
    with atheris.instrument_imports(include=["tui_rooms"]):
        from tests.fuzz.targets import TARGETS
    from tests.fuzz.corpora import HERE

    found = tempfile.mkdtemp(prefix=f"fuzz-{args.target}-")
    options = [
        *(f"-max_total_time={args.seconds:.0f}", f"-seed={args.seed}", "-print_final_stats=1"),
        *("-timeout=5", "-rss_limit_mb=1024", "-max_len=4096", f"-artifact_prefix={found}/"),
        *(found, str(HERE / args.target)),
    ]
    atheris.Setup([sys.argv[0], *options], TARGETS[args.target])
    atheris.Fuzz()


def _by_chance(args: argparse.Namespace) -> int:
    from tests.fuzz.corpora import corpus
    from tests.fuzz.edits import by_chance
    from tests.fuzz.targets import TARGETS

    run, kept, chance = TARGETS[args.target], corpus(args.target), Random(args.seed)
    slowest, count, end = 0.0, 0, time.monotonic() + args.seconds
    while time.monotonic() < end:
        data = by_chance(kept, chance)
        began = time.perf_counter()
        try:
            run(data)
        except BaseException:
            with tempfile.NamedTemporaryFile(prefix=f"fuzz-{args.target}-", delete=False) as file:
                file.write(data)
            print(f"after {count} inputs: {Path(file.name)}", file=sys.stderr)
            raise
        slowest = max(slowest, time.perf_counter() - began)
        count += 1
    print(f"{args.target}: {count} inputs, the slowest took {1000 * slowest:.1f} ms")
    return 1 if slowest > SLOW else 0


if __name__ == "__main__":
    sys.exit(main())
