"""The settings on the screen: all of them, tried before they are taken, saved only when asked."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.lobbies import OPEN
from tests.tui.places import Stand, until
from tests.tui.terminals import MemoryDriver
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.messages import Left, SaveWanted, SettingsChanged, SoundCheckWanted
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.settings import SettingsScreen
from tui_rooms.tui.settings.choices import CAPTIONS, Choice, choices
from tui_rooms.tui.settings.reading import parse_settings, read_settings
from tui_rooms.tui.settings.schema import (
    SECTIONS,
    Attention,
    Audio,
    Look,
    Settings,
    singles,
)
from tui_rooms.tui.settings.writing import toml

FILE = Path("config.toml")


def offered() -> tuple[Choice, ...]:
    """What the screen offers at first."""
    return choices(Settings(), themes=["night", "day"], microphones=["USB"], loudspeakers=["USB"])


NAMES = [one.name for one in offered()]


def other_value(choice: Choice) -> Any:
    """A value that is not the default."""
    return "x" if not choice.values else next(v for v in choice.values if v != choice.value)


def test_two_steps_before_the_next_picture_are_two_steps() -> None:
    """A step begins at what is set, not at what was drawn."""
    hold = next(choice for choice in offered() if choice.name == "mode")
    once = hold.stepped(Settings(), 1)
    twice = hold.stepped(once, 1)
    assert [once.talk.mode, twice.talk.mode] == list(hold.values[1:3])


@pytest.mark.parametrize("choice", offered(), ids=lambda choice: f"{choice.section}.{choice.name}")
def test_file_environment_and_screen_agree_on_each_setting(choice: Choice) -> None:
    """What one chooses on the screen can be written in the file and in a variable, and is the
    same there."""
    value = other_value(choice)
    chosen = choice.put(Settings(), value)
    in_file = parse_settings(f"[{choice.section}]\n{choice.name} = {toml(value)}\n", FILE)
    text = value if isinstance(value, str) else json.dumps(value)
    by_variable = read_settings({"TUI_ROOMS_CONFIG": "/nonexistent", choice.variable: text})
    assert in_file == by_variable == chosen


def test_no_setting_is_missing_on_the_screen() -> None:
    """And each section has its caption."""
    on_screen = {(one.section, one.name) for one in offered()}
    assert on_screen == {(one.section, one.name) for one in singles()}
    assert set(CAPTIONS) == set(SECTIONS)


class Quiet(TuiRooms):
    """The real app without a client behind it; keeps what is wished of it."""

    def __init__(self) -> None:
        super().__init__(lambda: ServerChoice(""), name="Ana", driver_class=MemoryDriver)
        self.wishes: list[Any] = []

    def start(self) -> None:
        """Nobody is called."""

    def on_sound_check_wanted(self, message: SoundCheckWanted) -> None:
        """Keep it."""
        self.wishes.append(message)

    def on_save_wanted(self) -> None:
        """Keep it."""
        self.wishes.append(SaveWanted())

    @property
    def settings(self) -> Settings:
        """Those that hold."""
        return self._held.now

    @property
    def picture(self) -> str:
        """The screen's text."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


async def go_to(pilot: Pilot[Any], name: str) -> None:
    """Open the settings, and choose one."""
    await pilot.press("comma", *["down"] * NAMES.index(name))
    await pilot.pause()


async def test_a_theme_is_seen_while_one_chooses_and_escape_takes_it_back() -> None:
    """Each that the mark passes; Enter keeps one."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "theme")
        await pilot.press("enter", "down")
        await pilot.pause()
        assert app.theme == "day"
        await pilot.press("down")
        await pilot.pause()
        assert app.theme == "contrast"
        await pilot.press("escape")
        await pilot.pause()
        assert (app.theme, app.settings) == ("night", Settings(you=app.settings.you))
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert app.settings.look == Look(theme="day")


async def test_a_microphone_is_tried_while_one_chooses_and_used_when_it_is_taken() -> None:
    """The room keeps its own until then; escape ends the trial."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "microphone")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("enter")
        screen.show_devices(("USB", "Desk"), ())
        await pilot.press("down")
        await pilot.pause()
        assert "◉ USB" in app.picture
        assert [wish.audio.microphone for wish in app.wishes] == ["", "USB"]
        screen.show_check(lambda: -20)
        await until(pilot, lambda: "-20 dBov" in app.picture, "the level")
        assert app.settings.audio == Audio()
        await pilot.press("h")
        await pilot.pause()
        assert (app.wishes[-1].loud, app.wishes[-1].audio.microphone) == (True, "USB")
        await pilot.press("escape")
        await pilot.pause()
        assert not app.wishes[-1].on
        assert app.settings.audio == Audio()
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert app.settings.audio == Audio(microphone="USB")


async def test_the_second_of_two_microphones_of_one_name_can_be_chosen_and_is_remembered() -> None:
    """Each has a line of its own, and the settings keep what the line says."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "microphone")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("enter")
        screen.show_devices(("USB", "USB #2"), ())
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert app.settings.audio == Audio(microphone="USB #2")


async def test_what_is_tried_out_ends_with_the_room() -> None:
    """Whoever is sent out while the settings are open: the microphone is let go, the theme too."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "theme")
        screen = app.screen
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(screen, SettingsScreen)
        screen.show_check(lambda: -20)
        await pilot.press("enter", "down")
        await pilot.pause()
        assert app.theme == "day"
        app.post_message(Left("the room has ended"))
        await until(pilot, lambda: len(app.screen_stack) == 1, "the lobby")
        await pilot.pause()
        assert app.theme == "night"
        assert [wish.on for wish in app.wishes] == [True, False]


async def test_a_device_that_is_not_there_is_still_the_chosen_one() -> None:
    """It is said, and nothing else takes its place in the settings."""
    app = Stand(LobbyPlace("Ana", OPEN))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = SettingsScreen(Settings(audio=Audio(microphone="Gone")), None)
        await app.push_screen(screen)
        screen.show_devices(("USB",), ())
        await pilot.press(*["down"] * NAMES.index("microphone"), "enter")
        await pilot.pause()
        assert "◉ Gone (not here now)" in app.picture


async def test_a_microphone_that_cannot_be_tried_says_why() -> None:
    """Where its meter would be."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "microphone")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.press("t")
        screen.show_check(None, 'no microphone opened ("USB": in use)')
        assert 'no microphone opened ("USB": in use)' in app.picture
        await pilot.press("t")
        await pilot.pause()
        assert app.wishes[-1].on, "the next t tries again"


async def test_what_is_not_saved_is_marked() -> None:
    """With a star, and how to save it."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "reduced_motion")
        app.screen._config = FILE  # type: ignore[attr-defined]
        await pilot.press("right")
        await pilot.pause()
        assert "*reduced motion" in app.picture
        assert "1 change holds until you quit; s saves in config.toml" in app.picture
        await pilot.press("left")
        await pilot.pause()
        assert "*" not in app.picture


async def test_a_name_is_written_and_holds_at_once() -> None:
    """In the lobby it is seen."""
    app = Quiet()
    async with app.run_test(size=(80, 24)) as pilot:
        await go_to(pilot, "name")
        await pilot.press("enter", *"Dima", "enter", "escape")
        await pilot.pause()
        assert app.settings.you.name == "Dima"
        assert "you are Dima" in app.picture


async def test_however_one_leaves_the_microphone_is_tried_no_longer() -> None:
    """By a key, or by a click beside the frame."""
    for leave in (
        lambda pilot: pilot.press("q"),
        lambda pilot: pilot.click(offset=(0, 0)),
    ):
        app = Stand(LobbyPlace("Ana", OPEN))
        async with app.run_test(size=(80, 24)) as pilot:
            await app.push_screen(SettingsScreen(Settings(), None))
            await pilot.press("t")
            await leave(pilot)
            await pilot.pause()
            assert app.screen is app.place
            assert [wish["on"] for wish in app.wished(SoundCheckWanted)] == [True, False]


async def test_the_keys_of_the_settings_can_be_clicked() -> None:
    """As those of a place."""
    app = Stand(LobbyPlace("Ana", OPEN))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SettingsScreen(Settings(), None))
        bar = app.screen.query_one("KeyBar")
        text = "".join(segment.text for segment in bar.render_line(0))
        await pilot.click("SettingsScreen KeyBar", offset=(text.index("test"), 0))
        await pilot.click("SettingsScreen KeyBar", offset=(text.index("save"), 0))
        await pilot.pause()
        assert [wish["on"] for wish in app.wished(SoundCheckWanted)] == [True, False]
        assert len(app.wished(SaveWanted)) == 1
        assert app.screen is app.place


async def test_a_click_on_a_switch_switches_it() -> None:
    """Though the list is scrolled."""
    app = Stand(LobbyPlace("Ana", OPEN))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(SettingsScreen(Settings(), None))
        await pilot.press(*["down"] * NAMES.index("notifications"))
        await pilot.pause()
        y = next(n for n, line in enumerate(app.lines) if "notify the desktop" in line)
        await pilot.click(offset=(30, y))
        await pilot.pause()
        (wish,) = app.wished(SettingsChanged)
        assert wish["settings"].attention == Attention(notifications=True)
