"""No flood in the text log.

Whatever strangers do, what they make a server write is bounded: so many lines of one place in the
program, and so many bytes in all. What is held back is counted, and told with the next such line or
after a minute.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO, TypeAlias

ALIKE_AT_ONCE: Final = 5
"""Lines of one place in the program at once; then one in `ALIKE_EVERY`."""
ALIKE_EVERY: Final = 12.0
BYTES_AT_ONCE: Final = 20_000
"""Of warnings, and of errors as many beside them; then so many a second."""
BYTES_PER_SECOND: Final = 150.0
SUMMED_AFTER: Final = 60.0
"""Seconds after which what was held back is told, though no such line has come since."""
PLACES: Final = 200
"""Places in the program that are told apart; the one that was quiet longest is forgotten first."""

_Place: TypeAlias = tuple[str, int, str]


class _Bucket:
    """So much at once, and so much a second."""

    def __init__(self, most: float, per_second: float, now: float) -> None:
        self._most = self._left = most
        self._per_second = per_second
        self._at = now

    def takes(self, cost: float, now: float) -> bool:
        """Whether there is room for that; takes it then."""
        passed = max(0.0, now - self._at)
        self._left = min(self._most, self._left + passed * self._per_second)
        self._at = now
        if self._left < cost:
            return False
        self._left -= cost
        return True


@dataclass(slots=True)
class _Alike:
    """The lines of one place in the program."""

    pace: _Bucket
    held: int = 0
    """How many were held back since the last one."""
    since: float = 0.0
    """When the first of them was."""
    example: str = ""


class FloodGate(logging.StreamHandler[TextIO]):
    """Where the lines go."""

    def __init__(
        self,
        stream: TextIO,
        *,
        clock: Callable[[], float] = time.monotonic,
        call_later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        """
        Args:
            call_later: calls once, after so many seconds; None: on a thread.
        """
        super().__init__(stream)
        self._clock = clock
        self._call_later = call_later or _on_a_thread
        self._places: OrderedDict[_Place, _Alike] = OrderedDict()
        now = clock()
        self._warnings = _Bucket(BYTES_AT_ONCE, BYTES_PER_SECOND, now)
        self._errors = _Bucket(BYTES_AT_ONCE, BYTES_PER_SECOND, now)
        self._others = 0
        """Held back, of places that are forgotten."""
        self._is_waiting = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write its line, or count it."""
        now = self._clock()
        alike = self._of(record, now)
        if not alike.pace.takes(1, now):
            self._hold(alike, record, now)
            return
        line = self.format(record) + _more(alike, now)
        bucket = self._errors if record.levelno >= logging.ERROR else self._warnings
        if not bucket.takes(len(line.encode(errors="replace")) + 1, now):
            self._hold(alike, record, now)
            return
        alike.held = 0
        self._write(line)

    def sum_up(self) -> None:
        """Tell of what has been held back for a minute."""
        with self.lock or threading.RLock():
            self._is_waiting = False
            now = self._clock()
            for alike in self._places.values():
                if alike.held and now - alike.since >= SUMMED_AFTER - 1:
                    self._write_if_room(f"{alike.example}{_more(alike, now)}", now)
                    alike.held = 0
            if self._others:
                self._write_if_room(f"(and {self._others:,} other lines, of many kinds)", now)
                self._others = 0
            if any(alike.held for alike in self._places.values()):
                self._wait()

    def _write_if_room(self, line: str, now: float) -> None:
        if self._warnings.takes(len(line.encode(errors="replace")) + 1, now):
            self._write(line)

    def _of(self, record: logging.LogRecord, now: float) -> _Alike:
        failed = record.exc_info[0] if record.exc_info else None
        place = (record.pathname, record.lineno, failed.__name__ if failed else "")
        alike = self._places.pop(place, None)
        if alike is None:
            alike = _Alike(_Bucket(ALIKE_AT_ONCE, 1 / ALIKE_EVERY, now))
        self._places[place] = alike
        if len(self._places) > PLACES:
            self._others += self._places.popitem(last=False)[1].held
        return alike

    def _hold(self, alike: _Alike, record: logging.LogRecord, now: float) -> None:
        if not alike.held:
            alike.since = now
            alike.example = self.format(record)
        alike.held += 1
        self._wait()

    def _wait(self) -> None:
        if not self._is_waiting:
            self._is_waiting = True
            self._call_later(SUMMED_AFTER, self.sum_up)

    def _write(self, line: str) -> None:
        try:
            self.stream.write(line + self.terminator)
            self.stream.flush()
        except (OSError, ValueError):
            return  # nobody reads it, or the disk is full


def _more(alike: _Alike, now: float) -> str:
    if not alike.held:
        return ""
    return f" (and {alike.held:,} more of these in the last {max(1, round(now - alike.since))} s)"


def _on_a_thread(seconds: float, call: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
