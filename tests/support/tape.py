"""Plays a VHS tape in tmux: each command by itself, and each wait as an assertion."""

import re
import shlex
from pathlib import Path

from tests.support.terminal import Terminal

_KEYS = {name: name for name in ("Enter", "Escape", "Up", "Down", "Left", "Right", "Tab", "Space")}
_SETTINGS = ("Output", "Set", "Sleep")
"""How a film looks; nothing that the program would notice."""


def commands(tape: Path) -> list[str]:
    """The lines that do something."""
    lines = (line.strip() for line in tape.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def play(line: str, terminal: Terminal) -> None:
    """One command of a tape.

    Raises:
        AssertionError: the screen does not come to show what the tape waits for.
        ValueError: a command that this player does not know.
    """
    word, _, rest = line.partition(" ")
    if word in _SETTINGS:
        return
    if word == "Type":
        terminal.type(shlex.split(rest)[0])
    elif word in _KEYS:
        terminal.send(_KEYS[word])
    elif word.startswith("Ctrl+"):
        terminal.send(f"C-{word.removeprefix('Ctrl+')}")
    elif word == "Wait+Screen":
        wanted = re.compile(rest.strip("/"))
        terminal.wait_for(lambda screen: bool(wanted.search(screen)), 30)
    elif word == "Wait":
        # VHS waits for the prompt of the shell.
        terminal.wait_for(lambda screen: screen.rstrip().endswith("$"), 30)
    else:
        raise ValueError(f"cannot play {line!r}")
