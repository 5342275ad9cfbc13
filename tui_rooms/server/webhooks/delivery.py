"""Takes webhooks, keeps them on disk, and hands them to their receivers: see `receiver`."""

import asyncio
import itertools
import json
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import httpx

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.webhooks.attempt import Outcome, attempt, http_client
from tui_rooms.server.webhooks.queue import Hook, News, Queue
from tui_rooms.server.webhooks.receiver import BYTES_LIMIT, LIMIT, Receiver
from tui_rooms.server.webhooks.retries import Retries
from tui_rooms.server.webhooks.signature import signed_headers

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")


class Webhooks:
    """Takes news at any time, keeps them on disk, and delivers them."""

    def __init__(
        self,
        urls: Sequence[str],
        secret: bytes,
        path: Path,
        *,
        clock: Callable[[], Seconds],
        wall: Callable[[], Seconds] = time.time,
        retries: Retries | None = None,
    ) -> None:
        """
        Args:
            clock: by which it is waited.
            wall: the time of day, which receivers compare with theirs.
        """
        self._secret = secret
        self._path = path
        self._clock = clock
        self._wall = wall
        self._retries = retries or Retries()
        self._receivers = [
            Receiver(url, kept=self, send=self._send, retries=self._retries, clock=clock)
            for url in dict.fromkeys(urls)
        ]
        self._fresh: deque[News] = deque()
        """What is not on the disk yet."""
        self._fresh_bytes = 0
        self._has_fresh = asyncio.Event()
        self._storing: asyncio.Task[None] | None = None
        # One thread: the event loop forwards sound and never waits for a disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhooks")
        self._queue: Queue
        self._client: httpx.AsyncClient

    async def start(self) -> None:
        """Open the queue, and begin with what is left in it.

        Raises:
            StorageError: the queue's file cannot be used.
        """
        try:
            self._queue = await self._on_disk(Queue, self._path)
            too_old = self._clock() - self._retries.give_up_after
            if old := await self._on_disk(self._queue.forget_before, too_old):
                log.warning("%d webhooks of an earlier run are given up: too old", old)
            left = [await self._on_disk(self._queue.waiting, one.url) for one in self._receivers]
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        self._client = http_client()
        for receiver, hooks in zip(self._receivers, left, strict=True):
            await receiver.take(hooks)
        self._storing = asyncio.create_task(self._store())

    async def close(self) -> None:
        """Stop delivering. What was not delivered waits on the disk for the next start."""
        if self._storing is not None:
            self._storing.cancel()
            await asyncio.wait([self._storing])
        for receiver in self._receivers:
            await receiver.close()
        try:
            while self._fresh:
                await self._on_disk(self._queue.add, self._urls(), self._fresh[0])
                self._fresh.popleft()
        except StorageError as error:
            log.error("%d webhooks are lost: %s", len(self._fresh), error.sentence)
        await self._client.aclose()
        await self._on_disk(self._queue.close)
        self._thread.shutdown()

    def post(self, kind: str, data: Mapping[str, Any]) -> None:
        """Tell every receiver; never waits and never fails.

        Args:
            kind: what has happened, for instance "room.started".
            data: plain JSON values; "room" is the id of the room that it is about.
        """
        now = self._wall()
        at = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
        news = News(
            hook_id=f"msg_{secrets.token_hex(12)}",
            room=str(data.get("room", "")),
            body=json.dumps({"type": kind, "timestamp": at, "data": data}).encode(),
            made_at=self._clock(),
        )
        self._fresh.append(news)
        self._fresh_bytes += len(news.body)
        while len(self._fresh) > LIMIT or self._fresh_bytes > BYTES_LIMIT:
            self._fresh_bytes -= len(self._fresh.popleft().body)
            log.warning("a webhook is given up: too many wait for the disk")
        self._has_fresh.set()

    async def failed(self, hook: Hook) -> None:
        """See `Kept`."""
        await self._despite_the_disk(self._queue.failed, hook)

    async def remove(self, hooks: Sequence[Hook]) -> None:
        """See `Kept`."""
        await self._despite_the_disk(self._queue.remove, hooks)

    def _urls(self) -> list[str]:
        return [receiver.url for receiver in self._receivers if not receiver.is_gone]

    async def _store(self) -> None:
        while True:
            await self._has_fresh.wait()
            self._has_fresh.clear()
            while self._fresh:
                await self._store_one(self._fresh[0])

    async def _store_one(self, news: News) -> None:
        urls = self._urls()
        hooks = await self._despite_the_disk(self._queue.add, urls, news)
        if self._fresh and self._fresh[0] is news:  # else it was too much meanwhile
            self._fresh_bytes -= len(self._fresh.popleft().body)
        added = dict(zip(urls, hooks, strict=True))
        for receiver in self._receivers:
            if hook := added.get(receiver.url):
                await receiver.take([hook])

    async def _send(self, url: str, hook: Hook) -> Outcome:
        body = await self._despite_the_disk(self._queue.body, hook)
        if body is None:
            return Outcome()  # it was given up meanwhile
        wall = self._wall()
        headers = signed_headers(self._secret, hook_id=hook.hook_id, body=body, now=wall)
        return await attempt(self._client, url, body, headers, retries=self._retries, wall=wall)

    async def _despite_the_disk(self, work: Callable[[*Ts], Result], *args: *Ts) -> Result:
        """Do that, again after a while when the queue's file cannot be used."""
        for failures in itertools.count(1):
            try:
                return await self._on_disk(work, *args)
            except StorageError as error:
                log.error("webhooks wait: %s", error.sentence)
            await asyncio.sleep(self._retries.wait(failures))
        raise AssertionError("it counts for ever")

    async def _on_disk(self, work: Callable[[*Ts], Result], *args: *Ts) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, *args)
