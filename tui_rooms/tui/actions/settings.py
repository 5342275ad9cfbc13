"""What can be done in the settings."""

from typing import Final

from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.everywhere import HELP, PALETTE

SETTINGS_ACTIONS: Final[Table[object]] = (
    Action(
        id="pick-value",
        keys=("enter",),
        word="list",
        explained="all its values, or a line to write",
    ),
    Action(
        id="save-settings",
        keys=("s",),
        word="save",
        explained="write the changes into the file",
    ),
    Action(
        id="test-microphone",
        keys=("t",),
        word="test",
        explained="see how loud you are, or stop",
    ),
    Action(
        id="hear-yourself",
        keys=("h",),
        word="hear",
        explained="hear yourself a moment later",
    ),
    PALETTE._replace(bar=False),
    Action(
        id="close-settings",
        keys=("escape", "comma", "q"),
        word="back",
        explained="back; what is not saved holds until you quit",
    ),
    HELP,
)
"""The most important first; the way out and help last."""
