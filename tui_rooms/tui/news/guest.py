"""One person at one server: in its lobby, or in a room. All of it runs in the client's thread.

Nothing here knows of widgets; what happens goes out as messages.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.rules.errors import RoomError
from tui_rooms.tui import messages
from tui_rooms.tui.model.failure import failure_of
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.sentences import sentence_of
from tui_rooms.tui.model.server_choice import Connect, ServerChoice
from tui_rooms.tui.news.arrival import Arrival
from tui_rooms.tui.news.beside import beside
from tui_rooms.tui.news.current_server import CurrentServer
from tui_rooms.tui.news.device_trial import DeviceTrial
from tui_rooms.tui.news.ears import Ears
from tui_rooms.tui.news.in_lobby import InLobby
from tui_rooms.tui.news.in_room import InRoom
from tui_rooms.tui.news.kept_visits import KeptVisits

if TYPE_CHECKING:
    from tui_rooms.client.room import CreateOptions, RoomClient
    from tui_rooms.client.sound.volumes import Volumes
    from tui_rooms.tui.model.conversation import Draft
    from tui_rooms.tui.settings.schema import Audio

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The room to go into."""

    room_id: str | None = None
    """None: the one that is made."""
    create: "CreateOptions | None" = None
    password: str | None = field(default=None, repr=False)


class Guest:
    """Is in the lobby or in a room, never in both: whoever leaves one goes to the other."""

    def __init__(
        self,
        connect: Connect,
        *,
        name: str,
        ears: Ears | None,
        volumes: "Volumes",
        sessions: Path | None,
        put: Callable[[Message], None],
    ) -> None:
        """
        Args:
            ears: None without any sound device.
            volumes: how loud one wants to hear whom, in every room.
            sessions: where it is kept who one is in rooms; None for nowhere.
            put: takes messages for the screen.
        """
        self.server = CurrentServer(connect, name)
        self._visits = KeptVisits(sessions, put)
        self._arrival = Arrival()
        self.lobby = InLobby(self.server, put, self.guarded, self._visits, self._arrival)
        self._room: InRoom | None = None
        """While one is in."""
        self._put = put
        self._ears = ears
        self._volumes = volumes
        self._trial = DeviceTrial(ears, put)
        self._in_lobby: asyncio.Task[None] | None = None
        self._visit: asyncio.Task[None] | None = None
        """To a room: from the wish to go in until one is out."""
        self._closing = False
        self._last: Destination | None = None
        """The room from which one was lost."""

    async def guarded(self, wish: Callable[[], Awaitable[None]]) -> None:
        """Whatever goes wrong is a sentence on the screen; a surprise is also in the log."""
        try:
            await wish()
        except (RoomError, LinkError) as error:
            self._put(messages.Noticed(error.sentence, failure_of(error)))
        except Exception as error:  # noqa: BLE001 - the last place before it would be lost
            _log.error("unexpected", exc_info=error)
            self._put(messages.Noticed(sentence_of(error), failure_of(error)))

    async def close(self) -> None:
        """Leave everything."""
        self._closing = True
        await self.check_sound(None)
        await self.leave(end=False)
        running = [task for task in (self._in_lobby, self._visit) if task is not None]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    # Where one is.

    async def settled(self) -> None:
        """Wait until one is somewhere."""
        await self._arrival.wait()
        while self._visit is not None and self._room is None:
            # That was news of the lobby, which one is about to leave.
            self._arrival.under_way()
            await self._arrival.wait()

    async def watch_rooms(self) -> None:
        """Be in the lobby until going into a room."""
        if not self._closing:
            self._in_lobby = asyncio.create_task(self.guarded(self._stay_in_lobby))

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

    async def join(self, room_id: str, password: str | None) -> None:
        """Go into a room."""
        self._go_in(Destination(room_id=room_id, password=password))

    async def go_back(self) -> None:
        """Into the room that one was in when its server was lost."""
        if self._last is not None:
            self._go_in(self._last)

    async def open(self, plan: RoomPlan) -> None:
        """Make a room and go into it; one that starts later is only made."""
        from tui_rooms.client.room import CreateOptions

        options = CreateOptions(**asdict(plan), live=plan.starts_at is None)
        if plan.starts_at is None:
            self._go_in(Destination(create=options, password=plan.password))
        else:
            await self.lobby.schedule(options)

    async def rename(self, name: str) -> None:
        """Be called differently: at once in the lobby, in rooms from the next one on."""
        self.server.name = name
        lobby = self._in_lobby
        if lobby is not None and self._visit is None and self.lobby.come_again():
            lobby.cancel()
            await self.watch_rooms()

    async def leave(self, *, end: bool) -> None:
        """Go out of the room, if one is in any; with `end` it is over for all."""
        if self._room is None:
            return
        self._arrival.under_way()
        try:
            await self._room.leave(end=end)
        except (RoomError, LinkError):
            self._arrival.arrived()  # one is still here
            raise

    async def in_room(self, wish: Callable[[InRoom], Awaitable[None]]) -> None:
        """Do this in the room that one is in; nothing happens in the lobby."""
        if self._room is not None:
            await wish(self._room)

    async def send(self, draft: "Draft") -> None:
        """Send a chat message; what is not sent, in the lobby too, goes back to its writer."""
        if self._room is not None:
            await self._room.send(draft)
        else:
            self._put(messages.MessageRefused(draft, "no longer in the room"))

    # One's own sound.

    async def list_devices(self) -> None:
        """Tell the names of microphones and loudspeakers."""
        from tui_rooms.client.devices.sound_check import device_names

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

    # From one to the other.

    async def _look_elsewhere(self, server: ServerChoice | None) -> None:
        if self._visit is not None:
            return
        self._arrival.under_way()
        self.server.change(server)
        self._last = None
        self.lobby.start_over()
        if self._in_lobby is not None:
            self._in_lobby.cancel()
        await self.watch_rooms()

    async def _stay_in_lobby(self) -> None:
        room_id = await self.lobby.stay()
        self._in_lobby = None
        self._go_in(Destination(room_id=room_id))

    def _go_in(self, where: Destination) -> None:
        if self._visit is not None or self.server.choice is None:
            return
        self._arrival.under_way()
        if self._in_lobby is not None:
            self._in_lobby.cancel()

        async def visit() -> None:
            try:
                await self._stay_in_room(where)
            finally:
                self._note_loss(where)
                self._room = self._visit = None
                self._arrival.under_way()
                await self.watch_rooms()

        self._visit = asyncio.create_task(self.guarded(visit))

    def _note_loss(self, where: Destination) -> None:
        """Where one goes back to; a room that one could not get into stays that."""
        if self._room is None:
            return
        left = self._room.left if self._room.given_up else None
        self._last = left and Destination(room_id=left.room_id, password=where.password)
        self.lobby.was_in(left)

    async def _stay_in_room(self, where: Destination) -> None:
        server = self.server.choice
        if server is None:
            return
        try:
            room = await self._enter(server, where)
        except RoomError as error:
            if not self.server.has_expired(error):
                raise
            room = await self._enter(server, where)
        self.server.sessions.came_in(server, room.session)
        self.lobby.is_known_by(room.public_url)
        self._room = InRoom(room, self._put)
        self._visits.warn()
        self._arrival.arrived()
        await self._room.stay()

    async def _enter(self, server: ServerChoice, where: Destination) -> "RoomClient":
        from tui_rooms.client.room import RoomClient

        session, token = self.server.sessions.to_come_in(server)
        source, sink = self._ears.open() if self._ears else (None, None)
        return await RoomClient.enter(
            server.url,
            room=where.room_id,
            name=self.server.name,
            token=token,
            session=session,
            kept=self._visits.at(server),
            password=where.password,
            media=self._ears is not None,
            source=source,
            processing=self._ears.processing() if self._ears else False,
            sink=sink,
            volumes=self._volumes,
            create=where.create,
        )
