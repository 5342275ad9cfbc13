"""The app: puts the right place on the screen, and carries wishes to the bridge."""

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.events import AppBlur, AppFocus

from tui_rooms.tui import dirty_regions, messages
from tui_rooms.tui.in_parts import DrawnInParts
from tui_rooms.tui.keyboard import KeyboardAnswered, KeyReleased
from tui_rooms.tui.mailbox import Mailbox
from tui_rooms.tui.pace import MeterRate
from tui_rooms.tui.pacing import LagMeasured
from tui_rooms.tui.screens.lobby import LobbyPlace
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.talk import Mode
from tui_rooms.tui.terminal import driver_for, private_terminal
from tui_rooms.tui.themes import own_theme
from tui_rooms.tui.values import Connect, LobbyState, ServerChoice
from tui_rooms.tui.wishes import CarriesWishes

if TYPE_CHECKING:
    # After the first picture: see `_start`.
    from tui_rooms.tui.attention import Call
    from tui_rooms.tui.conversation import Draft
    from tui_rooms.tui.room_view import Hearing, OwnSound, RoomView, Sound
    from tui_rooms.tui.screens.settings import SettingsScreen
    from tui_rooms.tui.settings.schema import KnownServer

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class TuiRooms(DrawnInParts, CarriesWishes):
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
        super().__init__(
            driver_class=driver_class,
            themes=[own_theme(theme, colours) for theme, colours in settings.themes.items()],
            theme=settings.look.theme,
        )
        self.set_keymap({action: ",".join(keys) for action, keys in settings.keys.items()})
        self.animation_level = "none" if settings.look.reduced_motion else "full"
        self._connect = connect
        self._my_name = name
        self._settings = settings
        self._saved = settings
        self._config = config
        self._volumes = volumes
        self._sound: Sound | None = None
        self._lobby: LobbyPlace | None = None
        self._my_loop: asyncio.AbstractEventLoop | None = None
        self._mailbox = Mailbox(self.post_message, self._call_soon)
        self._rate = MeterRate()
        self._reports_releases = False
        self._wants_open = False
        self._server = ""
        self._last_room = ""
        self._drafts: dict[str, list[Draft]] = {}
        """What was written in rooms that one has left, and not sent."""
        self._title_is_ours = False

    def get_default_screen(self) -> LobbyPlace:
        """The lobby is the first picture."""
        self._lobby = LobbyPlace(
            self._my_name,
            LobbyState(),
            servers=self._settings.servers,
            keymap=self._settings.keys,
        )
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
            self._connect,
            name=self._my_name,
            audio=self._settings.audio,
            put=self._mailbox.put,
            volumes=self._volumes,
        )
        self._bridge.talk(self._talk_mode, self._settings.talk.threshold_dbov)
        self._bridge.start()

    async def on_unmount(self) -> None:
        """Leave properly."""
        self._take_title_back()
        if self._bridge is not None:
            await asyncio.to_thread(self._bridge.stop)

    # News.

    def on_lobby_changed(self, message: messages.LobbyChanged) -> None:
        """Rooms or server."""
        self._server = message.state.server
        if self._lobby is not None:
            self._lobby.show(message.state)

    def on_preview_read(self, message: messages.PreviewRead) -> None:
        """More of a room."""
        if self._lobby is not None:
            self._lobby.show_preview(message.previewed)

    async def on_entered(self, message: messages.Entered) -> None:
        """Show the room."""
        from tui_rooms.tui.room_view import RoomView
        from tui_rooms.tui.screens.room import RoomPlace

        self._room = RoomPlace(
            RoomView(room=message.room, me=message.me),
            message.levels,
            sound=self._sound,
            own=self._own,
            hearing=self._hearing,
            mode=self._talk_mode,
            keymap=self._settings.keys,
        )
        self._wants_open = False
        if self._reports_releases:
            self._room.releases_are_reported()
        self._room.step_down(self._meter_hertz)
        self._room.keep_calm(calm=self._settings.look.reduced_motion)
        await self.push_screen(self._room)
        self._last_room = message.room.room_id
        self._room.take_up(self._drafts.pop(self._last_room, []))

    def on_room_changed(self, message: messages.RoomChanged) -> None:
        """Somebody came, went, or did something."""
        from tui_rooms.tui.attention import calls

        if self._room is None:
            return
        before = self._room.view
        self._room.show_room(message.room)
        after = self._room.view
        for call in calls(before, after, wanted_open=self._wants_open):
            self._call_attention(call)
        self._sound_cue(before, after)

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

    def on_reacted(self, message: messages.Reacted) -> None:
        """Somebody has sent an emoji."""
        if self._room is not None:
            self._room.show_reaction(message.identity, message.emoji)

    def on_message_refused(self, message: messages.MessageRefused) -> None:
        """It goes back to its line; outside the room it waits there."""
        if self._room is not None:
            self._room.show_refused(message.draft, message.sentence)
        elif self._last_room:
            self._drafts.setdefault(self._last_room, []).append(message.draft)

    def on_older_read(self, message: messages.OlderRead) -> None:
        """Older messages have come."""
        if self._room is not None:
            self._room.show_older(message.chat, more=message.more)

    def on_audit_read(self, message: messages.AuditRead) -> None:
        """The audit log has come."""
        if self._room is not None:
            self._room.show_audit(message.entries, asked=message.asked, before=message.before)

    def on_people_found(self, message: messages.PeopleFound) -> None:
        """Somebody was looked up."""
        if self._room is not None:
            self._room.show_found(message.text, message.people, message.total)

    async def on_left(self, message: messages.Left) -> None:
        """Back in the lobby."""
        if self._room is not None:
            self._drafts[self._last_room] = self._room.drafts()
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        self._room = None
        self._place.notice(message.sentence)

    def on_devices_listed(self, message: messages.DevicesListed) -> None:
        """For the settings."""
        if (screen := self._settings_screen) is not None:
            screen.show_devices(message.microphones, message.loudspeakers)

    def on_sound_checked(self, message: messages.SoundChecked) -> None:
        """For the settings."""
        gate = message.gate
        if (screen := self._settings_screen) is not None:
            level = None if gate is None else lambda: gate.level_dbov(time.monotonic())
            screen.show_check(level, message.sentence, loud=message.loud)

    # What the terminal tells.

    def on_key_released(self, event: KeyReleased) -> None:
        """A key was let go."""
        if self._room is not None:
            self._room.key_released(event.key)

    def on_keyboard_answered(self, event: KeyboardAnswered) -> None:
        """Whether it tells when keys are let go."""
        self._reports_releases = event.reports_releases
        if self._room is not None and event.reports_releases:
            self._room.releases_are_reported()

    def on_lag_measured(self, event: LagMeasured) -> None:
        """Meters go as fast as the terminal's link."""
        self._rate.note(event.seconds, time.monotonic())
        if self._room is not None:
            self._room.step_down(self._meter_hertz)

    def on_app_blur(self, event: AppBlur) -> None:
        """Another window is in front."""
        if self._room is not None:
            self._room.focus_lost()

    def on_app_focus(self, event: AppFocus) -> None:
        """Somebody looks again."""
        self._take_title_back()

    # Wishes.

    def on_link_wanted(self, message: messages.LinkWanted) -> None:
        """Another server."""
        self._wish(
            lambda bridge: bridge.go_to(ServerChoice(message.link, token=message.token or None))
        )

    def on_link_copied(self, message: messages.LinkCopied) -> None:
        """By OSC 52: it works over SSH too, where the terminal allows it."""
        link = f"{self._server}/r/{message.room_id}"
        self.copy_to_clipboard(link)
        self._place.notice(f"The link is {link}; it was given to the terminal to copy.")

    def on_talk_mode_wanted(self, message: messages.TalkModeWanted) -> None:
        """From now on; the settings file stays as it is."""
        self._use(
            self._settings._replace(talk=self._settings.talk._replace(mode=message.mode.label))
        )

    def on_settings_wanted(self) -> None:
        """Show them."""
        from tui_rooms.tui.screens.settings import SettingsScreen

        self.push_screen(SettingsScreen(self._settings, self._config, saved=self._saved))
        self._wish(lambda bridge: bridge.list_devices())

    def on_settings_changed(self, message: messages.SettingsChanged) -> None:
        """They hold at once."""
        self._use(message.settings)

    def on_save_wanted(self) -> None:
        """Into the file; only what was changed."""
        from tui_rooms.tui.settings.errors import SettingsError
        from tui_rooms.tui.settings.writing import changes, save

        if self._config is None:
            return
        try:
            save(self._config, changes(self._saved, self._settings))
        except SettingsError as error:
            self._place.notice(error.sentence)
            return
        self._saved = self._settings
        self._place.notice(f"Saved in {self._config}.")

    def on_remember_wanted(self, message: messages.RememberWanted) -> None:
        """Remember the server, in the settings file too: that was asked for."""
        from tui_rooms.tui.settings.schema import KnownServer

        token = self._bridge.token if self._bridge is not None else None
        here = KnownServer(name=message.name, url=self._server, token=token or "")
        self._know_servers((*self._settings.servers, here), f"“{message.name}” is remembered")

    def on_forget_wanted(self, message: messages.ForgetWanted) -> None:
        """Forget a server, in the settings file too."""
        rest = tuple(one for one in self._settings.servers if one != message.server)
        self._know_servers(rest, f"“{message.server.name}” is forgotten")

    def on_name_chosen(self, message: messages.NameChosen) -> None:
        """Another name; the settings file stays as it is."""
        self._use(self._settings._replace(you=self._settings.you._replace(name=message.name)))

    def on_mic_wanted(self, message: messages.MicWanted) -> None:
        """Open or close the microphone."""
        self._wants_open = message.is_open
        self._wish(lambda bridge: bridge.microphone(is_open=message.is_open))

    def _know_servers(self, servers: "tuple[KnownServer, ...]", done: str) -> None:
        from tui_rooms.tui.settings.errors import SettingsError
        from tui_rooms.tui.settings.writing import save_servers

        where = " until you quit"
        if self._config is not None:
            try:
                save_servers(self._config, servers)
                where = f", in {self._config}"
            except SettingsError as error:
                where += f": {error.sentence}"
        self._settings = self._settings._replace(servers=servers)
        if self._lobby is not None:
            self._lobby.know_servers(servers)
        self._place.notice(f"{done}{where}.")

    def _use(self, settings: Settings) -> None:
        """These hold from now on."""
        before, self._settings = self._settings, settings
        if settings.you.name and settings.you.name != self._my_name:
            self._my_name = settings.you.name
            self._wish(lambda bridge: bridge.rename(settings.you.name))
            if self._lobby is not None:
                self._lobby.rename(settings.you.name)
        if settings.look.theme != before.look.theme:
            self.theme = settings.look.theme
        self.animation_level = "none" if settings.look.reduced_motion else "full"
        if settings.audio != before.audio:
            self._wish(lambda bridge: bridge.use_devices(settings.audio))
        if settings.talk != before.talk:
            self._wish(lambda bridge: bridge.talk(self._talk_mode, settings.talk.threshold_dbov))
        if self._room is not None:
            self._room.talk_by(self._talk_mode)
            self._room.keep_calm(calm=settings.look.reduced_motion)
            self._room.step_down(self._meter_hertz)

    @property
    def _talk_mode(self) -> Mode:
        return Mode.named(self._settings.talk.mode)

    @property
    def _meter_hertz(self) -> float:
        # While a picture is still on its way, meters would take half of a slow link.
        slow = self._settings.look.reduced_motion or self.is_behind
        return 1.0 if slow else self._rate.hertz

    def _own(self) -> "OwnSound":
        from tui_rooms.tui.room_view import OwnSound

        return self._bridge.own() if self._bridge is not None else OwnSound()

    def _hearing(self, identity: str) -> "Hearing":
        from tui_rooms.tui.room_view import Hearing

        return self._bridge.hearing(identity) if self._bridge is not None else Hearing()

    def _sound_cue(self, before: "RoomView", after: "RoomView") -> None:
        old, new = before.myself, after.myself
        if old is not None and new is not None and old.muted != new.muted:
            is_open = not new.muted
            self._wish(lambda bridge: bridge.cue(is_open=is_open))

    def _call_attention(self, call: "Call") -> None:
        from tui_rooms.tui.attention import sequences

        self._place.notice(call.sentence)
        written = sequences(call, self._settings.attention)
        if written and self._driver is not None:
            self._take_title_back()
            self._driver.write(written)
            self._driver.flush()
            self._title_is_ours = self._settings.attention.title

    def _take_title_back(self) -> None:
        if self._title_is_ours and self._driver is not None:
            from tui_rooms.tui.attention import TITLE_BACK

            self._title_is_ours = False
            self._driver.write(TITLE_BACK)

    @property
    def _settings_screen(self) -> "SettingsScreen | None":
        from tui_rooms.tui.screens.settings import SettingsScreen

        screens = reversed(self.screen_stack)
        return next((screen for screen in screens if isinstance(screen, SettingsScreen)), None)

    @property
    def _place(self) -> Place:
        """The place that is shown, below any question."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, Place))

    def _call_soon(self, function: Callable[[], None]) -> None:
        if self._my_loop is not None and not self._my_loop.is_closed():
            self._my_loop.call_soon_threadsafe(function)


def run(
    connect: Connect,
    *,
    name: str,
    settings: Settings,
    config: Path | None = None,
    volumes: Path | None = None,
    log: Path,
) -> bool:
    """Run the app on this process's terminal until the person quits.

    Args:
        settings, config, volumes: see `TuiRooms`.
        log: where descriptor 2 leads meanwhile: what sound libraries say, and failures.

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
            driver_class=driver_for(terminal),
        )
        app.run(mouse=settings.look.mouse)
    return not app.return_code
