"""Opening a room, or planning one: wishes first, pictures second."""

from datetime import datetime

import pytest
from textual.widgets import Input

from tests.support.zones import BERLIN, living_in
from tests.tui.lobbies import EMPTY, OPEN, TEA, lobby, standing
from tests.tui.places import SIZES
from tui_rooms.rules.room import Life
from tui_rooms.tui.messages import (
    RoomWanted,
)
from tui_rooms.tui.model.room_plan import RoomPlan


async def test_a_new_room_is_open_mic_unless_chosen_otherwise() -> None:
    """`n`, a title, Enter."""
    app = standing(EMPTY)
    async with app.run_test() as pilot:
        await pilot.press("n", *"Tea", "enter")
        await pilot.pause()
        plan = RoomPlan(title="Tea", room_type="open_mic")
        assert app.wished(RoomWanted) == [{"plan": plan}]


async def test_a_new_room_can_have_a_stage_by_invitation() -> None:
    """The type is chosen below the title."""
    app = standing(EMPTY)
    async with app.run_test() as pilot:
        await pilot.press("n", *"Talk", "tab", "down", "enter")
        await pilot.pause()
        plan = RoomPlan(title="Talk", room_type="audio_room")
        assert app.wished(RoomWanted) == [{"plan": plan}]


async def test_a_room_without_a_title_is_not_opened() -> None:
    """The question stays and says what is missing; escape goes back."""
    app = standing(EMPTY)
    async with app.run_test() as pilot:
        await pilot.press("n", "space", "enter")
        await pilot.pause()
        assert app.wishes == []
        assert "1 to 80 characters" in app.screen.query_one(Input).placeholder
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.place


async def test_a_room_can_be_planned_private_and_with_a_password() -> None:
    """All that the form asks."""
    app = standing(EMPTY)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", *"Talk", "tab", "down", "down", "tab", "down", "tab")
        await pilot.press(*"2100-05-01 20:30", "tab", *"more", "tab", *"secret", "enter")
        await pilot.pause()
        (wish,) = app.wished(RoomWanted)
        plan = wish["plan"]
        assert plan == RoomPlan(
            title="Talk",
            room_type="town_hall",
            description="more",
            starts_at=4112886600.0,
            private=True,
            password="secret",
        )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2100-01-15 20:30", "2100-01-15 20:30+01:00"),
        ("2100-07-15 20:30", "2100-07-15 20:30+02:00"),
    ],
)
async def test_a_plan_is_for_the_time_that_clocks_will_show(written: str, meant: str) -> None:
    """One of the two is beyond a change of daylight saving time, whenever this is run."""
    app = standing(EMPTY)
    with living_in(BERLIN):
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("n", *"Talk", "tab", "tab", "tab", *written, "enter")
            await pilot.pause()
            (wish,) = app.wished(RoomWanted)
            at = datetime.fromisoformat(meant).timestamp()
            assert wish["plan"].starts_at == at
            planned = TEA._replace(life=Life.SCHEDULED, starts_at=at)
            lobby(app).show(OPEN._replace(rooms=(planned,)))
            await pilot.press("tab")
            await pilot.pause()
            assert " 2100 20:30 CE" in app.picture


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("noon", "“noon” is no time"),
        ("2100-03-28 02:30", "there is no 2100-03-28 02:30 here"),
        ("2100-10-31 02:30", "2100-10-31 02:30 comes twice here"),
        ("2100-10-31 02:30", "or +01:00"),
    ],
)
async def test_a_time_that_is_none_is_named(written: str, says: str) -> None:
    """The form stays, and says how to write it, to the end of the sentence."""
    app = standing(EMPTY)
    with living_in(BERLIN):
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("n", *"Talk", "tab", "tab", "tab", *written, "enter")
            await pilot.pause()
            assert app.wishes == []
            assert says in app.picture


@pytest.mark.parametrize("size", SIZES)
async def test_the_form_has_room_at_every_size(size: tuple[int, int]) -> None:
    """From the title to the password."""
    app = standing(EMPTY)
    async with app.run_test(size=size) as pilot:
        await pilot.press("n")
        await pilot.pause()
        for words in ("What is it about?", "hosts talk", "who has the link", "password", "esc"):
            assert words in app.picture
