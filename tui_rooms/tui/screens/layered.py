"""Screens that lie on each other: what changes below is seen through, and costs no more than there.

As soon as all of a screen in the background was drawn once, Textual 8.2 takes all of it for
changed with each change, ten times a second under a room's meters: a third of a core and 120 kB/s
at 120×40. So the regions go to the screen on top, which draws these alone. (Private parts of
Textual, as in `dirty_regions`: hence the pin to one minor version.)
"""

from functools import lru_cache
from typing import TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import Screen
from textual.strip import Strip

from tui_rooms.tui.dirty_regions import chops_of

T = TypeVar("T")


class Layered(Screen[T]):
    """What all screens of an app are.

    Among base classes it comes last: Textual takes style sheets from the first alone.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The ground of this screen: of a translucent one, what is below it, tinted."""
        tint = self.styles.background
        stack = self.app.screen_stack
        place = stack.index(self) if self in stack else 0
        if tint.a == 1 or place == 0:
            return super().render_lines(crop)
        below = stack[place - 1]._compositor
        spans = [(y, crop.x, crop.right) for y in crop.line_range]
        chops = chops_of(below, spans)
        lines = [Strip.join(chops[y].values()) for y in crop.line_range]
        return [_tinted(line, tint).crop(*crop.column_span) for line in lines]

    def _compositor_refresh(self) -> None:
        top = self.app.screen
        if top is self or not isinstance(top, Layered):
            super()._compositor_refresh()
            return
        self._dirty_widgets.clear()
        regions = self._compositor._dirty_regions
        if regions and self.is_current:
            top._compositor._dirty_regions |= regions
            regions.clear()
            top._compositor_refresh()


def _tinted(line: Strip, tint: Color) -> Strip:
    segments = [Segment(text, _tinted_style(style or Style(), tint)) for text, style, _ in line]
    return Strip(segments, line.cell_length)


@lru_cache(4096)
def _tinted_style(style: Style, tint: Color) -> Style | None:
    (segment,) = BackgroundScreen.process_segments([Segment(" ", style)], tint)
    return segment.style
