"""The server's time on a machine with another clock."""

import json
import time

import pytest

from tests.client.test_strange_servers import WELCOME, server_that
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.server_clock import ServerClock
from tui_rooms.client.link.signalling import Signalling


async def greeted_with(**fields: object) -> float:
    """What time it is for a client whose server says that in its welcome."""

    async def answer(socket):
        await socket.recv()
        await socket.send(json.dumps(json.loads(WELCOME) | fields))
        await socket.wait_closed()

    async with server_that(answer) as url:
        signalling = await Signalling.open(parse_address(url))
        await signalling.close()
    return signalling.clock.now()


def test_the_time_goes_on_from_what_the_server_has_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the steady clock: this machine's wall clock may say what it likes."""
    steady = [50.0]
    clock = ServerClock.told(1_900_000_000.0, steady=lambda: steady[0])
    assert clock.now() == 1_900_000_000.0
    monkeypatch.setattr(time, "time", lambda: 0.0)
    steady[0] += 3600
    assert clock.now() == 1_900_003_600.0


def test_of_a_server_that_does_not_say_ours_is_taken_and_never_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it was when we came."""
    steady, now = [50.0], time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    clock = ServerClock.told(None, steady=lambda: steady[0])
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    steady[0] += 1
    assert clock.now() == pytest.approx(now + 1, abs=0.001)


async def test_a_welcome_sets_the_clock() -> None:
    """A day ahead of this machine, or not at all."""
    day = 86_400.0
    assert abs(await greeted_with(now=time.time() + day) - time.time() - day) < 60
    assert abs(await greeted_with() - time.time()) < 60


@pytest.mark.parametrize("now", [1e300, -1.0, float("nan"), float("inf"), "noon"])
async def test_what_is_no_time_makes_a_stranger(now: object) -> None:
    """It cannot be counted on from there."""
    with pytest.raises(LinkError) as refused:
        await greeted_with(now=now)
    assert refused.value.code == "bad-message"
