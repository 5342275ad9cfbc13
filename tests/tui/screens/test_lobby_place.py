"""The lobby: wishes first, pictures second."""

from datetime import datetime

import pytest
from textual.widgets import Input

from tests.support.zones import BERLIN, living_in
from tests.tui.places import SIZES, Stand, until
from tui_rooms.rules.room import Life
from tui_rooms.tui.messages import (
    ForgetWanted,
    HomeWanted,
    JoinWanted,
    LinkWanted,
    MoreRoomsWanted,
    NameChosen,
    PreviewRead,
    PreviewWanted,
    RememberWanted,
    RetryWanted,
    RoomsSought,
    RoomWanted,
)
from tui_rooms.tui.model.room_plan import RoomPlan
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState, Previewed, Sought, found
from tui_rooms.tui.screens.lobby import browsing, lists
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.settings.schema import KnownServer
from tui_rooms.tui.widgets.room_list import RoomList

SLOWLY = 2.0
"""Seconds after which something rests: longer than a few keys take on a busy machine."""
JAZZ = LobbyRoom(
    room_id="jazz",
    title="Friday Night Jazz Talk",
    host="Ana",
    room_type="audio_room",
    people=66,
    speakers=("Ana", "Ben", "Cleo"),
)
TEA = LobbyRoom(room_id="tea", title="お茶の時間", host="美琳", room_type="open_mic", people=1)
OPEN = LobbyState(
    phase=LobbyPhase.CONNECTED, server="http://127.0.0.1:7600", embedded=True, rooms=(JAZZ, TEA)
)
EMPTY = OPEN._replace(rooms=())
GONE = LobbyState(
    phase=LobbyPhase.UNREACHABLE,
    server="http://127.0.0.1:7600",
    sentence="nobody answers at 127.0.0.1:7600; is the server running?",
)


def standing(state: LobbyState = OPEN) -> Stand:
    """A lobby in an app."""
    return Stand(LobbyPlace("Dmitri", state))


def lobby(app: Stand) -> LobbyPlace:
    """The place of the app."""
    assert isinstance(app.place, LobbyPlace)
    return app.place


def rooms_wished(app: Stand) -> list[str]:
    """Where one wants to go."""
    return [wish["room_id"] for wish in app.wished(JoinWanted)]


# Wishes.


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


async def test_the_name_can_be_changed() -> None:
    """It is seen at once."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "you are Dmitri" in app.lines[0]
        await pilot.press("e", *"Dima", "enter")
        await pilot.pause()
        assert app.wished(NameChosen) == [{"name": "Dima"}]
        assert "you are Dima" in app.lines[0]


async def test_an_empty_name_changes_nothing() -> None:
    """One is still called as before."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.press("e", "backspace", "enter")
        await pilot.pause()
        assert app.wished(NameChosen) == []


async def test_r_looks_for_the_server_again_only_when_it_is_gone() -> None:
    """While it is there, there is nothing to try."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.press("r")
        assert app.wished(RetryWanted) == []
        lobby(app).show(GONE)
        await pilot.press("r", "n")
        assert len(app.wished(RetryWanted)) == 1
        assert app.screen is app.place, "no room can be opened without a server"


# Pictures.


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


@pytest.mark.parametrize("size", SIZES)
async def test_an_unreachable_server_is_a_sentence_and_a_way_out(size: tuple[int, int]) -> None:
    """What happened, and what to press."""
    app = standing(GONE)
    async with app.run_test(size=size):
        words = " ".join(app.picture.split())
        assert "nobody answers at 127.0.0.1:7600; is the server running?" in words
        assert "Press r to try again" in words
        assert "r try again" in app.lines[-1]
        assert "× not reachable" in app.lines[1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LobbyState(), "Looking for the server"),
        (LobbyState(phase=LobbyPhase.CONNECTING, server="http://h:1"), "Connecting"),
        (EMPTY, "Press n to open the first one"),
    ],
)
async def test_an_empty_lobby_says_why(state: LobbyState, words: str) -> None:
    """Looking, connecting, and nothing there are three different things."""
    app = standing(state)
    async with app.run_test(size=(80, 24)):
        assert words in app.picture


async def test_sentences_tell_of_the_keys_that_one_has_chosen() -> None:
    """As bar and help do."""
    app = Stand(LobbyPlace("Ana", EMPTY, keymap={"new-room": ("f2",), "next-list": ("ctrl+n",)}))
    async with app.run_test(size=(80, 24)):
        assert "Press f2 to open the first one." in app.picture
        assert "Press ^n for upcoming and finished rooms." in app.picture


async def test_the_server_is_named() -> None:
    """And that it is the one on this machine."""
    app = standing()
    async with app.run_test(size=(80, 24)):
        assert "server http://127.0.0.1:7600 on this machine" in app.lines[1]
        assert "● connected" in app.lines[1]


async def test_help_lists_the_keys_of_the_lobby() -> None:
    """Each with what it does."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        for words in ("go into the chosen room", "change your name", "leave tui-rooms"):
            assert words in app.picture
        await pilot.press("escape")
        assert "change your name" not in app.picture


# Lists, plans and passwords.


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
        ("2100-10-31 02:30", "02:30+01:00"),
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


# Search.


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


async def test_upcoming_rooms_come_the_soonest_first() -> None:
    """Whatever the server's order."""
    later = TEA._replace(life=Life.SCHEDULED, starts_at=5e9, title="Later")
    sooner = later._replace(room_id="s", starts_at=4e9, title="Sooner")
    app = standing(OPEN._replace(rooms=(later, sooner)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab")
        await pilot.pause()
        assert app.picture.index("Sooner") < app.picture.index("Later")


# Previews.


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


# Servers.

HOME = KnownServer(name="home", url="127.0.0.1:7600", token="t")
CLUB = KnownServer(name="club", url="https://rooms.example.org")


async def test_a_known_server_is_called_by_its_name_and_can_be_forgotten() -> None:
    """After a question."""
    app = Stand(LobbyPlace("Dmitri", OPEN._replace(embedded=False), servers=(CLUB, HOME)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "server home  http://127.0.0.1:7600" in app.lines[1]
        await pilot.press("minus")
        assert "Forget the server “home”?" in app.picture
        await pilot.press("y")
        await pilot.pause()
        assert app.wished(ForgetWanted) == [{"server": HOME}]


async def test_a_server_is_remembered_under_a_name() -> None:
    """Its address is proposed; one that has a name, and the own one, are not remembered."""
    app = Stand(LobbyPlace("Dmitri", OPEN._replace(embedded=False)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("plus", *"home", "enter")
        await pilot.pause()
        assert app.wished(RememberWanted) == [{"name": "home"}]
        lobby(app).show(OPEN)
        await pilot.press("plus")
        await pilot.pause()
        assert app.screen is app.place


async def test_one_goes_to_another_server_and_back_to_the_first() -> None:
    """With the token that belongs to it."""
    app = Stand(LobbyPlace("Dmitri", OPEN, servers=(CLUB, HOME)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v", "3")
        await pilot.press("v", "1")
        await pilot.pause()
        assert app.wished(LinkWanted) == [{"link": "127.0.0.1:7600", "token": "t"}]
        assert len(app.wished(HomeWanted)) == 1
