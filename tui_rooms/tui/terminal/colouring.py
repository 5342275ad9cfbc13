"""The last step of drawing: the theme's colours in the place of roles, or no colours at all."""

from collections.abc import Mapping
from typing import Final

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from tui_rooms.tui.drawing.palette import ROLES

_KEPT: Final = 4096
"""Styles that are remembered; far more than a screen has."""


class RoleColours(LineFilter):
    """Gives roles the colours of a theme."""

    def __init__(self, colours: Mapping[str, str]) -> None:
        """`colours`: by role, as Rich reads colours."""
        super().__init__()
        self._by_mark = {ROLES[role]: RichColor.parse(colour) for role, colour in colours.items()}
        self._styles: dict[Style, Style] = {}

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in the theme's colours."""
        styles = self._styles
        done = []
        for text, style, control in segments:
            if style is not None:
                themed = styles.get(style)
                if themed is None:
                    if len(styles) > _KEPT:
                        styles.clear()
                    themed = styles[style] = self._themed(style)
                style = themed  # noqa: PLW2901 - a loop over thousands of segments a second
            done.append(Segment(text, style, control))
        return done

    def _themed(self, style: Style) -> Style:
        ink, ground = self._colour(style.color), self._colour(style.bgcolor)
        return own(style + Style.from_color(ink, ground))

    def _colour(self, colour: RichColor | None) -> RichColor | None:
        return colour if colour is None else self._by_mark.get(colour.name, colour)


class WithoutColours(RoleColours):
    """NO_COLOR: what a bright ground says is said by swapping ink and ground."""

    def _themed(self, style: Style) -> Style:
        themed = super()._themed(style)
        bare = own(themed.without_color)
        swapped = themed.bgcolor is not None and _light(themed.bgcolor) > _light(themed.color)
        return own(bare + Style(reverse=not themed.reverse)) if swapped else bare


def own(style: Style) -> Style:
    """The same style for this app alone.

    Rich keeps a style's escape codes in it, whatever the colours of the terminal they were made
    for, and hands out the same object for the same sum: another app in this process may have a
    terminal with fewer colours.
    """
    own = style.copy()
    own._ansi = None
    return own


def _light(colour: RichColor | None) -> float:
    if colour is None:
        return 1.0
    red, green, blue = colour.get_truecolor()
    return 0.3 * red + 0.6 * green + 0.1 * blue
