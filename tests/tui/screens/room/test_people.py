"""The chosen person, and what one may do oneself: wishes first, pictures second."""

from dataclasses import replace

from textual.widgets import Input

from tests.tui.people import busy, somebody
from tests.tui.rooms import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant
from tui_rooms.tui.messages import (
    PeopleFound,
    PeopleWanted,
)
from tui_rooms.tui.screens.find_person import FindPerson
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.choices import Choices
from tui_rooms.tui.widgets.key_grid import KeyGrid
from tui_rooms.wire import commands as wire


async def test_kick_names_the_person_and_asks_why() -> None:
    """Escape leaves everything as it is."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("k")
        assert "Send Ben out of the room?" in app.picture
        await pilot.press("escape")
        assert asked(app) == []
        await pilot.press("k", *"noise", "enter")
        await pilot.pause()
        assert asked(app) == [commands.Kick(identity="ben", reason="noise")]


async def test_a_block_has_a_reason_and_a_time() -> None:
    """The second choice is an hour."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("b", *"spam", "tab", "down", "enter")
        await pilot.pause()
        assert asked(app) == [commands.Block(identity="ben", reason="spam", seconds=3600.0)]


async def test_a_report_needs_a_reason() -> None:
    """Without one nothing is sent."""
    app = standing(busy("dan"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("R", "enter")
        assert asked(app) == []
        await pilot.press(*"rude", "enter")
        await pilot.pause()
        assert asked(app) == [wire.Report(identity="ben", reason="rude")]


async def test_a_permission_is_taken_or_given() -> None:
    """What one may do oneself; a speaker may raise a hand."""
    app = standing(busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ben")
        await pilot.pause()
        await pilot.press("e")
        assert "What Ben may do" in app.picture
        await pilot.press("3", "e", "8")
        await pilot.pause()
        assert asked(app) == [
            commands.RevokeCapability(identity="ben", capability=Capability.SEND_AUDIO),
            commands.GrantCapability(identity="ben", capability=Capability.MUTE_USERS),
        ]


async def test_a_cohost_may_not_act_against_a_host() -> None:
    """Nothing about the host is offered but writing and reporting."""
    view = busy("ben")
    view.room.stage["ben"] = replace(view.room.stage["ben"], role=Role.COHOST)
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        place(app).query_one(Canvas).choose("ana")
        await pilot.pause()
        grid = place(app).query_one("#person-keys", KeyGrid)
        assert [key.action for key in grid.value] == [
            "details",
            "quieter",
            "louder",
            "mute-for-me",
            "write-person",
            "report",
        ]


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
