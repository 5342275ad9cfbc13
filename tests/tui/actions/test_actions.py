"""One table: key, click, help and palette offer the same, and do the same."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.lobbies import GONE, OPEN, TEA
from tests.tui.people import busy, jazz
from tests.tui.places import Stand
from tests.tui.rooms import LINK, LOST, SOUND, silence
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Life
from tui_rooms.tui.actions.action import RESERVED, Action, clashes, offered
from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.actions.settings import SETTINGS_ACTIONS
from tui_rooms.tui.messages import PreviewWanted, RoomsSought
from tui_rooms.tui.model.values import Sought, WasIn
from tui_rooms.tui.screens.help import KeyList
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.place import OffersActions, Place
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.screens.settings import SettingsScreen
from tui_rooms.tui.settings.schema import KnownServer, Settings
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_log import ChatLog

Kind: TypeAlias = type[OffersActions[None]]
TABLES: dict[Kind, tuple[Action[Any], ...]] = {
    LobbyPlace: LOBBY_ACTIONS,
    RoomPlace: ROOM_ACTIONS,
    SettingsScreen: SETTINGS_ACTIONS,
}
EVERY = [(place, action) for place, table in TABLES.items() for action in table]
SPECIAL: tuple[str, ...] = (
    "retry",
    "remember-server",
    "forget-server",
    "all-rooms",
    "hand",
    "ask-to-speak",
    "ask-permission",
    "step-down",
    "go-live",
    "calendar-link",
    "go-back",
    "look-now",
)
"""Actions for which a place has to be as it is not for others."""
_of_nothing: dict[tuple[Kind, str], tuple[object, ...]] = {}
SERVERS = (KnownServer(name="a", url="127.0.0.1:1"), KnownServer(name="b", url="127.0.0.1:2"))

PLANNED = TEA._replace(room_id="later", life=Life.SCHEDULED, starts_at=4e9)


def place_where(action: Action[Any], kind: Kind) -> Place:
    """A place in which an action may be done, or over which the settings are."""
    if kind is not RoomPlace:
        state = {
            "retry": GONE,
            "go-back": OPEN._replace(was_in=WasIn("jazz", "Jazz")),
            "remember-server": OPEN._replace(embedded=False),
            "forget-server": OPEN._replace(server="http://127.0.0.1:1"),
            "calendar-link": OPEN._replace(rooms=(*OPEN.rooms, PLANNED)),
        }.get(action.id, OPEN)
        return LobbyPlace("Ana", state, servers=SERVERS)
    others = {"hand": "dan", "ask-to-speak": "cleo", "ask-permission": "dan", "step-down": "cleo"}
    me = others.get(action.id, "ana")
    view = busy(me)
    if action.id == "go-live":
        view.room.life = Life.BACKSTAGE
    if action.id == "ask-to-speak":
        view.room.requests = {}
        view.room.revocations = {me: frozenset({Capability.SEND_AUDIO})}
    link = LOST if action.id == "look-now" else LINK
    place = RoomPlace(view, silence, sound=SOUND, link=link)
    place.chat.conversation.has_older = True
    return place


def standing(action: Action[Any], kind: Kind) -> Stand:
    """That place in an app."""
    return Stand(place_where(action, kind))


async def by_key(pilot: Pilot[Any], action: Action[Any]) -> None:
    """As a person does it who knows the key."""
    await pilot.press(action.keys[0])


async def by_no_key(_: Pilot[Any], __: Action[Any]) -> None:
    """As a person who only looks."""


async def by_click(pilot: Pilot[Any], action: Action[Any]) -> None:
    """With the mouse alone: `? help` in the bar, and the line in the list."""
    bar = pilot.app.screen.query_one("KeyBar")
    x = "".join(segment.text for segment in bar.render_line(0)).rindex("help")
    await pilot.click("KeyBar", offset=(x, 0))
    await pilot.pause()
    lines = pilot.app.screen.query_one(KeyList)
    line = [key.action for key in lines.value].index(action.id)
    lines.parent.scroll_to(y=line, animate=False)  # type: ignore[union-attr]
    await pilot.pause()
    await pilot.click(KeyList, offset=(1, line))
    await pilot.pause()


async def by_palette(pilot: Pilot[Any], action: Action[Any]) -> None:
    """By its id, pasted into the palette."""
    await pilot.press("ctrl+p")
    await pilot.pause()
    pilot.app.post_message(events.Paste(action.id))
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    for _ in range(50):
        await pilot.pause(0.02)
        if not pilot.app.screen.has_class("-busy") and pilot.app.screen.query("CommandList"):
            break
    await pilot.press("enter")
    await pilot.pause(0.05)


async def what_comes_of_nothing(action: Action[Any], kind: Kind) -> tuple[object, ...]:
    """The same for most actions of a place."""
    place = kind, action.id if action.id in SPECIAL else ""
    if place not in _of_nothing:
        _of_nothing[place] = await what_came_of(by_no_key, action, kind)
    return _of_nothing[place]


async def until_asked(pilot: Pilot[Any], app: Stand, words: str) -> None:
    """Until the server is asked for all that was typed: on a slow machine first for less."""
    while Sought("Live", words) not in [wish["sought"] for wish in app.wished(RoomsSought)]:
        await pilot.pause(0.02)


@asynccontextmanager
async def standing_ready(
    action: Action[Any], kind: Kind
) -> AsyncIterator[tuple[Pilot[Any], Stand]]:
    """That place in an app that runs, up to where the action may be done."""
    app = standing(action, kind)
    async with app.run_test(size=(80, 24)) as pilot:
        if kind is RoomPlace:
            app.place.query_one(Canvas).choose("ben")
            app.place.query_one(ChatLog).choose("m2")
            await pilot.pause()
        if kind is SettingsScreen:
            await app.push_screen(SettingsScreen(Settings(), None))
            await pilot.pause()
        if action.id == "all-rooms":
            await pilot.press("slash", "j", "a", "enter")
            await until_asked(pilot, app, "ja")
            app.wishes.clear()
        if action.id == "calendar-link":
            await pilot.press("tab")
            await pilot.pause()
            app.wishes.clear()
        yield pilot, app


async def what_came_of(
    way: Callable[[Pilot[Any], Action[Any]], Awaitable[None]],
    action: Action[Any],
    kind: Kind,
) -> tuple[object, ...]:
    """The wishes, the screen on top, and whether the app goes on."""
    async with standing_ready(action, kind) as (pilot, app):
        await way(pilot, action)
        await pilot.pause()
        chosen = app.place.query_one(Canvas).chosen if kind is RoomPlace else None
        seen = (type(app.screen).__name__, type(app.focused).__name__, sorted(app.place.classes))
        wishes = [
            (type(wish).__name__, app.wished(type(wish)))
            for wish in app.wishes
            # It comes by itself, when the mark has rested for a while.
            if not isinstance(wish, PreviewWanted)
        ]
        return wishes, seen, chosen, app._exit


@pytest.mark.parametrize(("kind", "action"), EVERY, ids=lambda value: getattr(value, "id", ""))
async def test_each_action_does_something(kind: Kind, action: Action[Any]) -> None:
    """Of each place and of the settings: other wishes than without, or another screen after."""
    done = await what_came_of(by_key, action, kind)
    assert done != await what_comes_of_nothing(action, kind), f"{action.id} does nothing"


@pytest.mark.parametrize(
    ("kind", "action_id"),
    [
        (LobbyPlace, "new-room"),
        (RoomPlace, "chat"),
        (SettingsScreen, "test-microphone"),
        (SettingsScreen, "pick-value"),
    ],
)
async def test_key_mouse_and_palette_leave_the_same_screen(kind: Kind, action_id: str) -> None:
    """For one action of each kind of screen: the focus too is where the key would leave it."""
    action = next(one for one in TABLES[kind] if one.id == action_id)
    expected = await what_came_of(by_key, action, kind)
    assert await what_came_of(by_click, action, kind) == expected
    assert await what_came_of(by_palette, action, kind) == expected


async def by_each_key(pilot: Pilot[Any], action: Action[Any]) -> None:
    """As people do it who know one of its keys."""
    for key in action.keys:
        await pilot.press(key)


class Noting:
    """A screen that only notes which actions it is to do, but for those of `really`."""

    def __init__(self, screen: OffersActions[Any], really: str = "") -> None:
        self._screen, self._really, self._do = screen, really, screen.parts.do
        self.noted: list[str] = []
        screen.parts.do = self._note  # type: ignore[method-assign]

    def _note(self, action_id: str) -> None:
        self.noted.append(action_id)
        if self.noted == [self._really]:
            self._do(action_id)

    async def begin_again(self) -> None:
        """With nothing over the screen, and nothing noted."""
        while self._screen.app.screen is not self._screen:
            await self._screen.app.pop_screen()
        self.noted.clear()


STANDS = [(kind, "") for kind in TABLES]
STANDS += [(kind, action.id) for kind, action in EVERY if action.id in SPECIAL]
WAYS = {"": by_each_key, "help": by_click, "palette": by_palette}
"""By the action that leads to the others."""


@pytest.mark.parametrize("through", WAYS)
@pytest.mark.parametrize(("kind", "special"), STANDS)
async def test_key_mouse_and_palette_do_the_same(kind: Kind, special: str, through: str) -> None:
    """Each key, the line in the list of keys and the name lead to the same action, for each."""
    table = [one for one in TABLES[kind] if (one.id if one.id in SPECIAL else "") == special]
    async with standing_ready(table[0], kind) as (pilot, app):
        screen = app.screen
        assert isinstance(screen, OffersActions)
        noting = Noting(screen, through)
        for action in table:
            if action.id == through == "palette" or (action.id, through) == ("pick-value", ""):
                continue  # the palette does not list itself; Enter is a key of the rows themselves
            await noting.begin_again()
            await WAYS[through](pilot, action)
            await pilot.pause()
            does = action.id
            if through and (kind, does) == (RoomPlace, "talk"):
                does = "toggle-microphone"
            times = 1 if through else len(action.keys)
            assert noting.noted == [through] * bool(through) + [does] * times


@pytest.mark.parametrize("kind", TABLES)
async def test_the_parts_of_a_place_do_its_actions_and_no_others(kind: Kind) -> None:
    """What the table offers is done by somebody, and nothing waits that no key leads to."""
    places: dict[Kind, Callable[[], OffersActions[None]]] = {
        LobbyPlace: lambda: LobbyPlace("Ana", OPEN),
        RoomPlace: lambda: RoomPlace(jazz("ana"), silence, sound=SOUND, link=LINK),
        SettingsScreen: lambda: SettingsScreen(Settings(), None),
    }
    assert places[kind]().parts.does == {action.id for action in TABLES[kind]}


@pytest.mark.parametrize("table", TABLES.values())
def test_no_default_key_is_taken_by_tmux_or_screen_or_twice(table: tuple[Action[Any], ...]) -> None:
    """The prefixes of both, and each key once in a place."""
    keys = [key for action in table for key in action.keys]
    assert not set(keys) & set(RESERVED)
    assert clashes(table, {}) == []
    assert all(action.keys for action in table)
    assert len({action.id for action in table}) == len(table)


@pytest.mark.parametrize("table", TABLES.values())
def test_the_way_out_and_the_help_stand_last(table: tuple[Action[Any], ...]) -> None:
    """The key bar never drops its last two."""
    assert [action.id for action in table][-1] == "help"
    assert [action.id for action in table][-2] in ("quit", "leave", "close-settings")


async def test_other_keys_of_ones_own_choice_work_and_are_shown() -> None:
    """The old key does nothing then."""
    keymap = {"toggle-microphone": ("f4",)}
    place = RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK, keymap=keymap)
    app = Stand(place)
    app.set_keymap({"toggle-microphone": "f4"})
    async with app.run_test(size=(80, 24)) as pilot:
        assert "f4 mute" in app.lines[-1]
        await pilot.press("m")
        assert app.wishes == []
        await pilot.press("f4")
        assert len(app.wishes) == 1


def test_what_may_not_be_done_is_not_offered() -> None:
    """A listener has no microphone and mutes nobody."""
    app = Stand(RoomPlace(jazz("dan"), silence, sound=SOUND, link=LINK))
    ids = {action.id for action in offered(ROOM_ACTIONS, app.place.situation())}
    everywhere = {"copy-link", "settings", "palette", "leave", "help", "sidebar", "next-pane"}
    looking = {"details", "find-person", "deafen", "ask-permission"}
    assert ids == {"chat", "react", "address", *looking, *everywhere}


async def test_mute_and_unmute_say_what_they_want_however_often() -> None:
    """Unlike the toggle, which wants the other state."""
    app = Stand(RoomPlace(jazz("ben"), silence, sound=SOUND, link=LINK))
    async with app.run_test() as pilot:
        await pilot.press("M", "M", "O", "O")
        assert [vars(wish)["is_open"] for wish in app.wishes] == [False, False, True, True]
