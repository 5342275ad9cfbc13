"""What may be done in a place, with its keys, over it."""

from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.painted import Painted
from tui_rooms.tui.widgets.prompt import Prompt

_FILL: Final = ink(palette.INK, palette.PANEL)
_CAP: Final = ink(palette.SOUND, palette.PANEL, bold=True)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAP_CELLS: Final = 10
_IDS_FROM: Final = 60
"""Cells from which there is room for the actions' ids."""
_SCROLLING: Final = frozenset({"up", "down", "pageup", "pagedown"})


class KeyList(Painted[tuple[Key, ...]]):
    """An action a line: its key, what it does, and its id for the settings file."""

    class Clicked(Message):
        """A line was clicked on."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def paint(self, value: tuple[Key, ...], width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        return [
            row(
                width,
                [(fit(key.cap, _CAP_CELLS), _CAP), (key.explained, _FILL)],
                [(f"  {key.action}", _SOFT)] if width >= _IDS_FROM else (),
                fill=_FILL,
            )
            for key in value
        ]

    def on_click(self, event: events.Click) -> None:
        """A click does what the key does."""
        if event.y < len(self.value) and self.value[event.y].action:
            event.stop()
            self.post_message(self.Clicked(self.value[event.y].action))


class Help(Question[str | None]):
    """Answers with the id of the action that was clicked on; any key goes back."""

    def __init__(self, title: str, keys: tuple[Key, ...]) -> None:
        super().__init__()
        self._title = title
        self._keys = keys

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        key_list = KeyList(self._keys)
        key_list.styles.height = len(self._keys)
        with Vertical(classes="question wide"):
            yield Prompt(self._title)
            yield Prompt("")
            with VerticalScroll(can_focus=False):
                yield key_list
            yield Prompt("")
            yield Prompt("a click does it     ↑ ↓ scroll     any other key: back", soft=True)

    def on_key(self, event: events.Key) -> None:
        """Back to the place, but for the keys that scroll."""
        # Or the same key would do something in the place below.
        event.stop()
        event.prevent_default()
        scroll = self.query_one(VerticalScroll)
        if event.key not in _SCROLLING or not scroll.allow_vertical_scroll:
            self.dismiss(None)
        elif event.key in ("up", "down"):
            scroll.scroll_relative(y=1 if event.key == "down" else -1, animate=False)
        else:
            scroll.scroll_relative(y=8 if event.key == "pagedown" else -8, animate=False)

    def on_key_list_clicked(self, message: KeyList.Clicked) -> None:
        """Do it, back in the place."""
        self.dismiss(message.action)

    def on_click(self, event: events.Click) -> None:
        """Back to the place."""
        self.dismiss(None)
