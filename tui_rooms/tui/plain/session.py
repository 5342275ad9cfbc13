"""The lines: what the client tells is said, what is typed is done."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from textual.message import Message

from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.rules.room import Participant, Room
from tui_rooms.tui import messages
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.drawing.cells import shown
from tui_rooms.tui.model.conversation import Conversation
from tui_rooms.tui.model.records_told import act_words, moment
from tui_rooms.tui.model.room_view import Hearing, LevelReader, RoomView
from tui_rooms.tui.model.server_choice import Connect
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.model.talk_time import TalkTimes
from tui_rooms.tui.model.values import LobbyState
from tui_rooms.tui.news.bridge import Bridge
from tui_rooms.tui.plain.commands import IN_LOBBY, Command, TypingError
from tui_rooms.tui.plain.happenings import happened, message_line
from tui_rooms.tui.plain.in_room import IN_ROOM
from tui_rooms.tui.plain.narrator import (
    connection_lines,
    described,
    life_line,
    link_lines,
    lobby_lines,
    room_lines,
    talking_lines,
    who_lines,
)
from tui_rooms.tui.plain.numbers import Numbers
from tui_rooms.tui.settings.schema import Settings

LOOK_AT_LEVELS: float = 0.5
"""Seconds between two looks at who talks."""


class PlainSession:
    """One person's visit. `tell` may be called from any thread, `typed` from one."""

    def __init__(
        self,
        connect: Connect,
        settings: Settings,
        out: Callable[[str], None],
        *,
        volumes: Path | None = None,
    ) -> None:
        """
        Args:
            out: takes one line.
            volumes: see `TuiRooms`.
        """
        self.bridge = Bridge(
            connect,
            name=settings.you.name,
            audio=settings.audio,
            put=self.tell,
            volumes=volumes,
        )
        self.bridge.talk(Mode.named(settings.talk.mode), settings.talk.threshold_dbov)
        self.lobby = LobbyState()
        self.me = ""
        self.threshold_dbov = settings.talk.threshold_dbov
        self.older_audit: int | None = None
        """What to ask for to read on in the audit log; None: that was all."""
        self.talk_times = TalkTimes()
        self.rooms, self.messages, self.reports = Numbers(), Numbers(), Numbers()
        """The lists that were said."""
        self.ended = False
        self._out = out
        self._lock = threading.Lock()
        self._room: Room | None = None
        self._conversation: Conversation | None = None
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
    def conversation(self) -> Conversation:
        """The chat of the room one is in."""
        if self._conversation is None:
            raise TypingError("you are not in a room")
        return self._conversation

    def situation(self, chosen: Participant | None = None) -> RoomSituation:
        """How things are, as the actions of the screen look at it."""
        hearing = Hearing() if chosen is None else self.bridge.hearing(chosen.identity)
        return RoomSituation(
            view=RoomView(room=self.room, me=self.me),
            chosen=chosen,
            hearing=hearing,
            deafened=self.bridge.own().deafened,
        )

    def clock(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    @property
    def link(self) -> LinkState:
        """The way to the server, and those of the others on the stage."""
        return self._link or LinkState(phase=LinkPhase.CONNECTED)

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
        """One or more lines, together; what others wrote in them is made harmless."""
        with self._lock:
            for line in lines:
                self._out(shown(line))

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
                self.rooms.go_on(room.room_id for room in state.rooms)
                if self._room is None:
                    self.say(*lobby_lines(before, state, self.rooms))
            case messages.Entered(room=room, me=me, levels=levels):
                self.me, self._room, self._levels, self._link = me, room, levels, None
                self._conversation = Conversation(room)
                self._conversation.chat(room)
                self.messages, self.reports = Numbers(), Numbers()
                self.older_audit, self.talk_times = None, TalkTimes()
                self.say(life_line(room), *who_lines(room, me))
            case messages.RoomChanged(room=room) if self._room is not None:
                old, self._room = self._room, room
                self.conversation.chat(room)
                self.say(*room_lines(old, room, self.me), *happened(old, room, self.me))
            case messages.MessageDeleted(message_id=message_id, by=by) if self._room is not None:
                self.conversation.delete(message_id, by)
            case messages.Reacted(name=name, emoji=emoji):
                self.say(f"{shown(name)} reacts {shown(emoji)}")
            case messages.OlderRead(chat=chat, more=more):
                self.conversation.add_older(chat, more=more)
                self.say(*(message_line(one, self.situation().view) for one in chat))
                self.say("there are older ones, type: older" if more else "these are the oldest")
            case messages.AuditRead(entries=entries, before=before):
                self.older_audit = before
                room = self.room
                self.say(*(f"{moment(one.at)} {act_words(one, room)}" for one in entries))
                self.say("type: audit more" if before is not None else "that was all")
            case messages.PeopleFound(text=text, people=people, total=total):
                self.say(f"{total:,} with {text!r} in the name" if text else f"{total:,} here")
                self.say(*(f"  {shown(who.name)}, {described(who)}" for who in people))
            case messages.LinkChanged(link=link):
                known, self._link = self._link, link
                self.say(*link_lines(known, link))
                if self._room is not None:
                    self.say(*connection_lines(known, link, self._room, self.me))
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
            self.talk_times.note(levels(), LOOK_AT_LEVELS)
            with suppress(TypingError):
                self.say(*talking_lines(before, now, room))
