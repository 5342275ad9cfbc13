"""Themes, no colours, few colours."""

import re
from typing import Any

import pytest
from textual.app import InvalidThemeError
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES

from tests.tui.people import jazz
from tests.tui.places import Stand
from tests.tui.rooms import LINK, SOUND, silence
from tests.tui.terminals import MemoryDriver, run_on_memory
from tui_rooms.tui.drawing.palette import ROLES
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.settings.reading import parse_settings
from tui_rooms.tui.terminal.house_colours import HOUSE
from tui_rooms.tui.terminal.themed import Themed, theme_names
from tui_rooms.tui.terminal.themes import own_theme, role_colours

SGR = re.compile(r"\x1b\[([\d;]*)m")


def standing() -> Stand:
    """A room."""
    return Stand(RoomPlace(jazz("ana"), silence, sound=SOUND, link=LINK, clock=lambda: 60.0))


async def written(app: Stand, *keys: str) -> str:
    """All that reaches the terminal until some keys were pressed."""
    sent = ""

    async def look(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        nonlocal sent
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        sent = driver.take()

    await run_on_memory(app, (80, 24), look)
    return sent


def codes(text: str) -> set[str]:
    """The SGR parameters of colours."""
    found = set()
    for parameters in SGR.findall(text):
        parts = parameters.split(";")
        while parts:
            part = parts.pop(0) or "0"
            if part in ("38", "48"):
                kind = parts.pop(0)
                del parts[: 3 if kind == "2" else 1]
                found.add(f"{part};{kind}")
            elif 30 <= int(part) <= 49 or 90 <= int(part) <= 107:
                found.add(part)
    return found


async def test_no_color_sends_no_colour_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the room nor in help, palette and settings; what stands out is swapped or bold."""
    monkeypatch.setenv("NO_COLOR", "1")
    sent = await written(standing(), "question_mark", "escape", "ctrl+p", "escape", "comma")
    assert codes(sent) == set()
    assert "\x1b[1;7m ● LIVE " in sent
    assert "MIC OPEN" in sent


async def test_sixteen_colours_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """No code beyond them is sent, and cards that are chosen differ from others."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM")
    sent = codes(await written(standing(), "down"))
    assert not {code for code in sent if ";" in code}
    assert {"40", "37"} <= sent


async def test_256_colours_are_not_exceeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the terminal says it can."""
    monkeypatch.delenv("COLORTERM")
    sent = codes(await written(standing()))
    assert "38;5" in sent
    assert "38;2" not in sent


async def test_two_apps_in_one_process_have_each_their_terminal_s_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As behind one SSH door; the escape codes of one are not sent to the other."""
    assert "38;2" in codes(await written(standing()))
    monkeypatch.delenv("COLORTERM")
    assert "38;2" not in codes(await written(standing()))
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert "38;5" not in codes(await written(standing()))


async def test_another_theme_changes_every_colour_at_once() -> None:
    """Nothing of the theme before is left on the screen."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        before = colours_of(app)
        assert {HOUSE["night"]["card"], HOUSE["night"]["panel"]} <= before
        app.theme = "day"
        await pilot.pause()
        await pilot.pause()
        after = colours_of(app)
        assert {HOUSE["day"]["card"], HOUSE["day"]["panel"]} <= after
        assert not after & set(HOUSE["night"].values()) - set(HOUSE["day"].values())


@pytest.mark.parametrize("theme", [*HOUSE, *BUILTIN_THEMES])
async def test_no_mark_of_a_role_reaches_the_screen(theme: str) -> None:
    """Each theme has a colour for each role."""
    app = standing()
    app.theme = theme
    async with app.run_test(size=(80, 24)):
        assert not colours_of(app) & set(ROLES.values())


@pytest.mark.parametrize("name", HOUSE)
def test_words_can_be_read_in_the_house_s_themes(name: str) -> None:
    """WCAG contrast of at least 4.5 for words on what they stand on, 7 with high contrast."""
    colours = {role: Color.parse(colour) for role, colour in HOUSE[name].items()}
    words = ("ink", "bright", "soft", "sound", "loud", "alarm", "host")
    grounds = ("ground", "panel", "bar", "card", "card-chosen", "card-talking")
    least = 7.0 if name == "contrast" else 4.5
    poor = [
        (word, ground, round(ratio, 2))
        for word in words
        for ground in grounds
        if (ratio := contrast(colours[word], colours[ground])) < least
    ]
    assert poor == []


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.2: 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    """WCAG 2.2: relative luminance, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_an_own_theme_is_its_base_with_changes() -> None:
    """And is offered beside the others."""
    settings = parse_settings('[themes.mine]\nbase = "day"\nsound = "#112233"\n', None)  # type: ignore[arg-type]
    app = standing()
    app.register_theme(own_theme("mine", settings.themes["mine"]))
    app.theme = "mine"
    async with app.run_test():
        colours = role_colours(app.theme_variables)
        assert colours["sound"] == "#112233"
        assert colours["ground"] == HOUSE["day"]["ground"]
        assert theme_names(app)[:3] == ["night", "day", "contrast"]
        assert "mine" in theme_names(app)


@pytest.mark.parametrize("colour", ["#7fd", "orange", "#11223344", "rgb(1, 2, 3)"])
async def test_a_colour_may_be_written_in_any_way_that_textual_knows(colour: str) -> None:
    """Rich, which draws it, knows fewer."""
    settings = parse_settings(f"[themes.mine]\nsound = {colour!r}\n", None)  # type: ignore[arg-type]
    app = standing()
    app.register_theme(own_theme("mine", settings.themes["mine"]))
    app.theme = "mine"
    async with app.run_test():
        assert role_colours(app.theme_variables)["sound"] == Color.parse(colour).hex6


def colours_of(app: Stand) -> set[str]:
    """All that are on the screen."""
    found: set[str] = set()
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if segment.style is not None:
                found |= {
                    colour.get_truecolor().hex
                    for colour in (segment.style.color, segment.style.bgcolor)
                    if colour is not None
                }
    return found


async def test_an_app_begins_with_its_theme_as_if_it_had_changed_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same colours and classes; but all style sheets are parsed once, and not again."""
    parsed: list[Stylesheet] = []
    reparse = Stylesheet.reparse
    monkeypatch.setattr(Stylesheet, "reparse", lambda self: (parsed.append(self), reparse(self)))
    begun, changed = Themed(theme="day"), Themed()
    async with begun.run_test():
        assert not parsed
        assert begun.theme == "day"
    changed.theme = "day"
    async with changed.run_test():
        assert parsed
    assert begun.theme_variables == changed.theme_variables
    assert begun.classes == changed.classes | {"-theme-day"}


def test_a_theme_that_is_not_there_is_refused() -> None:
    """By name."""
    with pytest.raises(InvalidThemeError, match="nowhere"):
        Themed(theme="nowhere")
