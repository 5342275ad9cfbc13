"""A room that is larger than a worker: its stage at one, listeners at another too."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

from tests.sfu.workers.test_pool import _ports, heard, seen
from tests.support.peers import SPEECH, WAIT, House, MediaPeer, housed
from tui_rooms.rtc.rtcp import ReceiverReport, ReportBlock
from tui_rooms.sfu.port import Misplaced
from tui_rooms.sfu.workers.pool import MediaWorkers


@contextlib.asynccontextmanager
async def spread() -> AsyncIterator[House[MediaWorkers]]:
    """Two workers, and no more than one person of the room at each as long as that can be.

    Who is on the stage is at the first one, whoever comes to listen then at the other.
    """
    async with housed(MediaWorkers(_ports(2), crowd=1), "den") as house:
        yield house


async def test_listeners_at_another_worker_hear_the_stage():
    """Everyone on it, named and with their level; its own people hear each other as ever."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        cleo = await house.join("cleo", may_send=True)
        assert ana.server == cleo.server != ben.server
        for speaker, name in ((ana, "ana"), (cleo, "cleo")):
            assert await heard(speaker, ben) == SPEECH
            packet = ben.received[-1]
            assert packet.csrcs == (house.sources[name],)
            assert (packet.level, packet.voice) == (-20, True)
        assert {packet.ssrc for packet in ben.received} < set(ben.offer.slots)
        assert not set(ben.offer.slots) & set(ana.offer.slots)
        await ana.until(lambda: len(ana.received) == 1)
        assert ana.received[0].csrcs == (house.sources["cleo"],)


async def test_who_is_muted_is_silent_for_listeners_everywhere():
    """And is heard again at all workers once they may be."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        cleo = await house.join("cleo", may_send=True)
        await heard(ana, ben)
        await house.engine.permit("ana", may_send=False, on_stage=True)
        # Admitting somebody there is answered after the mute was done.
        await house.admit("dora", may_send=True)
        ana.speak()
        # What cleo says afterwards is heard, so anything of ana's would have come before it.
        await heard(cleo, ben)
        assert len(ben.heard(house.sources["ana"])) == 1
        await house.engine.permit("ana", may_send=True, on_stage=True)
        before = len(ben.received)
        async with _keeps_saying(ana):
            await ben.until(lambda: len(ben.received) > before)
        assert ben.received[-1].csrcs == (house.sources["ana"],)


async def test_what_listeners_elsewhere_lose_is_told_to_the_speaker():
    """As if they were at the speaker's own worker."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        async with _keeps_saying(ana):
            await ben.until(lambda: len(ben.received) > 60)
            block = ReportBlock(ben.received[0].ssrc, 128, 9, 9, 9)

            def told() -> bool:
                ben.send_rtcp([ReceiverReport(1, (block,))])
                return any(loss.downlink > 0.4 for loss in house.losses("ana"))

            await ben.until(told, timeout=2 * WAIT)


async def test_who_goes_on_stage_from_another_worker_is_given_a_way_to_the_stage():
    """It is said once; they go on hearing until they have it, and are heard by it."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        dora = await house.join("dora")
        await house.engine.permit("ben", may_send=False)
        assert Misplaced("ben") not in house.events
        for may_send in (False, True):
            await house.engine.permit("ben", may_send=may_send, on_stage=True)
        assert house.events.count(Misplaced("ben")) == 1
        again = await house.join("ben again", may_send=True)
        assert again.server == ana.server
        assert await heard(ana, ben) == SPEECH
        assert await heard(again, dora) == SPEECH
        await house.engine.remove("ben")
        await ben.until(lambda: ben.goodbye)


async def test_when_the_worker_of_the_stage_is_killed_listeners_elsewhere_keep_their_way():
    """They do nothing, and hear whoever is back on the stage, without a gap in the numbers."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        await heard(ana, ben)
        os.kill(house.engine.pids[0], signal.SIGKILL)
        await house.until(lambda: "ana" in house.gone(), timeout=2 * WAIT)
        ana = await house.join("ana", may_send=True)
        assert await heard(ana, ben) == SPEECH
        before, after = ben.received[-2:]
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert after.csrcs == (house.sources["ana"],)
        assert "ben" not in house.gone()


async def test_when_a_worker_of_listeners_is_killed_they_come_back_and_the_others_notice_nothing():
    """A new one takes over, and is filled from the stage again."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        cleo = await house.join("cleo", may_send=True)
        os.kill(house.engine.pids[1], signal.SIGKILL)
        await house.until(lambda: "ben" in house.gone(), timeout=2 * WAIT)
        back = await house.join("ben")
        assert back.server == ben.server
        # The worker of the stage may learn a moment later that it is to pass on again.
        async with _keeps_saying(ana):
            assert await heard(ana, back) == SPEECH
        await cleo.until(lambda: bool(cleo.received))
        assert house.gone().keys() == {"ben"}


async def test_a_room_that_nobody_hears_elsewhere_any_more_is_at_one_worker_again():
    """And a listener who comes later is sent there anew."""
    async with spread() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        await house.engine.remove("ben")
        await ben.until(lambda: ben.goodbye)

        def rooms() -> list[int]:
            return [figures.rooms for figures in house.engine.figures()]

        await seen(lambda: rooms() == [1, 0], "that the room is closed where nobody hears it")
        async with _keeps_saying(ana):
            assert await heard(ana, await house.join("ben")) == SPEECH


@contextlib.asynccontextmanager
async def _keeps_saying(speaker: MediaPeer) -> AsyncIterator[None]:
    """Somebody who talks on: 20 ms every 20 ms."""

    loop = asyncio.get_running_loop()

    def talk() -> None:
        nonlocal timer
        speaker.speak()
        timer = loop.call_later(0.02, talk)

    timer: asyncio.Handle = loop.call_soon(talk)
    try:
        yield
    finally:
        timer.cancel()
