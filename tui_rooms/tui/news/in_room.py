"""One visit to a room: what happens there, and what is wished. It runs in the client's thread."""

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui_rooms.client.errors import LinkError
from tui_rooms.client.updates import (
    Closed,
    LinkChanged,
    MessageDeleted,
    Notice,
    Reaction,
    RoomChanged,
    TokenEnds,
    Update,
)
from tui_rooms.rules.errors import RoomError
from tui_rooms.tui import messages
from tui_rooms.tui.model.sentences import sentence_of
from tui_rooms.tui.model.values import WasIn
from tui_rooms.tui.news.called import Called

if TYPE_CHECKING:
    from tui_rooms.client.options import ProcessingOptions
    from tui_rooms.client.room import RoomClient
    from tui_rooms.tui.model.conversation import Draft

FOUND_LIMIT: Final = 50
"""People on one page of a search; the rest are counted."""
GIVEN_UP: Final = "server-gone"
"""Why one is out when a server was looked for in vain."""
_log = logging.getLogger(__name__)


class InRoom:
    """From the moment that one is in until one is out."""

    def __init__(self, room: "RoomClient", put: Callable[[Message], None]) -> None:
        """`put` takes messages for the screen."""
        self._room = room
        self._put = put
        self._called = Called()
        self._wanted_out = False
        self.given_up = False
        """Whether one is out because the server was not found again."""

    async def stay(self) -> None:
        """Tell what happens, to the end."""
        room = self._room
        told = self._called.room(room.room)
        self._put(messages.Entered(told, room.identity, room.levels.read_all, room.now))
        async for update in room.updates():
            self._pass_on(update)

    @property
    def left(self) -> WasIn:
        """The room that one was in."""
        room = self._room.room
        return WasIn(room.room_id, self._called.room(room).title)

    # Wishes.

    async def look_now(self) -> None:
        """Look for a server that has gone without waiting any longer."""
        self._room.look_now()

    async def do(self, command: "Callable[[RoomClient], Awaitable[object]]") -> None:
        """Carry a command out."""
        await command(self._room)

    async def send(self, draft: "Draft") -> None:
        """Send a chat message. What is not sent goes back to whoever wrote it."""
        from tui_rooms.wire.commands import SendMessage

        try:
            await self._room.do(SendMessage(text=draft.text, to=draft.to))
        except Exception as error:  # noqa: BLE001 - whatever it is, the words are kept
            if not isinstance(error, RoomError | LinkError):
                _log.error("a message was not sent", exc_info=error)
            self._put(messages.MessageRefused(draft, sentence_of(error)))

    async def read_older(self, before: str | None) -> None:
        """Fetch messages from before that one."""
        page = await self._room.messages_before(before)
        self._put(messages.OlderRead(self._called.messages(page.messages), more=page.more))

    async def read_audit(self, before: int | None) -> None:
        """Fetch a page of the audit log."""
        page = await self._room.audit_log(before)
        entries = self._called.entries(page.entries)
        self._put(messages.AuditRead(entries, asked=before, before=page.before))

    async def find_people(self, text: str) -> None:
        """Look up who is here by a part of their name."""
        page = await self._room.participants(text, limit=FOUND_LIMIT)
        people = self._called.people(page.participants)
        self._put(messages.PeopleFound(text, people, page.total))

    async def read_absent(self) -> None:
        """Ask who has left lately, and who is blocked."""
        page = await self._room.absent(limit=FOUND_LIMIT)
        self._put(messages.AbsentRead(self._called.absent(page.absent), page.total))

    async def leave(self, *, end: bool) -> None:
        """Go out; with `end` the room is over for all."""
        self._wanted_out = True
        if end:
            await self._room.end()
        await self._room.leave()

    def set_processing(self, options: "ProcessingOptions") -> None:
        """Treat one's own sound like this from now on."""
        self._room.set_processing(options)

    def _pass_on(self, update: Update) -> None:
        match update:
            case RoomChanged(room):
                self._put(messages.RoomChanged(self._called.room(room)))
            case LinkChanged(link):
                self._put(messages.LinkChanged(link))
            case Notice(sentence):
                self._put(messages.Noticed(sentence))
            case TokenEnds() as ends:
                self._put(messages.Noticed(ends.sentence))
            case MessageDeleted(message_id, by):
                self._put(messages.MessageDeleted(message_id, by))
            case Reaction(identity, name, emoji):
                self._put(messages.Reacted(identity, self._called.name(identity, name), emoji))
            case Closed(code, sentence):
                self.given_up = code == GIVEN_UP
                self._put(messages.Left("" if self._wanted_out else sentence))
            case _:
                pass  # who talks is read from the levels, messages from the room
