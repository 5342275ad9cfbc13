"""All that can be typed, by place."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from tui_rooms.tui.plain.chat_words import CHAT
from tui_rooms.tui.plain.command import Command
from tui_rooms.tui.plain.lobby_words import LOBBY
from tui_rooms.tui.plain.people_words import PEOPLE
from tui_rooms.tui.plain.room_words import ROOM
from tui_rooms.tui.plain.visit import Visit

Vocabulary: TypeAlias = Mapping[str, Command]
"""Commands by their words."""


def _vocabulary(*commands: Command) -> Vocabulary:
    """These, help about them all, and the way out."""

    def explain(visit: Visit, _: str) -> None:
        width = max(len(command.usage) for command in known.values())
        visit.say(*(f"{command.usage:<{width}}  {command.explained}" for command in known.values()))

    def leave_all(visit: Visit, _: str) -> None:
        visit.ended = True

    everywhere = (
        Command("help", "list these words", explain),
        Command("quit", "leave tui-rooms", leave_all),
    )
    known = {command.word: command for command in (*commands, *everywhere)}
    return known


IN_LOBBY: Final = _vocabulary(*LOBBY)
IN_ROOM: Final = _vocabulary(*PEOPLE, *CHAT, *ROOM)
ONLY_ON_THE_SCREEN: Final = {
    "sidebar": "lines have no panes",
    "next-pane": "lines have no panes",
    "choose-nobody": "a word names its person",
    "settings": "the file and the environment have them: tui-rooms settings",
    "palette": "the words are the palette",
    "help": "a word of every place",
}
"""Actions without a word of a room, and why."""
