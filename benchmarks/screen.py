"""How fast the screen is: `python benchmarks/screen.py`.

Runs the real program on a pseudo-terminal and prints
- the time from starting the process to the first picture (goal: 200 ms), which is drawn before
  Textual is there, to the lobby with its keys, and in turn with them that of an app of Textual's
  with one line of text: no lobby of Textual's can be there sooner,
- for rooms of 12, 50 and 200 with four talking, at two sizes: CPU, bytes a second, and the time
  from a key to the changed cells (goals at 50 people: 3 % of a core, 4 kB/s, 50 ms at the worst);
  then CPU and bytes again with the help lying over the room,
- the same room of 50 at the far end of links of 3, 10 and 30 kB/s, 50 ms each way: bytes of the
  first picture (goal: 12 kB) and of the room after it, and how late a key is answered, first while
  the room is still being drawn and then with it there (goal at 3 kB/s: 0.6 s).
The load of the machine stands above the figures: they are of this program alone only below 0.5.
"""

import argparse
import itertools
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from terminal import Link, Terminal

TALKING = 4
SIZES = ((120, 40), (200, 60))
CROWDS = (12, 50, 200)
SLOW = (3_000, 10_000, 30_000)
DELAY = 0.05
CPU_SECONDS = 8.0
LOOKS = 63
"""Levels of everybody until they begin anew: three swells of those who talk."""
HASTY = 4
"""Keys pressed while the room is still being drawn."""
LAST_SEEN = "Participant 35"
"""Of 50 people, in the last line of tiles at 120×40."""


BARE = """
import gc; gc.disable()
from textual.app import App
from textual.widgets import Static
class Bare(App[None]):
    def compose(self): yield Static("Live rooms")
Bare().run()
"""


def first_paint(repeats: int) -> dict[str, list[float]]:
    """Milliseconds from starting a program to a text on its screen, for each start.

    The first start of each is not counted: it may have to compile what it imports.
    """
    programs = {
        # As the command that pip installs. Nobody listens there: the lobby must not wait for a
        # server to show itself.
        "tui-rooms": ["from tui_rooms.__main__ import main; main()", "--server", "127.0.0.1:9"],
        "Textual alone": [BARE],
    }
    # The last line, with the keys, is Textual's in any case.
    texts = {"tui-rooms": ("Live rooms", " help"), "Textual alone": ("Live rooms",)}
    times: dict[str, list[float]] = {}
    for number in range(repeats + 1):
        for name, arguments in programs.items():
            terminal = Terminal([sys.executable, "-c", *arguments], 120, 36)
            for what, text in zip(("first picture", "with its keys"), texts[name], strict=False):
                took = 1000 * (terminal.wait_for(text) - terminal.started)
                if number:
                    times.setdefault(f"{name}, {what}", []).append(took)
            terminal.close()
    return times


def room_of(people: int, columns: int, rows: int, link: Link = Link()) -> Terminal:  # noqa: B008
    """The seeded room, as soon as it is seen."""
    program = [sys.executable, __file__, "--room", str(people)]
    terminal = Terminal(program, columns, rows, link)
    terminal.wait_for("MIC MUTED")
    return terminal


def echoes(terminal: Terminal, repeats: int) -> list[float]:
    """Milliseconds from `m` to the microphone's new state, for each time."""
    chance = random.Random(7)
    times, words = [], ("MIC OPEN", "MIC MUTED")
    for number in range(repeats):
        terminal.watch(0.1 + chance.random() / 5)
        pressed = terminal.press("m")
        times.append(1000 * (terminal.wait_for(words[number % 2]) - pressed))
    return times


def cost(terminal: Terminal) -> tuple[float, float]:
    """CPU as a share of a core, and bytes a second."""
    bytes_before, cpu_before = terminal.received, terminal.cpu_seconds()
    terminal.watch(CPU_SECONDS)
    cpu = (terminal.cpu_seconds() - cpu_before) / CPU_SECONDS
    return cpu, (terminal.received - bytes_before) / CPU_SECONDS


def on_link(speed: int, keys: int) -> str:
    """A line of figures about the room of 50 at the far end of a slow link."""
    terminal = room_of(50, 120, 40, Link(speed, DELAY))
    painted, took = terminal.received, time.perf_counter() - terminal.started
    hasty = echoes(terminal, HASTY)
    room = terminal.size_until(LAST_SEEN) - painted
    terminal.watch(2.0)
    times = echoes(terminal, keys)
    _, rate = cost(terminal)
    terminal.close()
    return (
        f"{painted / 1000:5.1f} kB {took:4.1f} s   {room / 1000:5.1f} kB"
        f"   {statistics.median(hasty) / 1000:19.2f} {max(hasty) / 1000:5.2f}"
        f"   {statistics.median(times) / 1000:9.2f} {worst(times) / 1000:5.2f}  {rate / 1000:5.1f}"
    )


def worst(times: list[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[min(len(times) - 1, math.ceil(0.99 * len(times)) - 1)]


def show_room(people: int) -> None:
    """The child: the real app, in a room whose people and levels are made up."""
    from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
    from tui_rooms.client.sound.levels import Level
    from tui_rooms.rules.events import Muted, Unmuted
    from tui_rooms.rules.evolve import evolve
    from tui_rooms.rules.roles import Role
    from tui_rooms.rules.room import Life, Participant, Room
    from tui_rooms.tui.app.app import TuiRooms
    from tui_rooms.tui.messages import (
        Entered,
        LinkChanged,
        MicWanted,
        RoomChanged,
        SoundChanged,
    )
    from tui_rooms.tui.model.room_view import Sound
    from tui_rooms.tui.model.server_choice import ServerChoice
    from tui_rooms.tui.terminal.private import driver_for, private_terminal

    now = time.time()
    stage = {
        f"p{number}": Participant(
            identity=f"p{number}",
            name=f"Participant {number}",
            role=Role.SPEAKER if number else Role.HOST,
            muted=number == 0,
            since=now,
        )
        for number in range(people)
    }
    room = Room(
        room_id="full",
        title="Everybody is here",
        room_type="open_mic",
        life=Life.LIVE,
        created_at=now,
        live_since=now,
        host_name="Participant 0",
        stage=stage,
    )
    chance = random.Random(4)
    # Made before, as to make them costs more than to read a client's.
    looks = itertools.cycle(
        [
            {
                who: Level(
                    round(-22 + 14 * math.sin(0.3 * look + number) + chance.gauss(0, 3)),
                    talking=True,
                )
                if 1 <= number <= TALKING
                else Level(round(-75 + chance.gauss(0, 4)))
                for number, who in enumerate(stage)
            }
            for look in range(LOOKS)
        ]
    )

    def levels() -> Mapping[str, Level]:
        return next(looks)

    class SeededRoom(TuiRooms):
        """Shows the room, and grants every wish for the microphone."""

        def start(self) -> None:
            """Where the real app looks for a server, this one has its room already."""
            link = LinkState(
                phase=LinkPhase.CONNECTED, media=MediaPhase.CONNECTED, round_trip_ms=12.0
            )
            self.post_message(SoundChanged(Sound()))
            self.post_message(Entered(room, "p0", levels))
            self.post_message(LinkChanged(link))

        def on_mic_wanted(self, message: MicWanted) -> None:
            """As a server at the other end of no distance would."""
            at = time.time()
            evolve(
                room,
                Unmuted(identity="p0", at=at)
                if message.is_open
                else Muted(identity="p0", by="p0", at=at),
            )
            self.post_message(RoomChanged(room))

    with (
        tempfile.TemporaryDirectory() as directory,
        private_terminal(Path(directory) / "log") as terminal,
    ):
        driver = driver_for(terminal)
        SeededRoom(lambda: ServerChoice(""), name="bench", driver_class=driver).run()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10, help="starts for the first paint")
    parser.add_argument("--keys", type=int, default=40, help="keys pressed in each room")
    parser.add_argument("--only", choices=("paint", "rooms", "links"), help="one part")
    parser.add_argument("--room", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.room:
        show_room(options.room)
        return
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    if options.only in (None, "paint"):
        for name, paints in first_paint(options.starts).items():
            print(
                f"{name:28}   median {statistics.median(paints):5.0f} ms"
                f"   worst {max(paints):5.0f} ms   ({options.starts} starts)",
                flush=True,
            )
    if options.only in (None, "rooms"):
        print("people   size       CPU     kB/s   key p50   p99 ms   below help: CPU     kB/s")
        for columns, rows in SIZES:
            for people in CROWDS:
                terminal = room_of(people, columns, rows)
                terminal.watch(2.0)
                times = echoes(terminal, options.keys)
                cpu, rate = cost(terminal)
                terminal.press("?")
                terminal.watch(1.0)
                cpu_below, rate_below = cost(terminal)
                terminal.close()
                print(
                    f"{people:6}   {columns}×{rows:<4} {100 * cpu:5.1f} %  {rate / 1000:6.1f}"
                    f"  {statistics.median(times):7.1f}  {worst(times):7.1f}"
                    f"   {100 * cpu_below:13.1f} %  {rate_below / 1000:6.1f}",
                    flush=True,
                )
    if options.only in (None, "links"):
        print(
            "link      first picture   the room   key meanwhile: p50 worst   then: p50 p99 s  kB/s"
        )
        for speed in SLOW:
            print(f"{speed // 1000:2} kB/s   {on_link(speed, options.keys)}", flush=True)


if __name__ == "__main__":
    main()
