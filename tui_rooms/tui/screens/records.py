"""A list to read in: reports, the audit log."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_INDENT: Final = 2


class RecordLines(Sheet[tuple[tuple[str, str], ...]]):
    """Each with when it was, and what."""

    def paint(self, value: tuple[tuple[str, str], ...], width: int, height: int) -> list[Strip]:
        """Draw them."""
        lines = []
        for when, what in value:
            first = max(1, width - len(when) - _INDENT)
            for number, line in enumerate(wrapped(what, first)):
                begin = when if number == 0 else " " * len(when)
                lines.append(
                    row(width, [(begin, _SOFT), (" " * _INDENT, _FILL), (line, _FILL)], fill=_FILL)
                )
        return lines[:height]


class Records(Question[None]):
    """Arrows scroll; escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter", "dismiss", show=False)]

    def __init__(self, title: str, records: tuple[tuple[str, str], ...], empty: str) -> None:
        """
        Args:
            records: when, and what.
            empty: said when there are none.
        """
        super().__init__()
        self._title = title
        self._records = records or (("", empty),)

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        with Vertical(classes="question wide"):
            yield Prompt(self._title)
            yield Prompt("")
            with VerticalScroll():
                yield RecordLines(self._records)
            yield Prompt("")
            yield Prompt("↑ ↓  read     esc  back", soft=True)
