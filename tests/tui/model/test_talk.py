"""Holding to talk, and the hint to who talks while muted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from tests.tui.people import jazz
from tests.tui.places import Stand
from tests.tui.rooms import LINK, SOUND, silence
from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.tui.messages import LinkChanged, MicWanted, TalkModeWanted
from tui_rooms.tui.model.room_view import OwnSound
from tui_rooms.tui.model.talk import LONGEST_HOLD, HoldToTalk, Mode, MutedTalker
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.terminal.keyboard import EVENT_TYPES, KeyboardAnswered, KeyReleased, KeyRepeated
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.room_head import RoomHead


def holding(me: str = "ben", *, releases: bool = True) -> tuple[Stand, RoomPlace]:
    """A room in which one talks by holding."""
    place = RoomPlace(
        jazz(me), silence, sound=SOUND, link=LINK, mode=Mode.HOLD, reports_releases=releases
    )
    return Stand(place), place


def wishes(app: Stand) -> list[bool]:
    """What was wished of the microphone."""
    return [wish["is_open"] for wish in app.wished(MicWanted)]


async def test_space_opens_while_it_is_held() -> None:
    """Repeats of the key change nothing; its release closes, that of another key does not."""
    app, place = holding()
    async with app.run_test() as pilot:
        await pilot.press("space", "space", "space")
        await place.hear(KeyReleased("m"))
        assert wishes(app) == [True]
        await place.hear(KeyReleased("space"))
        await place.hear(KeyReleased("space"))
        await pilot.pause()
        assert wishes(app) == [True, False]


async def test_without_releases_space_toggles_and_says_so() -> None:
    """Nobody is left with an open microphone that they believe closed."""
    app, _ = holding(releases=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        await pilot.pause()
        assert wishes(app) == [False]
        assert "does not tell when a key is released" in app.picture


@pytest.mark.parametrize(("key", "released"), [("ctrl+t", "t"), ("T", "t"), ("space", "space")])
async def test_the_release_counts_whatever_was_held_with_the_key(key: str, released: str) -> None:
    """Control or shift may be let go before it, so releases come without them."""
    place = RoomPlace(
        jazz("ben"), silence, sound=SOUND, link=LINK, mode=Mode.HOLD, keymap={"talk": (key,)}
    )
    await place.hear(KeyboardAnswered(EVENT_TYPES))
    app = Stand(place)
    app.set_keymap({"talk": key})
    async with app.run_test() as pilot:
        await pilot.press(key)
        await pilot.pause()
        await place.hear(KeyReleased(released))
        await pilot.pause()
        assert wishes(app) == [True, False]


async def test_chosen_by_name_it_opens_and_closes() -> None:
    """In the palette, the help, or by a click: there no key is held that could be let go."""
    app, place = holding()
    async with app.run_test() as pilot:
        await place.act_chosen("talk")
        await pilot.pause()
        place.microphone.let_go()
        assert wishes(app) == [False]


async def test_focus_and_link_and_questions_close_what_is_held() -> None:
    """Each of them by itself: the release may never come."""
    for lose in ("focus", "link", "question", "mode"):
        app, place = holding()
        async with app.run_test() as pilot:
            await pilot.press("space")
            if lose == "focus":
                await place.hear(events.AppBlur())
            elif lose == "link":
                await place.hear(LinkChanged(LinkState(phase=LinkPhase.RECONNECTING)))
            elif lose == "question":
                await pilot.press("question_mark")
            else:
                place.microphone.talk_by(Mode.TOGGLE)
            await pilot.pause()
            assert wishes(app) == [True, False], lose


async def test_the_mouse_button_is_held_on_ones_own_microphone() -> None:
    """It may be let go anywhere."""
    app, _ = holding(releases=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.mouse_down(RoomHead, offset=(5, 0))
        await pilot.pause()
        assert wishes(app) == [True]
        await pilot.mouse_up(RoomHead, offset=(60, 1))
        await pilot.pause()
        assert wishes(app) == [True, False]


async def test_a_click_on_the_microphone_toggles_when_that_is_the_way_to_talk() -> None:
    """And a click beside it does nothing."""
    app = Stand(RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(RoomHead, offset=(5, 0))
        await pilot.click(RoomHead, offset=(50, 0))
        assert wishes(app) == [False]


async def test_a_listener_cannot_hold_anything_open() -> None:
    """Neither by key nor by mouse."""
    app, _ = holding("dan")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("space")
        await pilot.mouse_down(RoomHead, offset=(5, 0))
        await pilot.mouse_up(RoomHead, offset=(5, 0))
        assert wishes(app) == []


async def test_a_key_that_is_held_toggles_once() -> None:
    """Terminals with the keyboard protocol tell repeats from presses; arrows go on."""
    app = Stand(RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        for _ in range(5):
            app.post_message(KeyRepeated("m", "m"))
        app.post_message(events.Key("right", None))
        app.post_message(KeyRepeated("right", None))
        await pilot.pause()
        assert wishes(app) == [False]
        canvas = app.screen.query_one(Canvas)
        assert canvas.chosen == canvas.stage[1].identity


async def test_t_goes_through_the_ways_to_talk() -> None:
    """In a ring, each explained."""
    app = Stand(RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert app.wished(TalkModeWanted) == [{"mode": Mode.HOLD}]
        assert "Talking by hold" in app.picture
    assert [mode.next for mode in Mode] == [Mode.HOLD, Mode.VOICE, Mode.TOGGLE]


async def test_who_talks_while_muted_is_told() -> None:
    """Once, after a second of it, and not when the microphone is open."""
    for me, told in (("cleo", True), ("ben", False), ("dan", False)):
        loud = OwnSound(dbov=-20)
        place = RoomPlace(jazz(me), silence, sound=SOUND, link=LINK, own=lambda: loud)  # noqa: B023
        app = Stand(place)
        async with app.run_test(size=(80, 24)) as pilot:
            for _ in range(30):
                place._ticked -= 0.1
                place.tick()
            await pilot.pause()
            assert ("You are talking, but" in app.picture) is told, me


async def test_ones_own_level_is_in_the_head_while_the_microphone_is_open() -> None:
    """With the threshold of voice activation."""
    own = OwnSound(dbov=-12, threshold_dbov=-30.0)
    app = Stand(RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK, own=lambda: own))
    async with app.run_test(size=(80, 24)):
        assert "MIC OPEN  ████┊█" in app.lines[0]
    app = Stand(RoomPlace(jazz("cleo"), silence, sound=SOUND, link=LINK, own=lambda: own))
    async with app.run_test(size=(80, 24)):
        assert "█" not in app.lines[0]


@given(st.lists(st.sampled_from(["press", "release", "tick", "late"]), max_size=30))
def test_whatever_happens_the_last_release_closes(happens: list[str]) -> None:
    """Open and closed come in turns, and after a release it is closed."""
    told: list[bool] = []
    hold = HoldToTalk(told.append)
    now = 0.0
    for what in happens:
        now += LONGEST_HOLD + 1 if what == "late" else 1.0
        if what == "press":
            hold.press(now)
        elif what == "release":
            hold.release()
        else:
            hold.tick(now)
        if what in ("release", "late"):
            assert not hold.held
        assert hold.held == (bool(told) and told[-1])
    assert told == [index % 2 == 0 for index in range(len(told))]


def test_coughs_are_not_talk() -> None:
    """Short sounds with silence between them never add up."""
    talker = MutedTalker()
    told = [
        talker.look(talking=step % 10 < 2, muted=True, seconds=0.1, now=step / 10)
        for step in range(600)
    ]
    assert not any(told)


def test_the_hint_is_not_repeated_at_once() -> None:
    """Twenty seconds are between two."""
    talker = MutedTalker()
    told = [
        step / 10
        for step in range(500)
        if talker.look(talking=True, muted=True, seconds=0.1, now=step / 10)
    ]
    assert len(told) == 3
    assert told[1] - told[0] >= MutedTalker.AGAIN


def test_events_have_the_names_that_textual_calls_by() -> None:
    """If this fails, Textual has changed inside: look at `keyboard` again."""
    from tui_rooms.tui.terminal.keyboard import KeyReleased

    assert KeyReleased("m").handler_name == "on_key_released"
    assert issubclass(KeyReleased, events.Event)
