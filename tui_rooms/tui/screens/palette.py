"""The command palette: every action that is possible now, by its name."""

from textual.command import CommandPalette

from tui_rooms.tui.actions.commands import PlaceCommands
from tui_rooms.tui.screens.layered import Layered


class Palette(CommandPalette, Layered[None]):
    """Textual's, with this program's actions."""

    def __init__(self) -> None:
        super().__init__(providers=[PlaceCommands], placeholder="What do you want to do?")
