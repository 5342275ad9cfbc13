"""What hosts do from the screen beyond hands, kicks and blocks: wishes first, pictures second."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.tui.people import busy, jazz, somebody
from tests.tui.places import SIZES, Stand
from tests.tui.screens.test_room_side import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.records import Hand, Report
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant
from tui_rooms.tui.messages import AuditRead, AuditWanted, PeopleFound, PeopleWanted, RoomChanged
from tui_rooms.tui.screens.edit_room import EditRoom
from tui_rooms.tui.screens.find_person import FindPerson
from tui_rooms.tui.screens.records import Records
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.wire import commands as wire

# Roles and permissions.


async def test_a_host_makes_another_host() -> None:
    """The picker starts at what the person is, and says what each role means."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("C")
        assert "What should Ben be?" in app.picture
        assert "◉ speaker: talks on the stage" in app.picture
        await pilot.press("1")
        await pilot.pause()
        assert asked(app) == [commands.ChangeRole(identity="ben", role=Role.HOST)]


async def test_a_listener_is_asked_before_becoming_a_cohost() -> None:
    """Nobody is put on a stage without a yes."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("dan")
        await pilot.press("C", "2")
        await pilot.pause()
        assert asked(app) == [commands.OfferStage(identity="dan", role=Role.COHOST)]


async def test_a_cohost_gives_roles_up_to_cohost() -> None:
    """Nobody gives a role above one's own."""
    view = busy("ben")
    view.room.stage["ben"] = replace(view.room.stage["ben"], role=Role.COHOST)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("cleo")
        await pilot.press("C")
        words = app.screen.query_one(Choices).value.words
        assert [line.partition(":")[0] for line in words] == ["cohost", "speaker", "listener"]


async def test_whoever_may_not_do_something_asks_for_it() -> None:
    """Only what one may not do yet is in the list."""
    app = standing(busy("dan"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("N")
        wanted = app.screen.query_one(Choices).value.words
        assert Capability.SEND_MESSAGE not in wanted
        assert Capability.SEND_AUDIO not in wanted, "that takes the stage"
        app.screen.query_one(Choices).choose(wanted.index(Capability.SEND_EVENT))
        await pilot.press("enter")
        await pilot.pause()
        assert asked(app) == [commands.RequestPermission(capability=Capability.SEND_EVENT)]


async def test_a_speaker_steps_down_when_sure() -> None:
    """Enter alone does nothing."""
    app = standing(busy("ben"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("j", "enter")
        await pilot.pause()
        assert asked(app) == []
        await pilot.press("j", "y")
        await pilot.pause()
        assert asked(app) == [commands.ChangeRole(identity="ben", role=Role.LISTENER)]


# The room.


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


# Reports and the audit log.


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


# People far back in the audience.


async def test_a_hand_of_somebody_beyond_the_known_names_is_chosen_and_accepted() -> None:
    """They have a seat among the raised hands, and keep it while they are chosen."""
    view = busy("ana")
    view.room.audience_count = 4000
    view.room.hands["zoe"] = Hand(name="Zoe", raised_at=4350.0)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        assert "↑3 Zoe" in app.picture
        place(app).seats.choose("zoe")
        await pilot.press("a")
        assert asked(app) == [commands.OfferStage(identity="zoe")]
        lowered = busy("ana").room
        lowered.audience_count = 4000
        await place(app).hear(RoomChanged(lowered))
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "zoe"
        assert "◆ Zoe" in app.picture
        place(app).seats.choose("ben")
        await pilot.pause()
        assert "Zoe" not in app.picture


async def test_somebody_is_found_by_name_and_chosen() -> None:
    """The server looks; an answer to what was written before is not shown."""
    app = standing(busy("ana"))
    zoe = Participant(identity="zoe", name="Zoe", role=Role.LISTENER, since=0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        assert isinstance(app.screen, FindPerson)
        await place(app).hear(PeopleFound("", (somebody("ana"), zoe), 4000))
        await pilot.pause()
        assert "the first 2 of 4,000" in app.picture
        app.screen.query_one(Input).value = "zo"
        await place(app).hear(PeopleFound("", (somebody("ana"),), 1))
        await place(app).hear(PeopleFound("zo", (zoe,), 1))
        await pilot.pause()
        assert "◉ Zoe" in app.picture
        assert app.wished(PeopleWanted)[0] == {"text": ""}
        await pilot.press("enter")
        await pilot.pause()
        assert place(app).query_one(Canvas).chosen == "zoe"
        await pilot.press("b", "enter")
        await pilot.pause()
        assert asked(app) == [commands.Block(identity="zoe", reason="", seconds=600.0)]


# Questions and the mouse.


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


async def test_requests_below_the_last_line_of_the_queue_are_told_of() -> None:
    """In a low window not everybody who waits can be seen."""
    view = busy("ana")
    for number in range(6):
        view.room.hands[f"z{number}"] = Hand(name=f"Zed {number}", raised_at=4350.0)
    app = standing(view)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert "5 more, ↑ ↓" in app.picture


async def test_a_click_beside_a_form_loses_nothing_that_was_typed() -> None:
    """Only escape leaves it."""
    app: Stand = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("U")
        await pilot.click(offset=(1, 1))
        await pilot.pause()
        assert isinstance(app.screen, EditRoom)
