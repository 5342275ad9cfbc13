"""The keys of a place, over it."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.values import Key
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAP: Final = ink(palette.SOUND, palette.PANEL, bold=True)
_TITLE: Final = ink(palette.INK, palette.PANEL, bold=True)
_CAP_CELLS: Final = 10


class KeyList(Painted[tuple[str, tuple[Key, ...]]]):
    """A key a line."""

    def paint(self, value: tuple[str, tuple[Key, ...]], width: int, height: int) -> list[Strip]:
        """Draw title, keys, and how to go back."""
        title, keys = value
        lines = [row(width, [(title, _TITLE)], fill=_FILL), row(width, [], fill=_FILL)]
        for key in keys:
            explained = key.explained or key.word
            lines.append(
                row(width, [(fit(key.cap, _CAP_CELLS), _CAP), (explained, _FILL)], fill=_FILL)
            )
        lines.append(row(width, [], fill=_FILL))
        lines.append(row(width, [("any key: back", _SOFT)], fill=_FILL))
        return lines


class Help(ModalScreen[None]):
    """Goes away with any key or click."""

    CSS_PATH = "question.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, title: str, keys: tuple[Key, ...]) -> None:
        super().__init__()
        self._content = (title, keys)

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        key_list = KeyList(self._content)
        key_list.styles.height = len(self._content[1]) + 4
        with Vertical(classes="question"):
            yield key_list

    def on_key(self) -> None:
        """Back to the place."""
        self.dismiss()

    def on_click(self) -> None:
        """Back to the place."""
        self.dismiss()
