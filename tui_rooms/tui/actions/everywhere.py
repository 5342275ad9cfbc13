"""Actions of every place; they stand last in its table."""

from typing import Final

from tui_rooms.tui.actions.action import Action

SETTINGS: Final[Action[object]] = Action(
    id="settings",
    keys=("comma",),
    word="settings",
    explained="sound, talking, colours and keys",
    bar=False,
)
PALETTE: Final[Action[object]] = Action(
    id="palette",
    keys=("ctrl+p",),
    word="all",
    explained="find an action by its name",
)
HELP: Final[Action[object]] = Action(
    id="help",
    keys=("question_mark", "f1"),
    word="help",
    explained="show these keys",
)
