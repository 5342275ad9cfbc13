"""An event loop whose clock jumps to the next timer: hours of waiting in no time, always alike."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time stands still while anything can be done, then jumps to when something is due.

    For code that waits for timers only: sockets and threads live in real time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._virtual_now = 0.0

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._virtual_now

    def fall_asleep(self, seconds: float) -> None:
        """Be late: everything that is due in this time wakes at its end."""
        self._virtual_now += seconds

    def _run_once(self) -> None:
        # A timer that was cancelled is thrown away by the loop, which would wait for the next one.
        waiting = (timer.when() for timer in self._scheduled if not timer.cancelled())
        if not self._ready and (first := min(waiting, default=None)) is not None:
            self._virtual_now = max(self._virtual_now, first)
        super()._run_once()


def run_virtual(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


async def pass_time(seconds: float) -> None:
    """Let all happen that is due in that time; in virtual time only.

    Raises:
        TypeError: the loop's time is real, so a test would wait.
    """
    if not isinstance(asyncio.get_running_loop(), VirtualLoop):
        raise TypeError("pass_time needs run_virtual")
    await asyncio.sleep(seconds)
