"""Screens that lie on each other: what changes below is seen through, and costs no more than there.

As soon as all of a screen in the background was drawn once, Textual 8.2 takes all of it for
changed with each change, ten times a second under a room's meters: a third of a core and 120 kB/s
at 120×40. So the regions go to the screen on top, which draws their lines and sends them alone.
(Private parts of Textual, as in `dirty_regions`: hence the pin to one minor version.)
"""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip

from tui_rooms.tui.terminal.colouring import own
from tui_rooms.tui.terminal.dirty_regions import chops_of

T = TypeVar("T")

_KEPT: Final = 4096
"""Tinted styles that are remembered; far more than a screen has."""


class Layered(Screen[T]):
    """What all screens of an app are.

    Among base classes it comes last: Textual takes style sheets from the first alone.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tinted: dict[tuple[Style | None, Color], Style | None] = {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """The ground of this screen: of a translucent one, what is below it, tinted."""
        tint = self.styles.background
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        if tint.a == 1 or place == 0:
            return super().render_lines(crop)
        below = stack[place - 1]._compositor
        # While the window changes its size, the screen below may have the old one still.
        lines = crop.intersection(below.size.region).line_range
        chops = chops_of(below, [(y, 0, below.size.width) for y in lines])
        return [
            self._through(chops[y].values() if y in lines else (), crop.right, tint).crop(
                *crop.column_span
            )
            for y in crop.line_range
        ]

    def _through(self, parts: Iterable[Strip | None], width: int, tint: Color) -> Strip:
        """A line of what is below, in exactly `width` cells."""
        line = Strip.join(parts).adjust_cell_length(width, self.visual_style.rich_style)
        segments = [Segment(text, self._tint(style, tint)) for text, style, _ in line]
        return Strip(segments, width)

    def _tint(self, style: Style | None, tint: Color) -> Style | None:
        key = style, tint
        if key not in self._tinted:
            if len(self._tinted) > _KEPT:
                self._tinted.clear()
            (segment,) = BackgroundScreen.process_segments([Segment(" ", style)], tint)
            self._tinted[key] = own(segment.style) if segment.style else None
        return self._tinted[key]

    def _compositor_refresh(self) -> None:
        top = self.app.screen
        if top is self or not isinstance(top, Layered):
            super()._compositor_refresh()
            return
        self._dirty_widgets.clear()
        regions = self._compositor._dirty_regions
        if not regions or top.styles.background.a == 1:
            return  # nothing of it is seen; the whole of it is drawn when it is on top again
        top._compositor._dirty_regions |= regions
        regions.clear()
        if top._layout_required or top._scroll_required or top._repaint_required:
            return  # it is about to draw all that is new, once its widgets are where they belong
        # What has changed there meanwhile: the refresh takes it for drawn.
        top._compositor.update_widgets(top._dirty_widgets)
        top._compositor_refresh()
