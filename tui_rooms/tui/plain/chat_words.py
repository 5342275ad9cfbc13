"""What can be typed to write, and about what was written."""

from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.roles import Role
from tui_rooms.tui.plain.command import Command
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.happenings import message_line
from tui_rooms.tui.plain.numbers import whole
from tui_rooms.tui.plain.people_words import person
from tui_rooms.tui.plain.visit import Visit
from tui_rooms.wire import commands as wire

SHOWN: Final = 10
"""Messages that `chat` lists."""


def _say(visit: Visit, rest: str) -> None:
    _write(visit, rest, ToEveryone())


def _hosts(visit: Visit, rest: str) -> None:
    _write(visit, rest, ToRoles(roles=frozenset({Role.HOST, Role.COHOST})))


def _tell(visit: Visit, rest: str) -> None:
    name, _, text = rest.partition(":")
    _write(visit, text.strip(), ToPerson(identity=person(visit, name.strip()).identity))


def _write(visit: Visit, text: str, to: Address) -> None:
    if not text:
        raise TypingError("there is nothing to send; write it after the word")
    visit.bridge.command(wire.SendMessage(text=text, to=to))


def _chat(visit: Visit, _: str) -> None:
    view = visit.situation().view
    newest = visit.conversation.chat(view.room)[: -SHOWN - 1 : -1]
    visit.messages.begin(one.message_id for one in newest)
    lines = [f"{number}. {message_line(one, view)}" for number, one in enumerate(newest, start=1)]
    visit.say(*(reversed(lines) if lines else ["nothing was written yet"]))


def _older(visit: Visit, _: str) -> None:
    known = visit.conversation.chat(visit.room)
    visit.bridge.read_older(known[0].message_id if known else None)


def _delete(visit: Visit, rest: str) -> None:
    visit.bridge.command(commands.DeleteMessage(message_id=_numbered(visit, rest)))


def _pin(visit: Visit, rest: str) -> None:
    visit.bridge.command(commands.PinMessage(message_id=_numbered(visit, rest)))


def _unpin(visit: Visit, _: str) -> None:
    visit.bridge.command(commands.PinMessage(message_id=None))


def _numbered(visit: Visit, text: str) -> str:
    message_id = visit.messages.find(text)
    if message_id is None:
        raise TypingError(f"no message {text!r}; expected a number of the list, see: chat")
    return message_id


def _react(visit: Visit, rest: str) -> None:
    emoji = visit.room.kind.settings.reactions
    number = whole(rest)
    if number and number <= len(emoji):
        rest = emoji[number - 1]
    if rest not in emoji:
        offered = "  ".join(f"{number} {one}" for number, one in enumerate(emoji, start=1))
        raise TypingError(f"expected one of: {offered}")
    visit.bridge.command(commands.React(emoji=rest))


CHAT: Final = (
    Command("say TEXT", "write to everyone", _say, ("chat",)),
    Command("tell NAME: TEXT", "write to one person", _tell, ("write-person", "address")),
    Command("hosts TEXT", "write to the hosts", _hosts, ("address",)),
    Command("chat", "list the newest messages with their numbers", _chat),
    Command("older", "fetch older messages", _older, ("older-messages",)),
    Command("delete NUMBER", "delete a message of the list", _delete, ("delete-message",)),
    Command("pin NUMBER", "show a message to everyone", _pin, ("pin-message",)),
    Command("unpin", "take the pinned message away", _unpin, ("pin-message",)),
    Command("react [NUMBER]", "send an emoji", _react, ("react",)),
)
