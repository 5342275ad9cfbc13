"""When a client counts as silent, and when as dead."""

import asyncio
from collections.abc import Callable

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.server.door.pulse import DEAD_AFTER, SILENT_AFTER, Pulse


class Watched:
    """A pulse, and what is told of it."""

    def __init__(self, is_deaf: Callable[[], bool] = lambda: False) -> None:
        self.pulse = Pulse()
        self.told: list[str] = []
        self.pulse.tell(lambda is_silent: self.told.append("silent" if is_silent else "back"))
        self.pulse.watch(on_dead=lambda: self.told.append("dead"), is_deaf=is_deaf)

    async def beat(self, times: int, every: float = 1.0) -> None:
        for _ in range(times):
            await pass_time(every)
            self.pulse.heard()


def test_who_was_heard_every_second_is_silent_within_five():
    """And not before three pings are missing; what comes then ends it."""

    async def scenario() -> None:
        one = Watched()
        await one.beat(60)
        await pass_time(SILENT_AFTER - 0.1)
        assert one.told == []
        await pass_time(0.2)
        assert one.told == ["silent"]
        await one.beat(10)
        assert one.told == ["silent", "back"]

    run_virtual(scenario())


def test_who_stays_silent_is_dead_ten_seconds_after_the_last_word():
    """Counted from that, whenever it is looked at."""

    async def scenario() -> None:
        one = Watched()
        await one.beat(60)
        heard_at = one.pulse.heard_at
        await pass_time(DEAD_AFTER - 0.1)
        assert one.told == ["silent"]
        await pass_time(0.2)
        assert one.told == ["silent", "dead"]
        assert one.pulse.heard_at == heard_at

    run_virtual(scenario())


def test_of_a_client_that_pings_seldom_or_never_nothing_is_said():
    """An older one does every two seconds, a browser not at all."""

    async def scenario() -> None:
        older, browser = Watched(), Watched()
        await older.beat(60, every=2.0)
        await pass_time(3600)
        assert older.told == browser.told == []

    run_virtual(scenario())


def test_a_server_that_stood_still_blames_nobody():
    """What came meanwhile is read before anybody is judged."""

    async def scenario() -> None:
        one = Watched()
        await one.beat(60)
        loop = asyncio.get_running_loop()
        loop.fall_asleep(40.0)
        one.pulse.heard()  # it was in the socket
        await pass_time(1.0)
        assert one.told == []

    run_virtual(scenario())


def test_a_pulse_that_has_ended_tells_nothing():
    """Its connection has been closed."""

    async def scenario() -> None:
        one = Watched()
        await one.beat(60)
        one.pulse.end()
        await pass_time(60)
        assert one.told == []

    run_virtual(scenario())


def test_who_waits_for_an_answer_of_ours_is_not_silent():
    """Nothing is read meanwhile, however long the disk takes."""

    async def scenario() -> None:
        is_deaf = False
        one = Watched(lambda: is_deaf)
        await one.beat(60)
        is_deaf = True
        await pass_time(60)
        is_deaf = False
        one.pulse.heard()
        await pass_time(1)
        assert one.told == []
        await one.beat(10)
        await pass_time(DEAD_AFTER + SILENT_AFTER)
        assert one.told == ["silent", "dead"]

    run_virtual(scenario())
