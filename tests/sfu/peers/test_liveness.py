"""When a path counts as dead: sooner for a peer that was heard often, never by chance alone."""

import asyncio
import random

import pytest

from tests.support.peers import open_house
from tui_rooms.rtc.rtcp import ReceiverReport
from tui_rooms.sfu.engine import Timing
from tui_rooms.sfu.peers.liveness import Liveness


def heard_every(seconds: float, *, count: int = 20) -> tuple[Liveness, float]:
    """Somebody who was heard so often, and when that was last."""
    liveness = Liveness()
    for n in range(count):
        liveness.heard(n * seconds)
    return liveness, (count - 1) * seconds


@pytest.mark.parametrize(("every", "patience"), [(1.0, 5.0), (0.6, 5.0), (2.5, 12.5), (5.0, 25.0)])
def test_silence_is_judged_by_the_rhythm_before(every, patience):
    """Five of its longest gaps, and never less than was asked for."""
    liveness, last = heard_every(every)
    assert not liveness.is_quiet(last + patience, 5.0)
    assert liveness.is_quiet(last + patience + 0.1, 5.0)


def test_of_a_peer_without_a_rhythm_nothing_is_said():
    """A burst of checks while connecting is no rhythm."""
    liveness = Liveness()
    for n in range(40):
        liveness.heard(n * 0.05)
    assert not liveness.is_quiet(100.0, 5.0)
    assert not Liveness().is_quiet(100.0, 5.0)


def test_a_bad_network_is_no_dead_one():
    """An hour of reports once a second, a fifth of them lost: never quiet, for 20 such peers."""
    chance = random.Random(4)
    ends = 0
    for _ in range(20):
        liveness = Liveness()
        for second in range(3600):
            if chance.random() > 0.2:
                liveness.heard(float(second))
            ends += liveness.is_quiet(float(second), 5.0)
    assert ends == 0


async def test_a_peer_whose_reports_stop_is_gone_long_before_its_consent():
    """Somebody who goes on reporting stays, and so does who never had a rhythm."""
    async with open_house(timing=Timing(consent=1000.0)) as house:
        engine = house.engine
        engine._clock = engine._reception._clock = ten_times(engine._clock)
        ana, ben = await house.join("ana"), await house.join("ben")
        await house.join("silent")

        async def report(*peers) -> None:
            for peer in peers:
                peer.send_rtcp([ReceiverReport(peer.ssrc, ())])
            await asyncio.sleep(0)

        async with asyncio.timeout(20):
            while len(engine._directory.named("ana").liveness._gaps) < 4:
                await report(ana, ben)
            while not house.gone():
                await report(ben)
        assert house.gone() == {"ana": "nothing comes from this client any more"}


def ten_times(clock):
    """A clock that runs ten times as fast from now on."""
    began = clock()
    return lambda: began + 10 * (clock() - began)
