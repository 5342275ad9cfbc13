"""Draw the README's picture with the program itself: `python docs/picture.py` writes docs/room.svg.

It is the real screen, with people who are only in this file. Other scenes and sizes: `--help`.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from textual.pilot import Pilot

from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.client.sound.levels import Level
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.records import ChatMessage, Hand
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.messages import Reacted
from tui_rooms.tui.model.room_view import OwnSound, RoomView, Sound
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.model.values import LobbyPhase, LobbyRoom, LobbyState
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.terminal.house_colours import DEFAULT
from tui_rooms.tui.widgets.canvas import Canvas

LINK = LinkState(
    phase=LinkPhase.CONNECTED,
    media=MediaPhase.CONNECTED,
    round_trip_ms=28.0,
    loss=0.002,
    buffer_ms=60.0,
)
STAGE = [
    ("Ana Petrova", Role.HOST, False),
    ("Tomás Ribeiro", Role.SPEAKER, False),
    ("Mei-Lin 美琳", Role.SPEAKER, False),
    ("J. Okafor", Role.SPEAKER, True),
    ("Sanna Virtanen", Role.COHOST, False),
    ("Dmitri", Role.SPEAKER, True),
]
AUDIENCE = """
aki bruno carla deniz elif farah gus hana ivo jun kai lea mio nils oda pia quim rosa sven tara uma
vera wim xenia yusuf zoe abel bea cleo dan
"""
HEARD = {"s0": (-8, 9), "s1": (-18, 6), "s2": (-56, 0)}
"""dBov while they talk, and by how much they have grown quieter at the last moment."""
QUIET = -50
CHAT = [
    ("s0", "welcome everybody! first topic: tape hiss"),
    ("a10", "sound is great today"),
    ("a4", "+1, that bass"),
    ("s4", "questions: raise a hand with h"),
    ("a8", "what mic is this, @Ana Petrova?"),
]
ON_AIR_SECONDS = 4365.0


def example_room(me: str = "s5") -> RoomView:
    """A room in which two people talk."""
    stage = {
        f"s{number}": Participant(
            identity=f"s{number}", name=name, role=role, muted=muted, since=0.0
        )
        for number, (name, role, muted) in enumerate(STAGE)
    }
    audience = {
        f"a{number}": Participant(identity=f"a{number}", name=name, role=Role.LISTENER, since=0.0)
        for number, name in enumerate(AUDIENCE.split())
    }
    room = Room(
        room_id="friday-night-jazz-talk",
        title="Friday Night Jazz Talk",
        room_type="audio_room",
        life=Life.LIVE,
        created_at=0.0,
        live_since=0.0,
        host_name="Ana Petrova",
        stage=stage,
        audience=audience,
        audience_count=66,
    )
    room.hands_open = frozenset({Role.LISTENER})
    room.hands = {
        who: Hand(name=audience[who].name, raised_at=ON_AIR_SECONDS - waited)
        for who, waited in (("a0", 48), ("a1", 31), ("a2", 5))
    }
    here = {**stage, **audience}
    room.chat = {
        f"m{number}": ChatMessage(
            message_id=f"m{number}",
            identity=who,
            name=here[who].name,
            text=text,
            to=ToEveryone(),
            at=ON_AIR_SECONDS - 300 + 40 * number,
        )
        for number, (who, text) in enumerate(CHAT)
    }
    room.pinned = room.chat["m0"]
    return RoomView(room=room, me=me)


def example_lobby() -> LobbyState:
    """A server with three rooms."""
    return LobbyState(
        phase=LobbyPhase.CONNECTED,
        server="http://127.0.0.1:7600",
        embedded=True,
        rooms=(
            LobbyRoom(
                room_id="jazz",
                title="Friday Night Jazz Talk",
                host="Ana Petrova",
                room_type="audio_room",
                people=72,
                speakers=("Ana Petrova", "Tomás Ribeiro", "Mei-Lin 美琳"),
            ),
            LobbyRoom(
                room_id="standup",
                title="Stand-up of the kernel team",
                host="J. Okafor",
                room_type="open_mic",
                people=5,
                speakers=("J. Okafor", "hana", "kai"),
            ),
            LobbyRoom(
                room_id="tea",
                title="お茶の時間",
                host="Mei-Lin 美琳",
                room_type="open_mic",
                life=Life.BACKSTAGE,
                people=1,
                speakers=("Mei-Lin 美琳",),
            ),
        ),
    )


class Exhibit(TuiRooms):
    """The real app without a server behind it."""

    def start(self) -> None:
        """Nobody is called."""


class StillRoom(RoomPlace):
    """The real room; its meters stand as they were set."""

    def tick(self) -> None:
        """Nothing moves."""

    def talk(self) -> None:
        """Two seconds of talk, of which the last moment is seen."""
        canvas = self.query_one(Canvas)
        for step in range(20):
            heard = {
                who: Level(dbov=level - (0 if step < 17 else fall), talking=level > QUIET)
                for who, (level, fall) in HEARD.items()
            }
            canvas.follow(heard, 0.1, 3.0 * step)
            self._talk_times.note(heard, 0.1 if step % 2 else 0.02)


async def draw_room(pilot: Pilot[None], me: str = "s0") -> None:
    """A room in which two people talk, as its host sees it who has chosen somebody."""
    place = StillRoom(
        example_room(me),
        dict,
        sound=Sound(),
        link=LINK,
        own=lambda: OwnSound(dbov=-17),
        clock=lambda: ON_AIR_SECONDS,
    )
    await pilot.app.push_screen(place)
    place.talk()
    await place.hear(Reacted("a6", "", "👏"))
    if me == "s0":
        place.query_one(Canvas).choose("s1")


async def draw_lobby(pilot: Pilot[None]) -> None:
    """The lobby of a server with three rooms."""
    place = pilot.app.screen
    if isinstance(place, LobbyPlace):
        place.show(example_lobby())


async def draw_people(pilot: Pilot[None]) -> None:
    """Hands and the chosen person, for windows in which they have a tab."""
    await draw_room(pilot)
    await pilot.press("s")


async def draw_chat(pilot: Pilot[None]) -> None:
    """Somebody writes."""
    await draw_room(pilot, "a4")
    await pilot.press("c", *"which tape, @an", "tab")


async def draw_settings(pilot: Pilot[None]) -> None:
    """The settings over the room."""
    await draw_room(pilot)
    await pilot.press("comma")


async def draw_help(pilot: Pilot[None]) -> None:
    """What one can do, over the room."""
    await draw_room(pilot)
    await pilot.press("question_mark")


async def draw_palette(pilot: Pilot[None]) -> None:
    """Actions by name, over the room."""
    await draw_room(pilot)
    await pilot.press("ctrl+p")


async def draw_new_room(pilot: Pilot[None]) -> None:
    """The question for a new room over the lobby."""
    await draw_lobby(pilot)
    await pilot.press("n")


SCENES: Mapping[str, Callable[[Pilot[None]], Awaitable[None]]] = {
    "room": draw_room,
    "speaker": lambda pilot: draw_room(pilot, "s5"),
    "listener": lambda pilot: draw_room(pilot, "a1"),
    "people": draw_people,
    "chat": draw_chat,
    "lobby": draw_lobby,
    "new-room": draw_new_room,
    "settings": draw_settings,
    "help": draw_help,
    "palette": draw_palette,
}


async def picture(scene: str, columns: int, rows: int, theme: str = DEFAULT) -> str:
    """One scene as SVG."""
    app = Exhibit(lambda: ServerChoice(""), name="Dmitri")
    app.theme = theme
    async with app.run_test(size=(columns, rows)) as pilot:
        await SCENES[scene](pilot)
        await pilot.pause(0.3)
        return app.export_screenshot(title="tui-rooms")


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", nargs="?", choices=SCENES, default="room")
    parser.add_argument(
        "--size", default="120x34", help="columns and rows, %(default)s unless given"
    )
    parser.add_argument("--theme", default=DEFAULT, help="%(default)s unless given")
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("room.svg"))
    options = parser.parse_args()
    # As a terminal of today, whatever this one can do.
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TZ="UTC")
    time.tzset()
    os.environ.pop("NO_COLOR", None)
    columns, rows = map(int, options.size.split("x"))
    options.to.write_text(
        asyncio.run(picture(options.scene, columns, rows, options.theme)) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
