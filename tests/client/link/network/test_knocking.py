"""TCP connections over networks that lose packets."""

import asyncio
import socket
import sys
from collections.abc import Iterator

import pytest

from tui_rooms.client.link.network.knocking import _first, knock

_LONG = 10.0


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A port of 127.0.0.1 that answers nothing, as if every packet there were lost."""
    if sys.platform != "linux":
        pytest.skip("only Linux drops what does not fit into the queue")
    with socket.socket() as listening, socket.socket() as fills:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        fills.connect(listening.getsockname())
        yield listening


async def test_an_address_that_answers_nothing_holds_nobody_up(silent: socket.socket):
    """The next one is tried beside it; whoever answers first counts, and nothing else stays."""
    with socket.create_server(("127.0.0.1", 0)) as answering:
        doors = [(socket.AF_INET, one.getsockname()) for one in (silent, answering)]
        async with asyncio.timeout(_LONG):
            made = await _first(doors)
        with made:
            assert made.getpeername() == answering.getsockname()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_network_that_is_back_is_found_by_the_next_try(silent: socket.socket):
    """And one that is not, is not waited for in vain."""
    with pytest.raises(TimeoutError):
        await knock(*silent.getsockname(), timeout=0.5)
    knocking = asyncio.create_task(knock(*silent.getsockname(), timeout=_LONG))
    await asyncio.sleep(0)
    silent.accept()[0].close()
    with await knocking as made:
        assert made.getpeername() == silent.getsockname()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_server_that_is_not_there_is_said_at_once():
    """In the words of the system."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await knock("localhost", port, timeout=_LONG)
    with pytest.raises(socket.gaierror):
        await knock("nowhere.invalid", port, timeout=_LONG)
