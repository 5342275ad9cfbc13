"""The app: from the first picture of the lobby to the end.

It is built up in steps, each of which knows those below it and none above:

    TuiRooms       the lobby, and the bridge to the client: here
    UsesSettings   whatever the settings are about follows them
    ShowsRoom      the room that one is in, its news and the terminal's
    CarriesWishes  wishes that need nothing but the bridge
    DrawnInParts, Themed   how it is drawn
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.driver import Driver

from tui_rooms.tui import messages
from tui_rooms.tui.app.full_passes import LOOK, FullPasses
from tui_rooms.tui.app.settings_used import UsesSettings
from tui_rooms.tui.model.values import LobbyState
from tui_rooms.tui.news.mailbox import Mailbox
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.terminal.private import driver_for, private_terminal

if TYPE_CHECKING:
    from tui_rooms.tui.model.server_choice import Connect
    from tui_rooms.tui.terminal.first_picture import FirstPicture

NOT_UTF8 = (
    "The terminal has sent bytes that are no UTF-8; each is shown as \ufffd. "
    "Set its character encoding to UTF-8."
)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class TuiRooms(UsesSettings):
    """Audio rooms in a terminal."""

    TITLE = "tui-rooms"
    # Textual does not load the style sheet of a default screen by itself.
    CSS_PATH = [  # noqa: RUF012 - as Textual declares it
        Path(__file__).with_name("app.tcss"),
        Path(__file__).parents[1] / "screens" / "lobby" / "lobby.tcss",
    ]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False, priority=True)]

    def __init__(
        self,
        connect: "Connect",
        *,
        name: str,
        settings: Settings = Settings(),  # noqa: B008 - nobody changes it
        config: Path | None = None,
        volumes: Path | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """
        Args:
            connect: finds the server; called in a thread of its own once the lobby is to be seen.
            name: what others will see.
            settings: those that hold at the start.
            config: the file to save settings in when somebody wants that; None for nowhere.
            volumes: the file in which it is remembered how loud one hears whom; None for nowhere.
            driver_class: how to reach the terminal; see `terminal.driver_for`.
        """
        dirty_regions.install()
        super().__init__(HeldSettings(settings, config), driver_class, name=name)
        self._connect = connect
        self._volumes = volumes
        self._link_to = LobbyState().link_to
        self._full_passes: FullPasses | None = None
        self._my_loop: asyncio.AbstractEventLoop | None = None
        self._mailbox = Mailbox(self.post_message, self._call_soon)

    def get_default_screen(self) -> LobbyPlace:
        """The lobby is the first picture."""
        self._lobby = LobbyPlace(
            self._my_name,
            LobbyState(),
            servers=self._held.now.servers,
            keymap=self._held.now.keys,
        )
        return self._lobby

    def on_mount(self) -> None:
        """The client comes after the first picture: its imports take longer than all of this."""
        self._my_loop = asyncio.get_running_loop()
        self.call_after_refresh(self._hold_the_collector)
        self.call_after_refresh(self.start)

    def _hold_the_collector(self) -> None:
        if not gc.isenabled():
            # Whoever started us held it back. What was imported stays for good.
            gc.freeze()
            gc.enable()
        self._full_passes = FullPasses()
        self.set_interval(LOOK, self._look_for_garbage)

    def start(self) -> None:
        """Look for the server, now that there is something to see."""
        from tui_rooms.tui.news.bridge import Bridge

        settings = self._held.now
        self._bridge = Bridge(
            self._connect,
            name=self._my_name,
            audio=settings.audio,
            put=self._mailbox.put,
            volumes=self._volumes,
        )
        self._bridge.talk(self._talk_mode, settings.talk.threshold_dbov)
        self._bridge.start()

    async def on_unmount(self) -> None:
        """Leave properly."""
        if self._caller is not None:
            self._caller.take_title_back()
        if self._bridge is not None:
            await asyncio.to_thread(self._bridge.stop)
        if self._full_passes is not None:
            self._full_passes.close()

    # News of the lobby.

    async def on_lobby_changed(self, message: messages.LobbyChanged) -> None:
        """Rooms or server."""
        self._server = message.state.server
        self._link_to = message.state.link_to
        if self._lobby is not None:
            await self._lobby.hear(message)

    async def on_preview_read(self, message: messages.PreviewRead) -> None:
        """More of a room."""
        if self._lobby is not None:
            await self._lobby.hear(message)

    def on_noticed(self, message: messages.Noticed) -> None:
        """A sentence, wherever one is."""
        self._place.notice(message.sentence)

    def on_not_utf8(self) -> None:
        """The terminal speaks another charset: what it sends is not what was typed."""
        self._place.notice(NOT_UTF8)

    # Where to go.

    def on_link_wanted(self, message: messages.LinkWanted) -> None:
        """Another server."""
        from tui_rooms.tui.model.server_choice import ServerChoice

        server = ServerChoice(message.link, token=message.token or None)
        self._wish(lambda bridge: bridge.go_to(server))

    def on_link_copied(self, message: messages.LinkCopied) -> None:
        """By OSC 52: it works over SSH too, where the terminal allows it."""
        link = self._link_to(message.room_id)
        self.copy_to_clipboard(link)
        self._place.notice(f"The link is {link}; it was given to the terminal to copy.")

    def _look_for_garbage(self) -> None:
        if self._full_passes is not None:
            self._full_passes.look(quiet=self._room is None or self._room.is_quiet)

    def _call_soon(self, function: Callable[[], None]) -> None:
        if self._my_loop is not None and not self._my_loop.is_closed():
            self._my_loop.call_soon_threadsafe(function)


def run(
    connect: "Connect",
    *,
    name: str,
    settings: Settings,
    config: Path | None = None,
    volumes: Path | None = None,
    log: Path,
    first: "FirstPicture | None" = None,
) -> bool:
    """Run the app on this process's terminal until the person quits.

    Args:
        settings, config, volumes: see `TuiRooms`.
        log: where descriptor 2 leads meanwhile: what sound libraries say, and failures.
        first: what the terminal shows already.

    Returns:
        False when it failed; the log tells why.

    Raises:
        OSError: the log cannot be opened.
    """
    with private_terminal(log) as terminal:
        logging.basicConfig(stream=sys.__stderr__, format=LOG_FORMAT)
        app = TuiRooms(
            connect,
            name=name,
            settings=settings,
            config=config,
            volumes=volumes,
            driver_class=driver_for(terminal, first),
        )
        app.run(mouse=settings.look.mouse)
    return not app.return_code
