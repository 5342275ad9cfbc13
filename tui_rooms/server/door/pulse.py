"""Whether a client is still heard: at the latest it pings us once a second, as ours do.

Of a client that does nothing of the kind nothing is said: see `web_socket.PING_SECONDS`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

from tui_rooms.rules.room import Seconds

SILENT_AFTER: Final[Seconds] = 3.5
"""So long nothing may come from who is heard every second; three pings are missing then."""
DEAD_AFTER: Final[Seconds] = 10.0
"""The same until the connection is given up. A client of ours has left it two seconds before."""
_GAPS: Final = 4
"""So many are looked at: before there are so many there is no rhythm."""
_SHORTEST_GAP: Final[Seconds] = 0.5
"""What comes closer together is heard once."""
_LONGEST_GAP: Final[Seconds] = 1.75
"""Of a rhythm that silence is judged by."""
_IN_SCOPE: Final = "pulse"


class Pulse:
    """Of one connection."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.heard_at = self._loop.time()
        """When anything last came, in the loop's time."""
        self._beat_at = self.heard_at
        self._gaps: deque[Seconds] = deque(maxlen=_GAPS)
        self._on_silent: Callable[[bool], None] = lambda _: None
        self._on_dead: Callable[[], None] = lambda: None
        self._is_deaf: Callable[[], bool] = lambda: False
        self._deaf_at = self.heard_at
        """When we did not read, the last time that it was looked at."""
        self._is_silent = False
        self._timer: asyncio.TimerHandle | None = None

    def heard(self) -> None:
        """Something has come."""
        self.heard_at = now = self._loop.time()
        if now - self._beat_at >= _SHORTEST_GAP:
            self._gaps.append(now - self._beat_at)
            self._beat_at = now
        if self._is_silent:
            self._tell(is_silent=False)

    def watch(
        self, *, on_dead: Callable[[], None], is_deaf: Callable[[], bool] = lambda: False
    ) -> None:
        """Begin to look.

        Args:
            on_dead: is told when nothing has come for too long.
            is_deaf: whether we do not read just now, as while a request is answered.
        """
        self._on_dead, self._is_deaf = on_dead, is_deaf
        self._look_at(self.heard_at + SILENT_AFTER)

    def tell(self, on_silent: Callable[[bool], None]) -> None:
        """Have somebody told when nothing comes any more, and when something does again."""
        self._on_silent = on_silent

    def end(self) -> None:
        """Look no more."""
        self._on_silent, self._on_dead = lambda _: None, lambda: None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at(self, when: float) -> None:
        # A loop that comes late has read by then what waited for it: nobody is blamed for that.
        self._timer = self._loop.call_at(when, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        if self._is_deaf():
            self._deaf_at = now
        since = max(self.heard_at, self._deaf_at)
        quiet = now - since
        if quiet < SILENT_AFTER:
            self._look_at(since + SILENT_AFTER)
        elif not self._has_rhythm:
            self._look_at(now + SILENT_AFTER)
        elif quiet < DEAD_AFTER:
            self._tell(is_silent=True)
            self._look_at(since + DEAD_AFTER)
        else:
            self._on_dead()

    def _tell(self, *, is_silent: bool) -> None:
        if is_silent is not self._is_silent:
            self._is_silent = is_silent
            self._on_silent(is_silent)

    @property
    def _has_rhythm(self) -> bool:
        return len(self._gaps) == _GAPS and max(self._gaps) <= _LONGEST_GAP


def into_scope(scope: Mapping[str, Any], pulse: Pulse) -> None:
    """Have the application know a connection's pulse."""
    scope["state"][_IN_SCOPE] = pulse


def pulse_of(scope: Mapping[str, Any]) -> Pulse | None:
    """The pulse of a connection; None where nobody feels it."""
    found = scope.get("state", {}).get(_IN_SCOPE)
    return found if isinstance(found, Pulse) else None
