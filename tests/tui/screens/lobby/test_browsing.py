"""Choosing a room, reading about it and joining it: wishes first, pictures second."""

import pytest

from tests.tui.lobbies import JAZZ, OPEN, TEA, lobby, rooms_wished, standing
from tests.tui.places import SIZES, until
from tui_rooms.rules.room import Life
from tui_rooms.tui.messages import (
    CalendarLinkWanted,
    JoinWanted,
    MoreRoomsWanted,
    PreviewRead,
    PreviewWanted,
)
from tui_rooms.tui.model.values import Previewed
from tui_rooms.tui.screens.lobby import browsing
from tui_rooms.tui.widgets.room_list import RoomList

SLOWLY = 2.0
"""Seconds after which something rests: longer than a few keys take on a busy machine."""


async def test_enter_joins_the_chosen_room() -> None:
    """The first one, or the one that the arrows have chosen."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.press("enter", "down", "enter")
        assert rooms_wished(app) == ["jazz", "tea"]


async def test_a_click_chooses_and_a_second_click_joins() -> None:
    """So a slip of the hand joins nothing."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click(RoomList, offset=(10, 3))
        assert rooms_wished(app) == []
        await pilot.click(RoomList, offset=(10, 3))
        assert rooms_wished(app) == ["tea"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_room_is_listed_with_title_host_count_state_and_type(size: tuple[int, int]) -> None:
    """At every size."""
    app = standing()
    async with app.run_test(size=size):
        for words in (
            "● LIVE",
            "Friday Night Jazz Talk",
            "hosted by Ana",
            "66 people",
            "1 person",
            "お茶の時間",
            "everyone may talk",
            "hosts invite people to the stage",
        ):
            assert words in app.picture
        strips = app.screen._compositor.render_strips()
        assert [strip.cell_length for strip in strips] == [size[0]] * size[1]


async def test_the_list_follows_the_server_and_the_mark_its_room() -> None:
    """A room that moves in the list keeps the mark."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        third = JAZZ._replace(room_id="third", title="A third one")
        lobby(app).show(OPEN._replace(rooms=(third, JAZZ, TEA)))
        await pilot.pause()
        assert "A third one" in app.picture
        await pilot.press("enter")
        assert rooms_wished(app) == ["tea"]
        lobby(app).show(OPEN._replace(rooms=(third, JAZZ)))
        await pilot.press("enter")
        assert rooms_wished(app)[1] == "jazz"


async def test_a_password_is_asked_for_before_going_in() -> None:
    """It is not shown while it is written."""
    app = standing(OPEN._replace(rooms=(JAZZ._replace(has_password=True),)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", *"secret")
        assert "The password of" in app.picture
        assert "secret" not in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert app.wished(JoinWanted) == [{"room_id": "jazz", "password": "secret"}]


async def test_the_end_of_a_long_list_asks_for_more() -> None:
    """Once; not while it is being asked, and not without more to come."""
    many = tuple(TEA._replace(room_id=f"r{n}", title=f"Room {n}") for n in range(300))
    app = standing(OPEN._replace(rooms=many, more=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.wished(MoreRoomsWanted) == []
        await pilot.press("end")
        await pilot.pause()
        assert app.wished(MoreRoomsWanted)
        assert "there are more" in app.picture
        lobby(app).show(OPEN._replace(rooms=many, more=True, looking=True))
        before = len(app.wished(MoreRoomsWanted))
        await pilot.press("home", "end")
        await pilot.pause()
        assert "looking for more" in app.picture
        assert len(app.wished(MoreRoomsWanted)) == before


async def test_the_server_is_asked_about_the_room_on_which_the_mark_rests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not about those that it passes; what it tells is shown."""
    monkeypatch.setattr(browsing, "SETTLED", SLOWLY)
    app = standing()
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("down", "up", "down")
        await until(pilot, lambda: bool(app.wished(PreviewWanted)), "a wish")
        assert app.wished(PreviewWanted) == [{"room_id": "tea"}]
        await lobby(app).hear(
            PreviewRead(Previewed(room=TEA, sentence="美琳 and 3 others are here"))
        )
        await pilot.pause()
        assert "美琳 and 3 others are here" in app.picture
        await pilot.press("up")
        await pilot.pause()
        assert "3 others" not in app.picture


@pytest.mark.parametrize("size", SIZES)
async def test_about_a_room_can_be_read_at_every_size(size: tuple[int, int]) -> None:
    """Over the list; Enter goes in from there."""
    room = JAZZ._replace(description="Tape hiss and other friends", live_since=60.0)
    app = standing(OPEN._replace(rooms=(room,)))
    async with app.run_test(size=size) as pilot:
        await pilot.press("i")
        await lobby(app).hear(
            PreviewRead(Previewed(room=room, sentence="Ana and 65 others are here"))
        )
        await pilot.pause()
        words = " ".join(app.picture.split())
        for part in ("Tape hiss", "on air since Thu 01 Jan 1970 00:01 UTC", "Ana and 65 others"):
            assert part in words
        await pilot.press("enter")
        await pilot.pause()
        assert rooms_wished(app) == ["jazz"]


async def test_what_one_reads_about_a_room_is_not_replaced_by_another() -> None:
    """Though its room went to another list, and the mark fell on a neighbour."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        await pilot.pause()
        await lobby(app).hear(PreviewRead(Previewed(room=TEA, sentence="美琳 is here")))
        await pilot.pause()
        assert JAZZ.title in app.picture
        assert "美琳 is here" not in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert rooms_wished(app) == ["jazz"]


async def test_a_room_that_is_over_is_read_about_and_not_joined() -> None:
    """With when it ended; Enter goes back."""
    over = JAZZ._replace(life=Life.ENDED, ended_at=120.0)
    app = standing(OPEN._replace(rooms=(over,)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "tab")
        await pilot.pause()
        assert "enter about" in app.lines[-1]
        await pilot.press("enter")
        await pilot.pause()
        assert "ended Thu 01 Jan 1970 00:02 UTC" in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert rooms_wished(app) == []
        assert app.screen is app.place


async def test_a_planned_room_has_a_link_for_ones_calendar() -> None:
    """The others have none, and no key for it."""
    planned = TEA._replace(life=Life.SCHEDULED, starts_at=4e9)
    app = standing(OPEN._replace(rooms=(JAZZ, planned)))
    async with app.run_test(size=(120, 36)) as pilot:
        assert "calendar" not in app.picture
        await pilot.press("c", "tab")
        await pilot.pause()
        assert "c calendar" in app.picture
        await pilot.press("c")
        assert app.wished(CalendarLinkWanted) == [{"room_id": "tea"}]
