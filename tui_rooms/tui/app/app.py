"""The app: from the first picture of the lobby to the end.

Here its parts are put together: what a part does is done in its own file. Textual itself is
changed in what the app inherits from (`DrawnInParts`, `Themed`): how it draws and its colours are
methods of Textual's own `App`, which only a subclass can replace.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.message import Message

from tui_rooms.client import ending
from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part, Parts
from tui_rooms.tui.app.calling import Calling
from tui_rooms.tui.app.full_passes import LOOK, FullPasses
from tui_rooms.tui.app.lobby_shown import LobbyShown
from tui_rooms.tui.app.room_shown import RoomShown
from tui_rooms.tui.app.settings_used import SettingsUsed
from tui_rooms.tui.app.stack import Stack
from tui_rooms.tui.app.wishes import Wishes
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.news.mailbox import Mailbox
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.terminal import dirty_regions
from tui_rooms.tui.terminal.in_parts import DrawnInParts
from tui_rooms.tui.terminal.private import driver_for, private_terminal
from tui_rooms.tui.terminal.themed import Themed
from tui_rooms.tui.terminal.themes import own_theme
from tui_rooms.tui.terminal.typed import NotUtf8

if TYPE_CHECKING:
    from tui_rooms.tui.model.server_choice import Connect
    from tui_rooms.tui.terminal.first_picture import FirstPicture

NOT_UTF8 = (
    "The terminal has sent bytes that are no UTF-8; each is shown as \ufffd. "
    "Set its character encoding to UTF-8."
)
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class TuiRooms(DrawnInParts, Themed):
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
        sessions: Path | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        """
        Args:
            connect: finds the server; called in a thread of its own once the lobby is to be seen.
            name: what others will see.
            settings: those that hold at the start.
            config: the file to save settings in when somebody wants that; None for nowhere.
            volumes: the file in which it is remembered how loud one hears whom; None for nowhere.
            sessions: the directory in which it is kept who one is in rooms; None for nowhere.
            driver_class: how to reach the terminal; see `terminal.driver_for`.
        """
        dirty_regions.install()
        super().__init__(
            driver_class=driver_class,
            themes=[own_theme(name, colours) for name, colours in settings.themes.items()],
            theme=settings.look.theme,
        )
        self._connect = connect
        self._volumes, self._sessions = volumes, sessions
        self._full_passes: FullPasses | None = None
        self._my_loop: asyncio.AbstractEventLoop | None = None
        self._mailbox = Mailbox(self.post_message, self._call_soon)
        self._held = held = HeldSettings(settings, config)
        stack = Stack(self)
        self._wishes = wishes = Wishes()
        self._lobby = LobbyShown(stack, held, wishes, name=name, copy=self.copy_to_clipboard)
        self._room = RoomShown(stack, held, wishes, is_behind=lambda: self.is_behind)
        self._calling = Calling(stack, held, wishes, terminal=lambda: self._driver)
        self._settings = SettingsUsed(
            stack,
            held,
            wishes,
            name=name,
            rename=self._rename,
            followers=(self._look_as, wishes.follow, self._room.follow),
        )
        self.parts = Parts()
        # They hear in this order: a wish is carried out before it is shown what came of it.
        self.parts.add(
            wishes,
            self._lobby,
            self._room,
            self._calling,
            self._settings,
            Part(
                hears={
                    messages.Noticed: lambda message: stack.notice(message.sentence),
                    NotUtf8: lambda _: stack.notice(NOT_UTF8),
                }
            ),
        )
        self.set_keymap({action: ",".join(keys) for action, keys in settings.keys.items()})
        self._move_as(settings)

    @on(Message)
    async def hear(self, message: Message) -> None:
        """Tell the parts, whatever it is: news, wishes, the terminal's own."""
        await self.parts.hear(message)

    def get_default_screen(self) -> LobbyPlace:
        """The lobby is the first picture."""
        return self._lobby.place

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
        bridge = Bridge(
            self._connect,
            name=self._settings.name,
            audio=settings.audio,
            put=self._mailbox.put,
            volumes=self._volumes,
            sessions=self._sessions,
        )
        bridge.talk(Mode.named(settings.talk.mode), settings.talk.threshold_dbov)
        self._wishes.bridge = bridge
        bridge.start()

    async def on_unmount(self) -> None:
        """Leave properly."""
        if self.return_code:
            ending.note()
        self._calling.take_title_back()
        if self._wishes.bridge is not None:
            await asyncio.to_thread(self._wishes.bridge.stop)
        if self._full_passes is not None:
            self._full_passes.close()

    def _rename(self, name: str) -> None:
        """One wishes to be called differently."""
        self._wishes.wish(lambda bridge: bridge.rename(name))
        self._lobby.place.rename(name)

    def _look_as(self, before: Settings, now: Settings) -> None:
        """The theme, and how much moves."""
        if now.look.theme != before.look.theme:
            self.theme = now.look.theme
        self._move_as(now)

    def _move_as(self, now: Settings) -> None:
        self.animation_level = "none" if now.look.reduced_motion else "full"

    def _look_for_garbage(self) -> None:
        if self._full_passes is not None:
            self._full_passes.look(quiet=self._room.is_quiet)

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
    sessions: Path | None = None,
    log: Path,
    first: "FirstPicture | None" = None,
) -> bool:
    """Run the app on this process's terminal until the person quits.

    Args:
        settings, config, volumes, sessions: see `TuiRooms`.
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
            sessions=sessions,
            driver_class=driver_for(terminal, first),
        )
        app.run(mouse=settings.look.mouse)
    return not app.return_code
