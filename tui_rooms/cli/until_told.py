"""Running a command until it is done, or somebody says that it should end.

asyncio's own way lets a second Ctrl-C, or a `kill` of what a script has started with `&`, break
into whatever is being done at that moment: the end of a recording, for instance.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Coroutine, Generator
from types import FrameType
from typing import Any, Final, TypeVar

from tui_rooms.cli.exits import Exit

T = TypeVar("T")

_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""Windows knows no hang-up."""
_ONCE: Final = 1.0
"""Seconds in which another signal means the same: `timeout` sends two, an angry thumb more."""


def until_told(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, as `asyncio.run` does. The first signal cancels it, and it ends in order;
    one that comes while it still does so a second later ends the program there and then.

    Raises:
        KeyboardInterrupt: it was told to end, and has.
    """
    told = _Told()
    with told.heard(), asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(work)
        told.cancels(loop, task)
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            if told.at is None:
                raise
            raise KeyboardInterrupt from None


class _Told:
    """The signals that say so."""

    def __init__(self) -> None:
        self.at: float | None = None
        """When the first one came."""
        self._cancel: Callable[[], object] = lambda: None

    @contextlib.contextmanager
    def heard(self) -> Generator[None, None, None]:
        """Inside the block they come here."""
        before = {}
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            # Who is to ignore one, as under `nohup`, goes on ignoring it.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, self._hear)
        try:
            yield
        finally:
            for number, handler in before.items():
                # Whoever was told to end, and has, is not to be killed on the last steps.
                signal.signal(number, handler if self.at is None else signal.SIG_IGN)

    def cancels(self, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> None:
        """Say what is to be cancelled; at once where one has come before."""
        self._cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self.at is not None:
            self._cancel()

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        # Between any two steps of the loop's thread: nothing may be raised here.
        now = time.monotonic()
        if self.at is None:
            self.at = now
            with contextlib.suppress(RuntimeError):  # the loop is closed: it is over anyway
                self._cancel()
        elif now - self.at > _ONCE:
            os._exit(Exit.INTERRUPTED)
