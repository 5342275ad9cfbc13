"""All that can be typed in a room."""

from typing import Final

from tui_rooms.tui.plain.chat_words import CHAT
from tui_rooms.tui.plain.commands import ANYWHERE
from tui_rooms.tui.plain.people_words import PEOPLE
from tui_rooms.tui.plain.room_words import ROOM

IN_ROOM: Final = {command.word: command for command in (*PEOPLE, *CHAT, *ROOM, *ANYWHERE)}
ONLY_ON_THE_SCREEN: Final = {
    "sidebar": "lines have no panes",
    "next-pane": "lines have no panes",
    "choose-nobody": "a word names its person",
    "settings": "the file and the environment have them: tui-rooms settings",
    "palette": "the words are the palette",
    "help": "a word of every place",
}
"""Actions without a word of a room, and why."""
