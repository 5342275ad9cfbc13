"""Durations as people write them: a number and a unit."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui_rooms.rules.records import Seconds

EXAMPLES: Final = "90s, 30m, 8h or 7d"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST: Final = 36_500 * _UNITS["d"]
_DIGITS: Final = len(str(_LONGEST))


def read_duration(text: str, *, unit: str = "") -> "Seconds":
    """Seconds, from a number of s, m, h or d.

    Args:
        unit: that of a number alone; empty: there is none.

    Raises:
        ValueError: it is none, or longer than a hundred years; the text says so.
    """
    number, its = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, unit)
    if its not in _UNITS or not (number.isascii() and number.isdecimal()):
        raise ValueError(f"'{text[:40]}' is no duration: expected {EXAMPLES}")
    if len(number) > _DIGITS or int(number) * _UNITS[its] > _LONGEST:
        raise ValueError(f"'{text[:40]}' is too long: at most {_LONGEST // _UNITS['d']}d")
    return float(int(number) * _UNITS[its])
