"""A program on a pseudo-terminal of its own, at the far end of a link of a given speed.

tmux would measure itself. This reads as slowly as the link would carry, sees it after the link's
delay, and answers what a terminal answers: where the cursor is. It says that it repeats glyphs
(REP), as xterm, kitty, VTE, Windows Terminal and tmux do.
"""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

PATIENCE = 30.0
_QUESTION = re.compile(rb"\x1b\[1;(\d+)H\x1b\[6n")
_TRIAL = b"\x1b[5b\x1b[6n"
_REPEATED = b"\x1b[4;48R"
_NO_BYTE_CODE = "PYTHONDONTWRITEBYTECODE"
_PIECES = 64


@dataclass(frozen=True)
class Link:
    """What lies between the program and the eye."""

    bytes_a_second: float | None = None
    """None: as fast as this machine."""
    delay: float = 0.0
    """Seconds each way."""


LOCAL = Link()


class Terminal:
    """Starts a program; `received` counts what has been seen of it."""

    def __init__(self, command: Sequence[str], columns: int, rows: int, link: Link = LOCAL) -> None:
        self._master, other_end = pty.openpty()
        self.resize(columns, rows)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=other_end,
            stdout=other_end,
            stderr=other_end,
            # With byte code, as anybody who has started it once: some environments forbid it.
            env={
                **{name: value for name, value in os.environ.items() if name != _NO_BYTE_CODE},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            },
            start_new_session=True,
        )
        os.close(other_end)
        self.received = 0
        self._link = link
        self._read_at = self.started
        self._allowed = 0.0
        self._carried: deque[tuple[float, bytes]] = deque()
        self._typed: deque[tuple[float, bytes]] = deque()
        self._tail = b""
        self._seen = bytearray()

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def wait_for(self, text: str) -> float:
        """Look until the text is seen; the moment it was."""
        needle, seen, until = text.encode(), b"", time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            seen = seen[-200:] + self.look(0.01)
            if needle in seen:
                return time.perf_counter()
        raise SystemExit(f"no {text!r} within {PATIENCE:g} s; the last bytes: {seen[-200:]!r}")

    def size_until(self, text: str) -> int:
        """Bytes from the start until the text was seen, now or before."""
        if text.encode() not in self._seen:
            self.wait_for(text)
        return self._seen.index(text.encode())

    def watch(self, seconds: float) -> None:
        """Look for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self.look(min(left, 0.01))

    def press(self, key: str) -> float:
        """Press a key; the moment it was."""
        now = time.perf_counter()
        self._typed.append((now + self._link.delay, key.encode()))
        self.look(0.0)
        return now

    def look(self, timeout: float) -> bytes:
        """Pass on what is due on both ways; what is seen now."""
        now = time.perf_counter()
        while self._typed and self._typed[0][0] <= now:
            os.write(self._master, self._typed.popleft()[1])
        self._carry(now, timeout)
        seen = b""
        now = time.perf_counter()
        while self._carried and self._carried[0][0] <= now:
            seen += self._carried.popleft()[1]
        self.received += len(seen)
        self._seen += seen
        self._answer(seen, now)
        return seen

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

    def _carry(self, now: float, timeout: float) -> None:
        rate, most = self._link.bytes_a_second, 65_536
        if rate is not None:
            # A link does not save up what it did not carry.
            self._allowed = min(self._allowed + rate * (now - self._read_at), _PIECES)
            self._read_at = now
            most = int(self._allowed)
            if most < 1:
                time.sleep(min(timeout, 1 / rate))
                return
        if not select.select([self._master], [], [], timeout)[0]:
            return
        try:
            data = os.read(self._master, most)
        except OSError:
            return
        self._allowed -= len(data)
        self._carried.append((time.perf_counter() + self._link.delay, data))

    def _answer(self, seen: bytes, now: float) -> None:
        text = self._tail + seen
        last = text.find(_TRIAL) + len(_TRIAL) if _TRIAL in text else 0
        if last:
            self._typed.append((now + self._link.delay, _REPEATED))
        for question in _QUESTION.finditer(text, last):
            answer = b"\x1b[1;" + question[1] + b"R"
            self._typed.append((now + self._link.delay, answer))
            last = question.end()
        self._tail = text[last:][-16:]
