"""A server that says nothing, and networks that go: what a client makes of it, and the others."""

import asyncio
import signal

from tests.client.watching import until
from tests.support.proxy import proxy_to
from tests.support.server import running_server
from tui_rooms.client.link import watch
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.wire.quality import ConnectionQuality

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")


async def test_silence_is_said_on_both_ends_before_the_link_is_lost(shared_server, room_id):
    """Nothing is closed: bytes stop, as behind a router that has lost its uplink. When they come
    again, nothing was lost."""
    url = shared_server.url
    async with (
        proxy_to(shared_server.port) as proxy,
        RoomClient.join(url, room=room_id, name="ana", media=False, create=OPEN_MIC) as ana,
        RoomClient.join(proxy.url, room=room_id, name="ben", media=False) as ben,
    ):
        await until(ana, lambda: ben.identity in ana.room.stage, "ben on the stage")
        identity, upto = ben.identity, ben._mirror.upto
        phases = []
        loop = asyncio.get_running_loop()
        answered: set[float | None] = set()

        def answered_often() -> bool:
            answered.add(ben.link.round_trip_ms)
            return len(answered) > 6

        await until(ben, answered_often, "pings, by which the server knows how often ben is heard")
        proxy.stall()
        began = loop.time()
        await until(ben, lambda: ben.link.silent, "the silence")
        phases.append(ben.link.phase)
        lost = ConnectionQuality.LOST
        await until(ana, lambda: ana.link.connection_of(identity) is lost, "the loss, for others")
        assert loop.time() - began < 30
        phases.append(ben.link.phase)
        proxy.go_on()
        await until(ben, lambda: not ben.link.silent, "the return")
        await until(ana, lambda: ana.link.lacking == {}, "the return, for others")
        assert phases == [LinkPhase.CONNECTED] * 2
        assert ben._mirror.upto == upto


async def test_a_connection_from_an_address_that_has_gone_is_left_at_once(
    shared_server, room_id, monkeypatch
):
    """No answer could come there; the room is found again by another."""
    async with RoomClient.join(
        shared_server.url, room=room_id, name="ana", media=False, create=OPEN_MIC
    ) as ana:
        monkeypatch.setattr(watch, "is_ours", lambda host: False)
        await until(ana, lambda: ana.link.phase is LinkPhase.RECONNECTING, "the loss")
        monkeypatch.undo()
        await until(ana, lambda: ana.link.phase is LinkPhase.CONNECTED, "the return")
        assert ana.link.looking is None


async def test_after_a_sleep_a_connection_that_does_not_answer_is_left(
    shared_server, room_id, monkeypatch
):
    """Most have ended meanwhile without a word."""
    async with (
        proxy_to(shared_server.port) as proxy,
        RoomClient.join(proxy.url, room=room_id, name="ana", media=False, create=OPEN_MIC) as ana,
    ):
        slept = asyncio.Event()

        class Sleepy(watch.Awake):
            async def sleep(self, seconds: float) -> bool:
                await super().sleep(seconds)  # a look at the clock, as ever
                if slept.is_set():
                    slept.clear()
                    return True
                return False

        # The watch of the next connection is the one that sleeps.
        monkeypatch.setattr(watch, "Awake", Sleepy)
        proxy.cut()
        await until(ana, lambda: ana.link.phase is LinkPhase.RECONNECTING, "the loss")
        await until(ana, lambda: ana.link.phase is LinkPhase.CONNECTED, "the return")
        proxy.stall()
        slept.set()
        await until(ana, lambda: ana.link.phase is LinkPhase.RECONNECTING, "the loss")
        proxy.go_on()


async def test_a_server_that_stands_still_for_a_while_is_said_to_and_nothing_is_lost(room_id):
    """Stopped, and let go on before the link counts as lost."""
    with running_server() as server:
        async with RoomClient.join(
            server.url, room=room_id, name="ana", media=False, create=OPEN_MIC
        ) as ana:
            socket = ana._place._signalling
            server.process.send_signal(signal.SIGSTOP)
            try:
                await until(ana, lambda: ana.link.silent, "the silence")
                assert ana.link.phase is LinkPhase.CONNECTED
            finally:
                server.process.send_signal(signal.SIGCONT)
            await until(ana, lambda: not ana.link.silent, "its end")
            assert ana._place._signalling is socket
            assert ana.link.lacking == {}
