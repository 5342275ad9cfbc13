"""What colours mean here; what they look like is the business of `tui_rooms.tui.terminal.themes`.

Each role has a mark: a colour that stands for it while drawing, and that is nowhere to be seen.
On the way to the terminal the app's theme puts its own colour in the place of the mark. So a
picture is drawn once for all themes, and two apps in one process can have two themes.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Final

from rich.style import Style

ROLES: Final[dict[str, str]] = {}
"""Mark by role; the roles are what a theme gives colours to."""

_marks: Iterator[int] = count(1)


def _role(name: str) -> str:
    # Nobody chooses these by taste, so a theme's own colours are not mistaken for marks.
    mark = f"#0103{next(_marks):02x}"
    ROLES[name] = mark
    return mark


GROUND: Final = _role("ground")
PANEL: Final = _role("panel")
BAR: Final = _role("bar")
NOTICE: Final = _role("notice")
CARD: Final = _role("card")
CARD_TALKING: Final = _role("card-talking")
CARD_CHOSEN: Final = _role("card-chosen")

INK: Final = _role("ink")
BRIGHT: Final = _role("bright")
SOFT: Final = _role("soft")
FAINT: Final = _role("faint")
RULE: Final = _role("rule")

SOUND: Final = _role("sound")
"""Talking, an open microphone, a good link."""
LOUD: Final = _role("loud")
"""The upper part of a meter; things that want attention."""
ALARM: Final = _role("alarm")
"""Muted, on air, too loud, refused."""
DARK_ALARM: Final = _role("dark-alarm")
"""Behind ALARM, where a full badge would be too much."""
HOST: Final = _role("host")


@cache
def ink(colour: str, ground: str = GROUND, *, bold: bool = False, reverse: bool = False) -> Style:
    """A style; the same object for the same arguments, as Rich keeps escape codes in it."""
    return Style(color=colour, bgcolor=ground, bold=bold or None, reverse=reverse or None)
