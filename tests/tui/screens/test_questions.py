"""Questions over a place, whatever they ask."""

from dataclasses import replace

from tests.tui.people import busy
from tests.tui.places import Stand, until
from tests.tui.rooms import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.screens.edit_room import EditRoom


async def test_a_question_is_answered_and_left_by_mouse() -> None:
    """A click on an answer takes it, one beside the frame leaves it."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        for answer in ("no, leave it", "yes, end it"):
            await pilot.press("E")
            await pilot.pause()
            line = next(y for y, text in enumerate(app.lines) if answer in text)
            await pilot.click(offset=(app.lines[line].index(answer), line))
            await pilot.pause()
        assert asked(app) == [commands.EndRoom()]
        await pilot.press("E")
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert app.screen is app.place


async def test_the_chosen_answer_of_a_long_list_stays_in_sight() -> None:
    """There are more permissions than lines."""
    app = standing(busy("ana"))
    async with app.run_test(size=(60, 20)) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("e", *["down"] * 30)
        await pilot.pause()
        assert f"◉ {Capability.READ_REPORTS}" in app.picture


async def test_a_click_beside_a_form_loses_nothing_that_was_typed() -> None:
    """Only escape leaves it."""
    app: Stand = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("U")
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert isinstance(app.screen, EditRoom)


async def test_a_name_in_the_palette_is_text_too() -> None:
    """Of the chosen person, in the actions that name them, before and after one types."""
    view = busy("ana")
    view.room.stage["ben"] = replace(view.room.stage["ben"], name="Ben [/] 🇩🇪")
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Ben [/] DE" in app.picture, "the actions")
        await pilot.press(*"mute")
        await until(pilot, lambda: "mute Ben [/] DE" in app.picture, "the action that is sought")
