"""One person: a tile on the stage, or a seat in the audience.

Talking shows in border, glyph, weight, word and colour; muted in glyph, word and colour.
"""

from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from rich.style import Style

from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.arrangement import LOW
from tui_rooms.tui.drawing.cells import clip, fit, shown, width_of
from tui_rooms.tui.drawing.connection import bars
from tui_rooms.tui.drawing.meter import SILENT, Reading, meter
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.told_apart import clip_called
from tui_rooms.wire.quality import ConnectionQuality

TALKING: Final = "▶"
OPEN: Final = "●"
MUTED: Final = "×"
LISTENING: Final = "·"
HAND: Final = "↑"

_BORDER: Final = tuple("╭─╮│╰╯")
_BORDER_TALKING: Final = tuple("┏━┓┃┗┛")
_BORDER_CHOSEN: Final = tuple("╔═╗║╚╝")
_ROLES: Final = {Role.HOST: "HOST", Role.COHOST: "COHOST"}
_FRAME: Final = 4
"""Cells that the border and a free cell inside it take from each line."""
_NAME_MIN: Final = 3
"""Cells that are left to a name, whatever else there is to say."""
_LOW_STATE: Final = 14
"""Cells of the state beside the meter of a low tile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is to be seen of one person."""

    identity: str
    name: str
    role: Role
    muted: bool = True
    me: bool = False
    talking: bool = False
    chosen: bool = False
    talked_s: int = 0
    """Whole seconds since they began to talk."""
    hand: int = 0
    """The place of their raised hand in the queue, from 1; 0 without one."""
    reaction: str = ""
    """The emoji that they have just sent."""
    hearing: str = ""
    """How loud one hears them by one's own choice, in words; empty when as usual."""
    connection: ConnectionQuality = ConnectionQuality.EXCELLENT

    @property
    def speaks(self) -> bool:
        """Whether they are to be shown as talking: nobody talks with a closed microphone."""
        return self.talking and not self.muted and not self.is_lost

    @property
    def is_lost(self) -> bool:
        """Whether nothing of theirs comes through, whatever they do."""
        return self.connection is ConnectionQuality.LOST

    @property
    def glyph(self) -> str:
        """The state in one cell."""
        if self.muted or self.is_lost:
            return MUTED
        return TALKING if self.speaks else OPEN

    @property
    def state(self) -> str:
        """The state in words."""
        if self.is_lost:
            return "away"
        if self.muted:
            return "muted"
        return "talking" if self.speaks else "mic open"

    @property
    def bars(self) -> str:
        """Their connection in a glyph or two; nothing while all is well."""
        return "" if self.connection is ConnectionQuality.EXCELLENT else bars(self.connection)

    @property
    def trouble(self) -> str:
        """What is to be said of a connection that stands; nothing while one can live with it."""
        return "poor link" if self.connection is ConnectionQuality.POOR else ""

    def rank_in(self, cells: int) -> str:
        """Emoji, hand, whether it is oneself, and the role in words: the last of them that fit."""
        words = [self.reaction, self.raised, "YOU" if self.me else "", _ROLES.get(self.role, "")]
        words = [word for word in words if word]
        while words and width_of(" · ".join(words)) > cells:
            del words[0]
        return " · ".join(words)

    @property
    def raised(self) -> str:
        """Their raised hand with its place in the queue."""
        return f"{HAND}{self.hand}" if self.hand else ""


def meter_at(width: int, height: int) -> tuple[int, int, int]:
    """Where the meter is within a tile: first cell, line, cells."""
    if height == LOW:
        return 2, 1, max(0, width - _FRAME - _LOW_STATE)
    return 2, 2, max(0, width - _FRAME)


def state_line(height: int) -> int:
    """The line of a tile with the state in words."""
    return 1 if height == LOW else 3


def tile_line(card: Card, seen: Reading, line: int, width: int, height: int) -> list[Segment]:
    """One line of a tile, exactly `width` cells."""
    ground = _ground(card)
    top_left, flat, top_right, side, bottom_left, bottom_right = _border(card)
    edge = ink(_edge_colour(card), ground, bold=card.speaks)
    if line == height - 1:
        return [Segment(bottom_left + flat * (width - 2) + bottom_right, edge)]
    if line == 0:
        if height == LOW:
            return _titled(card, width)
        return [Segment(top_left + flat * (width - 2) + top_right, edge)]
    inner = width - _FRAME
    if height == LOW:
        content = _low_body(card, seen, width, ground)
    elif line == 1:
        content = _name_line(card, inner, ground)
    elif line == 2:
        content = _meter(card, seen, inner, ground)
    else:
        content = _state_words(card, inner, ground)
    pad = ink(palette.INK, ground)
    return [
        Segment(side, edge),
        Segment(" ", pad),
        *content,
        Segment(" ", pad),
        Segment(side, edge),
    ]


def seat_line(card: Card, width: int) -> list[Segment]:
    """A listener in exactly `width` cells."""
    ground = palette.GROUND
    faint, soft = ink(palette.FAINT, ground), ink(palette.SOFT, ground)
    loud = ink(palette.LOUD, ground, bold=True)
    mark = card.raised or LISTENING
    if card.chosen:
        mark = f"▸{card.raised}"
    head = Segment(f"{mark} ", loud if card.hand or card.chosen else faint)
    reaction = f" {shown(card.reaction)}" if card.reaction else ""
    name_cells = max(0, width - 1 - width_of(head.text) - width_of(reaction))
    name = clip_called(card.name, name_cells)
    style = _chosen_name() if card.chosen else soft
    if not card.chosen and (card.me or card.hand):
        style = ink(palette.INK, ground, bold=card.me)
    segments = [head, Segment(name, style), Segment(reaction, loud)]
    gap = name_cells - width_of(name) + 1
    return [*(segment for segment in segments if segment.text), Segment(" " * gap, soft)]


def _name_line(card: Card, width: int, ground: str) -> list[Segment]:
    rank = card.rank_in(width - 2 - _NAME_MIN - 2 - width_of(card.bars))
    marks = [text for text in (card.bars, rank) if text]
    name_cells = max(0, width - 2 - sum(width_of(text) + 1 for text in marks))
    name = clip_called(card.name, name_cells)
    free = name_cells - width_of(name) + bool(marks)
    segments = [
        Segment(card.glyph + " ", _glyph_style(card, ground)),
        Segment(name, _chosen_name() if card.chosen else _name_style(card, ground)),
    ]
    if free:
        segments.append(Segment(" " * free, ink(palette.INK, ground)))
    if card.bars:
        segments.append(Segment(card.bars + " " * bool(rank), _bars_style(card, ground)))
    if rank:
        segments.append(Segment(rank, _rank_style(card, ground)))
    return segments


def _titled(card: Card, width: int) -> list[Segment]:
    """The upper border of a low tile, with glyph, name and role in it."""
    ground = _ground(card)
    edge = ink(_edge_colour(card), ground, bold=card.speaks)
    left, flat, right, *_ = _border(card)
    rank = card.rank_in(width - 7 - _NAME_MIN - 3 - width_of(card.bars))
    rank = f" {rank} " if rank else ""
    link = f" {card.bars}{'' if rank else ' '}" if card.bars else ""
    name = clip_called(card.name, max(0, width - 7 - width_of(link) - width_of(rank)))
    line = width - 6 - width_of(name) - width_of(link) - width_of(rank)
    segments = [
        Segment(left, edge),
        Segment(f" {card.glyph} ", _glyph_style(card, ground)),
        Segment(name, _chosen_name() if card.chosen else _name_style(card, ground)),
        Segment(" ", edge),
        Segment(flat * line, edge),
        Segment(link, _bars_style(card, ground)),
        Segment(rank, _rank_style(card, ground)),
        Segment(right, edge),
    ]
    return [segment for segment in segments if segment.text]


def _low_body(card: Card, seen: Reading, width: int, ground: str) -> list[Segment]:
    _, _, cells = meter_at(width, LOW)
    words = card.state + (f" {_clock(card.talked_s)}" if card.speaks else "")
    colour = _state_colour(card)
    if card.hearing:
        # Glyph and border tell the state too; this is told nowhere else.
        words = f"{card.state} {card.hearing}"
        words, colour = words if len(words) < _LOW_STATE else card.hearing, palette.LOUD
    elif card.trouble:
        words, colour = card.trouble, palette.LOUD
    return [
        *_meter(card, seen, cells, ground),
        Segment(clip(words, _LOW_STATE).rjust(_LOW_STATE), ink(colour, ground, bold=card.speaks)),
    ]


def _meter(card: Card, seen: Reading, cells: int, ground: str) -> list[Segment]:
    reading = SILENT if card.muted or card.is_lost else seen
    segments: list[Segment] = []
    for glyph, style in meter(reading, cells, ground):
        if segments and segments[-1].style is style:
            segments[-1] = Segment(segments[-1].text + glyph, style)
        else:
            segments.append(Segment(glyph, style))
    return segments


def _state_words(card: Card, width: int, ground: str) -> list[Segment]:
    clock = _clock(card.talked_s) if card.speaks else ""
    mark = "".join(f" · {text}" for text in (card.trouble, card.hearing) if text)
    if len(card.state) + len(mark) + len(clock) >= width:
        clock = ""
    free = width - len(clock)
    state = ink(_state_colour(card), ground, bold=card.speaks)
    # Most tiles have no mark, and each piece costs bytes on a slow link.
    segments = [Segment(fit(card.state, free), state)]
    if mark:
        rest = fit(mark, free - len(card.state))
        segments = [Segment(card.state, state), Segment(rest, ink(palette.LOUD, ground))]
    return [*segments, *([Segment(clock, ink(palette.SOFT, ground))] if clock else [])]


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _ground(card: Card) -> str:
    if card.speaks:
        return palette.CARD_TALKING
    return palette.CARD_CHOSEN if card.chosen else palette.CARD


def _border(card: Card) -> tuple[str, ...]:
    if card.speaks:
        return _BORDER_TALKING
    return _BORDER_CHOSEN if card.chosen else _BORDER


def _edge_colour(card: Card) -> str:
    if card.speaks:
        return palette.SOUND
    return palette.INK if card.chosen else palette.FAINT


def _state_colour(card: Card) -> str:
    if card.is_lost:
        return palette.LOUD
    return palette.SOUND if card.speaks else palette.SOFT


def _chosen_name() -> Style:
    return ink(palette.GROUND, palette.INK, bold=True)


def _name_style(card: Card, ground: str) -> Style:
    if card.speaks:
        return ink(palette.BRIGHT, ground, bold=True)
    return ink(palette.SOFT if card.muted else palette.INK, ground)


def _glyph_style(card: Card, ground: str) -> Style:
    colour = palette.ALARM if card.muted or card.is_lost else palette.SOUND
    return ink(colour, ground, bold=card.speaks)


def _bars_style(card: Card, ground: str) -> Style:
    is_calm = card.connection is ConnectionQuality.GOOD
    return ink(palette.SOFT if is_calm else palette.LOUD, ground, bold=not is_calm)


def _rank_style(card: Card, ground: str) -> Style:
    return ink(palette.HOST if card.role is Role.HOST else palette.LOUD, ground, bold=True)
