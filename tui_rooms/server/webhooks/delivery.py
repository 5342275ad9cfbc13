"""Sends webhooks: in order for each receiver, again and again until it has them.

httpx, because attempts have a deadline as a whole and can be cancelled, on the server's own event
loop; certificates are checked, redirects are not followed, proxies of the environment not used.
"""

import asyncio
import itertools
import json
import logging
import secrets
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import httpx

from tui_rooms.rules.room import Seconds
from tui_rooms.server.webhooks.address import shown
from tui_rooms.server.webhooks.queue import LIMIT, Hook, Queue
from tui_rooms.server.webhooks.signature import signed_headers

ABOUT_THE_MESSAGE = frozenset({400, 409, 410, 413, 415, 422})
"""Answers after which the same message is not sent again; any other but 2xx may pass."""

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """When a webhook that was not taken is sent again."""

    first: Seconds = 1.0
    """After the first failure; each later wait is twice as long."""
    longest: Seconds = 300.0
    give_up_after: Seconds = 86_400.0
    """Counted from when the webhook was made."""
    attempt: Seconds = 10.0
    """How long one attempt may take, from connecting to the answer's status."""

    def wait(self, attempts: int) -> Seconds:
        """The wait after that many attempts."""
        return min(self.longest, self.first * 2.0 ** min(attempts - 1, 32))


class Webhooks:
    """Takes news at any time, keeps them on disk, and delivers them."""

    def __init__(
        self,
        urls: Sequence[str],
        secret: bytes,
        path: Path,
        *,
        clock: Callable[[], Seconds],
        retries: Retries | None = None,
    ) -> None:
        self._urls = tuple(dict.fromkeys(urls))
        self._secret = secret
        self._path = path
        self._clock = clock
        self._retries = retries or Retries()
        self._fresh: deque[tuple[str, bytes, Seconds]] = deque(maxlen=LIMIT)
        self._has_fresh = asyncio.Event()
        self._has_waiting = {url: asyncio.Event() for url in self._urls}
        self._tasks: list[asyncio.Task[None]] = []
        # One thread: the event loop forwards sound and never waits for a disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._queue: Queue
        self._client: httpx.AsyncClient

    async def start(self) -> None:
        """Open the queue, and begin with what is left in it."""
        self._queue = await self._on_disk(Queue, self._path)
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=None)  # noqa: S113 - an attempt has a deadline as a whole
        self._tasks = [asyncio.create_task(self._store())]
        self._tasks += [asyncio.create_task(self._deliver(url)) for url in self._urls]

    async def close(self) -> None:
        """Stop delivering. What was not delivered waits on the disk for the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)
        try:
            await self._store_fresh()
        except sqlite3.Error as error:
            log.error("%d webhooks are lost: %s: %s", len(self._fresh), self._path, error)
        await self._client.aclose()
        await self._on_disk(self._queue.close)
        self._thread.shutdown()

    def post(self, kind: str, data: Mapping[str, Any]) -> None:
        """Tell every receiver; never waits and never fails.

        Args:
            kind: what has happened, for instance "room.started".
            data: plain JSON values.
        """
        now = self._clock()
        at = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"type": kind, "timestamp": at, "data": data}).encode()
        self._fresh.append((f"msg_{secrets.token_hex(12)}", body, now))
        self._has_fresh.set()

    async def _store(self) -> None:
        while True:
            await self._has_fresh.wait()
            self._has_fresh.clear()
            await self._despite_the_disk(self._store_fresh)

    async def _store_fresh(self) -> None:
        while self._fresh:
            hook_id, body, now = self._fresh[0]
            lost = await self._on_disk(self._queue.add, self._urls, hook_id, body, now)
            self._fresh.popleft()
            if lost:
                log.warning("%d webhooks are given up: too many wait", lost)
            for waiting in self._has_waiting.values():
                waiting.set()

    async def _deliver(self, url: str) -> None:
        while True:
            await self._despite_the_disk(lambda: self._deliver_all(url))
            await self._has_waiting[url].wait()

    async def _despite_the_disk(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do that, again after a while when the queue's file cannot be used."""
        for failures in itertools.count(1):
            try:
                await work()
            except sqlite3.Error as error:
                log.error("webhooks wait: %s cannot be used: %s", self._path, error)
            else:
                return
            await asyncio.sleep(self._retries.wait(failures))

    async def _deliver_all(self, url: str) -> None:
        while True:
            self._has_waiting[url].clear()
            hook = await self._on_disk(self._queue.first, url)
            if hook is None:
                return
            await asyncio.sleep(max(0.0, hook.next_at - self._clock()))
            failure, final = await self._attempt(url, hook)
            if failure is None:
                await self._on_disk(self._queue.remove, hook)
            elif final or self._clock() - hook.made_at > self._retries.give_up_after:
                log.warning("webhook %s for %s given up: %s", hook.hook_id, shown(url), failure)
                await self._on_disk(self._queue.remove, hook)
            else:
                wait = self._retries.wait(hook.attempts + 1)
                log.info("webhook for %s not taken: %s; again in %g s", shown(url), failure, wait)
                await self._on_disk(self._queue.failed, hook, self._clock() + wait)

    async def _attempt(self, url: str, hook: Hook) -> tuple[str | None, bool]:
        """Why it failed, None when it did not; and whether trying again is useless."""
        headers = signed_headers(
            self._secret, hook_id=hook.hook_id, body=hook.body, now=self._clock()
        )
        try:
            async with (
                asyncio.timeout(self._retries.attempt),
                # Only the status is read: the rest of the answer may be of any length.
                self._client.stream("POST", url, content=hook.body, headers=headers) as answer,
            ):
                status = answer.status_code
        except TimeoutError:
            return f"no answer within {self._retries.attempt:g} s", False
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return str(error) or type(error).__name__, False
        if 200 <= status < 300:
            return None, False
        moved = " (redirects are not followed)" if 300 <= status < 400 else ""
        return f"it answered {status}{moved}", status in ABOUT_THE_MESSAGE

    async def _on_disk(self, work: Callable[[*Ts], Result], *args: *Ts) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *args)
