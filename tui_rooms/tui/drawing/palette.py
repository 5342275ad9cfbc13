"""Colours of the house: night blue, with blue for sound and orange for warnings.

Blue against orange, and no red beside green, holds for the common forms of colour blindness.
Whatever a colour says, a glyph and a word say too.
"""

from functools import cache
from typing import Final

from rich.style import Style

GROUND: Final = "#0e131b"
PANEL: Final = "#131a24"
BAR: Final = "#1a2431"
NOTICE: Final = "#2a2333"
CARD: Final = "#161e2a"
CARD_TALKING: Final = "#14293c"
CARD_CHOSEN: Final = "#1d2938"

INK: Final = "#e6edf5"
BRIGHT: Final = "#ffffff"
SOFT: Final = "#93a5b9"
FAINT: Final = "#44546a"
RULE: Final = "#263243"

SOUND: Final = "#56b4e9"
"""Talking, an open microphone, a good link."""
LOUD: Final = "#e6a23c"
"""The upper part of a meter; things that want attention."""
ALARM: Final = "#ff6a4d"
"""Muted, on air, too loud, refused."""
DARK_ALARM: Final = "#3a1f1e"
"""Behind ALARM, where a full badge would be too much."""
HOST: Final = "#b9a0f5"


@cache
def ink(colour: str, ground: str = GROUND, *, bold: bool = False, reverse: bool = False) -> Style:
    """A style; the same object for the same arguments, as Rich keeps escape codes in it."""
    return Style(color=colour, bgcolor=ground, bold=bold or None, reverse=reverse or None)
