"""Settings: each change holds at once and is to be seen; nothing is saved unless asked."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui_rooms.tui.messages import SaveWanted, SettingsChanged, SoundCheckWanted
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.settings.choices import Choice, choices
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.themed import theme_names
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.setting_rows import Rows, SettingRows
from tui_rooms.tui.widgets.test_meter import TestMeter, Trial

TICK: Final = 0.1
HINT: Final = "← → change  t test  h hear yourself  s save  esc back"


class SettingsScreen(Question[None]):
    """Posts `SettingsChanged`, `SaveWanted` and `SoundCheckWanted`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,comma,q", "close", show=False),
        Binding("s", "save", show=False),
        Binding("t", "test", show=False),
        Binding("h", "hear", show=False),
    ]

    def __init__(self, settings: Settings, config: Path | None) -> None:
        """`config`: where they are saved."""
        super().__init__()
        self._settings = settings
        self._config = config
        self._devices: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._level: Callable[[], int] | None = None
        self._wants_check = False

    def compose(self) -> ComposeResult:
        """The list, and the test of the microphone."""
        with Vertical(classes="question wide"):
            yield Prompt("Settings")
            yield Prompt("")
            rows = SettingRows(Rows(self._choices()))
            rows.styles.height = len(rows.value.choices)
            yield rows
            yield Prompt("")
            yield TestMeter(Trial())
            yield Prompt(f"saved in {self._config}" if self._config else "", soft=True)
            yield Prompt(HINT, soft=True)

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(SettingRows).focus()
        self.set_interval(TICK, self._tick)

    def show_devices(self, microphones: tuple[str, ...], loudspeakers: tuple[str, ...]) -> None:
        """These can be chosen."""
        self._devices = (microphones, loudspeakers)
        self._show()

    def show_check(self, level: Callable[[], int] | None) -> None:
        """The microphone is tried: `level` tells how loud it is in dBov; None when not."""
        self._level = level
        self._tick()

    def on_setting_rows_stepped(self, message: SettingRows.Stepped) -> None:
        """Another value."""
        message.stop()
        choice = message.choice
        self._settings = choice.stepped(self._settings, message.by)
        self._show()
        self.post_message(SettingsChanged(self._settings))
        if self._wants_check and choice.section == "audio":
            # The other device is tried instead.
            self.post_message(SoundCheckWanted(on=True))

    def action_test(self) -> None:
        """Begin or end the test of the microphone."""
        self._check(on=not self._wants_check)

    def action_hear(self) -> None:
        """Hear oneself, a moment later."""
        self._check(on=True, loud=True)

    def action_save(self) -> None:
        """Into the settings file."""
        self.post_message(SaveWanted())
        self.action_close()

    def action_close(self) -> None:
        """Back; the changes hold until the program ends."""
        if self._wants_check:
            self._check(on=False)
        self.dismiss()

    def _check(self, *, on: bool, loud: bool = False) -> None:
        self._wants_check = on
        self.post_message(SoundCheckWanted(on=on, loud=loud))

    def _choices(self) -> tuple[Choice, ...]:
        microphones, loudspeakers = self._devices
        return choices(
            self._settings,
            themes=theme_names(self.app),
            microphones=microphones,
            loudspeakers=loudspeakers,
        )

    def _show(self) -> None:
        rows = self.query_one(SettingRows)
        rows.show(Rows(self._choices(), rows.value.at))

    def _tick(self) -> None:
        self.query_one(TestMeter).show(
            Trial(
                dbov=None if self._level is None else self._level(),
                threshold_dbov=self._settings.talk.threshold_dbov,
            )
        )
