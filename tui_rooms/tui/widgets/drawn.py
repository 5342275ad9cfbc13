"""A widget that says which of its cells are to be drawn anew, on the shortest way to the terminal.

Textual takes each change through the widget's queue, the screen's queue and a timer. For meters
that move ten times a second that way is longer than the drawing. (Private parts of Textual, as in
`dirty_regions`: hence the pin to one minor version.)
"""

from typing import Any

from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget


class Drawn(Widget):
    """A widget whose size does not depend on what it draws.

    Among base classes it comes last: Textual takes style sheets from the first alone.
    """

    def mark(self, *regions: Region) -> None:
        """Draw these parts anew with the next frame.

        Args:
            regions: one or more, in cells of the widget.
        """
        if not (self._is_mounted and self.is_attached):
            self.refresh()  # all of it, if there is a screen one day
            return
        self._set_dirty(*regions)
        screen = self.screen
        if self in screen._compositor.visible_widgets:
            screen._dirty_widgets.add(self)
            screen.check_idle()


def draw_now(screen: Screen[Any]) -> None:
    """Let the next frame be now: at the end of a tick nothing more is to come.

    While the terminal is behind, or another screen hides this one, Textual draws it later.
    """
    screen._on_timer_update()
