"""The colours of the house's own themes, by role.

Blue against orange, and no red beside green, holds for the common forms of colour blindness.
Whatever a colour says, a glyph and a word say too.
"""

from collections.abc import Mapping
from typing import Final

DEFAULT: Final = "night"

NIGHT: Final = {
    "ground": "#0e131b",
    "panel": "#131a24",
    "bar": "#1a2431",
    "notice": "#2a2333",
    "card": "#161e2a",
    "card-talking": "#14293c",
    "card-chosen": "#1d2938",
    "ink": "#e6edf5",
    "bright": "#ffffff",
    "soft": "#93a5b9",
    "faint": "#44546a",
    "rule": "#263243",
    "sound": "#56b4e9",
    "loud": "#e6a23c",
    "alarm": "#ff6a4d",
    "dark-alarm": "#3a1f1e",
    "host": "#b9a0f5",
}
DAY: Final = {
    "ground": "#f7f8fa",
    "panel": "#eceff3",
    "bar": "#dfe5ec",
    "notice": "#fbeecb",
    "card": "#ffffff",
    "card-talking": "#dcedfb",
    "card-chosen": "#e3e8f0",
    "ink": "#17202c",
    "bright": "#000000",
    "soft": "#4a5a6d",
    "faint": "#9aa8b8",
    "rule": "#c5cfda",
    "sound": "#005f9e",
    "loud": "#8a5200",
    "alarm": "#b3261e",
    "dark-alarm": "#fde3df",
    "host": "#5b3fa8",
}
CONTRAST: Final = {
    "ground": "#000000",
    "panel": "#000000",
    "bar": "#1c1c1c",
    "notice": "#262626",
    "card": "#000000",
    "card-talking": "#00264d",
    "card-chosen": "#262626",
    "ink": "#ffffff",
    "bright": "#ffffff",
    "soft": "#e0e0e0",
    "faint": "#a0a0a0",
    "rule": "#a0a0a0",
    "sound": "#6fd0ff",
    "loud": "#ffd24d",
    "alarm": "#ff9a85",
    "dark-alarm": "#330000",
    "host": "#dcc8ff",
}
HOUSE: Final[Mapping[str, Mapping[str, str]]] = {
    "night": NIGHT,
    "day": DAY,
    "contrast": CONTRAST,
}
SIXTEEN: Final = {
    **dict.fromkeys(("ground", "panel", "card", "card-talking", "dark-alarm"), "black"),
    **dict.fromkeys(("bar", "notice", "card-chosen"), "bright_black"),
    **dict.fromkeys(("ink", "soft"), "white"),
    **dict.fromkeys(("faint", "rule"), "bright_black"),
    "bright": "bright_white",
    "sound": "bright_cyan",
    "loud": "bright_yellow",
    "alarm": "bright_red",
    "host": "bright_magenta",
}
"""For terminals with 16 colours, whatever the theme: the nearest of them would all be black."""
SIXTEEN_BY_DAY: Final = {
    **dict.fromkeys(("ground", "panel", "card", "card-talking", "dark-alarm"), "bright_white"),
    **dict.fromkeys(("bar", "notice", "card-chosen"), "white"),
    **dict.fromkeys(("ink", "soft", "bright"), "black"),
    **dict.fromkeys(("faint", "rule"), "bright_black"),
    "sound": "blue",
    "loud": "magenta",
    "alarm": "red",
    "host": "magenta",
}
"""The same for themes that are bright."""
