"""Themes: the house's own, Textual's, and those of people's settings.

Blue against orange, and no red beside green, holds for the common forms of colour blindness.
Whatever a colour says, a glyph and a word say too.
"""

from collections.abc import Mapping
from typing import Final

from textual.color import Color
from textual.theme import Theme

from tui_rooms.tui.drawing.palette import ROLES

PREFIX: Final = "room-"
"""Of a role in style sheets: `$room-panel`."""
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

_TEXTUALS: Final = {
    "ground": "background",
    "panel": "surface",
    "bar": "panel",
    "notice": "panel",
    "card": "surface",
    "card-chosen": "panel",
    "ink": "foreground",
    "bright": "foreground",
    "sound": "primary",
    "loud": "warning",
    "alarm": "error",
    "host": "accent",
}
"""Roles as Textual's themes name their colours."""
_BLENDS: Final = {
    "card-talking": ("background", "primary", 0.25),
    "soft": ("foreground", "background", 0.3),
    "faint": ("foreground", "background", 0.6),
    "rule": ("foreground", "background", 0.75),
    "dark-alarm": ("background", "error", 0.2),
}


def house_theme(name: str, colours: Mapping[str, str], *, dark: bool | None = None) -> Theme:
    """A theme from a colour for each role; Textual's own widgets follow it.

    Args:
        colours: by role; all of them.
        dark: None looks at the ground.
    """
    return Theme(
        name=name,
        primary=colours["sound"],
        secondary=colours["host"],
        accent=colours["host"],
        warning=colours["loud"],
        error=colours["alarm"],
        success=colours["sound"],
        foreground=colours["ink"],
        background=colours["ground"],
        surface=colours["panel"],
        panel=colours["bar"],
        dark=Color.parse(colours["ground"]).brightness < 0.5 if dark is None else dark,
        variables={PREFIX + role: colours[role] for role in ROLES},
    )


def own_theme(name: str, changes: Mapping[str, str]) -> Theme:
    """A theme of people's settings: what it does not name is as in its `base`, or as at night.

    Args:
        changes: colours by role, and `base`, one of the house's themes.
    """
    base = HOUSE[changes.get("base", DEFAULT)]
    # In the one form that Rich reads too: people may write any that Textual knows.
    named = {role: Color.parse(colour).hex6 for role, colour in changes.items() if role != "base"}
    return house_theme(name, {**base, **named})


def role_colours(variables: Mapping[str, str]) -> dict[str, str]:
    """The colour of each role, out of a theme's variables as Textual generates them.

    A theme that knows nothing of roles, as Textual's own, gets them from its usual colours.
    """

    def colour(name: str) -> Color:
        return Color.parse(variables[name])

    colours = {role: variables[name] for role, name in _TEXTUALS.items()}
    for role, (one, other, share) in _BLENDS.items():
        colours[role] = colour(one).blend(colour(other), share).hex6
    for role in ROLES:
        colours[role] = variables.get(PREFIX + role, colours.get(role, variables["foreground"]))
    return colours
