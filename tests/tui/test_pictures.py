"""What the screens look like, compared with pictures that were looked at by eye.

The pictures are in `pictures/`: text for each scene and size, and for each of the house's themes
a room in its colours (`cat` shows it). `DRAW=1 pytest tests/tui/test_pictures.py` draws them anew;
look at the difference before you commit it.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.lobbies import EMPTY, GONE, OPEN, WAS_IN
from tests.tui.people import a_room, busy, somebody
from tests.tui.places import SIZES, Stand
from tests.tui.rooms import AN_HOUR, LINK, LOST, SOUND, silence
from tui_rooms.client.sound.levels import Level
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.tui.messages import LinkChanged
from tui_rooms.tui.model.room_view import OwnSound, RoomView
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.screens.room.panes import WIDE_FROM
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.screens.settings import SettingsScreen
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.terminal.house_colours import HOUSE
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.wire.quality import ConnectionQuality

LACKING = {
    "ana": ConnectionQuality.GOOD,
    "ben": ConnectionQuality.POOR,
    "cleo": ConnectionQuality.LOST,
}
PICTURES = Path(__file__).with_name("pictures")
DRAW = os.environ.get("DRAW") == "1"


class StillRoom(RoomPlace):
    """The real room; its meters stand as they were set."""

    def tick(self) -> None:
        """Nothing moves."""

    def talk(self) -> None:
        """Two talk, and one of them has just become quieter."""
        canvas = self.query_one(Canvas)
        for step in range(20):
            fallen = 9 if step > 17 else 0
            levels = {"ana": Level(-8 - fallen, talking=True), "ben": Level(-30, talking=True)}
            canvas.follow(levels, 0.1, float(step))


def full_room() -> Room:
    """A stage and an audience with names of many kinds."""
    return a_room(
        [
            somebody("ana", role=Role.HOST),
            somebody("ben", "Ben with quite a long name for a tile"),
            somebody("cleo", "美琳 Cleo"),
            somebody("dan", muted=True),
            somebody("eve", "حواء", muted=True),
        ],
        [somebody(f"a{n}", f"Listener {n}", Role.LISTENER) for n in range(1, 40)],
        title="Friday Night Jazz Talk",
    )


def room(me: str) -> Place:
    """That room as one of them sees it."""
    return StillRoom(
        RoomView(room=full_room(), me=me),
        silence,
        sound=SOUND,
        link=LINK,
        own=lambda: OwnSound(dbov=-20, threshold_dbov=-45.0),
        clock=lambda: AN_HOUR,
        lasting=lambda: 0.0,
    )


async def nothing(pilot: Pilot[Any]) -> None:
    """The place is the scene."""


async def talk(pilot: Pilot[Any]) -> None:
    """Two talk."""
    assert isinstance(pilot.app, Stand)
    assert isinstance(pilot.app.place, StillRoom)
    pilot.app.place.talk()


async def lose_connections(pilot: Pilot[Any]) -> None:
    """Two talk; of the others' connections one is fair, one poor, one lost."""
    await talk(pilot)
    assert isinstance(pilot.app, Stand)
    assert isinstance(pilot.app.place, StillRoom)
    await pilot.app.place.hear(LinkChanged(replace(LINK, lacking=LACKING)))


async def lose_the_server(pilot: Pilot[Any]) -> None:
    """The server is looked for."""
    await talk(pilot)
    assert isinstance(pilot.app, Stand)
    assert isinstance(pilot.app.place, StillRoom)
    await pilot.app.place.hear(LinkChanged(LOST))


async def look_at_a_lost_one(pilot: Pilot[Any]) -> None:
    """All about somebody whose connection is lost."""
    await lose_connections(pilot)
    pilot.app.screen.query_one(Canvas).choose("cleo")
    await pilot.press("i")


async def talk_and_choose(pilot: Pilot[Any]) -> None:
    """Two talk, and one of them is chosen."""
    await talk(pilot)
    pilot.app.screen.query_one(Canvas).choose("ben")


def busy_room(me: str) -> Place:
    """A small room with hands, a request and chat."""
    return StillRoom(busy(me), silence, sound=SOUND, link=LINK, clock=lambda: AN_HOUR)


async def go_to_people(pilot: Pilot[Any]) -> None:
    """Somebody is chosen, and the panes are at the side or have a tab."""
    await talk(pilot)
    pilot.app.screen.query_one(Canvas).choose("ben")
    await pilot.pause()
    if pilot.app.size.width < WIDE_FROM:
        await pilot.press("s")


async def write(pilot: Pilot[Any]) -> None:
    """Somebody writes."""
    await pilot.press("c", *"hello @an")


async def settings(pilot: Pilot[Any]) -> None:
    """The settings."""
    screen = SettingsScreen(Settings(), Path("~/.config/tui-rooms/config.toml"))
    await pilot.app.push_screen(screen)
    screen.show_devices(("USB Audio", "Headset"), ("Headset",))
    screen.show_check(lambda: -20)


async def ask_help(pilot: Pilot[Any]) -> None:
    """What one can do."""
    await talk_and_choose(pilot)
    await pilot.press("question_mark")


async def look_at_somebody(pilot: Pilot[Any]) -> None:
    """All about one of those who talk."""
    await talk_and_choose(pilot)
    await pilot.press("i")


async def edit(pilot: Pilot[Any]) -> None:
    """The form of the room."""
    await pilot.press("U")


@dataclass(frozen=True)
class Scene:
    """A place, and what happens there before it is drawn."""

    place: Callable[[], Place]
    happens: Callable[[Pilot[Any]], Awaitable[None]] = nothing


SCENES = {
    "lobby": Scene(lambda: LobbyPlace("Dmitri", OPEN)),
    "lobby-empty": Scene(lambda: LobbyPlace("Dmitri", EMPTY)),
    "lobby-unreachable": Scene(lambda: LobbyPlace("Dmitri", GONE)),
    "lobby-was-in": Scene(lambda: LobbyPlace("Dmitri", WAS_IN)),
    "room-lost": Scene(lambda: room("dan"), lose_the_server),
    "room-as-listener": Scene(lambda: room("a3"), talk),
    "connections": Scene(lambda: room("dan"), lose_connections),
    "details-lost": Scene(lambda: room("dan"), look_at_a_lost_one),
    "room-as-host": Scene(lambda: room("ana"), talk_and_choose),
    "hands-as-host": Scene(lambda: busy_room("ana"), go_to_people),
    "chat": Scene(lambda: busy_room("dan"), write),
    "details": Scene(lambda: busy_room("dan"), look_at_somebody),
    "edit-room": Scene(lambda: busy_room("ana"), edit),
    "settings": Scene(lambda: room("ana"), settings),
    "help": Scene(lambda: room("ana"), ask_help),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
async def test_the_screen_looks_as_it_was_seen(name: str, size: tuple[int, int]) -> None:
    """Each cell's text."""
    app = Stand(SCENES[name].place())
    async with app.run_test(size=size) as pilot:
        await SCENES[name].happens(pilot)
        await pilot.pause()
        await pilot.pause()
        picture = "\n".join(line.rstrip() for line in app.lines) + "\n"
    compare(picture, PICTURES / f"{name}-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("theme", HOUSE)
async def test_each_theme_looks_as_it_was_seen(theme: str) -> None:
    """Text and colours of a room."""
    app = Stand(room("ana"))
    app.theme = theme
    async with app.run_test(size=(80, 24)) as pilot:
        await talk_and_choose(pilot)
        await pilot.pause()
        strips = app.screen._compositor.render_strips()
        picture = "\n".join(strip.render(app.console) for strip in strips) + "\n"
    compare(picture, PICTURES / f"theme-{theme}.ansi")


def compare(picture: str, file: Path) -> None:
    """With the one that was seen; or keep it as that."""
    if DRAW:
        file.parent.mkdir(exist_ok=True)
        file.write_text(picture, encoding="utf-8")
    assert picture == file.read_text(encoding="utf-8"), f"{file.name} looks different now"
