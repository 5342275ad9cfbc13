"""How a sound card's thread wakes a task of the loop."""

import asyncio


class Bell:
    """Belongs to the running loop, and is rung from any thread. One task waits for it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = False
        """Nobody has looked since. The thread that rings reads it without a lock: a ring too many
        costs a turn of the loop, and one that is lost is followed by the next block's."""
        self._waiting: asyncio.Future[None] | None = None
        self._until = 0.0
        """When it has waited long enough, by the loop's time."""
        self._timer: asyncio.TimerHandle | None = None
        """Outlives many waits, since most are short: a timer for each would cost more."""

    def ring(self) -> None:
        """Wake who waits, now or when it waits next. Returns at once."""
        if self._rung:
            return
        self._rung = True
        try:
            self._loop.call_soon_threadsafe(self._wake)
        except RuntimeError:
            return  # the loop is closed; the device will be soon

    async def wait(self, seconds: float) -> None:
        """Until it is rung, or so many seconds have passed."""
        if not self._rung:
            self._waiting = self._loop.create_future()
            self._until = self._loop.time() + seconds
            if self._timer is None or self._timer.when() > self._until:
                self._set_timer()
            try:
                await self._waiting
            finally:
                self._waiting = None
        self._rung = False

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._waiting is None:
            return
        if self._loop.time() < self._until:
            self._set_timer()  # it was set for an earlier wait
        else:
            self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
