"""Themes: the house's own, Textual's, and those of people's settings.

A theme gives a colour to each role of `drawing.palette`.
"""

from collections.abc import Mapping
from typing import Final

from textual.color import Color
from textual.theme import Theme

from tui_rooms.tui.drawing.palette import ROLES
from tui_rooms.tui.terminal.house_colours import DEFAULT, HOUSE

PREFIX: Final = "room-"
"""Of a role in style sheets: `$room-panel`."""

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
