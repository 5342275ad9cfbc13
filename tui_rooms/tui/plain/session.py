"""The lines: what the client tells is said, what is typed is done."""

import errno
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from textual.message import Message

from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.rules.printed import printed, printed_lines
from tui_rooms.tui import messages
from tui_rooms.tui.model.failure import Failure
from tui_rooms.tui.model.records_told import absent_words, act_words, moment
from tui_rooms.tui.model.room_view import LevelReader
from tui_rooms.tui.model.server_choice import Connect
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.model.values import LobbyPhase
from tui_rooms.tui.news.bridge import Bridge
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.happenings import happened, message_line
from tui_rooms.tui.plain.narrator import (
    connection_lines,
    described,
    life_line,
    link_lines,
    lobby_lines,
    missing_line,
    room_lines,
    talking_lines,
    who_lines,
)
from tui_rooms.tui.plain.visit import Visit
from tui_rooms.tui.plain.vocabulary import IN_LOBBY, IN_ROOM, Vocabulary
from tui_rooms.tui.settings.schema import Settings

GOES_ON: Final = "  | "
"""Before all but the first line of a message."""
PATIENCE: Final = 3.0
"""Seconds that a person's next line waits for what the one before it wished for."""
PATIENCE_OF_PIPES: Final = 60.0
"""The same for a line of a pipe, which has no other way to know."""
LOOK_AT_LEVELS: float = 0.5
"""Seconds between two looks at who talks."""
_log = logging.getLogger(__name__)


class PlainSession:
    """One person's visit. `tell` may be called from any thread, `typed` from one."""

    def __init__(
        self,
        connect: Connect,
        settings: Settings,
        out: Callable[[str], None],
        *,
        unattended: bool = False,
        volumes: Path | None = None,
        sessions: Path | None = None,
    ) -> None:
        """
        Args:
            out: takes one line.
            unattended: whether nobody reads and answers, as when the lines come from a pipe; then
                whatever fails is a failure of all.
            volumes, sessions: see `TuiRooms`.
        """
        self._bridge = Bridge(
            connect,
            name=settings.you.name,
            audio=settings.audio,
            put=self.tell,
            volumes=volumes,
            sessions=sessions,
        )
        threshold_dbov = settings.talk.threshold_dbov
        self._bridge.talk(Mode.named(settings.talk.mode), threshold_dbov)
        self._visit = Visit(self._bridge, self.say, threshold_dbov=threshold_dbov)
        self._out = out
        self._lock = threading.Lock()
        self._levels: LevelReader | None = None
        self._talking: frozenset[str] = frozenset()
        self._over = threading.Event()
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        """What was typed and is not done yet; None is the end."""
        self._unattended = unattended
        self._patience = PATIENCE_OF_PIPES if unattended else PATIENCE
        self._went_in = False
        """Whether one has been in a room."""
        self._failed: Failure | None = None
        """The first thing that did."""
        self._failed_at_first: Failure | None = None
        """Before anything was typed."""
        self._unreadable: Failure | None = None
        """What kept us from reading what was typed."""

    @property
    def words(self) -> Vocabulary:
        """What can be typed now."""
        return IN_ROOM if self._visit.in_room else IN_LOBBY

    def run(self, lines: Iterable[str]) -> Failure | None:
        """Until the lines end, or one of them wants to; what the visit came to, if to no good.

        A line is done when what the one before it wished for is done, so lines may come from a
        pipe as fast as it gives them.
        """
        self.say("tui-rooms, plain; type help for what you can do")
        self._bridge.start()
        threading.Thread(target=self._watch_levels, daemon=True).start()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        try:
            self._bridge.settle(self._patience)
            self._failed_at_first = self._failed
            while (line := self._lines.get()) is not None:
                self.typed(line)
                if self._visit.ended:
                    break
                self._bridge.settle(self._patience)
            return self._failure
        finally:
            self._over.set()
            self._bridge.stop()

    def close(self) -> None:
        """End as if the lines had ended: nobody reads any more. From any thread."""
        self._lines.put(None)

    def say(self, *lines: str) -> None:
        """One or more lines, together; what others wrote in them is made harmless.

        A message of several lines goes on behind a mark, so that nobody can write what we say.
        """
        with self._lock:
            for line in lines:
                for part in printed_lines(line, GOES_ON):
                    self._out(part)

    def typed(self, line: str) -> None:
        """Do what somebody typed."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return
        command = self.words.get(word.casefold())
        try:
            if command is None:
                words = ", ".join(self.words)
                raise TypingError(f"no word {word!r} here; type one of: {words}")
            command.run(self._visit, rest.strip())
        except TypingError as error:
            self._fails(Failure.WRONG_WORDS)
            self.say(error.sentence)

    def tell(self, message: Message) -> None:
        """Say what is new."""
        visit = self._visit
        match message:
            case messages.LobbyChanged(state=state):
                before, visit.lobby = visit.lobby, state
                visit.rooms.go_on(room.room_id for room in state.rooms)
                if not visit.in_room:
                    self.say(*lobby_lines(before, state, visit.rooms))
            case messages.Entered(room=room, me=me, levels=levels, clock=clock):
                visit.enter(room, me, clock)
                self._went_in = True
                self._levels = levels
                self.say(life_line(room), *who_lines(room, me))
            case messages.RoomChanged(room=room) if visit.in_room:
                old, me = visit.room, visit.me
                visit.follow(room)
                untold = visit.regulars.is_one
                self.say(*room_lines(old, room, me, untold), *happened(old, room, me))
            case messages.MessageDeleted(message_id=message_id, by=by) if visit.in_room:
                visit.conversation.delete(message_id, by)
            case messages.Reacted(name=name, emoji=emoji):
                self.say(f"{printed(name)} reacts {printed(emoji)}")
            case (
                messages.OlderRead()
                | messages.AuditRead()
                | messages.AbsentRead()
                | messages.PeopleFound()
                | messages.CalendarLinkMade()
            ):
                self._tell_what_was_read(message)
            case messages.LinkChanged(link=link):
                known, visit.told_link = visit.told_link, link
                self.say(*link_lines(known, link))
                if visit.in_room:
                    self._note_regulars(known, link)
                    untold = visit.regulars.is_one
                    self.say(*connection_lines(known, link, visit.room, visit.me, untold))
            case messages.SoundChanged(sound=sound) if sound is not None and sound.sentence:
                self.say(sound.sentence)
            case messages.Noticed(sentence=sentence, failure=failure):
                if failure is not None:
                    self._fails(failure)
                self.say(sentence)
            case messages.Left(sentence=sentence):
                visit.leave()
                self._levels = None
                self.say(sentence or "you have left the room")
            case _:
                pass

    def _note_regulars(self, known: LinkState | None, link: LinkState) -> None:
        """The link is lost, or there again."""
        visit = self._visit
        phase = LinkPhase.CONNECTED if known is None else known.phase
        if link.phase is LinkPhase.RECONNECTING is not phase:
            visit.regulars.lost(visit.room)
        elif link.phase is LinkPhase.CONNECTED is not phase:
            visit.regulars.back()

    def _tell_what_was_read(self, message: Message) -> None:
        """What somebody has asked the server for."""
        visit = self._visit
        match message:
            case messages.OlderRead(chat=chat, more=more):
                visit.conversation.add_older(chat, more=more)
                self.say(*(message_line(one, visit.situation().view) for one in chat))
                self.say("there are older ones, type: older" if more else "these are the oldest")
            case messages.AuditRead(entries=entries, before=before):
                visit.older_audit = before
                room = visit.room
                self.say(*(f"{moment(one.at)} {act_words(one, room)}" for one in entries))
                self.say("type: audit more" if before is not None else "that was all")
            case messages.AbsentRead(people=people):
                visit.absent = people
                self.say(*(f"  {absent_words(one)} ({one.identity})" for one in people))
                if not people:
                    self.say("nobody has left in the last ten minutes, and nobody is blocked")
            case messages.PeopleFound(text=text, people=people, total=total):
                self.say(f"{total:,} with {text!r} in the name" if text else f"{total:,} here")
                self.say(*(f"  {printed(who.name)}, {described(who)}" for who in people))
            case messages.CalendarLinkMade(link=link):
                self.say(f"your own link for your calendar: {link}")

    @property
    def _failure(self) -> Failure | None:
        if self._unreadable is not None:
            return self._unreadable
        lobby = self._visit.lobby
        if not self._visit.in_room and lobby.phase is not LobbyPhase.CONNECTED:
            return lobby.failure or Failure.NO_SERVER
        if self._unattended:
            return self._failed
        # A person has read what went wrong meanwhile, and done something else.
        return None if self._went_in else self._failed_at_first

    def _fails(self, failure: Failure) -> None:
        self._failed = self._failed or failure

    def _read(self, lines: Iterable[str]) -> None:
        try:
            for line in lines:
                self._lines.put(line)
        except OSError as error:
            if error.errno != errno.EIO:  # that is a terminal which is gone
                self._unreadable = Failure.WRONG_WORDS
                self.say(f"standard input cannot be read: {error.strerror or error}")
        except Exception as error:  # noqa: BLE001 - a thread would keep it to itself
            _log.exception("standard input cannot be read")
            self._unreadable = Failure.FAULT
            self.say(f"standard input cannot be read ({type(error).__name__})")
        finally:
            self._lines.put(None)

    def _watch_levels(self) -> None:
        while not self._over.wait(LOOK_AT_LEVELS):
            if (levels := self._levels) is None:
                continue
            try:
                room = self._visit.room
            except TypingError:  # left in this moment
                continue
            if missing := tuple(self._visit.regulars.missing(room)):
                self.say(missing_line(missing))
            now = frozenset(who for who, level in levels().items() if level.talking)
            before, self._talking = self._talking, now
            self._visit.talk_times.note(levels(), LOOK_AT_LEVELS)
            self.say(*talking_lines(before, now, room))
