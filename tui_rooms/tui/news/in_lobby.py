"""One person in a server's lobby: its rooms, as they change. It runs in the client's thread."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.backoff import delays
from tui_rooms.client.updates import TokenEnds
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.text import NAME_LIMIT, checked_line
from tui_rooms.tui import messages
from tui_rooms.tui.drawing.told_apart import titles_told_apart
from tui_rooms.tui.model.entry_words import CLOSED_WORDS
from tui_rooms.tui.model.failure import failure_of
from tui_rooms.tui.model.sentences import sentence_of
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState, Previewed, Sought, WasIn
from tui_rooms.tui.news.arrival import Arrival
from tui_rooms.tui.news.current_server import CurrentServer
from tui_rooms.tui.news.kept_visits import KeptVisits
from tui_rooms.tui.news.search import Finder

if TYPE_CHECKING:
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.client.room import CreateOptions
    from tui_rooms.wire.messages import RoomSummary

_log = logging.getLogger(__name__)


class InLobby:
    """Keeps the way to the server and tells what is there; what is sought stays between visits."""

    def __init__(
        self,
        server: CurrentServer,
        put: Callable[[Message], None],
        guarded: Callable[[Callable[[], Awaitable[None]]], Coroutine[Any, Any, None]],
        visits: KeptVisits,
        arrival: Arrival,
    ) -> None:
        """
        Args:
            put: takes messages for the screen.
            guarded: runs what may fail, and tells people of it.
            visits: of the runs before that died in rooms.
            arrival: is told where the way to the server stands.
        """
        self._server = server
        self._put = put
        self._guarded = guarded
        self._visits = visits
        self._arrival = arrival
        self._state = LobbyState()
        self._sought = Sought()
        self._again = asyncio.Event()
        self._open: Lobby | None = None
        self._finder: Finder | None = None
        """As long as there is a connection."""
        self._refused_name = ""
        """What one wishes to be called, when that was told not to be."""
        self._renaming = False
        """Whether one comes again only to be called differently: the rooms stay to be seen."""

    async def stay(self) -> str:
        """Show the rooms until the address leads into one; which one.

        When the server is gone, it is looked for with growing pauses.
        """
        waits = delays()
        while True:
            try:
                if self._server.choice is None:
                    self._tell(LobbyState())
                server = await self._server.find()
                self._tell_connecting(server)
                # A link to a room: go there, and come to the lobby only afterwards.
                if (room_id := self._server.take_room()) is not None:
                    return room_id
                await self._show_rooms(server)
            except LinkError as error:
                pause = next(waits) if error.retryable else None
                self._unreachable(error)
            except RoomError as error:
                if self._server.has_expired(error):
                    continue
                pause = None
                self._unreachable(error)
            except Exception as error:  # noqa: BLE001 - `connect` is not ours, it may raise anything
                pause = None
                self._unreachable(error)
            self._again.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._again.wait()

    def was_in(self, room: WasIn | None) -> None:
        """One was in there until the server was lost; None: one is in a room again."""
        self._state = self._state._replace(was_in=room)

    def start_over(self) -> None:
        """It will be another server: nothing of this one is shown there."""
        self._state, self._sought = LobbyState(), Sought()
        self._refused_name = ""

    # Wishes.

    def come_again(self) -> bool:
        """Whether to `stay` anew, for the server to hear another name; else it hears it anyway."""
        self._renaming = self._open is not None
        return self._renaming

    async def retry(self) -> None:
        """Look for the server now."""
        self._tell(self._state._replace(phase=LobbyPhase.CONNECTING))
        self._again.set()

    async def seek(self, sought: Sought) -> None:
        """Look for other rooms than those that the server tells of by itself."""
        self._sought = sought
        if self._finder is not None:
            self._finder.seek(sought)

    async def seek_more(self) -> None:
        """A page more of what is sought."""
        if self._finder is not None:
            self._finder.seek_more()

    async def preview(self, room_id: str) -> None:
        """Tell more of a room; one that has gone meanwhile goes from the list too."""
        if self._open is not None:
            with suppress(RoomError):
                found = await self._open.preview(room_id)
                previewed = Previewed(_listed(found.room), found.sentence, self._state.clock)
                self._put(messages.PreviewRead(previewed))

    async def calendar_link(self, room_id: str) -> None:
        """Tell a link to a room's start, for one's calendar."""
        if self._open is not None:
            self._put(messages.CalendarLinkMade(await self._open.calendar_link(room_id)))

    async def schedule(self, options: "CreateOptions") -> None:
        """Make a room that starts later."""
        server, lobby = self._server.choice, self._open
        if server is not None and lobby is not None:
            room_id = await lobby.create(**asdict(options))
            self._put(messages.Noticed(f"“{options.title}” is scheduled."))
            self._server.sessions.keep(server, lobby.session)
            await self._visits.scheduled(
                server, room_id, name=self._server.name, session=lobby.session
            )

    # The way there.

    async def _show_rooms(self, server: ServerChoice) -> None:
        from tui_rooms.client.lobby import Lobby

        sessions = self._server.sessions
        # Always the same guest: who schedules a room here is its host when it starts.
        async with Lobby.connect(
            server.url,
            token=server.token,
            name=self._server.name,
            session=sessions.at(server),
            on_token_end=self._token_ends,
            on_silent=self._fell_silent,
        ) as lobby:
            sessions.keep(server, lobby.session)
            self._open = lobby
            self._state = self._state._replace(clock=lobby.now)
            self._greeted(lobby.name)
            self.is_known_by(lobby.public_url)
            self._finder = finder = Finder(lobby, self._tell_rooms, self._guarded)
            finder.seek(self._sought)
            looking = asyncio.create_task(
                self._guarded(lambda: self._visits.look(server, lobby, self._server.name))
            )
            try:
                async for _ in lobby.updates():
                    self._tell_rooms()
                    finder.look_again()
            finally:
                looking.cancel()
                finder.close()
                self._open = self._finder = None
                self._state = self._state._replace(silent=False)

    def _fell_silent(self, is_silent: bool) -> None:
        self._tell(self._state._replace(silent=is_silent))

    def _token_ends(self, ends: TokenEnds) -> None:
        self._put(messages.Noticed(ends.sentence_outside))

    def _greeted(self, name: str) -> None:
        """The server has said what one is called there: a token may have a name of its own."""
        wish = self._server.name
        with suppress(RoomError):  # no name at all is the server's to refuse, if it asks for one
            wish = checked_line(wish, what="name", limit=NAME_LIMIT)
        if name != wish != self._refused_name:
            sentence = f"You are “{name}” here, not “{wish}”: your token says so."
            self._put(messages.Noticed(sentence))
        self._refused_name = wish if name != wish else ""
        self._state = self._state._replace(me=name)

    def is_known_by(self, public_url: str | None) -> None:
        """The server has said how others reach it; None: as we do."""
        if (public_url or "") != self._state.public_url:
            self._tell(self._state._replace(public_url=public_url or ""))

    def _tell_rooms(self) -> None:
        if (finder := self._finder) is not None:
            self._tell(
                self._state._replace(
                    phase=LobbyPhase.CONNECTED,
                    rooms=_told_apart(tuple(map(_listed, finder.rooms))),
                    looking=finder.looking,
                    more=finder.more,
                )
            )

    def _tell_connecting(self, server: ServerChoice) -> None:
        phase = self._state.phase
        if phase is not LobbyPhase.UNREACHABLE and not self._renaming:
            # Else it is a try by itself: why it did not work stays to be read until it does.
            phase = LobbyPhase.CONNECTING
        self._renaming = False
        # The address without the secret that a join link may carry.
        shown = parse_address(server.url).http
        known_by = self._state.public_url if shown == self._state.server else ""
        self._tell(
            self._state._replace(
                phase=phase, server=shown, public_url=known_by, embedded=server.embedded
            )
        )

    def _unreachable(self, error: Exception) -> None:
        if not hasattr(error, "sentence"):
            _log.error("no server", exc_info=error)
        self._tell(
            self._state._replace(
                phase=LobbyPhase.UNREACHABLE,
                sentence=sentence_of(error),
                failure=failure_of(error),
            )
        )

    def _tell(self, state: LobbyState) -> None:
        self._state = state
        self._put(messages.LobbyChanged(state))
        if state.phase in (LobbyPhase.CONNECTED, LobbyPhase.UNREACHABLE):
            self._arrival.arrived()


def _told_apart(rooms: tuple[LobbyRoom, ...]) -> tuple[LobbyRoom, ...]:
    """Rooms of one title say which they are; those that are over may be called like others."""
    titles = {room.room_id: room.title for room in rooms if room.life is not Life.ENDED}
    called = titles_told_apart(titles)
    return tuple(room._replace(title=called.get(room.room_id, room.title)) for room in rooms)


def _listed(room: "RoomSummary") -> LobbyRoom:
    return LobbyRoom(
        room_id=room.room,
        title=room.title,
        host=room.host,
        room_type=room.room_type,
        life=room.life,
        live_since=room.live_since,
        ended_at=room.ended_at,
        people=room.participants,
        speakers=room.speakers,
        description=room.description,
        starts_at=room.starts_at,
        private=room.private,
        has_password=room.has_password,
        closed=CLOSED_WORDS[room.entry],
    )
