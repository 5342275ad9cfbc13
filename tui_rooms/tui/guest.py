"""One person at one server: in the lobby, or in a room. All of it runs in the client's thread.

Nothing here knows of widgets; what happens goes out as messages.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui_rooms.client.address import parse_address
from tui_rooms.client.backoff import delays
from tui_rooms.client.errors import LinkError
from tui_rooms.client.updates import (
    Closed,
    LinkChanged,
    Notice,
    Reaction,
    RoomChanged,
    Update,
)
from tui_rooms.rules.errors import RoomError
from tui_rooms.tui import messages
from tui_rooms.tui.beside import beside
from tui_rooms.tui.device_trial import DeviceTrial
from tui_rooms.tui.ears import Ears
from tui_rooms.tui.search import Finder
from tui_rooms.tui.sentences import sentence_of
from tui_rooms.tui.sessions import Sessions
from tui_rooms.tui.values import (
    Connect,
    LobbyPhase,
    LobbyRoom,
    LobbyState,
    Previewed,
    RoomPlan,
    ServerChoice,
    Sought,
)

if TYPE_CHECKING:
    from tui_rooms.client.lobby import Lobby
    from tui_rooms.client.room import CreateOptions, RoomClient
    from tui_rooms.client.volumes import Volumes
    from tui_rooms.tui.conversation import Draft
    from tui_rooms.tui.settings.schema import Audio
    from tui_rooms.wire.messages import RoomSummary

FOUND_LIMIT: Final = 50
"""People on one page of a search; the rest are counted."""
_log = logging.getLogger(__name__)


class Guest:
    """Keeps the way to the server, and the room that one is in."""

    def __init__(
        self,
        connect: Connect,
        *,
        name: str,
        ears: Ears | None,
        volumes: "Volumes",
        put: Callable[[Message], None],
    ) -> None:
        """
        Args:
            ears: None without any sound device.
            volumes: how loud one wants to hear whom, in every room.
            put: takes messages for the screen.
        """
        self.name = name
        """For the next room."""
        self._connect = connect
        self._put = put
        self._ears = ears
        self._volumes = volumes
        self._trial = DeviceTrial(ears, put)
        self._server: ServerChoice | None = None
        self._found: ServerChoice | None = None
        """The server that somebody chose here, instead of what `connect` finds."""
        self._sessions = Sessions()
        self._state = LobbyState()
        self._room: RoomClient | None = None
        self._wanted_out = False
        self._closing = False
        self._lobby: asyncio.Task[None] | None = None
        self._visit: asyncio.Task[None] | None = None
        self._again = asyncio.Event()
        self._open_lobby: Lobby | None = None
        self._finder: Finder | None = None
        """As long as there is a lobby."""
        self._sought = Sought()

    @property
    def token(self) -> str | None:
        """Of the server of now, from settings, command line or link. From any thread."""
        server = self._server
        return None if server is None else server.token or parse_address(server.url).token

    async def guarded(self, wish: Callable[[], Awaitable[None]]) -> None:
        """Whatever goes wrong is a sentence on the screen; a surprise is also in the log."""
        try:
            await wish()
        except (RoomError, LinkError) as error:
            self._put(messages.Noticed(error.sentence))
        except Exception as error:  # noqa: BLE001 - the last place before it would be lost
            self._surprise(error)

    async def watch_rooms(self) -> None:
        """Be in the lobby until going into a room."""
        if not self._closing:
            self._lobby = asyncio.create_task(self.guarded(self._stay_in_lobby))

    async def retry(self) -> None:
        """Look for the server now."""
        self._tell(replace(self._state, phase=LobbyPhase.CONNECTING))
        self._again.set()

    async def go_to(self, server: ServerChoice) -> None:
        """To another server, and into a room when the address names one.

        Raises:
            LinkError: that is no address.
        """
        parse_address(server.url)
        await self._look_elsewhere(server)

    async def go_home(self) -> None:
        """Back to the server that the program began with."""
        await self._look_elsewhere(None)

    async def list_devices(self) -> None:
        """Tell the names of microphones and loudspeakers."""
        from tui_rooms.client.sound_check import device_names

        microphones, loudspeakers = await beside(device_names)
        self._put(messages.DevicesListed(microphones, loudspeakers))

    async def use_devices(self, audio: "Audio") -> None:
        """Other devices, or other treatment of one's own sound, from now on."""
        if self._ears is None:
            return
        self._ears.use(audio)
        if self._room is not None:
            self._room.set_processing(self._ears.processing())

    async def check_sound(self, audio: "Audio | None", *, loud: bool = False) -> None:
        """Try devices; None ends it."""
        await self._trial.try_out(audio, loud=loud)

    async def join(self, room_id: str, password: str | None) -> None:
        """Go into a room."""
        await self._go_in(room_id, None, password)

    async def open(self, plan: RoomPlan) -> None:
        """Make a room and go into it; one that starts later is only made."""
        from tui_rooms.client.room import CreateOptions

        options = CreateOptions(**asdict(plan), live=plan.starts_at is None)
        if plan.starts_at is None:
            await self._go_in(None, options, plan.password)
        elif self._open_lobby is not None:
            await self._open_lobby.create(**asdict(options))
            self._put(messages.Noticed(f"“{plan.title}” is scheduled."))

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
        lobby = self._open_lobby
        if lobby is not None:
            with suppress(RoomError):
                found = await lobby.preview(room_id)
                self._put(
                    messages.PreviewRead(
                        Previewed(room=_listed(found.room), sentence=found.sentence)
                    )
                )

    async def do(self, command: "Callable[[RoomClient], Awaitable[object]]") -> None:
        """Carry a command out in the room one is in; nothing happens in the lobby."""
        if self._room is not None:
            await command(self._room)

    async def send(self, draft: "Draft") -> None:
        """Send a chat message. What is not sent goes back to whoever wrote it."""
        from tui_rooms.wire.commands import SendMessage

        try:
            if self._room is None:
                raise LinkError("closed", "no longer in the room", retryable=False)
            await self._room.do(SendMessage(text=draft.text, to=draft.to))
        except Exception as error:  # noqa: BLE001 - whatever it is, the words are kept
            if not isinstance(error, RoomError | LinkError):
                _log.error("a message was not sent", exc_info=error)
            self._put(messages.MessageRefused(draft, sentence_of(error)))

    async def read_older(self, before: str | None) -> None:
        """Fetch messages from before that one."""
        if self._room is not None:
            page = await self._room.messages_before(before)
            self._put(messages.OlderRead(page.messages, more=page.more))

    async def read_audit(self, before: int | None) -> None:
        """Fetch a page of the audit log."""
        if self._room is not None:
            page = await self._room.audit_log(before)
            self._put(messages.AuditRead(page.entries, asked=before, before=page.before))

    async def find_people(self, text: str) -> None:
        """Look up who is in the room by a part of their name."""
        if self._room is not None:
            page = await self._room.participants(text, limit=FOUND_LIMIT)
            self._put(messages.PeopleFound(text, page.participants, page.total))

    async def leave(self, *, end: bool) -> None:
        """Go back to the lobby; with `end` the room is over for all."""
        room = self._room
        if room is not None:
            self._wanted_out = True
            if end:
                await room.end()
            await room.leave()

    async def close(self) -> None:
        """Leave everything."""
        self._closing = True
        await self.check_sound(None)
        await self.leave(end=False)
        running = [task for task in (self._lobby, self._visit) if task is not None]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    # The lobby.

    async def _stay_in_lobby(self) -> None:
        """Show the rooms; when the server is gone, look for it with growing pauses."""
        waits = delays()
        while True:
            try:
                server = await self._find_server()
                if server.room is not None:
                    # A link to a room: go there, and come to the lobby only afterwards.
                    self._server = replace(server, room=None)
                    self._tell_connecting(server)
                    self._visit = self._visiting(server.room)
                    return
                await self._show_rooms(server)
            except LinkError as error:
                pause = next(waits) if error.retryable else None
                self._unreachable(error)
            except RoomError as error:
                if self._has_expired(error):
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

    async def _look_elsewhere(self, server: ServerChoice | None) -> None:
        if self._visit is not None:
            return
        self._server, self._found, self._sought = None, server, Sought()
        self._state = LobbyState()
        if self._lobby is not None:
            self._lobby.cancel()
        await self.watch_rooms()

    def _has_expired(self, error: RoomError) -> bool:
        """Whether it was our session that was refused; then it is forgotten, to come anew."""
        server = self._server
        return server is not None and error.code == "bad-token" and self._sessions.forget(server)

    async def _find_server(self) -> ServerChoice:
        if self._server is not None and not self._server.embedded:
            return self._server
        if self._server is None:
            self._tell(LobbyState())
        found = self._found if self._found is not None else await beside(self._connect)
        before = self._server
        if before is None:
            found = replace(found, room=found.room or parse_address(found.url).room)
        else:
            found = replace(found, room=None)
        self._server = found
        return found

    async def _show_rooms(self, server: ServerChoice) -> None:
        from tui_rooms.client.lobby import Lobby

        self._tell_connecting(server)
        # Always the same guest: who schedules a room here is its host when it starts.
        async with Lobby.connect(
            server.url, token=server.token, name=self.name, session=self._sessions.at(server)
        ) as lobby:
            self._sessions.keep(server, lobby.session)
            self._open_lobby = lobby
            self._finder = finder = Finder(lobby, self._tell_rooms, self.guarded)
            finder.seek(self._sought)
            try:
                async for _ in lobby.updates():
                    self._tell_rooms()
                    finder.look_again()
            finally:
                finder.close()
                self._open_lobby = self._finder = None

    def _tell_rooms(self) -> None:
        if (finder := self._finder) is not None:
            self._tell(
                replace(
                    self._state,
                    phase=LobbyPhase.CONNECTED,
                    rooms=tuple(map(_listed, finder.rooms)),
                    looking=finder.looking,
                    more=finder.more,
                )
            )

    def _tell_connecting(self, server: ServerChoice) -> None:
        phase = self._state.phase
        if phase is not LobbyPhase.UNREACHABLE:
            # Else it is a try by itself: why it did not work stays to be read until it does.
            phase = LobbyPhase.CONNECTING
        # The address without the secret that a join link may carry.
        shown = parse_address(server.url).http
        self._tell(replace(self._state, phase=phase, server=shown, embedded=server.embedded))

    def _unreachable(self, error: Exception) -> None:
        if not hasattr(error, "sentence"):
            _log.error("no server", exc_info=error)
        self._tell(replace(self._state, phase=LobbyPhase.UNREACHABLE, sentence=sentence_of(error)))

    def _tell(self, state: LobbyState) -> None:
        self._state = state
        self._put(messages.LobbyChanged(state))

    # The room.

    async def _go_in(
        self, room_id: str | None, create: "CreateOptions | None", password: str | None
    ) -> None:
        if self._visit is not None or self._server is None:
            return
        if self._lobby is not None:
            self._lobby.cancel()
        self._visit = self._visiting(room_id, create, password)

    def _visiting(
        self,
        room_id: str | None,
        create: "CreateOptions | None" = None,
        password: str | None = None,
    ) -> asyncio.Task[None]:
        async def visit() -> None:
            try:
                await self._stay_in_room(room_id, create, password)
            finally:
                self._room = self._visit = None
                await self.watch_rooms()

        return asyncio.create_task(self.guarded(visit))

    async def _stay_in_room(
        self, room_id: str | None, create: "CreateOptions | None", password: str | None
    ) -> None:
        server = self._server
        if server is None:
            return
        try:
            room = await self._enter(server, room_id, create, password)
        except RoomError as error:
            if not self._has_expired(error):
                raise
            room = await self._enter(server, room_id, create, password)
        self._sessions.came_in(server, room.session)
        self._room, self._wanted_out = room, False
        self._put(messages.Entered(room.room, room.identity, room.levels.read_all))
        async for update in room.updates():
            self._pass_on(update)

    async def _enter(
        self,
        server: ServerChoice,
        room_id: str | None,
        create: "CreateOptions | None",
        password: str | None,
    ) -> "RoomClient":
        from tui_rooms.client.room import RoomClient

        session, token = self._sessions.to_come_in(server)
        source, sink = self._ears.open() if self._ears else (None, None)
        return await RoomClient.enter(
            server.url,
            room=room_id,
            name=self.name,
            token=token,
            session=session,
            password=password,
            media=self._ears is not None,
            source=source,
            processing=self._ears.processing() if self._ears else False,
            sink=sink,
            volumes=self._volumes,
            create=create,
        )

    def _pass_on(self, update: Update) -> None:
        match update:
            case RoomChanged(room):
                self._put(messages.RoomChanged(room))
            case LinkChanged(link):
                self._put(messages.LinkChanged(link))
            case Notice(sentence):
                self._put(messages.Noticed(sentence))
            case Reaction(identity, name, emoji):
                self._put(messages.Reacted(identity, name, emoji))
            case Closed(_, sentence):
                self._put(messages.Left("" if self._wanted_out else sentence))
            case _:
                pass  # who talks is read from the levels, messages from the room

    def _surprise(self, error: Exception) -> None:
        _log.error("unexpected", exc_info=error)
        self._put(messages.Noticed(sentence_of(error)))


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
    )
