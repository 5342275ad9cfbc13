"""When somebody looks elsewhere: what is worth calling them for, and how a terminal calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from textual.driver import Driver

from tui_rooms.rules.room import Participant
from tui_rooms.tui.drawing.cells import shown
from tui_rooms.tui.model.mentions import mentions
from tui_rooms.tui.model.records_told import new_reports
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.settings.schema import Attention

_LONGEST: Final = 120
"""Characters of a notification."""


@dataclass(frozen=True, slots=True)
class Call:
    """Something that a person should know although they look elsewhere."""

    sentence: str


def calls(before: RoomView, after: RoomView, *, wanted_open: bool) -> Iterator[Call]:
    """What has happened to oneself between two states of a room, not by oneself, and what was
    reported to one.

    Args:
        wanted_open: whether one's own last wish was an open microphone.
    """
    old, new = before.myself, after.myself
    if old is None or new is None:
        return
    if new.role.on_stage and not old.role.on_stage:
        yield Call("You are on the stage now; your microphone is muted.")
    if old.role.on_stage and not new.role.on_stage:
        yield Call("You are back in the audience.")
    offer = after.room.offers.get(after.me)
    if offer is not None and after.me not in before.room.offers:
        host = after.room.find(offer.by)
        yield Call(f"{host.name if host else 'A host'} offers you the stage.")
    room = after.room
    names = [who.name for who in (*room.stage.values(), *room.audience.values())]
    for message_id, message in after.room.chat.items():
        is_new = message_id not in before.room.chat and message.identity != after.me
        if is_new and mentions(message.text, new.name, names):
            yield Call(f"{message.name} mentions you: {message.text}")
    for report in new_reports(before.room, after.room, after.me):
        yield Call(f"{report.by_name} reports {report.name}: {report.reason}")
    if _fell_silent(old, new) and new.role.on_stage and wanted_open:
        yield Call("A host has muted your microphone.")


def _fell_silent(old: Participant, new: Participant) -> bool:
    return new.muted and not old.muted


def sequences(call: Call, wanted: Attention) -> str:
    """What to write to the terminal to call a person, as far as they want to be called."""
    text = _plain(call.sentence)
    written = ""
    if wanted.bell:
        written += "\a"
    if wanted.notifications:
        # Terminals know one or the other and ignore what they do not know.
        written += f"\x1b]9;tui-rooms: {text}\x1b\\\x1b]777;notify;tui-rooms;{text}\x1b\\"
    if wanted.title:
        # The terminal keeps its own title meanwhile (XTWINOPS 22 and 23).
        written += f"\x1b[22;2t\x1b]2;● {text}\x1b\\"
    return written


TITLE_BACK: Final = "\x1b[23;2t"
"""The terminal's own title again."""


def _plain(sentence: str) -> str:
    """Without anything that could end the sequence or begin a field of it."""
    return shown(sentence).replace(";", ",")[:_LONGEST]


class Caller:
    """Calls a person through their terminal, and takes its title back once they look."""

    def __init__(self, terminal: Driver) -> None:
        self._terminal = terminal
        self._title_is_ours = False

    def call(self, call: Call, wanted: Attention) -> None:
        """Call, as far as they want to be called."""
        written = sequences(call, wanted)
        if written:
            self.take_title_back()
            self._terminal.write(written)
            self._terminal.flush()
            self._title_is_ours = wanted.title

    def take_title_back(self) -> None:
        """The terminal's own title again, if it is not there."""
        if self._title_is_ours:
            self._title_is_ours = False
            self._terminal.write(TITLE_BACK)
