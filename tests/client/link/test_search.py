"""When a server that has gone is looked for."""

import asyncio
import contextlib
import itertools

import pytest

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.client.link.backoff import LONGEST, delays
from tui_rooms.client.link.network.awake import NOTICED, Awake
from tui_rooms.client.link.search import LEAST, LOOK_EVERY, Looking, Search

PATIENCE = 600.0


class Seeker:
    """Looks again and again, in vain; and what it tells."""

    def __init__(self) -> None:
        self.told: list[Looking | None] = []
        self.tries: list[float] = []
        self.way: str | None = "192.0.2.7"
        self.slept = 0.0
        loop = asyncio.get_running_loop()
        self.search = Search(
            PATIENCE,
            tell=self.told.append,
            network=lambda: self.way,
            pauses=lambda: delays(lambda: 1.0),
            awake=Awake(lambda: loop.time() + self.slept),
        )
        self.seeking = asyncio.create_task(self._seek())

    async def _seek(self) -> None:
        while not self.search.is_over:
            await self.search.pause()
            self.tries.append(asyncio.get_running_loop().time())
        self.search.end()


def test_a_server_is_looked_for_for_ten_minutes_with_a_countdown():
    """A server that is back after 34 s is found; the next try and the end are known before."""

    async def scenario() -> None:
        one = Seeker()
        await pass_time(34.0)
        assert one.told[-1] == Looking(one.tries[-1] + LONGEST, PATIENCE)
        await pass_time(PATIENCE)
        assert one.seeking.done()
        assert PATIENCE - LONGEST <= one.tries[-2] < one.tries[-1] == PATIENCE
        pauses = [b - a for a, b in itertools.pairwise(one.tries[5:])]
        assert max(pauses) <= LONGEST
        assert one.told[-1] is None

    run_virtual(scenario())


def test_who_does_not_want_to_wait_does_not():
    """The next pause is the one that would have come anyway."""

    async def scenario() -> None:
        one = Seeker()
        await pass_time(34.0)
        before = len(one.tries)
        one.search.now()
        await pass_time(0.01)
        assert one.tries[before:] == [34.0]
        assert one.told[-1] == Looking(34.0 + LONGEST, PATIENCE)
        one.seeking.cancel()

    run_virtual(scenario())


def test_a_network_that_is_back_is_tried_at_once():
    """Another one too; that it goes is no reason to try."""

    async def scenario() -> None:
        one = Seeker()
        await pass_time(100.0)
        one.way = None
        await pass_time(2 * LOOK_EVERY)
        before = len(one.tries)
        one.way = "198.51.100.4"
        back_at = asyncio.get_running_loop().time()
        await pass_time(1.5)
        assert one.tries[before] <= back_at + LOOK_EVERY
        assert len(one.tries) == before + 3  # the pauses have begun anew: 0.25 s, 0.5, …
        one.seeking.cancel()

    run_virtual(scenario())


def test_a_machine_that_wakes_tries_at_once_and_for_ten_minutes_more():
    """Nobody has looked while it slept."""

    async def scenario() -> None:
        one = Seeker()
        await pass_time(PATIENCE - 10)
        before = len(one.tries)
        one.slept += 8 * 3600.0
        woke_at = asyncio.get_running_loop().time()
        await pass_time(1.0)
        assert one.tries[before] <= woke_at + LOOK_EVERY
        await pass_time(PATIENCE - 2)
        assert not one.seeking.done()
        one.seeking.cancel()

    run_virtual(scenario())


def test_a_machine_that_is_only_late_has_not_slept():
    """A busy one wakes seconds later than it wanted."""

    async def scenario() -> None:
        slept = 0.0
        loop = asyncio.get_running_loop()
        awake = Awake(lambda: loop.time() + slept)
        assert not await awake.sleep(0.5)
        loop.fall_asleep(NOTICED - 0.6)
        assert not await awake.sleep(0.5)

    run_virtual(scenario())


def test_a_try_that_was_long_in_vain_is_followed_by_the_next_at_once():
    """A server that stands still takes connections: whoever waits in one is the first that it
    answers."""

    async def scenario() -> None:
        one = Seeker()
        await pass_time(34.0)
        one.seeking.cancel()
        one.search.begin()
        tries: list[float] = []
        loop = asyncio.get_running_loop()

        async def wait_in_vain() -> None:
            while True:
                await one.search.pause()
                tries.append(loop.time())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(10.0):
                        await asyncio.Event().wait()

        waiting = asyncio.create_task(wait_in_vain())
        await pass_time(100.0)
        waiting.cancel()
        assert [b - a for a, b in itertools.pairwise(tries)] == pytest.approx([10.0 + LEAST] * 9)

    run_virtual(scenario())
