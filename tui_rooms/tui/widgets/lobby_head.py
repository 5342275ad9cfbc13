"""The head of the lobby."""

from textual.strip import Strip

from tui_rooms.tui.drawing.lobby_head import LobbyBanner, lobby_head
from tui_rooms.tui.widgets.painted import Painted


class LobbyHead(Painted[LobbyBanner]):
    """Two lines and a rule."""

    def paint(self, value: LobbyBanner, width: int, height: int) -> list[Strip]:
        """Draw the head."""
        return [Strip(line, width) for line in lobby_head(value, width)[:height]]
