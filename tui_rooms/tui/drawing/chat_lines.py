"""A message of the chat as lines: when, who, to whom, and what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tui_rooms.rules.address import Address, ToEveryone, ToPerson
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.told_apart import clip_called
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.model.here import time_of_day

_NAME_CELLS: Final = 20
_LEAST: Final = 10
"""Cells of text that are worth beginning beside the name."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and whom they know."""

    me: str
    names: Mapping[str, str]
    """By identity."""


def addressed(to: Address, reader: Reader) -> str:
    """To whom a message goes, in words."""
    match to:
        case ToEveryone():
            return "everyone"
        case ToPerson(identity=identity):
            return "you" if identity == reader.me else reader.names.get(identity, "one person")
        case _:
            return " and ".join(f"{role}s" for role in Role if role in to.roles)


def chat_lines(
    message: ChatMessage, reader: Reader, width: int, *, ground: str
) -> list[list[Piece]]:
    """The lines, each of at most `width` cells."""
    mine = message.identity == reader.me
    soft = ink(palette.SOFT, ground)
    colour = palette.SOUND if mine else palette.HOST
    head: list[Piece] = [
        (f"{time_of_day(message.at)} ", ink(palette.SOFT, ground)),
        ("you" if mine else clip_called(message.name, _NAME_CELLS), ink(colour, ground, bold=True)),
    ]
    if not isinstance(message.to, ToEveryone):
        to = clip_called(addressed(message.to, reader), _NAME_CELLS)
        head.append((f" → {to}", ink(palette.LOUD, ground, bold=True)))
    head.append((" ", soft))
    text, style = message.text, ink(palette.INK, ground)
    if message.deleted_by is not None:
        text, style = "deleted", soft
    used = sum(width_of(piece) for piece, _ in head)
    first, *rest = text.split("\n")
    if width - used < _LEAST:
        lines = [head]
        rest = [first, *rest]
    else:
        begun, *more = [*wrapped(first, width, width - used)] or [""]
        lines = [[*head, (begun, style)], *([(line, style)] for line in more)]
    for part in rest:
        lines += [[(line, style)] for line in wrapped(part, width)] or [[]]
    return lines
