"""Who has left, who may come in, and who may speak: wishes first, pictures second."""

import time

import pytest

from tests.tui.people import busy, jazz
from tests.tui.places import SIZES
from tests.tui.rooms import WIDE, asked, place, standing
from tui_rooms.rules import commands
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.records import Block
from tui_rooms.rules.roles import Role
from tui_rooms.tui.messages import AbsentRead, AbsentWanted
from tui_rooms.wire.messages import Absentee


def gone(name: str, *, block: Block | None = None, sent_out: bool = False) -> Absentee:
    """Somebody who has left just now."""
    return Absentee(
        identity=name,
        name=name.title(),
        role=Role.SPEAKER,
        left_at=time.time(),
        sent_out=sent_out,
        blocked=block,
    )


BLOCK = Block(name="Kai", by="ana", reason="spam", at=0.0, until=None)


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (["1"], commands.Mute(identity="zed")),
        (["2", *"noise", "enter"], commands.Kick(identity="zed", reason="noise")),
        (
            ["3", "enter"],
            commands.Block(identity="zed", reason="", seconds=600.0),
        ),
    ],
)
async def test_who_has_left_is_chosen_and_dealt_with(keys: list[str], command: object) -> None:
    """The server is asked who they are; what to do comes after whom."""
    app = standing(jazz("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("Q")
        assert len(app.wished(AbsentWanted)) == 1
        await place(app).hear(AbsentRead((gone("zed"), gone("yan", sent_out=True)), 2))
        await pilot.pause()
        assert "Zed: left " in app.picture
        assert "Yan: left " in app.picture
        assert ", kicked" in app.picture
        await pilot.press("1")
        await pilot.pause()
        assert "Zed, who is not here:" in app.picture
        await pilot.press(*keys)
        await pilot.pause()
        assert asked(app) == [command]


async def test_who_is_blocked_is_let_in_from_there_too() -> None:
    """Whoever was blocked is in the same list."""
    view = jazz("ana")
    view.room.blocked["kai"] = BLOCK
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("Q")
        await place(app).hear(AbsentRead((gone("kai", block=BLOCK),), 1))
        await pilot.pause()
        assert "blocked: spam" in app.picture
        await pilot.press("enter", "1")
        await pilot.pause()
        assert asked(app) == [commands.Unblock(identity="kai")]


async def test_where_nobody_has_left_that_is_said() -> None:
    """In a sentence, not an empty list; and whoever may not deal with people is not offered it."""
    app = standing(jazz("ana"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("Q")
        await place(app).hear(AbsentRead((), 0))
        await pilot.pause()
        assert "Nobody has left in the last ten minutes" in app.picture
    listener = standing(jazz("dan"))
    async with listener.run_test(size=WIDE) as pilot:
        await pilot.press("Q", "K")
        assert listener.wished(AbsentWanted) == []
        assert asked(listener) == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_room_is_locked_and_the_head_says_so(size: tuple[int, int]) -> None:
    """The choice begins with how it is now."""
    view = jazz("ana")
    app = standing(view)
    async with app.run_test(size=size) as pilot:
        await pilot.press("K", "3")
        await pilot.pause()
        assert asked(app) == [commands.SetEntry(entry=Entry.LOCKED)]
        assert "locked" not in app.picture.splitlines()[1]
    view.room.entry = Entry.LOCKED
    app = standing(view)
    async with app.run_test(size=size) as pilot:
        assert "locked" in app.picture.splitlines()[1]
        await pilot.press("K", "enter")
        await pilot.pause()
        assert asked(app) == [commands.SetEntry(entry=Entry.LOCKED)]
        await pilot.press("K", "2")
        await pilot.pause()
        assert asked(app)[-1] == commands.SetEntry(entry=Entry.NO_GUESTS)


async def test_who_was_muted_for_good_is_let_unmute() -> None:
    """Offered once there is something to let; the details say that it is so."""
    view = busy("ana")
    view.room.silent_below = Role.HOST
    app = standing(view)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "below host muted" in app.picture
        await pilot.press("A", "3")
        await pilot.pause()
        assert asked(app) == [commands.AllowUnmuting()]
        await pilot.press("i")
        assert "all below host, unless they are allowed to speak" in " ".join(app.picture.split())
