"""Styles as SGR parameters, and the shortest way from one to another."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

SEEN_ON_BLANKS: Final = frozenset("479")
"""Underline, reverse, strike: erasing would lose them."""
_OFF: Final = {"3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}
"""What takes a mark away again."""
_WEIGHTS: Final = frozenset("12")
"""Bold and dim go together, by one sequence."""
_NO_WEIGHT: Final = "22"
_NO_INK: Final = "39"
_NO_GROUND: Final = "49"


class Look(NamedTuple):
    """A style as SGR parameters; empty parts are the terminal's own."""

    marks: tuple[str, ...] = ()
    """Bold, reverse, underline, …"""
    ink: str = ""
    ground: str = ""


PLAIN: Final = Look()
RESET: Final = "\x1b[0m"
"""From any style to the plain one."""


def after(look: Look, parameters: str) -> Look:
    """The style after an SGR sequence."""
    marks, ink, ground = look
    parts = iter(parameters.split(";"))
    for part in parts:
        match part:
            case "" | "0":
                marks, ink, ground = PLAIN
            case "38":
                ink = _colour(part, parts)
            case "48":
                ground = _colour(part, parts)
            case _ if _is_ink(part):
                ink = "" if part == "39" else part
            case _ if _is_ground(part):
                ground = "" if part == "49" else part
            case _:
                marks = (*marks, part)
    return Look(marks, ink, ground)


def _colour(part: str, parts: Iterator[str]) -> str:
    kind = next(parts)
    return ";".join([part, kind, *islice(parts, 3 if kind == "2" else 1)])


def _is_ink(part: str) -> bool:
    return part[:-1] in ("3", "9") and len(part) == 2


def _is_ground(part: str) -> bool:
    return (part[0] == "4" and len(part) == 2) or (part[:2] == "10" and len(part) == 3)


def change(shown: Look, wanted: Look) -> str:
    """The shortest way from one style to another."""
    if shown == wanted:
        return ""
    anew = ["0", *filter(None, (*wanted.marks, wanted.ink, wanted.ground))]
    ways = [anew, *_step(shown, wanted)]
    return min((f"\x1b[{';'.join(way)}m" for way in ways), key=len)


def _step(shown: Look, wanted: Look) -> Iterator[list[str]]:
    """What differs, as SGR parameters; nothing when a mark can only go with all others."""
    gone = set(shown.marks) - set(wanted.marks)
    if not gone <= _WEIGHTS | _OFF.keys():
        return
    new = [mark for mark in wanted.marks if mark not in shown.marks]
    if gone & _WEIGHTS:
        new += [mark for mark in wanted.marks if mark in _WEIGHTS and mark in shown.marks]
    parameters = [_OFF[mark] for mark in sorted(gone - _WEIGHTS)]
    parameters += [_NO_WEIGHT] if gone & _WEIGHTS else []
    parameters += new
    if wanted.ink != shown.ink:
        parameters.append(wanted.ink or _NO_INK)
    if wanted.ground != shown.ground:
        parameters.append(wanted.ground or _NO_GROUND)
    yield parameters
