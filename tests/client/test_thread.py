"""The client's own thread."""

import asyncio
import sys
import threading

import pytest

from tui_rooms.client.thread import SWITCH_INTERVAL, ClientThread


def test_work_runs_on_another_thread_and_its_result_comes_back():
    """The screen's loop never runs the client's work."""

    async def where() -> int:
        return threading.get_ident()

    with ClientThread() as client:
        assert client.submit(where()).result(5) != threading.get_ident()


def test_an_error_comes_back_to_the_one_who_asked():
    """Nothing is swallowed on the way between threads."""

    async def fail() -> None:
        raise LookupError("nobody there")

    with ClientThread() as client, pytest.raises(LookupError, match="nobody there"):
        client.submit(fail()).result(5)


def test_stopping_cancels_what_still_runs_and_lets_it_clean_up():
    """A room that is open when the program ends is left in order."""
    begun, cleaned = threading.Event(), threading.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned.set()

    client = ClientThread()
    future = client.submit(work())
    assert begun.wait(5)
    client.stop()
    assert cleaned.is_set()
    assert future.cancelled()
    client.stop()


def test_a_stopped_thread_takes_no_more_work():
    """A clear error instead of a future that never ends."""
    client = ClientThread()
    client.stop()
    with pytest.raises(RuntimeError, match="make a new ClientThread"):
        client.submit(asyncio.sleep(0))


def test_busy_threads_hand_over_quickly():
    """With Python's default a thread that waits for sound wakes several milliseconds late."""
    with ClientThread():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
