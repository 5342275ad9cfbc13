"""The bell by which a sound card's thread wakes a task."""

import asyncio
import threading

from tui_rooms.client.devices.bell import Bell


async def test_a_ring_from_another_thread_wakes_who_waits():
    """Long before the time is up."""
    bell = Bell()
    loop = asyncio.get_running_loop()
    begin = loop.time()
    thread = threading.Thread(target=bell.ring)
    loop.call_soon(thread.start)
    await bell.wait(60.0)
    assert loop.time() - begin < 30.0
    thread.join()


async def test_a_ring_that_nobody_waited_for_is_not_lost():
    """It is found by the next who waits; once."""
    bell = Bell()
    bell.ring()
    bell.ring()
    await asyncio.wait_for(bell.wait(60.0), 30.0)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await bell.wait(0.02)
    assert loop.time() - begin >= 0.019


async def test_a_wait_lasts_as_long_as_it_asks_for_whatever_came_before():
    """A short one after a long one that was rung, and a longer one after a short one."""
    bell = Bell()
    loop = asyncio.get_running_loop()
    for seconds, rung in ((60.0, True), (0.02, False), (0.02, True), (0.06, False)):
        begin = loop.time()
        waiting = asyncio.create_task(bell.wait(seconds))
        await asyncio.sleep(0)
        if rung:
            bell.ring()
        await asyncio.wait_for(waiting, 10.0)
        assert rung or loop.time() - begin >= seconds - 0.001


async def test_whoever_stops_waiting_leaves_the_bell_usable():
    """A cancelled task takes nothing with it."""
    bell = Bell()
    waiting = asyncio.create_task(bell.wait(60.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    bell.ring()
    await asyncio.wait_for(bell.wait(60.0), 30.0)


def test_a_bell_of_a_closed_loop_rings_without_harm():
    """A device may call once more while it is being closed."""

    async def make() -> Bell:
        return Bell()

    bell = asyncio.run(make())
    bell.ring()
    bell.ring()
