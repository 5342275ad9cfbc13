"""The app's settings: shown, changed, saved; a change holds at once."""

import time
from typing import TYPE_CHECKING

from textual.driver import Driver

from tui_rooms.tui import messages
from tui_rooms.tui.app.room_shown import ShowsRoom
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import KnownServer, Settings

if TYPE_CHECKING:
    from tui_rooms.tui.screens.lobby.place import LobbyPlace

    # When somebody opens them.
    from tui_rooms.tui.screens.settings import SettingsScreen


class UsesSettings(ShowsRoom):
    """Whatever they are about follows them: theme, lobby, bridge and room."""

    _lobby: "LobbyPlace | None" = None
    _server = ""
    """Where the lobby is."""

    def __init__(self, held: HeldSettings, driver_class: type[Driver] | None, *, name: str) -> None:
        """See `TuiRooms`; the name holds until the settings say otherwise."""
        super().__init__(held, driver_class)
        self._my_name = name
        self.set_keymap({action: ",".join(keys) for action, keys in held.now.keys.items()})
        self.animation_level = "none" if held.now.look.reduced_motion else "full"

    def on_talk_mode_wanted(self, message: messages.TalkModeWanted) -> None:
        """From now on; the settings file stays as it is."""
        now = self._held.now
        self._use(now._replace(talk=now.talk._replace(mode=message.mode.label)))

    def on_settings_wanted(self) -> None:
        """Show them."""
        from tui_rooms.tui.screens.settings import SettingsScreen

        held = self._held
        self.push_screen(SettingsScreen(held.now, held.file, saved=held.saved))
        self._wish(lambda bridge: bridge.list_devices())

    def on_settings_changed(self, message: messages.SettingsChanged) -> None:
        """They hold at once."""
        self._use(message.settings)

    def on_save_wanted(self) -> None:
        """Into the file; only what was changed."""
        if sentence := self._held.save():
            self._place.notice(sentence)

    def on_remember_wanted(self, message: messages.RememberWanted) -> None:
        """Remember the server, in the settings file too: that was asked for."""
        token = self._bridge.token if self._bridge is not None else None
        here = KnownServer(name=message.name, url=self._server, token=token or "")
        self._know_servers((*self._held.now.servers, here), f"“{message.name}” is remembered")

    def on_forget_wanted(self, message: messages.ForgetWanted) -> None:
        """Forget a server, in the settings file too."""
        rest = tuple(one for one in self._held.now.servers if one != message.server)
        self._know_servers(rest, f"“{message.server.name}” is forgotten")

    def on_name_chosen(self, message: messages.NameChosen) -> None:
        """Another name; the settings file stays as it is."""
        now = self._held.now
        self._use(now._replace(you=now.you._replace(name=message.name)))

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

    def _know_servers(self, servers: tuple[KnownServer, ...], done: str) -> None:
        where = self._held.know_servers(servers)
        if self._lobby is not None:
            self._lobby.know_servers(servers)
        self._place.notice(f"{done}{where}.")

    def _use(self, settings: Settings) -> None:
        """These hold from now on."""
        before, self._held.now = self._held.now, settings
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
            self._room.microphone.talk_by(self._talk_mode)
            self._room.seats.calm = settings.look.reduced_motion
            self._room.step_down(self._meter_hertz)

    @property
    def _settings_screen(self) -> "SettingsScreen | None":
        from tui_rooms.tui.screens.settings import SettingsScreen

        screens = reversed(self.screen_stack)
        return next((screen for screen in screens if isinstance(screen, SettingsScreen)), None)
