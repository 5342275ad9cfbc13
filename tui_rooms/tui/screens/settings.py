"""Settings: each change holds at once and is to be seen; nothing is saved unless asked."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll

from tui_rooms.tui.actions.action import Table, bindings
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.actions.settings import SETTINGS_ACTIONS
from tui_rooms.tui.messages import SaveWanted, SettingsChanged, SoundCheckWanted
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.pick import Pick
from tui_rooms.tui.screens.place import OffersActions
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.settings.choices import Choice, choices
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.terminal.themed import theme_names
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.setting_rows import Rows, SettingRows
from tui_rooms.tui.widgets.test_meter import TestMeter, Trial

TICK: Final = 0.1
LONGEST_LINE: Final = 200
CHANGE: Final = Key("← →", "change", "", "another value of the chosen setting")


class SettingsScreen(Question[None], OffersActions[None]):
    """Posts `SettingsChanged`, `SaveWanted` and `SoundCheckWanted`."""

    TITLE_OF_HELP = "What you can do in the settings"
    ACTIONS: ClassVar[Table[Any]] = SETTINGS_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(SETTINGS_ACTIONS)

    def __init__(
        self, settings: Settings, config: Path | None, *, saved: Settings | None = None
    ) -> None:
        """
        Args:
            config: where they are saved; None for nowhere.
            saved: what is in there; None: the same.
        """
        super().__init__()
        self._keymap = settings.keys
        self._settings = settings
        self._saved = saved or settings
        self._config = config
        self._devices: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._level: Callable[[], int] | None = None
        self._loud = False
        self._sentence = ""
        self._wants_check = False
        self.parts.add(
            Part(
                does={
                    "pick-value": self._pick_value,
                    "test-microphone": lambda: self._check(on=not self._wants_check),
                    # A moment later; once more ends it.
                    "hear-yourself": lambda: self._check(on=not self._loud, loud=True),
                    "save-settings": self._save,
                    # The changes hold until the program ends.
                    "close-settings": self.dismiss,
                }
            )
        )

    def compose(self) -> ComposeResult:
        """The list, what the chosen line means, and the test of the microphone."""
        rows = SettingRows(Rows(self._choices()))
        rows.styles.height = len(list(rows.value.lines()))
        with Vertical(classes="question wide settings"):
            yield Prompt("Settings")
            with VerticalScroll(can_focus=False):
                yield rows
            yield Prompt("", soft=True, id="about")
            yield Prompt("", soft=True, id="variable")
            yield TestMeter(Trial())
            yield Prompt("", soft=True, id="unsaved")
            yield KeyBar(self.keys())

    def on_mount(self) -> None:
        """Begin."""
        self.query_one(SettingRows).focus()
        self._show()
        self.set_interval(TICK, self._tick)

    def show_devices(self, microphones: tuple[str, ...], loudspeakers: tuple[str, ...]) -> None:
        """These can be chosen."""
        self._devices = (microphones, loudspeakers)
        self._show()
        if isinstance(self.app.screen, Pick):
            self.app.screen.show(self._choice_like(self.app.screen.choice))

    def show_check(
        self, level: Callable[[], int] | None, sentence: str = "", *, loud: bool = False
    ) -> None:
        """The microphone is tried: `level` tells how loud it is in dBov; None when not.

        Args:
            sentence: why it cannot be tried.
            loud: whether one hears oneself.
        """
        self._level, self._sentence, self._loud = level, sentence, loud
        self._wants_check = level is not None
        self._tick()

    def on_setting_rows_stepped(self, message: SettingRows.Stepped) -> None:
        """Another value."""
        message.stop()
        choice = message.choice
        self._use(choice.stepped(self._settings, message.by))
        if self._wants_check and choice.device:
            # The other device is tried instead.
            self._check(on=True, loud=self._loud)

    def on_setting_rows_picked(self, message: SettingRows.Picked) -> None:
        """Show all values, or ask for a line."""
        message.stop()
        choice = message.choice
        if choice.values:
            self._pick(choice)
        else:
            self._write(choice)

    def on_setting_rows_moved(self, message: SettingRows.Moved) -> None:
        """Say what the chosen line means."""
        message.stop()
        self._show()

    def situation(self) -> None:
        """Everything may be done at any time."""

    def keys(self) -> tuple[Key, ...]:
        """Those of the list first."""
        return (CHANGE, *super().keys())

    def hints(self) -> Iterable[Key]:
        """The keys of the list."""
        return (CHANGE,)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """However one leaves, the microphone is no longer tried."""
        if self._wants_check:
            self._check(on=False)
        return super().dismiss(result)

    def _pick_value(self) -> None:
        """The chosen setting's values."""
        self.query_one(SettingRows).action_pick()

    def _save(self) -> None:
        """Into the settings file, and back."""
        self.post_message(SaveWanted())
        self.dismiss()

    def _pick(self, choice: Choice) -> None:
        """All values to see; each is tried as the mark passes, and escape takes it back."""
        before = self._settings
        had_check = self._wants_check

        def tried(value: Any) -> None:
            if choice.device:
                # The room that one is in keeps its devices until one is taken.
                self._check(on=True, loud=self._loud, trial=choice.put(before, value))
            else:
                self._use(choice.put(before, value))

        def taken(value: Any) -> None:
            self._use(before if value is None else choice.put(before, value))
            if choice.device:
                self._check(on=had_check, loud=self._loud)

        def hear() -> None:
            value = pick.value
            self._check(on=True, loud=not self._loud, trial=choice.put(before, value))

        pick = Pick(
            choice,
            tried=tried,
            trial=self._trial if choice.device else None,
            hear=hear if choice.device else None,
        )
        self.ask(pick, taken)
        if choice.device:
            self._check(on=True, loud=self._loud)

    def _write(self, choice: Choice) -> None:
        from tui_rooms.tui.screens.ask_line import AskLine

        def written(line: str | None) -> None:
            if line is not None:
                self._use(choice.put(self._settings, line))

        question = AskLine(
            choice.label.capitalize(),
            choice.value,
            hint="none",
            limit=4096 if choice.secret else LONGEST_LINE,
            secret=choice.secret,
        )
        self.ask(question, written)

    def _use(self, settings: Settings) -> None:
        if settings != self._settings:
            self._settings = settings
            self.post_message(SettingsChanged(settings))
        self._show()

    def _check(self, *, on: bool, loud: bool = False, trial: Settings | None = None) -> None:
        self._wants_check, self._loud = on, on and loud
        audio = (trial or self._settings).audio
        self.post_message(SoundCheckWanted(on=on, loud=self._loud, audio=audio))

    def _choices(self) -> tuple[Choice, ...]:
        microphones, loudspeakers = self._devices
        return choices(
            self._settings,
            themes=theme_names(self.app),
            microphones=microphones,
            loudspeakers=loudspeakers,
            saved=self._saved,
        )

    def _choice_like(self, choice: Choice) -> Choice:
        """The same setting as it is now."""
        return next(
            one
            for one in self._choices()
            if (one.section, one.name) == (choice.section, choice.name)
        )

    def _show(self) -> None:
        rows = self.query_one(SettingRows)
        rows.show(replace(rows.value, choices=self._choices()))
        self.query_one("#about", Prompt).show(f" {rows.chosen.about}")
        self.query_one("#variable", Prompt).show(f" in the environment: {rows.chosen.variable}")
        new = sum(choice.is_new for choice in rows.value.choices)
        where = f" saved in {self._config}" if self._config else ""
        if new:
            changes = "1 change holds" if new == 1 else f"{new} changes hold"
            save = f"{self.cap_of('save-settings')} saves in {self._config}"
            how = save if self._config else "nothing is saved here"
            where = f" * {changes} until you quit; {how}"
        self.query_one("#unsaved", Prompt).show(where)

    def _trial(self) -> Trial:
        return Trial(
            dbov=None if self._level is None else self._level(),
            threshold_dbov=self._settings.talk.threshold_dbov,
            loud=self._loud,
            sentence=self._sentence,
        )

    def _tick(self) -> None:
        self.query_one(TestMeter).show(self._trial())
