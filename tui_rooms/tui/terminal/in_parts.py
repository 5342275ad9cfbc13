"""A picture that is too large for a slow link is drawn in parts, from the top.

Sent whole, it would stand for seconds between a key and its echo. So as many lines go as the link
carries in a moment (see `pacing`), and the rest waits behind whatever else changes meanwhile; it
is drawn as things are by then.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen

from tui_rooms.tui.terminal.dirty_regions import Span, span_text
from tui_rooms.tui.terminal.pacing import PacedDriver, WindowOpened, size_of

TURN: Final = 0.03
"""Seconds after which the rest goes on, so that a key's echo is drawn before it."""
LINES_A_TURN: Final = 8
"""Drawing more of them would be work for nothing: they do not fit."""
_MOVE: Final = "\x1b[{y};1H"


class Rest:
    """What of the screen is still to be drawn, in that order; one span a line."""

    def __init__(self) -> None:
        self._spans: dict[int, tuple[int, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._spans)

    @property
    def spans(self) -> list[Span]:
        """All of them."""
        return [(y, first, end) for y, (first, end) in self._spans.items()]

    def put_first(self, spans: Iterable[Span]) -> None:
        """Draw these next; what is known of their lines is joined."""
        first: dict[int, tuple[int, int]] = {}
        for y, start, end in spans:
            known = first.get(y) or self._spans.pop(y, (start, end))
            first[y] = min(start, known[0]), max(end, known[1])
        self._spans = {**first, **self._spans}

    def holds(self, span: Span) -> bool:
        """Whether a change is drawn with the rest."""
        y, start, end = span
        first, last = self._spans.get(y, (0, 0))
        return first <= start < end <= last

    def take(self, lines: int) -> list[Span]:
        """The next few, which are no longer of the rest."""
        taken = self.spans[:lines]
        for y, _, _ in taken:
            del self._spans[y]
        return taken

    def clear(self) -> None:
        """All is drawn."""
        self._spans.clear()


class Part(CompositorUpdate):
    """As much of an update as fits; the rest is put down."""

    def __init__(
        self,
        update: LayoutUpdate | ChopsUpdate,
        rest: Rest,
        budget: int,
        shortened: Callable[[str], str],
        *,
        order: Sequence[int] = (),
    ) -> None:
        """
        Args:
            order: lines in the order in which they are to be drawn; others go before them.
            budget: bytes that may be sent; one line is drawn in any case.
            shortened: what will be sent of a text.
        """
        self._update = update
        self._rest = rest
        self._budget = budget
        self._shortened = shortened
        self._order = {y: place for place, y in enumerate(order)}

    def render_segments(self, console: Console) -> str:
        """What goes to the terminal now."""
        written: list[str] = []
        later: list[Span] = []
        size = 0
        for span, text in self._pieces(console):
            if written and size >= self._budget:
                later.append(span)
                continue
            written.append(text)
            size += size_of(self._shortened(text))
        self._rest.put_first(later)
        return "".join(written)

    def _pieces(self, console: Console) -> Iterator[tuple[Span, str]]:
        update = self._update
        if isinstance(update, LayoutUpdate):
            self._rest.clear()
            for y, strips in enumerate(update.strips):
                line = "".join(strip.render(console) for strip in strips)
                yield (y, 0, update.region.width), _MOVE.format(y=y + 1) + line
        else:
            self._rest.put_first([span for span in update.spans if self._rest.holds(span)])
            for span in sorted(update.spans, key=lambda span: self._order.get(span[0], -1)):
                if not self._rest.holds(span):
                    yield span, span_text(update, span, console)


class DrawnInParts(App[None]):
    """To be mixed into an app, before it; does something with a `PacedDriver` only."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._rest = Rest()
        self._turn = 0
        self._order: list[int] = []
        super().__init__(*args, **options)

    @property
    def is_behind(self) -> bool:
        """Whether a part of the picture is still to be drawn."""
        return bool(self._rest)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        driver = self._driver
        update: Any = renderable
        if isinstance(driver, PacedDriver) and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            budget = driver.budget
            if (budget is not None or self._rest) and not self._batch_count:
                most = 1 << 30 if budget is None else budget
                update = Part(renderable, self._rest, most, driver.shortened, order=self._order)
            self._order = []
        super()._display(screen, update)
        if self._rest:
            self._turn += 1
            turn = self._turn
            self.set_timer(TURN, self._draw_rest)
            if isinstance(driver, PacedDriver):
                self.set_timer(driver.patience, lambda: self._overdue(turn))

    def on_window_opened(self, event: WindowOpened) -> None:
        """The terminal has shown what was sent."""
        if self._rest:
            self.set_timer(TURN, self._draw_rest)

    def _draw_rest(self) -> None:
        driver = self._driver
        if not self._rest or self._batch_count or not isinstance(driver, PacedDriver):
            return
        if driver.budget == 0:
            return
        screen = self.screen
        window = screen.size.region
        taken = self._rest.take(LINES_A_TURN)
        self._order = [y for y, _, _ in taken]
        spans = [Region(x, y, end - x, 1) for y, x, end in taken]
        screen._compositor._dirty_regions.update(
            region.intersection(window) for region in spans if region.overlaps(window)
        )
        # What has changed meanwhile: the refresh takes it for drawn.
        screen._compositor.update_widgets(screen._dirty_widgets)
        screen._compositor_refresh()

    def _overdue(self, turn: int) -> None:
        """No answer has come since: go on without."""
        if turn == self._turn and self._rest and isinstance(self._driver, PacedDriver):
            self._driver.give_up()
