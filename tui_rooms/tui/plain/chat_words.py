"""What can be typed to write, and about what was written."""

from typing import TYPE_CHECKING, Final

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.roles import Role
from tui_rooms.tui.plain.commands import Command, TypingError
from tui_rooms.tui.plain.happenings import message_line
from tui_rooms.tui.plain.people_words import person
from tui_rooms.wire import commands as wire

if TYPE_CHECKING:
    from tui_rooms.tui.plain.session import PlainSession

SHOWN: Final = 10
"""Messages that `chat` lists."""


def _say(session: "PlainSession", rest: str) -> None:
    _write(session, rest, ToEveryone())


def _hosts(session: "PlainSession", rest: str) -> None:
    _write(session, rest, ToRoles(roles=frozenset({Role.HOST, Role.COHOST})))


def _tell(session: "PlainSession", rest: str) -> None:
    name, _, text = rest.partition(":")
    _write(session, text.strip(), ToPerson(identity=person(session, name.strip()).identity))


def _write(session: "PlainSession", text: str, to: Address) -> None:
    if not text:
        raise TypingError("there is nothing to send; write it after the word")
    session.bridge.command(wire.SendMessage(text=text, to=to))


def _chat(session: "PlainSession", _: str) -> None:
    view = session.situation().view
    newest = session.conversation.chat(view.room)[: -SHOWN - 1 : -1]
    session.messages.begin(one.message_id for one in newest)
    lines = [f"{number}. {message_line(one, view)}" for number, one in enumerate(newest, start=1)]
    session.say(*(reversed(lines) if lines else ["nothing was written yet"]))


def _older(session: "PlainSession", _: str) -> None:
    known = session.conversation.chat(session.room)
    session.bridge.read_older(known[0].message_id if known else None)


def _delete(session: "PlainSession", rest: str) -> None:
    session.bridge.command(commands.DeleteMessage(message_id=_numbered(session, rest)))


def _pin(session: "PlainSession", rest: str) -> None:
    session.bridge.command(commands.PinMessage(message_id=_numbered(session, rest)))


def _unpin(session: "PlainSession", _: str) -> None:
    session.bridge.command(commands.PinMessage(message_id=None))


def _numbered(session: "PlainSession", text: str) -> str:
    message_id = session.messages.find(text)
    if message_id is None:
        raise TypingError(f"no message {text!r}; expected a number of the list, see: chat")
    return message_id


def _react(session: "PlainSession", rest: str) -> None:
    emoji = session.room.kind.settings.reactions
    if rest.isdecimal() and 1 <= int(rest) <= len(emoji):
        rest = emoji[int(rest) - 1]
    if rest not in emoji:
        offered = "  ".join(f"{number} {one}" for number, one in enumerate(emoji, start=1))
        raise TypingError(f"expected one of: {offered}")
    session.bridge.command(commands.React(emoji=rest))


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
