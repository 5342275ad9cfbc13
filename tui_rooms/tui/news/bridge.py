"""Where the screen and the client meet: wishes go over as coroutines, news come back as messages.

On the other side, in the client's own thread, a `Guest` does what is wished. What it needs (sound,
WebRTC) is imported over there, after the first picture is on the screen.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.message import Message

from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.client.thread import ClientThread
from tui_rooms.tui.actions.hearing import louder, quieter
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.room_view import Hearing, OwnSound
from tui_rooms.tui.model.server_choice import Connect, ServerChoice
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.model.values import Sought
from tui_rooms.tui.news.ears import Ears
from tui_rooms.tui.news.guest import Guest
from tui_rooms.tui.news.in_room import InRoom

if TYPE_CHECKING:
    from tui_rooms.client.room import RoomClient
    from tui_rooms.tui.model.conversation import Draft
    from tui_rooms.tui.settings.schema import Audio
    from tui_rooms.wire.messages import WireCommand

STOP_TIMEOUT: Final = 3.0
_log = logging.getLogger(__name__)


class Bridge:
    """Its methods return at once; what comes of them is told through `put`, from any thread."""

    def __init__(
        self,
        connect: Connect,
        *,
        name: str,
        audio: "Audio",
        put: Callable[[Message], None],
        volumes: Path | None = None,
        sessions: Path | None = None,
    ) -> None:
        """See `TuiRooms`; `put` takes messages for the screen."""
        self._ears = Ears(put, audio) if audio.enabled else None
        self._volumes = Volumes(volumes)
        self._guest = Guest(
            connect,
            name=name,
            ears=self._ears,
            volumes=self._volumes,
            sessions=sessions,
            put=put,
        )
        self._thread: ClientThread | None = None
        self._wished: set[Future[None]] = set()
        """What is not carried out yet."""

    def start(self) -> None:
        """Look for the server."""
        if self._ears is not None:
            self._ears.begin()
        self._thread = ClientThread()
        self._submit(self._guest.watch_rooms)

    def stop(self) -> None:
        """Leave the room, if any, and end the client's thread: waits for a second or two."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        try:
            thread.submit(self._guest.close()).result(timeout=STOP_TIMEOUT)
            thread.stop(timeout=STOP_TIMEOUT)
        except TimeoutError:
            # It is a daemon thread: it does not hold the program up.
            _log.warning("the client did not close within %g s", STOP_TIMEOUT)

    def settle(self, patience: float) -> None:
        """Wait until all that was wished is carried out, and one is somewhere; not for ever.

        Args:
            patience: seconds.
        """
        until = time.monotonic() + patience
        wait(tuple(self._wished), patience)
        if self._thread is not None:
            settled = self._thread.submit(self._guest.settled())
            with suppress(TimeoutError):
                settled.result(max(0.0, until - time.monotonic()))
            settled.cancel()

    @property
    def token(self) -> str | None:
        """With which one came to the server, if with any."""
        return self._guest.server.token

    def own(self) -> OwnSound:
        """How loud one is now."""
        if self._ears is None:
            return OwnSound(deafened=self._volumes.deafened)
        gate = self._ears.gate
        return OwnSound(
            dbov=gate.level_dbov(time.monotonic()),
            threshold_dbov=gate.threshold_dbov,
            deafened=self._volumes.deafened,
        )

    # What one hears: at once, in whatever room.

    def hearing(self, identity: str) -> Hearing:
        """How loud one hears somebody."""
        return Hearing(self._volumes.percent(identity), self._volumes.is_muted(identity))

    def set_volume(self, identity: str, percent: int) -> None:
        """Hear somebody at 0 to 200 %; it is remembered."""
        self._volumes.set_percent(identity, percent)

    def step_volume(self, identity: str, by: int) -> None:
        """Hear somebody one step louder (1) or quieter (-1); it is remembered."""
        here = self._volumes.percent(identity)
        self._volumes.set_percent(identity, louder(here) if by > 0 else quieter(here))

    def mute_for_me(self, identity: str, *, muted: bool) -> None:
        """Do not hear somebody, or hear them again; it is remembered."""
        self._volumes.set_muted(identity, muted=muted)

    def deafen(self, *, deafened: bool) -> None:
        """Hear nobody until it is taken back."""
        self._volumes.deafened = deafened

    # Wishes.

    def talk(self, mode: Mode, threshold_dbov: float) -> None:
        """How one talks from now on."""
        if self._ears is not None:
            self._ears.gate.threshold_dbov = threshold_dbov if mode is Mode.VOICE else None

    def use_devices(self, audio: "Audio") -> None:
        """Other devices, or other treatment of one's sound, at once."""
        self._submit(lambda: self._guest.use_devices(audio))

    def cue(self, *, is_open: bool) -> None:
        """A sound for oneself."""
        if self._ears is not None:
            self._ears.cue(is_open=is_open)

    def list_devices(self) -> None:
        """`DevicesListed` tells which there are."""
        self._submit(self._guest.list_devices)

    def check_sound(self, audio: "Audio | None", *, loud: bool = False) -> None:
        """`SoundChecked` tells when a trial of those devices has begun, or ended with None."""
        self._submit(lambda: self._guest.check_sound(audio, loud=loud))

    def go_to(self, server: ServerChoice) -> None:
        """To another server, or a room there."""
        self._submit(lambda: self._guest.go_to(server))

    def go_home(self) -> None:
        """Back to the server that the program began with."""
        self._submit(self._guest.go_home)

    def retry(self) -> None:
        """Look for the server again, without waiting any longer."""
        self._submit(self._guest.lobby.retry)

    def look_now(self) -> None:
        """Look for the server of the room without waiting any longer."""
        self._in_room(lambda room: room.look_now())

    def go_back(self) -> None:
        """Into the room that one was in when its server was lost."""
        self._submit(self._guest.go_back)

    def rename(self, name: str) -> None:
        """Another name; `LobbyChanged` tells what the server makes of it."""
        self._submit(lambda: self._guest.rename(name))

    def join(self, room_id: str, password: str | None = None) -> None:
        """Go into a room."""
        self._submit(lambda: self._guest.join(room_id, password))

    def open(self, plan: RoomPlan) -> None:
        """Open a room and go into it, or schedule it."""
        self._submit(lambda: self._guest.open(plan))

    def seek(self, sought: Sought) -> None:
        """`LobbyChanged` tells what the server has of it."""
        self._submit(lambda: self._guest.lobby.seek(sought))

    def seek_more(self) -> None:
        """The same, with a page more."""
        self._submit(self._guest.lobby.seek_more)

    def preview(self, room_id: str) -> None:
        """`PreviewRead` tells more of a room."""
        self._submit(lambda: self._guest.lobby.preview(room_id))

    def calendar_link(self, room_id: str) -> None:
        """`CalendarLinkMade` tells a link to the room's start, for one's calendar."""
        self._submit(lambda: self._guest.lobby.calendar_link(room_id))

    def leave(self, *, end: bool) -> None:
        """Go out; with `end` the room is over for all."""
        self._submit(lambda: self._guest.leave(end=end))

    def microphone(self, *, is_open: bool) -> None:
        """Open or close one's own microphone."""
        self._do(lambda client: client.unmute() if is_open else client.mute())

    def command(self, command: "WireCommand") -> None:
        """Ask the room for something."""
        self._do(lambda client: client.do(command))

    def send(self, draft: "Draft") -> None:
        """Send a chat message; `MessageRefused` brings it back."""
        self._submit(lambda: self._guest.send(draft))

    def read_older(self, before: str | None) -> None:
        """`OlderRead` tells the messages from before that one."""
        self._in_room(lambda room: room.read_older(before))

    def read_audit(self, before: int | None = None) -> None:
        """`AuditRead` tells a page of the audit log: the newest, or what is older."""
        self._in_room(lambda room: room.read_audit(before))

    def find_people(self, text: str) -> None:
        """`PeopleFound` tells who has that text in their name."""
        self._in_room(lambda room: room.find_people(text))

    def read_absent(self) -> None:
        """`AbsentRead` tells who has left lately, and who is blocked."""
        self._in_room(lambda room: room.read_absent())

    def _do(self, command: "Callable[[RoomClient], Awaitable[object]]") -> None:
        self._in_room(lambda room: room.do(command))

    def _in_room(self, wish: Callable[[InRoom], Awaitable[None]]) -> None:
        self._submit(lambda: self._guest.in_room(wish))

    def _submit(self, wish: Callable[[], Awaitable[None]]) -> None:
        if self._thread is not None:
            wished = self._thread.submit(self._guest.guarded(wish))
            self._wished.add(wished)
            wished.add_done_callback(self._wished.discard)
