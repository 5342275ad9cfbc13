"""One of a few, by arrows or mouse."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.widgets.painted import Painted

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_MARK: Final = ink(palette.SOUND, palette.PANEL, bold=True)
_CHOSEN: Final = ink(palette.INK, palette.CARD_CHOSEN, bold=True)


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from."""

    words: tuple[str, ...]
    chosen: int = 0
    focused: bool = False


class Choices(Painted[Offered], can_focus=True):
    """A line each; the chosen one has a filled ring."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("enter", "take", show=False),
    ]

    class Taken(Message):
        """Enter was pressed on a choice."""

        def __init__(self, chosen: int) -> None:
            super().__init__()
            self.chosen = chosen

    class Moved(Message):
        """The mark is on another choice."""

    def __init__(
        self,
        words: Sequence[str],
        chosen: int = 0,
        *,
        takes_clicks: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        """`takes_clicks`: a click is as Enter, and does not only choose."""
        super().__init__(Offered(tuple(words), chosen), id=id)
        self._takes_clicks = takes_clicks

    @property
    def chosen(self) -> int:
        """The number of the chosen one, from 0."""
        return self.value.chosen

    def offer(self, words: Sequence[str], chosen: int = 0) -> None:
        """Other choices."""
        self.show(replace(self.value, words=tuple(words), chosen=chosen))
        self.call_after_refresh(self._keep_in_sight)

    def paint(self, value: Offered, width: int, height: int) -> list[Strip]:
        """Draw the lines."""
        return [
            row(
                width,
                [
                    ("◉ " if here else "○ ", _MARK if here else _SOFT),
                    (words, _CHOSEN if here and value.focused else _FILL if here else _SOFT),
                ],
                fill=_FILL,
            )
            for number, words in enumerate(value.words)
            for here in (number == value.chosen,)
        ]

    def choose(self, number: int) -> None:
        """Choose that one, and bring it in sight where the choices scroll."""
        if number != self.chosen:
            self.show(replace(self.value, chosen=number))
            self._keep_in_sight()
            self.post_message(self.Moved())

    def action_step(self, by: int) -> None:
        """Choose the next or the one before."""
        last = len(self.value.words) - 1
        self.choose(min(last, max(0, self.chosen + by)))

    def action_take(self) -> None:
        """This one."""
        self.post_message(self.Taken(self.chosen))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked on."""
        if event.y < len(self.value.words):
            self.choose(event.y)
            if self._takes_clicks:
                self.action_take()

    def on_mount(self) -> None:
        """The chosen one may be far below."""
        self.call_after_refresh(self._keep_in_sight)

    def on_focus(self) -> None:
        """Show where the keys go."""
        self.show(replace(self.value, focused=True))

    def on_blur(self) -> None:
        """The keys go elsewhere."""
        self.show(replace(self.value, focused=False))

    def _keep_in_sight(self) -> None:
        if isinstance(self.parent, Widget):
            self.parent.scroll_to_region(Region(0, self.chosen, self.size.width, 1), animate=False)
