"""The stage, offered to oneself: a question that waits below the head of the room."""

from dataclasses import dataclass
from typing import Final

from textual import events
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.INK, palette.NOTICE)
_STRONG: Final = ink(palette.INK, palette.NOTICE, bold=True)
_MARK: Final = ink(palette.LOUD, palette.NOTICE, bold=True)
_CAP: Final = ink(palette.GROUND, palette.LOUD, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked, how it is answered, and how long that may take."""

    sentence: str = ""
    keys: tuple[Key, ...] = ()
    left: str = ""


class OfferBar(Painted[Asked]):
    """Two lines: the question, and the answers, which may be clicked on."""

    def paint(self, value: Asked, width: int, height: int) -> list[Strip]:
        """Draw the question."""
        answers: list[Piece] = [("   ", _FILL)]
        for key in value.keys:
            gap = "    " if key is not value.keys[-1] else ""
            answers += [(f" {key.cap} ", _CAP), (f" {key.explained}{gap}", _FILL)]
        return [
            row(
                width,
                [(" ? ", _MARK), (value.sentence, _STRONG)],
                [(f"  {value.left} ", _MARK)],
                fill=_FILL,
            ),
            row(width, answers, fill=_FILL),
        ][:height]

    def on_click(self, event: events.Click) -> None:
        """A click on an answer gives it."""
        x = 3
        for key in self.value.keys:
            end = x + width_of(f" {key.cap}  {key.explained}    ")
            if event.y == 1 and x <= event.x < end:
                self.post_message(KeyBar.Clicked(key.action))
            x = end
