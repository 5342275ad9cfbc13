"""One receiver of webhooks: what waits for it, in lanes that go on beside each other.

What is about one room is one lane, and arrives in order. A webhook that is not taken holds up its
own lane only; and when it has failed a few times, the one behind it is tried too: if that is
taken, the first one is what the receiver does not like, and goes on being tried in a lane of its
own. While the receiver takes nothing at all, every order is kept.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from tui_rooms.rules.room import Seconds
from tui_rooms.server.webhooks.address import shown
from tui_rooms.server.webhooks.attempt import Outcome
from tui_rooms.server.webhooks.queue import Hook
from tui_rooms.server.webhooks.retries import Retries

LIMIT = 10_000
"""Webhooks that may wait for one receiver; beyond that the oldest are given up."""
BYTES_LIMIT = 64_000_000
"""Of what they say, in sum; likewise."""
AT_ONCE = 8
"""Attempts at one receiver."""
PATIENCE = 3
"""Attempts at one webhook before the one behind it is tried too."""

log = logging.getLogger(__name__)


class Kept(Protocol):
    """The queue's file, without its waiting and its failures: each call comes back when done."""

    async def failed(self, hook: Hook) -> None:
        """Keep when it is tried next."""
        ...

    async def remove(self, hooks: Sequence[Hook]) -> None:
        """They need not be kept any more."""
        ...


@dataclass(slots=True)
class _Lane:
    room: str | None
    """That it is for; None for a webhook on its own."""
    hooks: deque[Hook] = field(default_factory=deque)
    behind: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody stands behind the first who was not tried since that has failed."""


@dataclass(frozen=True, slots=True)
class _Place:
    hook: Hook
    lane: _Lane


class Receiver:
    """Delivers to one address. For the event loop that made it."""

    def __init__(
        self,
        url: str,
        *,
        kept: Kept,
        send: Callable[[str, Hook], Awaitable[Outcome]],
        retries: Retries,
        clock: Callable[[], Seconds],
    ) -> None:
        """
        Args:
            send: makes one attempt.
        """
        self.url = url
        self.is_gone = False
        """Whether it has said that it wants no more."""
        self._kept = kept
        self._send = send
        self._retries = retries
        self._clock = clock
        self._waiting: dict[int, _Place] = {}
        """All that waits, by number, the oldest first."""
        self._bytes = 0
        self._lanes: dict[str, _Lane] = {}
        """By room; each is worked on, and is not empty."""
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._paused_until: Seconds = 0.0
        """As the receiver has asked."""
        self._tasks: set[asyncio.Future[None]] = set()

    async def take(self, hooks: Sequence[Hook]) -> None:
        """Deliver these too, when it is their turn."""
        # No later than anyone ever asked for: the clock may have been set back since.
        latest = self._clock() + self._retries.longest_asked
        for hook in hooks:
            hook.next_at = min(hook.next_at, latest)
            if (lane := self._lanes.get(hook.room)) is None:
                lane = self._lanes[hook.room] = _Lane(hook.room)
                self._start(self._work_on(lane))
            lane.hooks.append(hook)
            if len(lane.hooks) == 2:
                lane.behind.set()
            self._waiting[hook.number] = _Place(hook, lane)
            self._bytes += hook.size
        await self._give_up_the_oldest()

    async def close(self) -> None:
        """Stop; what was not delivered is still in the file."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work_on(self, lane: _Lane) -> None:
        """Deliver what is in a lane, until it is empty."""
        while lane.hooks:
            hook = lane.hooks[0]
            wait = self._wait_for(hook)
            if wait > 0 and hook.attempts < PATIENCE:
                await asyncio.sleep(wait)
            elif wait > 0:
                await self._wait_or_look_behind(lane, wait)
            elif failed := await self._deliver(hook):
                await self._put_off(hook, failed)
                if failed.is_reached and len(lane.hooks) > 1:
                    lane.behind.set()
        if lane.room is not None:
            del self._lanes[lane.room]

    async def _wait_or_look_behind(self, lane: _Lane, wait: Seconds) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await lane.behind.wait()
        if lane.behind.is_set():
            lane.behind.clear()
            await self._look_behind(lane)

    def _wait_for(self, hook: Hook) -> Seconds:
        return max(hook.next_at, self._paused_until) - self._clock()

    async def _deliver(self, hook: Hook) -> Outcome | None:
        """Try it once; how it failed when it is to be tried again, None when it is done with."""
        async with self._at_once:
            if hook.number not in self._waiting or self._paused_until > self._clock():
                return None  # given up meanwhile, or to be left alone
            outcome = await self._send(self.url, hook)
        if outcome.wait is not None:
            self._paused_until = max(self._paused_until, self._clock() + outcome.wait)
        if outcome.is_gone:
            await self._stop()
        if hook.number not in self._waiting:
            return None
        too_old = self._clock() - hook.made_at > self._retries.give_up_after
        if outcome.failure is not None and not outcome.is_final and not too_old:
            return outcome
        if outcome.failure is not None:
            log.warning(
                "webhook %s for %s given up: %s",
                *(hook.hook_id, shown(self.url), outcome.failure),
            )
        self._forget(hook)
        await self._kept.remove([hook])
        return None

    async def _put_off(self, hook: Hook, failed: Outcome) -> None:
        hook.attempts += 1
        wait = self._retries.wait(hook.attempts) if failed.wait is None else failed.wait
        hook.next_at = self._clock() + wait
        log.info(
            "webhook for %s not taken: %s; again in %g s", shown(self.url), failed.failure, wait
        )
        await self._kept.failed(hook)

    async def _look_behind(self, lane: _Lane) -> None:
        """Find out whether it is the first of a lane that is not liked, or the receiver is down."""
        if len(lane.hooks) < 2:
            return
        first, second = lane.hooks[0], lane.hooks[1]
        await self._deliver(second)
        if second.number in self._waiting or first.number not in self._waiting:
            return
        lane.hooks.remove(first)
        alone = _Lane(None, deque([first]))
        self._waiting[first.number] = _Place(first, alone)
        self._start(self._work_on(alone))

    async def _stop(self) -> None:
        """The receiver wants no more."""
        self.is_gone = True
        lost = [place.hook for place in self._waiting.values()]
        log.warning(
            "%s answered 410 (gone): it gets no more webhooks, and the %d that wait for it are "
            "given up; take it out of --webhook, or start the server again to try it again",
            *(shown(self.url), len(lost)),
        )
        for hook in lost:
            self._forget(hook)
        await self._kept.remove(lost)

    def _forget(self, hook: Hook) -> None:
        place = self._waiting.pop(hook.number)
        place.lane.hooks.remove(hook)
        self._bytes -= hook.size

    async def _give_up_the_oldest(self) -> None:
        lost: list[Hook] = []
        while len(self._waiting) > LIMIT or self._bytes > BYTES_LIMIT:
            lost.append(next(iter(self._waiting.values())).hook)
            self._forget(lost[-1])
        if lost:
            log.warning(
                "%d webhooks for %s are given up: too many wait", len(lost), shown(self.url)
            )
            await self._kept.remove(lost)
