"""The room as a whole, reports, and what was done: wishes first, pictures second."""

from dataclasses import replace
from datetime import datetime

import pytest
from textual.widgets import Input

from tests.support.zones import BERLIN, living_in
from tests.tui.people import busy, jazz
from tests.tui.places import SIZES
from tests.tui.rooms import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.life import Life
from tui_rooms.rules.records import Block, Report
from tui_rooms.tui.messages import (
    AuditRead,
    AuditWanted,
)
from tui_rooms.tui.screens.edit_room import EditRoom
from tui_rooms.tui.screens.records import Records
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.wire import commands as wire


@pytest.mark.parametrize(
    ("key", "question", "command"),
    [
        ("G", "Stop being live? 2 listeners will be sent out", commands.StopLive()),
        ("E", "End “Jazz” for all?", commands.EndRoom()),
        ("L", "Lower all hands (2)?", commands.LowerAllHands()),
    ],
)
async def test_what_concerns_everyone_asks_first(key: str, question: str, command: object) -> None:
    """Enter alone does nothing; the answer must be yes."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(key)
        assert question in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == []
        await pilot.press(key, "y")
        await pilot.pause()
        assert asked(app) == [command]


async def test_mute_all_says_whether_they_may_unmute() -> None:
    """The second answer takes the right too."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("A", "enter")
        await pilot.pause()
        await pilot.press("A", "2")
        await pilot.pause()
        assert asked(app) == [commands.MuteAll(), commands.MuteAll(may_unmute=False)]


async def test_somebody_who_is_blocked_can_be_let_in_again() -> None:
    """The list names them and says why."""
    view = busy("ana")
    view.room.blocked["zed"] = Block(name="Zed", by="ana", reason="spam", at=0.0, until=None)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("B")
        assert "Zed: spam" in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == [commands.Unblock(identity="zed")]


async def test_the_audit_log_is_asked_for() -> None:
    """The server has it."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l")
        assert len(app.wished(AuditWanted)) == 1


@pytest.mark.parametrize("size", SIZES)
async def test_a_room_is_edited_and_only_what_differs_is_sent(size: tuple[int, int]) -> None:
    """The form begins with how things are."""
    app = standing(jazz("ana"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("U")
        assert isinstance(app.screen, EditRoom)
        assert app.screen.query_one("#title", Input).value == "Jazz"
        assert "esc  leave it" in app.picture
        await pilot.press("end", *" two", "enter")
        await pilot.pause()
        assert asked(app) == [wire.UpdateRoom(title="Jazz two")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2100-01-15 20:30", "2100-01-15 20:30+01:00"),
        ("2100-07-15 20:30", "2100-07-15 20:30+02:00"),
    ],
)
async def test_a_start_is_moved_to_what_clocks_will_show(written: str, meant: str) -> None:
    """One of the two is beyond a change of daylight saving time, whenever this is run."""
    view = jazz("ana")
    before = datetime.fromisoformat("2100-03-01 08:00+01:00").timestamp()
    view.room.life, view.room.starts_at = Life.SCHEDULED, before
    app = standing(view)
    with living_in(BERLIN):
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("U")
            await pilot.pause()
            assert "starts Mon 01 Mar 2100 08:00 CET; write" in app.picture
            app.screen.query_one("#starts", Input).value = written
            await pilot.press("enter")
            await pilot.pause()
            at = datetime.fromisoformat(meant).timestamp()
            assert asked(app) == [wire.UpdateRoom(starts_at=at)]


async def test_a_written_password_is_meant_and_an_empty_one_is_not() -> None:
    """Writing one chooses it; choosing without writing is answered with what is missing."""
    app = standing(jazz("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("U")
        app.screen.query_one("#passwords", Choices).choose(1)
        await pilot.press("enter")
        assert "Write the new password" in app.picture
        await pilot.press(*"sesame", "enter")
        await pilot.pause()
        assert asked(app) == [wire.UpdateRoom(password="sesame")]
        assert "sesame" not in repr(app.wishes)


async def test_a_password_is_kept_unless_it_is_removed() -> None:
    """An untouched form changes nothing."""
    view = jazz("ana")
    view.room.has_password = True
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("U", "enter")
        await pilot.pause()
        assert asked(app) == []
        await pilot.press("U")
        app.screen.query_one("#passwords", Choices).choose(2)
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == [wire.UpdateRoom(password="")]


async def test_slow_mode_begins_at_what_it_is() -> None:
    """Also when that is a time which only a program sets."""
    view = busy("ana")
    view.room.slow_mode_s = 45.0
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("S")
        assert "◉ every 45 seconds" in app.picture
        await pilot.press("1")
        await pilot.pause()
        assert asked(app) == [commands.SetSlowMode(seconds=0.0)]


def a_report(about: str, name: str) -> Report:
    """By Ben."""
    return Report(
        report_id=about,
        identity=about,
        name=name,
        by="ben",
        by_name="Ben",
        reason="spam",
        text="",
        at=0.0,
    )


async def test_from_a_report_one_goes_to_the_person() -> None:
    """The newest is first; who has left can be kept out all the same."""
    view = busy("ana")
    view.room.reports = {"zed": a_report("zed", "Zed"), "cleo": a_report("cleo", "Cleo")}
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("o", "enter", "enter")
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "cleo"
        await pilot.press("o", "down", "enter", "enter")
        await pilot.pause()
        assert "Zed is not here: keep them out?" in app.picture
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == [commands.Block(identity="zed", reason="", seconds=600.0)]


async def test_a_report_can_be_settled_and_then_stands_below_the_open_ones() -> None:
    """Nothing is left to do about it but to go to the person."""
    view = busy("ana")
    settled = replace(a_report("cleo", "Cleo"), settled_by="Ana")
    view.room.reports = {"zed": a_report("zed", "Zed"), "cleo": settled}
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("o")
        await pilot.pause()
        picture = app.picture
        assert picture.index("Ben about Zed: spam") < picture.index("settled by Ana")
        await pilot.press("enter", "down", "enter")
        await pilot.pause()
        assert asked(app) == [commands.SettleReport(report_id="zed")]
        await pilot.press("o", "down", "enter")
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "cleo"


def acts(first: int, last: int) -> tuple[AuditEntry, ...]:
    """Numbered."""
    return tuple(
        AuditEntry(at=0.0, by="ana", action="kicked", identity=f"z{n}", name=f"Zed {n}")
        for n in range(first, last, -1)
    )


async def test_older_pages_of_the_audit_log_come_as_one_reads_on() -> None:
    """One wish a page, and none after the last."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await place(app).hear(AuditRead(acts(100, 60), asked=None, before=60))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, Records)
        assert app.wished(AuditWanted) == []
        await pilot.press("end")
        await pilot.pause()
        await pilot.press("home", "end")
        await pilot.pause()
        assert app.wished(AuditWanted) == [{"before": 60}]
        await place(app).hear(AuditRead(acts(60, 58), asked=60, before=None))
        await pilot.pause()
        await pilot.press("home", "end")
        await pilot.pause()
        assert "Zed 59" in app.picture
        assert len(app.screen.records) == 42
        assert len(app.wished(AuditWanted)) == 1


async def test_a_page_that_does_not_fill_the_window_fetches_the_next() -> None:
    """Nobody can scroll in a short list."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await place(app).hear(AuditRead(acts(100, 98), asked=None, before=98))
        await pilot.pause()
        await pilot.pause()
        assert app.wished(AuditWanted) == [{"before": 98}]
