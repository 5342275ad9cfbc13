"""What workers say to each other about rooms, and what is dropped of it."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.peers import House, housed
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT
from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.rooms.carried import Carried
from tui_rooms.sfu.workers import passed, passing
from tui_rooms.sfu.workers.passing import Passing, pair

_STEP, _NUMBERS, _LOST = 240, 300, 100
"""Such steps of a speaker's numbers are losses, and no new beginning; together they wrap."""
_BITS = st.integers(0, (1 << 32) - 1)
_CARRIED = st.builds(
    Carried,
    slot=st.integers(0, 255),
    turn=_BITS,
    sequence=st.integers(-(1 << 40), 1 << 40),
    timestamp=_BITS,
    source=_BITS,
    level=st.integers(-127, 0),
    voice=st.booleans(),
    marker=st.booleans(),
    payload_type=st.integers(0, 127),
    payload=st.binary(max_size=900),
)


@given(st.lists(_CARRIED, max_size=5), _BITS)
def test_what_is_passed_on_arrives_as_it_was(carried, line):
    """Several packets in one datagram, with figures between them."""
    said = [passed.voice(line, one) for one in carried]
    said += [passed.way(line, 2, 0.25, 12.5), passed.no_way(line, 3)]
    said.append(passed.losses(line, 1, [0.0, 0.5, 0.5, 1.0]))
    *voices, way, no_way, losses = passed.items(passed.HEAD.pack(1, 2.0) + b"".join(said))
    assert voices == [passed.Voice(line, one) for one in carried]
    assert way == passed.WayOf(line, 2, passed.Way(0.25, 12.5))
    assert no_way == passed.WayOf(line, 3, None)
    assert losses == passed.Losses(line, 1, [0.0, 0.5, 0.5, 1.0])


@contextlib.asynccontextmanager
async def two_workers() -> AsyncIterator[tuple[House[EmbeddedEngine], Passing, Passing]]:
    """Both in this process: the stage at one, and the other, whose house is given."""
    ends = [pair(), pair()]
    async with (
        housed(EmbeddedEngine()) as origin,
        housed(EmbeddedEngine()) as edge,
    ):
        stage = Passing(origin.engine, 0, ends[0][0], {1: ends[1][1]})
        hall = Passing(edge.engine, 1, ends[1][0], {0: ends[0][1]})
        hall.fill("den", 7, 0)
        stage.feed("den", 7, 1)
        try:
            yield edge, stage, hall
        finally:
            for passing_ in (stage, hall):
                passing_.close()
            for end in (*ends[0], *ends[1]):
                end.close()


def say(stage: Passing, source: int, sequence: int, payload_type: int = OPUS_PT) -> None:
    """A packet gets a slot at the origin."""
    room = stage._engine.room("den")
    assert room is not None
    for feed in room.feeds.values():
        feed.carry(
            Carried(0, 1, sequence, 960 * sequence, source, -20, True, False, payload_type, b"word")
        )


async def test_what_is_still_under_way_of_somebody_who_was_muted_is_dropped():
    """It had left the origin before; what others say comes through."""
    async with two_workers() as (edge, stage, hall):
        ben = await edge.join("ben")
        say(stage, 11, 1)
        await ben.until(lambda: len(ben.received) == 1)
        say(stage, 11, 2)
        hall.hush("den", 11, is_silent=True)
        say(stage, 22, 3)
        await ben.until(lambda: len(ben.received) == 2)
        assert [packet.csrcs for packet in ben.received] == [(11,), (22,)]
        hall.hush("den", 11, is_silent=False)
        say(stage, 11, 4)
        await ben.until(lambda: len(ben.received) == 3)
        assert ben.received[-1].csrcs == (11,)


async def test_what_an_edge_finds_too_late_is_dropped(monkeypatch: pytest.MonkeyPatch):
    """After it stood still it does not catch up with what was said meanwhile."""
    async with two_workers() as (edge, stage, _):
        ben = await edge.join("ben")
        now = passing.time.monotonic()
        with monkeypatch.context() as then:
            then.setattr(passing.time, "monotonic", lambda: now - 2 * passing.LATEST)
            say(stage, 11, 1)
            stage._mouths[1]._flush()
        say(stage, 11, 2)
        await ben.until(lambda: bool(ben.received))
        assert len(ben.received) == 1
        assert edge.engine.counters.unpassed == 1


async def test_packets_of_a_line_that_is_no_more_are_dropped():
    """An origin that was replaced may have left some behind."""
    async with two_workers() as (edge, stage, hall):
        ben = await edge.join("ben")
        say(stage, 11, 1)
        hall.fill("den", 8, 0)
        stage._mouths[1]._flush()
        stage.feed("den", 8, 1)
        say(stage, 11, 2)
        await ben.until(lambda: bool(ben.received))
        assert len(ben.received) == 1


async def test_numbers_and_repetitions_go_over_the_edge_as_they_are():
    """Over the wrap of a listener's numbers, with RED; what is lost between workers is a gap."""
    async with two_workers() as (edge, stage, _):
        ben = await edge.join("ben")
        mouth = stage._mouths[1]
        way, closed = mouth._socket, mouth._socket.dup()
        closed.close()
        for number in range(_NUMBERS):
            mouth._socket = closed if number == _LOST else way
            say(stage, 11, _STEP * number, payload_type=RED_PT)
            mouth._flush()
            await asyncio.sleep(0)
        await ben.until(lambda: len(ben.received) == _NUMBERS - 1)
        numbers = [packet.sequence for packet in ben.received]
        steps = [(b - a) & 0xFFFF for a, b in itertools.pairwise(numbers)]
        assert steps == [_STEP] * (_LOST - 1) + [2 * _STEP] + [_STEP] * (_NUMBERS - 2 - _LOST)
        assert min(numbers) < _STEP
        assert max(numbers) > 0xFFFF - _STEP
        assert {packet.payload_type for packet in ben.received} == {RED_PT}
        assert ben.undecryptable == 0
        assert stage._engine.counters.unpassed == 1


async def test_bytes_that_no_worker_says_harm_nothing(caplog: pytest.LogCaptureFixture):
    """They are said once in the log, and the rest is heard."""
    async with two_workers() as (edge, stage, _):
        ben = await edge.join("ben")
        mouth = stage._mouths[1]._socket
        for junk in (b"", b"\0", passed.HEAD.pack(0, 0.0) + b"\x09", bytes(100)):
            mouth.send(junk)
        say(stage, 11, 1)
        await ben.until(lambda: bool(ben.received))
        assert len([r for r in caplog.records if "cannot be read" in r.message]) == 1


async def test_an_edge_that_takes_nothing_costs_the_origin_nothing():
    """What does not fit is lost and counted; nobody waits."""
    async with two_workers() as (edge, stage, hall):
        hall.close()
        room = stage._engine.room("den")
        assert room is not None
        for i in range(200):
            for j in range(100):
                say(stage, 11, 100 * i + j)
            await asyncio.sleep(0)
        counters = stage._engine.counters
        assert counters.unpassed > 0
        # And what is told twice a second, should it have taken so long.
        assert counters.passed + counters.unpassed >= 20_000
        assert edge.engine.counters.forwarded == 0
