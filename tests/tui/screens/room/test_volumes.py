"""Volume for oneself: wishes, marks, and what is remembered."""

from pathlib import Path

import pytest

from tests.tui.people import busy, jazz
from tests.tui.places import SILENT, SIZES, Stand
from tests.tui.rooms import AN_HOUR, LINK, SOUND, WIDE, place, silence
from tui_rooms.tui.actions.hearing import louder, quieter
from tui_rooms.tui.messages import (
    DeafenWanted,
    MuteForMeWanted,
    RoomChanged,
    VolumeStepWanted,
    VolumeWanted,
)
from tui_rooms.tui.model.room_view import Hearing, OwnSound, RoomView
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.news.bridge import Bridge
from tui_rooms.tui.screens.details import DetailsScreen
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.volume_bar import VolumeBar


def standing(heard: dict[str, Hearing], view: RoomView | None = None) -> Stand:
    """A room in an app, as one hears it."""
    return Stand(
        RoomPlace(
            view or jazz("dan"),
            silence,
            sound=SOUND,
            link=LINK,
            hearing=lambda who: heard.get(who, Hearing()),
            clock=lambda: AN_HOUR,
        )
    )


async def test_plus_and_minus_change_the_volume_of_the_chosen_speaker() -> None:
    """A listener may do that as well as a host."""
    app = standing({})
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("plus", "equals_sign", "minus", "n")
        steps = [{"identity": "ben", "by": by} for by in (1, 1, -1)]
        assert app.wished(VolumeStepWanted) == steps
        assert app.wished(MuteForMeWanted) == [{"identity": "ben", "muted": True}]


async def test_nobody_turns_down_oneself_or_a_listener() -> None:
    """There is nothing to hear, so the keys do nothing and no bar is shown."""
    for who in ("dan", "eve"):
        app = standing({})
        async with app.run_test(size=WIDE) as pilot:
            place(app).seats.choose(who)
            await pilot.press("plus", "minus", "n")
            assert app.wishes == []
            assert "volume" not in app.picture


@pytest.mark.parametrize(("here", "up", "down"), [(100, 110, 90), (200, 200, 190), (0, 10, 0)])
def test_a_step_stays_within_0_and_200_percent(here: int, up: int, down: int) -> None:
    """Both ends are ends."""
    assert (louder(here), quieter(here)) == (up, down)


def test_a_step_from_an_odd_volume_goes_to_the_next_full_one() -> None:
    """A volume may have been typed as 64 %."""
    assert (louder(64), quieter(64)) == (70, 60)


@pytest.mark.parametrize("size", SIZES)
async def test_the_tile_says_what_one_changed_for_oneself(size: tuple[int, int]) -> None:
    """In words, whether the tile is high or low."""
    app = standing({"ana": Hearing(60), "ben": Hearing(150, muted=True)})
    async with app.run_test(size=size) as pilot:
        place(app).show_hearing()
        await pilot.pause()
        assert "mic open · 60 %" in app.picture
        assert "not heard" in app.picture
        assert "150 %" not in app.picture


async def test_a_click_on_the_bar_sets_the_volume() -> None:
    """The left end is silence, the right end 200 %."""
    app = standing({"ben": Hearing(200)})
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.pause()
        line = app.screen.query_one(VolumeBar).render_line(0).text
        first, after = line.index("━"), line.rindex("━") + 1
        for x in (first, after - 1):
            await pilot.click(VolumeBar, offset=(x, 0))
            await pilot.pause()
        percents = [wish["percent"] for wish in app.wished(VolumeWanted)]
        assert percents == [0, 200]


async def test_deafened_stands_in_the_head() -> None:
    """Else one wonders why it is so quiet."""
    app = Stand(
        RoomPlace(jazz("dan"), silence, sound=SOUND, link=LINK, own=lambda: OwnSound(deafened=True))
    )
    async with app.run_test(size=(60, 20)) as pilot:
        assert "HEARING NOBODY" in app.lines[0]
        await pilot.press("D")
        assert app.wished(DeafenWanted) == [{"deafened": False}]


async def test_the_details_follow_and_change_the_volume() -> None:
    """The same keys as in the room, and the bar shows what came of them."""
    heard: dict[str, Hearing] = {}
    app = standing(heard, busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("i")
        assert isinstance(app.screen, DetailsScreen)
        assert "speaker" in app.picture
        await pilot.press("minus")
        assert app.wished(VolumeStepWanted) == [{"identity": "ben", "by": -1}]
        heard["ben"] = Hearing(90)
        app.screen.look()
        await pilot.pause()
        assert "90 %" in app.picture
        await pilot.press("escape")
        assert app.screen is app.place


async def test_when_the_person_leaves_the_details_say_whose_they_are_now() -> None:
    """The room's, under the room's title."""
    app = standing({}, busy("ana"))
    async with app.run_test(size=WIDE) as pilot:
        place(app).seats.choose("ben")
        await pilot.press("i")
        assert isinstance(app.screen, DetailsScreen)
        details = app.screen
        title = details.query_one("#title", Prompt)
        assert title.value == "Ben"
        room = place(app).view.room.copy()
        del room.stage["ben"]
        await place(app).hear(RoomChanged(room))
        details.look()
        assert title.value == room.title


async def test_the_details_of_a_room_say_how_it_is() -> None:
    """When nobody is chosen."""
    view = busy("ana")
    view.room.description = "tape and hiss"
    view.room.slow_mode_s = 30.0
    app = standing({}, view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("i")
        for words in ("tape and hiss", "30 s between messages", "2 up; open for listeners"):
            assert words in app.picture


def test_a_volume_is_remembered_and_nothing_is_written_before(tmp_path: Path) -> None:
    """The next start of the program hears the same people as before."""
    file = tmp_path / "state" / "volumes.json"

    def bridge() -> Bridge:
        return Bridge(
            lambda: ServerChoice(""),
            name="Ana",
            audio=SILENT.audio,
            put=lambda _: None,
            volumes=file,
        )

    first = bridge()
    first.deafen(deafened=True)
    assert not file.parent.exists(), "nothing was asked to be remembered"
    first.set_volume("ben", 80)
    for _ in range(2):
        first.step_volume("ben", -1)
    first.mute_for_me("cleo", muted=True)
    second = bridge()
    assert second.hearing("ben") == Hearing(60)
    assert second.hearing("cleo") == Hearing(muted=True)
    assert not second.own().deafened, "that is for one visit"
    assert second.hearing("dan") == Hearing()


async def test_the_choice_of_words_shows_no_volume_without_a_choice() -> None:
    """The bar belongs to a person."""
    app = standing({})
    async with app.run_test(size=WIDE):
        assert "volume" not in app.picture
        assert place(app).query_one(Canvas).chosen is None
