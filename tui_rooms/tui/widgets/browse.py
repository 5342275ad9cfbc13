"""The rooms of a list, and beside them more of the chosen one."""

from textual.containers import Horizontal

from tui_rooms.tui.widgets.room_list import RoomList
from tui_rooms.tui.widgets.room_preview import RoomPreview


class Browse(Horizontal):
    """Which room is chosen, the list's own messages tell."""

    def __init__(self) -> None:
        self.list = RoomList()
        self.preview = RoomPreview(None)
        super().__init__(self.list, self.preview)
