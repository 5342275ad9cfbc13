"""The client's own thread: an event loop that a blocked terminal cannot hold up."""

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

T = TypeVar("T")

SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a busy thread gives the GIL up. With Python's default of 5 ms a thread
that waits for sound wakes 5 ms late (median) beside one busy thread, and 37 ms beside two."""


class ClientThread:
    """Runs coroutines on a daemon thread.

    `with ClientThread() as client: room = client.submit(RoomClient.enter(…)).result()`
    """

    def __init__(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="tui-rooms client", daemon=True)
        self._thread.start()

    def submit(self, work: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        """Run a coroutine over there; its result or error comes in the future.

        Raises:
            RuntimeError: the thread has been stopped.
        """
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("the client's thread has been stopped; make a new ClientThread")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self, timeout: float = 5.0) -> None:
        """Cancel what still runs, wait for it, and end the thread. A second time changes nothing.

        Raises:
            TimeoutError: something did not let itself be cancelled.
        """
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout)
        if self._thread.is_alive():
            raise TimeoutError(f"the client's thread did not end within {timeout:g} s")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
