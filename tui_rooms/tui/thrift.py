"""Sends fewer bytes for the same picture: no colour that the terminal has already, no long blanks.

Rich ends each piece of text with a reset and begins the next with all of its style, some forty
bytes a piece. Most neighbours differ in one colour or in none. And half of a screen is blank: a
terminal can erase so many cells in the present colour (ECH), but for GNU screen, which erases
them in its own. Lines and bars repeat one glyph of three bytes; most terminals can do that
themselves (REP), and those that can are found by trying.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from rich.cells import cell_len

_SGR: Final = re.compile(r"\x1b\[([\d;]*)m")
_BLANK: Final = re.compile(" {12,}")
"""Shorter ones cost as much as what would take their place."""
_SAME: Final = re.compile("([\u2500-\u259f])\\1{5,}")
"""Box drawing and blocks. A few cost as much as what would take their place."""
TRY_REPEAT: Final = "\x1b7\x1b[1;42H\xa0\x1b[5b\x1b[6n\x1b8"
"""Repeats something that cannot be seen, and asks where the cursor is then."""
REPEATED_AT: Final = 47
NOT_REPEATED_AT: Final = 42
"""Cells from the left, from 0."""
_MOVES: Final = re.compile(r"(\n?\x1b\[\d+;\d+H)+")
"""The line feed between the lines of a full picture is one more way to the place that follows."""
_GAPS: Final = 3
"""Gaps in one line and colour from which they are left out of it, once that colour is below it."""
_STEP_LEFT_OUT: Final = re.compile(r"(\x1b\[\d+X)\x1b\[\d+C(?=\x1b\[\d+;\d+H)")
"""After blanks have been erased, the step over them, where the cursor goes elsewhere anyway."""
_SEEN_ON_BLANKS: Final = frozenset("479")
"""Underline, reverse, strike: erasing would lose them."""
_RESET: Final = "\x1b[0m"
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


def erases_in_colour(terminal: str) -> bool:
    """Whether a terminal, by its $TERM, erases cells in the present colour."""
    return not terminal.startswith(("screen", "dumb"))


def thrifty(text: str, *, erase: bool = True, repeat: bool = False) -> str:
    """The same output in fewer bytes. It begins and ends in the terminal's own style.

    Args:
        erase: see `erases_in_colour`.
        repeat: whether the terminal did as `TRY_REPEAT` says.
    """
    if "\x1b[" not in text:
        return text
    pieces = _SGR.split(text)
    written = [pieces[0]]
    shown = PLAIN
    for run in _runs(pieces):
        if isinstance(run, str):
            written.append(run)
            continue
        gap = _gap(run) if erase else None
        if gap is not None:
            bare = shown if not _SEEN_ON_BLANKS.intersection(shown.marks) else PLAIN
            needed = bare._replace(ground=gap)
            cells = sum(cell_len(words) for _, words in run)
            written += (_change(shown, needed), f"\x1b[{cells}X")
            shown = needed
        for wanted, words in run:
            if gap is not None and _is_gap(wanted, words) and wanted.ground == gap:
                written.append(f"\x1b[{len(words)}C")
                continue
            needed = _needed(shown, wanted, words)
            if erase and not _SEEN_ON_BLANKS.intersection(needed.marks):
                words = _BLANK.sub(_erased, words)  # noqa: PLW2901 - it is the same picture
            if repeat:
                words = _SAME.sub(_repeated, words)  # noqa: PLW2901 - the same
            written += (_change(shown, needed), words)
            shown = needed
    if shown != PLAIN:
        written.append(_RESET)
    return _STEP_LEFT_OUT.sub(r"\1", "".join(written))


Run: TypeAlias = list[tuple[Look, str]]
"""Neighbours on a line."""


def _runs(pieces: list[str]) -> Iterator[Run | str]:
    """Text between moves, with its styles, and the moves."""
    run: Run = []
    wanted = PLAIN
    for parameters, words in zip(pieces[1::2], pieces[2::2], strict=True):
        wanted = _after(wanted, parameters)
        if _MOVES.fullmatch(words):
            if run:
                yield run
                run = []
            yield words.replace("\n", "")
        elif words:
            run.append((wanted, words))
    if run:
        yield run


def _gap(run: Run) -> str | None:
    """The ground that shows in so many gaps of a run that to erase it all first costs less."""
    if len(run) < 2 * _GAPS or any("\x1b" in words or "\n" in words for _, words in run):
        return None
    gaps = Counter(look.ground for look, words in run if _is_gap(look, words))
    ground, count = gaps.most_common(1)[0] if gaps else ("", 0)
    return ground if count >= _GAPS else None


def _is_gap(look: Look, words: str) -> bool:
    return not words.strip(" ") and not _SEEN_ON_BLANKS.intersection(look.marks)


def _needed(shown: Look, wanted: Look, words: str) -> Look:
    """The style that words need to look as they should, as near to the present one as may be."""
    if words.isspace() and not _SEEN_ON_BLANKS.intersection(shown.marks + wanted.marks):
        return shown._replace(ground=wanted.ground)
    return wanted


def _erased(blank: re.Match[str]) -> str:
    count = len(blank[0])
    return f"\x1b[{count}X\x1b[{count}C"


def _repeated(same: re.Match[str]) -> str:
    return f"{same[1]}\x1b[{len(same[0]) - 1}b"


def _after(look: Look, parameters: str) -> Look:
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


def _change(shown: Look, wanted: Look) -> str:
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
