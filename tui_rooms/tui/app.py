"""The app: puts the right place on the screen, and carries wishes to the bridge."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver

from tui_rooms.tui import dirty_regions, messages
from tui_rooms.tui.mailbox import Mailbox
from tui_rooms.tui.screens.lobby import LobbyPlace
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.terminal import driver_for, private_terminal
from tui_rooms.tui.values import Connect, LobbyState

if TYPE_CHECKING:
    # After the first picture: see `_start`.
    from tui_rooms.tui.bridge import Bridge
    from tui_rooms.tui.room_view import Sound
    from tui_rooms.tui.screens.room import RoomPlace

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class TuiRooms(App[None]):
    """Audio rooms in a terminal."""

    TITLE = "tui-rooms"
    # Textual does not load the style sheet of a default screen by itself.
    CSS_PATH = [  # noqa: RUF012 - as Textual declares it
        Path(__file__).with_name("app.tcss"),
        Path(__file__).with_name("screens") / "lobby.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]

    def __init__(
        self,
        connect: Connect,
        *,
        name: str,
        sound: bool = True,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """
        Args:
            connect: finds the server; called in a thread of its own once the lobby is to be seen.
            name: what others will see.
            sound: whether to use this machine's microphone and loudspeaker.
            driver_class: how to reach the terminal; see `terminal.driver_for`.
        """
        dirty_regions.install()
        super().__init__(driver_class=driver_class)
        self._connect = connect
        self._my_name = name
        self._with_sound = sound
        self._sound: Sound | None = None
        self._lobby: LobbyPlace | None = None
        self._room: RoomPlace | None = None
        self._my_loop: asyncio.AbstractEventLoop | None = None
        self._mailbox = Mailbox(self.post_message, self._call_soon)
        self._bridge: Bridge | None = None

    def get_default_screen(self) -> LobbyPlace:
        """The lobby is the first picture."""
        self._lobby = LobbyPlace(self._my_name, LobbyState())
        return self._lobby

    def on_mount(self) -> None:
        """The client comes after the first picture: its imports take longer than all of this."""
        self._my_loop = asyncio.get_running_loop()
        self.call_after_refresh(self.start)

    def start(self) -> None:
        """Look for the server, now that there is something to see."""
        from tui_rooms.tui.bridge import Bridge

        if not gc.isenabled():
            # Whoever started us held the collector back. What was imported stays for good.
            gc.freeze()
            gc.enable()
        self._bridge = Bridge(
            self._connect, name=self._my_name, sound=self._with_sound, put=self._mailbox.put
        )
        self._bridge.start()

    async def on_unmount(self) -> None:
        """Leave properly."""
        if self._bridge is not None:
            await asyncio.to_thread(self._bridge.stop)

    # News.

    def on_lobby_changed(self, message: messages.LobbyChanged) -> None:
        """Rooms or server."""
        if self._lobby is not None:
            self._lobby.show(message.state)

    async def on_entered(self, message: messages.Entered) -> None:
        """Show the room."""
        from tui_rooms.tui.room_view import RoomView
        from tui_rooms.tui.screens.room import RoomPlace

        self._room = RoomPlace(
            RoomView(room=message.room, me=message.me), message.levels, sound=self._sound
        )
        await self.push_screen(self._room)

    def on_room_changed(self, message: messages.RoomChanged) -> None:
        """Somebody came, went, or did something."""
        if self._room is not None:
            self._room.show_room(message.room)

    def on_link_changed(self, message: messages.LinkChanged) -> None:
        """The way to the server."""
        if self._room is not None:
            self._room.show_link(message.link)

    def on_sound_changed(self, message: messages.SoundChanged) -> None:
        """A device opened, or did not."""
        self._sound = message.sound
        if self._room is not None:
            self._room.show_sound(message.sound)

    def on_noticed(self, message: messages.Noticed) -> None:
        """A sentence, wherever one is."""
        self._place.notice(message.sentence)

    async def on_left(self, message: messages.Left) -> None:
        """Back in the lobby."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self._room = None
        self._place.notice(message.sentence)

    # Wishes.

    def on_join_wanted(self, message: messages.JoinWanted) -> None:
        """Into a room."""
        self._wish(lambda bridge: bridge.join(message.room_id))

    def on_room_wanted(self, message: messages.RoomWanted) -> None:
        """Into a new room."""
        self._wish(lambda bridge: bridge.open(message.title, message.room_type))

    def on_name_chosen(self, message: messages.NameChosen) -> None:
        """Another name."""
        self._my_name = message.name
        self._wish(lambda bridge: bridge.rename(message.name))

    def on_retry_wanted(self) -> None:
        """Look for the server again."""
        self._wish(lambda bridge: bridge.retry())

    def on_mic_wanted(self, message: messages.MicWanted) -> None:
        """Open or close the microphone."""
        self._wish(lambda bridge: bridge.microphone(is_open=message.is_open))

    def on_mute_wanted(self, message: messages.MuteWanted) -> None:
        """Somebody else's microphone."""
        self._wish(lambda bridge: bridge.mute(message.identity))

    def on_role_wanted(self, message: messages.RoleWanted) -> None:
        """Onto the stage, or back."""
        self._wish(lambda bridge: bridge.change_role(message.identity, message.role))

    def on_live_wanted(self) -> None:
        """Let listeners in."""
        self._wish(lambda bridge: bridge.go_live())

    def on_leave_wanted(self, message: messages.LeaveWanted) -> None:
        """Out of the room."""
        self._wish(lambda bridge: bridge.leave(end=message.end))

    def _wish(self, carry_out: "Callable[[Bridge], None]") -> None:
        if self._bridge is not None:
            carry_out(self._bridge)

    @property
    def _place(self) -> Place:
        """The place that is shown, below any question."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, Place))

    def _call_soon(self, function: Callable[[], None]) -> None:
        if self._my_loop is not None and not self._my_loop.is_closed():
            self._my_loop.call_soon_threadsafe(function)


def run(connect: Connect, *, name: str, sound: bool = True, log: Path) -> bool:
    """Run the app on this process's terminal until the person quits.

    Args:
        log: where descriptor 2 leads meanwhile: what sound libraries say, and failures.

    Returns:
        False when it failed; the log tells why.

    Raises:
        OSError: the log cannot be opened.
    """
    with private_terminal(log) as terminal:
        logging.basicConfig(stream=sys.__stderr__, format=LOG_FORMAT)
        app = TuiRooms(connect, name=name, sound=sound, driver_class=driver_for(terminal))
        app.run()
    return not app.return_code
