"""The lines: what the client tells is said, what is typed is done."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from textual.message import Message

from tui_rooms.client.link import LinkState
from tui_rooms.rules.room import Room
from tui_rooms.tui import messages
from tui_rooms.tui.bridge import Bridge
from tui_rooms.tui.plain.commands import IN_LOBBY, IN_ROOM, Command, TypingError
from tui_rooms.tui.plain.narrator import (
    life_line,
    link_line,
    lobby_lines,
    room_lines,
    talking_lines,
    who_lines,
)
from tui_rooms.tui.room_view import LevelReader
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.talk import Mode
from tui_rooms.tui.values import Connect, LobbyState

LOOK_AT_LEVELS: float = 0.5
"""Seconds between two looks at who talks."""


class PlainSession:
    """One person's visit. `tell` may be called from any thread, `typed` from one."""

    def __init__(self, connect: Connect, settings: Settings, out: Callable[[str], None]) -> None:
        """`out` takes one line."""
        self.bridge = Bridge(connect, name=settings.you.name, audio=settings.audio, put=self.tell)
        self.bridge.talk(Mode.named(settings.talk.mode), settings.talk.threshold_dbov)
        self.lobby = LobbyState()
        self.me = ""
        self.ended = False
        self._out = out
        self._lock = threading.Lock()
        self._room: Room | None = None
        self._link: LinkState | None = None
        self._levels: LevelReader | None = None
        self._talking: frozenset[str] = frozenset()
        self._over = threading.Event()

    @property
    def room(self) -> Room:
        """The room one is in; the commands that use it are those of a room."""
        if self._room is None:
            raise TypingError("you are not in a room")
        return self._room

    @property
    def commands(self) -> dict[str, Command]:
        """What can be typed now."""
        return IN_LOBBY if self._room is None else IN_ROOM

    def run(self, lines: Iterable[str]) -> None:
        """Until the lines end, or one of them wants to."""
        self.say("tui-rooms, plain; type help for what you can do")
        self.bridge.start()
        watcher = threading.Thread(target=self._watch_levels, daemon=True)
        watcher.start()
        try:
            for line in lines:
                self.typed(line)
                if self.ended:
                    break
        finally:
            self._over.set()
            self.bridge.stop()

    def say(self, *lines: str) -> None:
        """One or more lines, together."""
        with self._lock:
            for line in lines:
                self._out(line)

    def typed(self, line: str) -> None:
        """Do what somebody typed."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return
        command = self.commands.get(word.casefold())
        if command is None:
            self.say(f"no word {word!r} here; type one of: {', '.join(self.commands)}")
            return
        try:
            command.run(self, rest.strip())
        except TypingError as error:
            self.say(error.sentence)

    def tell(self, message: Message) -> None:
        """Say what is new."""
        match message:
            case messages.LobbyChanged(state=state):
                before, self.lobby = self.lobby, state
                if self._room is None:
                    self.say(*lobby_lines(before, state))
            case messages.Entered(room=room, me=me, levels=levels):
                self.me, self._room, self._levels, self._link = me, room, levels, None
                self.say(life_line(room), *who_lines(room, me))
            case messages.RoomChanged(room=room) if self._room is not None:
                old, self._room = self._room, room
                self.say(*room_lines(old, room, self.me))
            case messages.LinkChanged(link=link):
                told, self._link = link_line(self._link, link), link
                if told:
                    self.say(told)
            case messages.SoundChanged(sound=sound) if sound is not None and sound.sentence:
                self.say(sound.sentence)
            case messages.Noticed(sentence=sentence):
                self.say(sentence)
            case messages.Left(sentence=sentence):
                self._room = self._levels = None
                self.say(sentence or "you have left the room")
            case _:
                pass

    def _watch_levels(self) -> None:
        while not self._over.wait(LOOK_AT_LEVELS):
            levels, room = self._levels, self._room
            if levels is None or room is None:
                continue
            now = frozenset(who for who, level in levels().items() if level.talking)
            before, self._talking = self._talking, now
            with suppress(TypingError):
                self.say(*talking_lines(before, now, room))
