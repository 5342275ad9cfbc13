"""Three lists, and searching in them: wishes first, pictures second."""

import pytest

from tests.tui.lobbies import JAZZ, OPEN, TEA, lobby, rooms_wished, standing
from tests.tui.places import until
from tui_rooms.rules.room import Life
from tui_rooms.tui.messages import (
    RoomsSought,
)
from tui_rooms.tui.model.values import Sought, found
from tui_rooms.tui.screens.lobby import lists
from tui_rooms.tui.widgets.room_list import RoomList

SLOWLY = 2.0
"""Seconds after which something rests: longer than a few keys take on a busy machine."""


async def test_tab_goes_through_live_upcoming_and_finished_rooms() -> None:
    """Finished rooms are asked for when one goes there."""
    planned = TEA._replace(life=Life.SCHEDULED, starts_at=4e9)
    ended = JAZZ._replace(room_id="old", title="Yesterday", life=Life.ENDED)
    app = standing(OPEN._replace(rooms=(JAZZ, planned, ended)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Upcoming  1" in app.picture
        assert "お茶の時間" not in app.picture
        await pilot.press("tab")
        await pilot.pause()
        assert "お茶の時間" in app.picture
        assert "UPCOMING" in app.picture
        assert "Friday" not in app.picture
        await pilot.press("tab")
        await pilot.pause()
        assert "Yesterday" in app.picture
        lists = [wish["sought"].list_name for wish in app.wished(RoomsSought)]
        assert lists == ["Upcoming", "Finished"]


async def test_the_list_follows_what_is_typed_and_the_server_is_asked_when_it_rests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once for what is known; once for the whole word."""
    monkeypatch.setattr(lists, "SETTLED", SLOWLY)
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"jazz")
        await pilot.pause()
        assert "Friday Night" in app.picture
        assert "お茶" not in app.picture
        assert app.wished(RoomsSought) == []
        await until(pilot, lambda: bool(app.wished(RoomsSought)), "a wish")
        assert app.wished(RoomsSought) == [{"sought": Sought("Live", "jazz")}]
        await pilot.press("escape")
        await pilot.pause()
        assert "お茶" in app.picture
        assert app.wished(RoomsSought)[-1] == {"sought": Sought("Live", "")}
        assert isinstance(app.focused, RoomList)


async def test_letters_are_text_while_one_searches_and_keys_after_it() -> None:
    """`n` opens no room; arrows choose, enter goes to the list, and enter again joins."""
    app = standing(OPEN._replace(rooms=(JAZZ, TEA._replace(title="A tea"))))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "n", "backspace", "a", "down", "enter", "enter")
        await pilot.pause()
        assert rooms_wished(app) == ["tea"]
        assert "all rooms" not in app.lines[-1], "the keys of the list"


async def test_what_is_not_found_says_so_and_where_else_to_look() -> None:
    """And that it is being looked for, while it is."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"zzz")
        lobby(app).show(OPEN._replace(looking=True))
        assert "Looking for rooms" in app.picture
        lobby(app).show(OPEN)
        assert "No live room has “zzz”" in app.picture
        assert "Press tab to look in the other lists" in app.picture
        await pilot.press("tab")
        await pilot.pause()
        assert app.wished(RoomsSought)[-1] == {"sought": Sought("Upcoming", "zzz")}


def test_case_and_accents_do_not_count() -> None:
    """As on the server."""
    cafe = TEA._replace(title="Café", speakers=("Zoë",))
    assert found((cafe, JAZZ), "CAFE zoe") == (cafe,)


async def test_upcoming_rooms_come_the_soonest_first() -> None:
    """Whatever the server's order."""
    later = TEA._replace(life=Life.SCHEDULED, starts_at=5e9, title="Later")
    sooner = later._replace(room_id="s", starts_at=4e9, title="Sooner")
    app = standing(OPEN._replace(rooms=(later, sooner)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        assert app.picture.index("Sooner") < app.picture.index("Later")
