"""A list to read in: reports, the audit log."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Final, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.sheet import Sheet

Record: TypeAlias = tuple[str, str]
"""When, and what."""

_INDENT: Final = 2
_NEAR: Final = 3
"""Lines before the end at which more is fetched."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is to be seen."""

    records: tuple[Record, ...]
    chosen: int | None = None
    """The number of the chosen one; None where there is nothing to choose."""

    @property
    def column(self) -> int:
        """Cells of the times."""
        return max((len(when) for when, _ in self.records), default=0)


class RecordLines(Sheet[Listed]):
    """Each with when it was, and what; a click chooses."""

    class Picked(Message):
        """That one."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class LaidOut(Message):
        """The lines have their place: now one knows how many are out of sight."""

    def on_resize(self, event: events.Resize) -> None:
        """There are more or fewer lines, or they have become longer."""
        super().on_resize(event)
        self.post_message(self.LaidOut())

    def paint(self, value: Listed, width: int, height: int) -> list[Strip]:
        """Draw them."""
        lines = []
        column = value.column
        for number, (when, what) in enumerate(value.records):
            ground = palette.CARD_CHOSEN if number == value.chosen else palette.PANEL
            fill, soft = ink(palette.INK, ground), ink(palette.SOFT, ground)
            for begin, line in _wrapped(when.rjust(column), what, width):
                lines.append(row(width, [(begin, soft), (line, fill)], fill=fill))
        return lines[:height]

    def first_line(self, number: int) -> int:
        """Of a record."""
        column, before = self.value.column, self.value.records[:number]
        return sum(
            len(_wrapped(when.rjust(column), what, self.size.width)) for when, what in before
        )

    def on_click(self, event: events.Click) -> None:
        """Which one is there?"""
        starts = [self.first_line(number) for number in range(len(self.value.records))]
        under = [number for number, start in enumerate(starts) if start <= event.y]
        if under:
            self.post_message(self.Picked(under[-1]))


class RecordScroll(VerticalScroll):
    """Tells when its end is near."""

    def __init__(self, lines: RecordLines, near_end: Callable[[], None]) -> None:
        super().__init__(lines, can_focus=lines.value.chosen is None)
        self._near_end = near_end

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Somebody reads on."""
        super().watch_scroll_y(old_value, new_value)
        self.look()

    def look(self) -> None:
        """Is the end in sight?"""
        if self.size.height and self.max_scroll_y - self.scroll_y <= _NEAR:
            self._near_end()


class Records(Question[int | None]):
    """Arrows scroll, or choose where `deed` says what Enter does; it answers with the number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("enter", "take", show=False),
        Binding("down", "step(1)", show=False),
        Binding("up", "step(-1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        records: tuple[Record, ...],
        empty: str,
        *,
        deed: str = "",
        more: Callable[[], None] | None = None,
    ) -> None:
        """
        Args:
            empty: said when there are none.
            deed: what Enter does with the chosen one; nothing: they are only read.
            more: fetches older ones, which come by `add`; None: these are all.
        """
        super().__init__()
        self._title = title
        self._records = records
        self._empty = empty
        self._deed = deed if records else ""
        self._more = more

    @property
    def records(self) -> tuple[Record, ...]:
        """Those that are known."""
        return self._records

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        listed = Listed(self._shown, 0 if self._deed else None)
        with Vertical(classes="question wide"):
            yield Prompt(self._title)
            yield Prompt("")
            yield RecordScroll(RecordLines(listed), self._fetch)
            yield Prompt("")
            yield Prompt(self._hint, soft=True, id="end")

    def add(self, records: tuple[Record, ...], more: Callable[[], None] | None) -> None:
        """Older ones have come; see `__init__`."""
        self._records += records
        self._more = more
        lines = self.query_one(RecordLines)
        lines.show(replace(lines.value, records=self._shown))
        self.query_one("#end", Prompt).show(self._hint)

    def on_record_lines_laid_out(self, message: RecordLines.LaidOut) -> None:
        """A page may leave room for the next."""
        message.stop()
        self.query_one(RecordScroll).look()

    def action_step(self, by: int) -> None:
        """Choose the next or the one before."""
        chosen = self.query_one(RecordLines).value.chosen
        if chosen is not None:
            self._choose(max(0, min(len(self._records) - 1, chosen + by)))

    def action_take(self) -> None:
        """Enter."""
        self.dismiss(self.query_one(RecordLines).value.chosen)

    def on_record_lines_picked(self, message: RecordLines.Picked) -> None:
        """A click chooses; on the chosen one it is as Enter."""
        message.stop()
        chosen = self.query_one(RecordLines).value.chosen
        if chosen == message.number:
            self.dismiss(chosen)
        elif chosen is not None:
            self._choose(message.number)

    def _choose(self, number: int) -> None:
        lines = self.query_one(RecordLines)
        lines.show(replace(lines.value, chosen=number))
        first = lines.first_line(number)
        scroll = self.query_one(RecordScroll)
        if not scroll.scroll_y <= first < scroll.scroll_y + scroll.size.height - 1:
            scroll.scroll_to(y=first, animate=False)

    @property
    def _shown(self) -> tuple[Record, ...]:
        if not self._records and self._more is None:
            return (("", self._empty),)
        return self._records

    @property
    def _hint(self) -> str:
        keys = f"↑ ↓  choose     enter  {self._deed}" if self._deed else "↑ ↓  read"
        older = "     older ones come as you read on" if self._more else ""
        return f"{keys}     esc  back{older}"

    def _fetch(self) -> None:
        # Once for each page: the next may be asked for when it has come.
        more, self._more = self._more, None
        if more is not None:
            more()


def _wrapped(when: str, what: str, width: int) -> list[tuple[str, str]]:
    """The lines of one record, each with what stands before it."""
    before = f"{when}{' ' * _INDENT}" if when else ""
    room = max(1, width - len(before))
    lines = list(wrapped(what, room)) or [""]
    return [(before if n == 0 else " " * len(before), line) for n, line in enumerate(lines)]
