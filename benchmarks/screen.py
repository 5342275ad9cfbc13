"""How fast the screen is: `python benchmarks/screen.py`.

Runs the real program on a pseudo-terminal of 120×36 and prints
- the time from starting the process to the lobby's first text (goal: 250 ms),
- the time from a key to the changed cells, in a room of 50 with moving meters (goal: 50 ms at
  the median),
- what such a room costs in CPU and in bytes to the terminal.
"""

import argparse
import fcntl
import math
import os
import pty
import random
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence

PEOPLE = 50
TALKING = 4
COLUMNS, ROWS = 120, 36
PATIENCE = 10.0


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command: Sequence[str]) -> None:
        self._master, other_end = pty.openpty()
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=other_end,
            stdout=other_end,
            stderr=other_end,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(other_end)
        self.received = 0

    def wait_for(self, text: str) -> float:
        """Read until the text has come; the moment it did."""
        needle, seen, until = text.encode(), b"", time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            seen = seen[-200:] + self.read(0.05)
            if needle in seen:
                return time.perf_counter()
        raise SystemExit(f"no {text!r} within {PATIENCE:g} s; the last bytes: {seen[-200:]!r}")

    def read(self, timeout: float) -> bytes:
        """What has come; nothing after the timeout or when the program has ended."""
        if not select.select([self._master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return b""
        self.received += len(data)
        return data

    def press(self, key: str) -> float:
        """Press a key; the moment it was."""
        os.write(self._master, key.encode())
        return time.perf_counter()

    def cpu_seconds(self) -> float:
        """User and system time of the program."""
        with open(f"/proc/{self._process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.wait()
        os.close(self._master)


def first_paint(repeats: int) -> list[float]:
    """Milliseconds from starting the program to the lobby's first text, for each start."""
    times = []
    for _ in range(repeats):
        # Nobody listens there: the lobby must not wait for a server to show itself.
        terminal = Terminal([sys.executable, "-m", "tui_rooms", "--server", "127.0.0.1:9"])
        times.append(1000 * (terminal.wait_for("Live rooms") - terminal.started))
        terminal.close()
    return times


def key_to_cell(repeats: int) -> tuple[list[float], float, float]:
    """Milliseconds from `m` to the microphone's new state; then CPU share and bytes a second."""
    chance = random.Random(7)
    terminal = Terminal([sys.executable, __file__, "--room"])
    terminal.wait_for("MIC MUTED")
    _drain(terminal, 2.0)
    times, words = [], ("MIC OPEN", "MIC MUTED")
    for number in range(repeats):
        _drain(terminal, 0.1 + chance.random() / 5)
        pressed = terminal.press("m")
        times.append(1000 * (terminal.wait_for(words[number % 2]) - pressed))
    seconds, bytes_before, cpu_before = 10.0, terminal.received, terminal.cpu_seconds()
    _drain(terminal, seconds)
    cpu = (terminal.cpu_seconds() - cpu_before) / seconds
    rate = (terminal.received - bytes_before) / seconds
    terminal.close()
    return times, cpu, rate


def _drain(terminal: Terminal, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        terminal.read(left)


def show_room() -> None:
    """The child: the real app, in a room whose people and levels are made up."""
    from tui_rooms.client.levels import Level
    from tui_rooms.client.link import LinkPhase, LinkState, MediaPhase
    from tui_rooms.rules.events import Muted, Unmuted
    from tui_rooms.rules.evolve import evolve
    from tui_rooms.rules.roles import Role
    from tui_rooms.rules.room import Life, Participant, Room
    from tui_rooms.tui.app import TuiRooms
    from tui_rooms.tui.messages import MicWanted
    from tui_rooms.tui.room_view import RoomView, Sound
    from tui_rooms.tui.screens.room import RoomPlace
    from tui_rooms.tui.values import ServerChoice

    now = time.time()
    stage = {
        f"p{number}": Participant(
            identity=f"p{number}",
            name=f"Participant {number}",
            role=Role.SPEAKER if number else Role.HOST,
            muted=number == 0,
            since=now,
        )
        for number in range(PEOPLE)
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

    def levels() -> Mapping[str, Level]:
        moment = time.monotonic()
        return {
            who: Level(
                round(-22 + 14 * math.sin(3 * moment + number) + chance.gauss(0, 3)), talking=True
            )
            if 1 <= number <= TALKING
            else Level(round(-75 + chance.gauss(0, 4)))
            for number, who in enumerate(stage)
        }

    class SeededRoom(TuiRooms):
        """Shows the room, and grants every wish for the microphone."""

        def start(self) -> None:
            """Where the real app looks for a server, this one has its room already."""
            link = LinkState(
                phase=LinkPhase.CONNECTED, media=MediaPhase.CONNECTED, round_trip_ms=12.0
            )
            self.place = RoomPlace(RoomView(room=room, me="p0"), levels, sound=Sound(), link=link)
            self.push_screen(self.place)

        def on_mic_wanted(self, message: MicWanted) -> None:
            at = time.time()
            evolve(
                room,
                Unmuted(identity="p0", at=at)
                if message.is_open
                else Muted(identity="p0", by="p0", at=at),
            )
            self.place.show_room(room)

    SeededRoom(lambda: ServerChoice(""), name="bench").run()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10, help="starts for the first paint")
    parser.add_argument("--keys", type=int, default=60, help="keys pressed in the room")
    parser.add_argument("--room", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.room:
        show_room()
        return
    paints = first_paint(options.starts)
    print(
        f"first paint     median {statistics.median(paints):6.0f} ms   worst {max(paints):6.0f} ms"
        f"   ({options.starts} starts; goal 250)"
    )
    keys, cpu, rate = key_to_cell(options.keys)
    p99 = sorted(keys)[min(len(keys) - 1, math.ceil(0.99 * len(keys)) - 1)]
    print(
        f"key to cell     median {statistics.median(keys):6.1f} ms   p99 {p99:8.1f} ms"
        f"   ({options.keys} keys; goal 50)"
    )
    print(
        f"room of {PEOPLE}      {100 * cpu:6.1f} % of a core, {rate / 1000:.1f} kB/s"
        f" to the terminal   ({TALKING} talk)"
    )


if __name__ == "__main__":
    main()
