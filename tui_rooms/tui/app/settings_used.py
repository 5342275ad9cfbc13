"""The app's settings: shown, changed, saved; a change holds at once."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.app.stack import Stack
from tui_rooms.tui.app.wishes import Wishes
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import Settings

if TYPE_CHECKING:
    # When somebody opens them.
    from tui_rooms.tui.screens.settings import SettingsScreen

Follow: TypeAlias = Callable[[Settings, Settings], None]
"""Does as the settings say: how they were, and how they are now."""


class SettingsUsed(Part):
    """Whatever they are about follows them."""

    def __init__(
        self,
        stack: Stack,
        held: HeldSettings,
        wishes: Wishes,
        *,
        name: str,
        rename: Callable[[str], None],
        followers: tuple[Follow, ...],
    ) -> None:
        """
        Args:
            name: what one is called until the settings say otherwise.
            rename: is told another name.
            followers: those who do as the settings say.
        """
        super().__init__(
            hears={
                messages.SettingsWanted: self._show,
                messages.SettingsChanged: lambda message: self._use(message.settings),
                messages.SaveWanted: self._save,
                messages.TalkModeWanted: self._talk_by,
                messages.NameChosen: self._be_called,
                messages.DevicesListed: self._devices_listed,
                messages.SoundChecked: self._sound_checked,
            }
        )
        self.name = name
        """What one wishes to be called."""
        self._stack = stack
        self._held = held
        self._wishes = wishes
        self._rename = rename
        self._followers = followers
        self._screen: SettingsScreen | None = None
        """The last one that was shown."""

    def _show(self, _: messages.SettingsWanted) -> None:
        from tui_rooms.tui.screens.settings import SettingsScreen

        held = self._held
        self._screen = SettingsScreen(held.now, held.file, saved=held.saved)
        self._stack.show(self._screen)
        self._wishes.wish(lambda bridge: bridge.list_devices())

    def _save(self, _: messages.SaveWanted) -> None:
        """Into the file; only what was changed."""
        if sentence := self._held.save():
            self._stack.notice(sentence)

    def _talk_by(self, message: messages.TalkModeWanted) -> None:
        """From now on; the settings file stays as it is."""
        now = self._held.now
        self._use(now._replace(talk=now.talk._replace(mode=message.mode.label)))

    def _be_called(self, message: messages.NameChosen) -> None:
        """Another name; the settings file stays as it is."""
        now = self._held.now
        self._use(now._replace(you=now.you._replace(name=message.name)))

    def _devices_listed(self, message: messages.DevicesListed) -> None:
        """For the settings."""
        if (screen := self._open) is not None:
            screen.show_devices(message.microphones, message.loudspeakers)

    def _sound_checked(self, message: messages.SoundChecked) -> None:
        """For the settings."""
        gate = message.gate
        if (screen := self._open) is not None:
            level = None if gate is None else lambda: gate.level_dbov(time.monotonic())
            screen.show_check(level, message.sentence, loud=message.loud)

    def _use(self, settings: Settings) -> None:
        """These hold from now on."""
        before, self._held.now = self._held.now, settings
        if settings.you.name and settings.you.name != self.name:
            self.name = settings.you.name
            self._rename(self.name)
        for follow in self._followers:
            follow(before, settings)

    @property
    def _open(self) -> "SettingsScreen | None":
        """The screen of the settings, if it is there, below a question perhaps."""
        screen = self._screen
        return screen if screen is not None and self._stack.holds(screen) else None
