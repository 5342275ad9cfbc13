"""A few centred lines where there is nothing else to show."""

from textual.strip import Strip

from tui_rooms.tui.drawing.placard import Placarded, placard
from tui_rooms.tui.widgets.painted import Painted


class Placard(Painted[Placarded]):
    """Title and lines, wrapped at words, in the middle of its place."""

    def paint(self, value: Placarded, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        return [Strip(line, width) for line in placard(value, width, height)]
