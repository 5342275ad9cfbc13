"""Sends fewer bytes for the same picture: no colour that the terminal has already, no long blanks.

Rich ends each piece of text with a reset and begins the next with all of its style, some forty
bytes a piece. Most neighbours differ in one colour or in none. And half of a screen is blank: a
terminal can erase so many cells in the present colour (ECH), but for GNU screen, which erases
them in its own. Lines and bars repeat one glyph of three bytes; most terminals can do that
themselves (REP), and those that can are found by trying. Where the same few styles come again
and again on a line, a step costs a quarter of a colour: the line is drawn style by style.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from rich.cells import cell_len

from tui_rooms.tui.terminal.looks import PLAIN, RESET, SEEN_ON_BLANKS, Look, after, change

_SGR: Final = re.compile(r"\x1b\[([\d;]*)m")
_BLANK: Final = re.compile(" {12,}")
"""Shorter ones cost as much as what would take their place."""
_SAME: Final = re.compile("([\u2500-\u259f])\\1{5,}")
"""Box drawing and blocks. A few cost as much as what would take their place."""
TRY_REPEAT: Final = "\x1b7\x1b[4;42H\xa0\x1b[5b\x1b[6n\x1b8\x1b[0m"
"""Repeats something that cannot be seen, and asks where the cursor is then.

In the line of the lobby's tabs, beside them: it is done in the colours that `first_picture` left.
"""
TRIED_IN: Final = 3
"""Line from the top, from 0."""
REPEATED_AT: Final = 47
NOT_REPEATED_AT: Final = 42
"""Cells from the left, from 0."""
_MOVES: Final = re.compile(r"(?:\n?\x1b\[\d+;(\d+)H)+")
"""The line feed between the lines of a full picture is one more way to the place that follows."""
_GAPS: Final = 3
"""Gaps in one line and colour from which they are left out of it, once that colour is below it."""
_STEP: Final = 5
"""Bytes of a step, at most."""
_STEP_LEFT_OUT: Final = re.compile(r"(\x1b\[\d+X)\x1b\[\d+C(?=\x1b\[(\d+;\d+H|\d+G))")
"""After blanks have been erased, the step over them, where the cursor goes elsewhere anyway."""


def erases_in_colour(terminal: str) -> bool:
    """Whether a terminal, by its $TERM, erases cells in the present colour."""
    return not terminal.startswith(("screen", "dumb"))


class Piece(NamedTuple):
    """Text in one style."""

    at: int
    """Its column, from 1; where that of the run is not known, cells from there."""
    look: Look
    words: str
    end: int
    """The cell after its last."""

    @property
    def is_gap(self) -> bool:
        """Whether nothing but its ground is seen."""
        return not self.words.strip(" ") and not SEEN_ON_BLANKS.intersection(self.look.marks)


class Run(NamedTuple):
    """Neighbours on a line, between two moves."""

    pieces: list[Piece]
    placed: bool
    """Whether it is known in which column it begins."""
    end: int | None
    """Where the cursor has to be left; None: it goes elsewhere anyway."""


def thrifty(text: str, *, erase: bool = True, repeat: bool = False, slow: bool = False) -> str:
    """The same output in fewer bytes. It begins and ends in the terminal's own style.

    Args:
        erase: see `erases_in_colour`.
        repeat: whether the terminal did as `TRY_REPEAT` says.
        slow: whether the link is, so that a few bytes less are worth some work.
    """
    if "\x1b[" not in text:
        return text
    pen = _Pen(erase=erase, repeat=repeat)
    parts = _SGR.split(text)
    written = [parts[0]]
    for run in _runs(parts):
        if isinstance(run, str):
            written.append(run)
        elif slow and run.placed and run.end is None:
            written.append(pen.shorter(run))
        else:
            written.append(pen.draw(run))
    if pen.shown != PLAIN:
        written.append(RESET)
    return _STEP_LEFT_OUT.sub(r"\1", "".join(written))


class _Pen:
    """Draws in the style that the terminal has already, as far as that can be."""

    def __init__(self, *, erase: bool, repeat: bool) -> None:
        self.shown = PLAIN
        self._erase = erase
        self._repeat = repeat

    def shorter(self, run: Run) -> str:
        """A run from left to right, or style by style."""
        before = self.shown
        line = self.draw(run)
        after_line, self.shown = self.shown, before
        by_look = self.draw(run, by_look=True)
        if len(by_look) < len(line):
            return by_look
        self.shown = after_line
        return line

    def draw(self, run: Run, *, by_look: bool = False) -> str:
        """What draws a run; `shown` is the style that it leaves."""
        written: list[str] = []
        pieces, end = run.pieces, run.end
        at = pieces[0].at
        if by_look:
            pieces = list(_joined(pieces))
        gap = _gap(pieces) if self._erase else None
        if gap is not None:
            bare = self.shown if not SEEN_ON_BLANKS.intersection(self.shown.marks) else PLAIN
            written += (self._take(bare._replace(ground=gap)), f"\x1b[{pieces[-1].end - at}X")
            pieces = [piece for piece in pieces if not (piece.is_gap and piece.look.ground == gap)]
        for piece in _by_look(pieces, self.shown) if by_look else pieces:
            needed = _needed(self.shown, piece.look, piece.words)
            written += (_step(at, piece.at), self._take(needed), self._glyphs(needed, piece.words))
            at = piece.end
        if end is not None:
            written.append(_step(at, end))
        return "".join(written)

    def _take(self, wanted: Look) -> str:
        shown, self.shown = self.shown, wanted
        return change(shown, wanted)

    def _glyphs(self, look: Look, words: str) -> str:
        if self._erase and not SEEN_ON_BLANKS.intersection(look.marks):
            words = _BLANK.sub(_erased, words)
        return _SAME.sub(_repeated, words) if self._repeat else words


def _runs(parts: list[str]) -> Iterator[Run | str]:
    """Text between moves, with its styles, and the moves."""
    pieces: list[Piece] = []
    wanted = PLAIN
    came_by = _MOVES.search(parts[0])
    placed = came_by is not None and came_by.end() == len(parts[0])
    at = int(came_by[1]) if came_by and placed else 0
    for parameters, words in zip(parts[1::2], parts[2::2], strict=True):
        wanted = after(wanted, parameters)
        if move := _MOVES.fullmatch(words):
            if pieces:
                yield Run(pieces, placed, None)
                pieces = []
            yield words.replace("\n", "")
            placed, at = True, int(move[1])
        elif words:
            end = at + (len(words) if words.isascii() else cell_len(words))
            pieces.append(Piece(at, wanted, words, end))
            at = end
            if not words.isprintable():
                placed = False
    if pieces:
        yield Run(pieces, placed, at)


def _gap(pieces: list[Piece]) -> str | None:
    """The ground that shows in so many gaps of a run that to erase it all first costs less."""
    if len(pieces) < 2 * _GAPS or not all(piece.words.isprintable() for piece in pieces):
        return None
    gaps = Counter(piece.look.ground for piece in pieces if piece.is_gap)
    ground, count = gaps.most_common(1)[0] if gaps else ("", 0)
    return ground if count >= _GAPS else None


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """The same pieces, but narrow blanks as a part of a neighbour on the same ground."""
    last: Piece | None = None
    for piece in pieces:
        if last is None:
            last = piece
        elif (
            last.look.ground == piece.look.ground
            and min(len(part.words) if part.is_gap else _STEP for part in (last, piece)) < _STEP
            and not SEEN_ON_BLANKS.intersection(last.look.marks + piece.look.marks)
        ):
            look = piece.look if last.is_gap else last.look
            last = Piece(last.at, look, last.words + piece.words, piece.end)
        else:
            yield last
            last = piece
    if last is not None:
        yield last


def _by_look(pieces: list[Piece], shown: Look) -> Iterator[Piece]:
    """The same pieces, style by style, the next always the one that is reached most cheaply."""
    left: dict[Look, list[Piece]] = {}
    for piece in pieces:
        left.setdefault(piece.look, []).append(piece)
    while left:
        look = min(left, key=lambda look: len(change(shown, look)))
        yield from left.pop(look)
        shown = look


def _needed(shown: Look, wanted: Look, words: str) -> Look:
    """The style that words need to look as they should, as near to the present one as may be."""
    if words.isspace() and not SEEN_ON_BLANKS.intersection(shown.marks + wanted.marks):
        return shown._replace(ground=wanted.ground)
    return wanted


def _step(at: int, to: int) -> str:
    """What takes the cursor along its line."""
    if to < at:
        return f"\x1b[{to}G"
    return f"\x1b[{to - at if to - at > 1 else ''}C" if to > at else ""


def _erased(blank: re.Match[str]) -> str:
    count = len(blank[0])
    return f"\x1b[{count}X\x1b[{count}C"


def _repeated(same: re.Match[str]) -> str:
    return f"{same[1]}\x1b[{len(same[0]) - 1}b"
