"""A slow function beside the loop, for which nobody waits at the end."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def beside(function: Callable[[], T]) -> T:
    """Run a function in a thread of its own; its result or error.

    Unlike `asyncio.to_thread`, neither the loop nor the program waits for it when they end: who
    quits while a server is starting is not held up.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)  # type: ignore[arg-type]
        else:
            future.set_exception(error)

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except Exception as exc:  # noqa: BLE001 - it is raised in the loop
            error = exc
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=work, daemon=True, name="tui-rooms connect").start()
    return await future
