"""Commands that are told to end, once or more."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import private_environment
from tests.support.waiting import wait_until
from tui_rooms.cli.exits import Exit

STEPS = """
import asyncio, sys, time
from pathlib import Path
from tui_rooms.cli.until_told import until_told

async def work(to):
    try:
        to.write_text("begun")
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep({end})
        with (to.with_suffix(".end")).open("w") as file:
            for number in range(2_000):
                file.write(f"{{number}}\\n")

try:
    until_told(work(Path(sys.argv[1])))
except KeyboardInterrupt:
    sys.exit(130)
"""


def end(tmp_path: Path, *numbers: signal.Signals, within: str = "0.2", shell: tuple[str, ...] = ()):
    """Let something work that needs a while for its end, and tell it so; its exit code, and
    whether it came to its end."""
    begun = tmp_path / "work"
    process = subprocess.Popen(
        [*shell, sys.executable, "-c", STEPS.format(end=within), begun],
        env=private_environment(tmp_path / "home"),
    )
    wait_until(begun.exists, "the work to begin")
    for number in numbers:
        process.send_signal(number)
    code = process.wait(20)
    finished = begun.with_suffix(".end")
    return code, finished.exists() and len(finished.read_text().splitlines()) == 2_000


@pytest.mark.parametrize(
    "numbers",
    [
        [signal.SIGINT],
        [signal.SIGTERM],
        [signal.SIGHUP],
        [signal.SIGINT, signal.SIGINT],
        [signal.SIGTERM, signal.SIGTERM],  # as `timeout` does: to the program, and to its group
        [signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGINT, signal.SIGINT],
    ],
    ids=lambda numbers: "-".join(number.name for number in numbers),
)
def test_what_has_to_be_done_at_the_end_is_done_however_often_one_is_told(
    tmp_path: Path, numbers: list[signal.Signals]
):
    """One signal or five, of one kind or of several: the end comes in order, once."""
    assert end(tmp_path, *numbers) == (Exit.INTERRUPTED, True)


@pytest.mark.parametrize("ignored", ["INT", "HUP"])
def test_what_is_ignored_stays_so_and_kill_ends_in_order(tmp_path: Path, ignored: str):
    """Ctrl-C, in what a script has started with `&`; the terminal's end, under `nohup`."""
    shell = ("env", f"--ignore-signal={ignored}")
    number = signal.Signals[f"SIG{ignored}"]
    code = end(tmp_path, number, signal.SIGTERM, signal.SIGTERM, shell=shell)
    assert code == (Exit.INTERRUPTED, True)


def test_an_end_that_does_not_come_is_not_waited_for(tmp_path: Path):
    """Who says so again, a while later, means it."""
    begun = tmp_path / "work"
    process = subprocess.Popen(
        [sys.executable, "-c", STEPS.format(end="3600"), begun],
        env=private_environment(tmp_path / "home"),
    )
    wait_until(begun.exists, "the work to begin")

    def ended() -> bool:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGINT)
        return process.poll() is not None

    wait_until(ended, "the end")
    assert process.returncode == Exit.INTERRUPTED


def test_what_ends_by_itself_gives_its_answer_and_leaves_the_signals_as_they_were():
    """As `asyncio.run` does; an error is the caller's, and no end that was wished."""
    code = """
import asyncio, signal
from tui_rooms.cli.until_told import until_told
before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]

async def answer():
    return 42

async def fail():
    raise asyncio.CancelledError("by somebody else")

print(until_told(answer()))
try:
    until_told(fail())
except asyncio.CancelledError as error:
    print(error)
print(before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["42", "by somebody else", "True"]
