"""The room: wishes first, pictures second."""

from dataclasses import replace

import pytest

from tests.tui.people import a_room, jazz, somebody
from tests.tui.places import SIZES, Stand
from tests.tui.rooms import AN_HOUR, LINK, SOUND, silence
from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.client.sound.levels import Level
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life
from tui_rooms.tui.messages import CommandWanted, LeaveWanted, LinkChanged, MicWanted, RoomChanged
from tui_rooms.tui.model.room_view import RoomView, Sound
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.wire.quality import ConnectionQuality

CHAT = ["c chat", "r react"]
LAST = ["s side", "^p all", "q leave", "? help"]


def standing(
    view: RoomView | None = None, *, sound: Sound | None = SOUND, link: LinkState = LINK
) -> Stand:
    """A room in an app; it is an hour on air."""
    return Stand(RoomPlace(view or jazz(), silence, sound=sound, link=link, clock=lambda: AN_HOUR))


def keys_of(app: Stand) -> list[str]:
    """The words in the key bar."""
    return [f"{key.cap} {key.word}" for key in app.place.query_one(KeyBar).value]


async def choose(app: Stand, identity: str) -> None:
    """As arrows would."""
    app.place.query_one(Canvas).choose(identity)


# Wishes.


@pytest.mark.parametrize(("me", "is_open"), [("cleo", True), ("ben", False)])
async def test_m_asks_for_the_other_state_of_the_microphone(me: str, is_open: bool) -> None:
    """Who is muted wants to talk, who is open wants to be muted."""
    app = standing(jazz(me))
    async with app.run_test() as pilot:
        await pilot.press("m")
        assert app.wished(MicWanted) == [{"is_open": is_open}]


async def test_a_listener_has_no_microphone_to_open() -> None:
    """No wish, and no key in the bar."""
    app = standing(jazz("dan"))
    async with app.run_test() as pilot:
        await pilot.press("m", "u", "p")
        assert app.wishes == []
        assert keys_of(app) == ["c chat", "r react", *LAST]


async def test_a_host_mutes_the_chosen_speaker() -> None:
    """Only when somebody else with an open microphone is chosen."""
    app = standing(jazz("ana"))
    async with app.run_test() as pilot:
        await pilot.press("u")
        await choose(app, "ana")
        await pilot.press("u")
        await choose(app, "cleo")
        await pilot.press("u")
        assert app.wished(CommandWanted) == []
        await choose(app, "ben")
        await pilot.press("u")
        assert app.wished(CommandWanted) == [{"command": commands.Mute(identity="ben")}]


async def test_a_host_brings_people_to_the_stage_and_back() -> None:
    """`p` does what the chosen person's place allows."""
    app = standing(jazz("ana"))
    async with app.run_test() as pilot:
        await choose(app, "dan")
        await pilot.press("p")
        await choose(app, "ben")
        await pilot.press("p")
        assert app.wished(CommandWanted) == [
            {"command": commands.OfferStage(identity="dan")},
            {"command": commands.ChangeRole(identity="ben", role=Role.LISTENER)},
        ]


async def test_a_speaker_leaves_without_being_asked() -> None:
    """The room goes on without them."""
    app = standing(jazz("ben"))
    async with app.run_test() as pilot:
        await pilot.press("q")
        assert app.wished(LeaveWanted) == [{"end": False}]


@pytest.mark.parametrize(
    ("answer", "wished"),
    [
        (["l"], [{"end": False}]),
        (["e"], [{"end": True}]),
        (["enter"], [{"end": False}]),
        (["down", "enter"], [{"end": True}]),
        (["escape"], []),
    ],
)
async def test_the_only_host_decides_what_becomes_of_the_room(
    answer: list[str], wished: list[dict[str, bool]]
) -> None:
    """Leave it, end it, or stay."""
    app = standing(jazz("ana"))
    async with app.run_test() as pilot:
        await pilot.press("q")
        assert "only host" in app.picture
        await pilot.press(*answer)
        await pilot.pause()
        assert app.wished(LeaveWanted) == wished


async def test_a_host_beside_another_host_leaves_without_being_asked() -> None:
    """Somebody is still in charge."""
    room = a_room([somebody("ana", role=Role.HOST), somebody("ben", role=Role.HOST)])
    app = standing(RoomView(room=room, me="ana"))
    async with app.run_test() as pilot:
        await pilot.press("q")
        assert app.wished(LeaveWanted) == [{"end": False}]


async def test_a_host_backstage_can_go_live() -> None:
    """And only then is there a key for it."""
    view = jazz("ana")
    view.room.life = Life.BACKSTAGE
    app = standing(view)
    async with app.run_test() as pilot:
        assert "g go live" in keys_of(app)
        await pilot.press("g")
        assert app.wished(CommandWanted) == [{"command": commands.GoLive()}]


async def test_a_click_on_a_key_is_a_press_of_it() -> None:
    """The bar is for the mouse too."""
    app = standing(jazz("ben"))
    async with app.run_test() as pilot:
        x = app.lines[-1].index("mute")
        await pilot.click(KeyBar, offset=(x, 0))
        assert app.wished(MicWanted) == [{"is_open": False}]


# The key bar.


@pytest.mark.parametrize(
    ("me", "chosen", "keys"),
    [
        ("ana", None, ["m mute", *CHAT, *LAST]),
        ("ana", "ben", ["m mute", *CHAT, "u mute Ben", "p off stage", *LAST]),
        ("ana", "cleo", ["m mute", *CHAT, "p off stage", *LAST]),
        ("ana", "dan", ["m mute", *CHAT, "p invite", *LAST]),
        ("ana", "ana", ["m mute", *CHAT, *LAST]),
        ("ben", "ana", ["m mute", *CHAT, *LAST]),
        ("cleo", None, ["m unmute", *CHAT, *LAST]),
        ("dan", "ben", [*CHAT, *LAST]),
    ],
)
async def test_the_bar_shows_what_one_may_do_and_nothing_else(
    me: str, chosen: str | None, keys: list[str]
) -> None:
    """By capability and by who is chosen."""
    app = standing(jazz(me))
    async with app.run_test() as pilot:
        if chosen:
            await choose(app, chosen)
            await pilot.pause()
        assert keys_of(app) == keys


async def test_a_new_role_changes_the_bar_at_once() -> None:
    """A speaker who was made a host can mute others."""
    app = standing(jazz("ben"))
    async with app.run_test() as pilot:
        await choose(app, "dan")
        room = jazz().room
        room.stage["ben"] = replace(room.stage["ben"], role=Role.HOST)
        assert isinstance(app.place, RoomPlace)
        await app.place.hear(RoomChanged(room))
        await pilot.pause()
        assert "p invite" in keys_of(app)


async def test_leave_and_help_stay_when_the_bar_is_too_narrow() -> None:
    """A very long name of the chosen person pushes out its own key, not the way out."""
    room = a_room([somebody("ana", role=Role.HOST), somebody("ben", "B" * 80)])
    app = standing(RoomView(room=room, me="ana"))
    async with app.run_test(size=(60, 20)) as pilot:
        await choose(app, "ben")
        await pilot.pause()
        assert app.lines[-1].rstrip().endswith("q leave  ? help")


async def test_help_lists_the_keys_of_the_room_and_goes_with_any_key() -> None:
    """An overlay, no other place."""
    app = standing(jazz("ana"))
    async with app.run_test() as pilot:
        await pilot.press("question_mark")
        assert "What you can do in this room" in app.picture
        assert "mute your microphone" in app.picture
        await pilot.press("x")
        assert "What you can do in this room" not in app.picture
        assert app.wishes == []


# The head.


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("me", "sound", "words"),
    [
        ("ben", Sound(), "● MIC OPEN"),
        ("cleo", Sound(), "× MIC MUTED"),
        ("dan", Sound(), "· LISTENING"),
        ("ben", Sound(hears=False, speaks=False), "! no sound device: listening off"),
        ("ben", Sound(speaks=False), "! no microphone: listening only"),
        ("ben", None, "! sound is off"),
    ],
)
async def test_the_first_thing_in_the_room_is_ones_own_microphone(
    size: tuple[int, int], me: str, sound: Sound | None, words: str
) -> None:
    """As glyph and words, at every size."""
    app = standing(jazz(me), sound=sound)
    async with app.run_test(size=size):
        assert app.lines[0].strip().startswith(words)
        assert "● LIVE" in app.lines[0]


async def test_the_head_tells_room_link_and_time() -> None:
    """All of it at 120 columns."""
    app = standing()
    async with app.run_test(size=(120, 36)):
        assert "Jazz  hosted by Ana" in app.lines[0]
        assert app.lines[1].split("  ") == [
            " on air 1:12:45",
            " listening 2",
            " link ▃▅█ good 28 ms",
            " loss 0.2 %",
            " buffer 60 ms",
            *app.lines[1].split("  ")[5:],
        ]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (replace(LINK, loss=0.05), "fair"),
        (replace(LINK, round_trip_ms=400.0), "poor"),
        (replace(LINK, phase=LinkPhase.RECONNECTING), "↻ reconnecting"),
        (replace(LINK, media=MediaPhase.CONNECTING), "sound connecting"),
    ],
)
async def test_a_bad_link_is_said_in_words(link: LinkState, words: str) -> None:
    """Also when it changes while one is in the room."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.place, RoomPlace)
        await app.place.hear(LinkChanged(link))
        await pilot.pause()
        assert words in app.lines[1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_bad_connection_of_somebody_else_is_seen_until_it_is_good(
    size: tuple[int, int],
) -> None:
    """On their tile alone, in words."""
    app = standing()
    async with app.run_test(size=size) as pilot:
        assert isinstance(app.place, RoomPlace)
        await app.place.hear(LinkChanged(LINK))
        await pilot.pause()
        before = app.picture
        lacking = {"ben": ConnectionQuality.POOR, "cleo": ConnectionQuality.LOST}
        await app.place.hear(LinkChanged(replace(LINK, lacking=lacking)))
        await pilot.pause()
        assert app.picture.count("poor link") == 1
        assert app.picture.count("away") == 1
        assert "good 28 ms" in app.lines[1], "it is not one's own"
        await app.place.hear(LinkChanged(LINK))
        await pilot.pause()
        assert app.picture == before


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("ana", "good, 28 ms to the server and back"),
        ("ben", "poor: sound may break up or come late"),
        ("cleo", "good"),
        ("dan", None),
    ],
)
async def test_the_details_tell_a_connection_in_words(who: str, words: str | None) -> None:
    """One's own with its figures; of the audience nobody knows."""
    link = replace(LINK, lacking={"ben": ConnectionQuality.POOR})
    app = standing(jazz("ana"), link=link)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose(app, who)
        await pilot.pause()
        assert isinstance(app.place, RoomPlace)
        assert dict(app.place.details().values).get("connection") == words


@pytest.mark.parametrize("size", SIZES)
async def test_everyone_is_seen_with_name_state_and_role(size: tuple[int, int]) -> None:
    """The stage first, then the audience."""
    app = standing(jazz("cleo"))
    async with app.run_test(size=size):
        picture = app.picture
        for words in ("● Ana", "HOST", "× Cleo", "YOU", "muted", "mic open", "· Dan", "· Eve"):
            assert words in picture
        assert picture.index("ON STAGE 3") < picture.index("● Ana") < picture.index("AUDIENCE 2")


@pytest.mark.parametrize("size", SIZES)
async def test_every_row_of_the_screen_is_full(size: tuple[int, int]) -> None:
    """With awkward names too, no row is shorter or longer than the screen."""
    room = a_room(
        [somebody("ana", "美琳 👨‍👩‍👧 \x1b[31m", role=Role.HOST), somebody("ben", "b" * 90)],
        [somebody("dan", "🇩🇪 é́́́́")],
        title="[b]titles[/b] are 美 text",
    )
    app = standing(RoomView(room=room, me="ana"))
    async with app.run_test(size=size):
        strips = app.screen._compositor.render_strips()
        assert [strip.cell_length for strip in strips] == [size[0]] * size[1]
        assert "[b]titles[/b] are 美 text" in app.picture
        assert "\x1b" not in app.picture


async def test_a_small_window_says_what_it_needs_and_comes_back() -> None:
    """Below 60×20 there is one clear sentence."""
    app = standing()
    async with app.run_test(size=(50, 15)) as pilot:
        assert "50×15" in app.picture
        assert "60×20" in app.picture
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert "60×20" not in app.picture
        assert "MIC OPEN" in app.lines[0]


async def test_the_tick_moves_the_meter_of_who_talks() -> None:
    """One look at the levels is all it takes."""
    heard: dict[str, Level] = {}
    app = Stand(RoomPlace(jazz("ana"), lambda: heard, sound=Sound(), link=LINK, clock=lambda: 9.0))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "▶ Ben" not in app.picture
        heard["ben"] = Level(-12, talking=True)
        assert isinstance(app.place, RoomPlace)
        app.place.tick()
        await pilot.pause()
        assert "▶ Ben" in app.picture
        assert "talking" in app.picture
        assert "██████" in app.picture


async def test_a_notice_is_a_sentence_over_the_lower_edge() -> None:
    """Markup in it is text, and it does not move anything."""
    app = standing()
    async with app.run_test(size=(60, 20)) as pilot:
        before = app.lines[:10]
        app.place.notice("[red]no[/] sound device: listening off. " + "word " * 20)
        await pilot.pause()
        assert "! [red]no[/] sound device: listening off." in app.picture
        assert app.lines[:10] == before
        assert "leave" in app.lines[-1]


async def test_two_quick_keys_close_a_question_and_not_the_room() -> None:
    """The second may come before the question is gone."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        # Not at the bottom of the stack, from where Textual takes nothing away.
        await app.push_screen(RoomPlace(jazz("ana"), silence, sound=SOUND, link=LINK))
        below = app.screen
        await pilot.press("question_mark")
        question = app.screen
        assert question is not below
        question.dismiss()
        question.dismiss()
        await pilot.pause()
        assert app.screen is below
