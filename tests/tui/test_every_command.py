"""Whatever the rules of a room know can be done from the screen, and by typing."""

import ast
from pathlib import Path
from typing import get_args

import pytest

import tui_rooms.tui
from tui_rooms.rules import commands

TUI = Path(tui_rooms.tui.__file__).parent
ELSEWHERE = {
    "BlockStranger": "an identity that nobody here has is for programs and the command line",
    "LeaveRoom": "leaving is told by the client, which then closes",
    "Unmute": "one's own microphone is opened by the client, which also opens the device",
    "SendEvent": "events of their own are for programs",
    "SetAttribute": "the store of values is for programs",
}
"""Commands that neither sends, and why."""
BY_THE_GUEST = {
    "screens": {"SendMessage": "the guest sends it, and gives one that is refused back"},
    "plain": {"EndRoom": "the guest ends it, and then leaves"},
}
"""Commands that somebody else sends for them."""


def sent_in(folder: str) -> set[str]:
    """The names that the files of a folder take from `commands` or `wire`."""
    return {
        node.attr
        for file in (TUI / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("commands", "wire")
    }


@pytest.mark.parametrize("folder", ["screens", "plain"])
def test_every_command_of_the_rules_can_be_given(folder: str) -> None:
    """A new command without a way to it fails here, until it has one or a reason."""
    known = {kind.__name__ for kind in get_args(commands.ParticipantCommand)}
    missing = known - sent_in(folder)
    assert missing == ELSEWHERE.keys() | BY_THE_GUEST[folder].keys()
