"""The client's media path against the real engine, and against neighbours who mean no good."""

import asyncio
import contextlib
import itertools
import random
import socket
from collections.abc import AsyncIterator

import pytest
from aioice import ice

from tests.support.peers import House, open_house
from tui_rooms.rtc.rtcp import SenderReport, SourceDescription, parse_rtcp, serialize_rtcp
from tui_rooms.rtc.rtp import RtpPacket, parse_rtp
from tui_rooms.rtc.transport import MediaPathError, MediaSession, PathState
from tui_rooms.wire.errors import ProtocolError

SECONDS = 5.0
FATAL_ALERT = bytes.fromhex("15fefd000000000000000000020228")
"""DTLS, in clear: fatal, handshake_failure (40)."""


class Client:
    """A media session and what came in on it."""

    def __init__(self, sdp: str) -> None:
        self.heard: list[bytes] = []
        self.reports: list[bytes] = []
        self.losses: list[str] = []
        self.news = asyncio.Event()
        self.session = MediaSession(
            sdp, on_rtp=self._on_rtp, on_rtcp=self._on_rtcp, on_lost=self._on_lost
        )

    def _on_rtp(self, data: bytes, _arrival: float) -> None:
        self.heard.append(data)
        self.news.set()

    def _on_rtcp(self, data: bytes, _arrival: float) -> None:
        self.reports.append(data)
        self.news.set()

    def _on_lost(self, sentence: str) -> None:
        self.losses.append(sentence)
        self.news.set()

    async def until(self, true) -> None:
        async with asyncio.timeout(SECONDS):
            while not true():
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def client_in(house: House, name: str, *, may_send: bool = False) -> AsyncIterator[Client]:
    """A connected client."""
    admission = await house.engine.admit("den", name, may_send=may_send)
    client = Client(admission.sdp)
    try:
        await house.engine.answer(name, client.session.answer())
        await client.session.connect()
        yield client
    finally:
        await client.session.close()


async def test_sound_goes_both_ways():
    """What a peer says comes in decrypted, and what we send comes out at the peer."""
    async with open_house() as house, client_in(house, "ana", may_send=True) as ana:
        assert ana.session.state is PathState.CONNECTED
        ben = await house.join("ben", may_send=True)
        ben.speak(b"hello from ben" * 5)
        await ana.until(lambda: ana.heard)
        packet = parse_rtp(ana.heard[0])
        assert packet is not None
        assert packet.payload == b"hello from ben" * 5
        assert packet.ssrc in ana.session.offer.slots
        ours = RtpPacket(
            payload_type=111,
            sequence=1,
            timestamp=960,
            ssrc=ana.session.ssrc,
            level=-20,
            voice=True,
            payload=b"hello from ana" * 5,
        )
        await ana.session.send_rtp(ours.serialize())
        await ben.until(lambda: any(p.payload == ours.payload for p in ben.received))


async def test_reports_come_in_decrypted():
    """The engine's sender report of a slot that is in use."""
    async with open_house() as house, client_in(house, "ana") as ana:
        ben = await house.join("ben", may_send=True)
        for _ in range(3):
            ben.speak()
        await ana.until(lambda: ana.reports)
        assert isinstance(parse_rtcp(ana.reports[0])[0], SenderReport)


async def test_neighbours_on_the_machine_harm_nothing():
    """Empty, short, random and look-alike datagrams from another socket are not even read."""
    async with open_house() as house, client_in(house, "ana") as ana:
        where = ana.session.local_address
        assert where is not None
        chance = random.Random(7)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as neighbour:
            for first in (b"", *(bytes([n]) for n in range(256))):
                for size in (0, 1, 11, 60):
                    neighbour.sendto(first + chance.randbytes(size) if first else b"", where)
                    # One is read a turn: more at once would only fill the socket's buffer.
                    await asyncio.sleep(0)
            neighbour.sendto(FATAL_ALERT, where)
        ben = await house.join("ben", may_send=True)
        ben.speak()
        await ana.until(lambda: ana.heard)
        assert ana.session.state is PathState.CONNECTED
        assert ana.losses == []
        assert len(ana.heard) == 1


async def test_a_neighbour_cannot_break_the_handshake_either():
    """The same while the path is being opened."""
    async with open_house() as house:
        admission = await house.engine.admit("den", "ana", may_send=False)
        client = Client(admission.sdp)
        await house.engine.answer("ana", client.session.answer())
        connecting = asyncio.create_task(client.session.connect())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as neighbour:
            for junk in itertools.cycle((b"", FATAL_ALERT, b"\x16" + bytes(40))):
                if where := client.session.local_address:
                    neighbour.sendto(junk, where)
                done, _ = await asyncio.wait([connecting], timeout=0.001)
                if done:
                    break
        await connecting
        assert client.session.state is PathState.CONNECTED
        await client.session.close()


async def test_a_peer_that_the_engine_removes_learns_it():
    """No path dies without a word to its owner, and only one."""
    async with open_house() as house, client_in(house, "ana") as ana:
        await house.engine.remove("ana")
        await ana.until(lambda: ana.losses)
        assert ana.session.state is PathState.CLOSED
        await ana.session.send_rtp(bytes(12))
        assert len(ana.losses) == 1


async def test_a_server_with_another_certificate_is_no_path():
    """The fingerprint of the offer is checked: somebody in between hears nothing."""
    async with open_house() as house:
        admission = await house.engine.admit("den", "ana", may_send=False)
        head, _, rest = admission.sdp.partition("a=fingerprint:sha-256 ")
        forged = admission.sdp.replace(rest[:95], ":".join(["AB"] * 32))
        assert forged != admission.sdp
        client = Client(forged)
        await house.engine.answer("ana", client.session.answer())
        with pytest.raises(MediaPathError, match="is not the server that made the offer"):
            await client.session.connect()
        assert client.session.state is PathState.CLOSED
        assert head


async def test_a_server_that_does_not_answer_is_a_sentence_with_its_address():
    """UDP is blocked now and then: the sentence says where to look."""
    async with open_house() as house:
        admission = await house.engine.admit("den", "ana", may_send=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        client = Client(admission.sdp.replace(f" {house.engine.port} typ", f" {port} typ"))
        with pytest.raises(MediaPathError, match=f"no answer from 127.0.0.1:{port} by UDP"):
            await client.session.connect(timeout=0.3)
    assert client.session.state is PathState.CLOSED


def test_an_offer_that_is_none_is_refused_before_any_socket_is_opened():
    """The sentence names the line."""
    with pytest.raises(ProtocolError, match="line 1"):
        Client("hello")


async def test_closing_leaves_nothing_behind():
    """No task, no socket; twice is once; also before and in the middle of connecting."""
    async with open_house() as house:
        before = asyncio.all_tasks()
        async with client_in(house, "ana") as ana:
            pass
        await ana.session.close()
        admission = await house.engine.admit("den", "ben", may_send=False)
        client = Client(admission.sdp)
        connecting = asyncio.create_task(client.session.connect())
        await asyncio.wait([connecting], timeout=0.01)
        connecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await connecting
        await client.session.close()
        assert client.session.state is PathState.CLOSED
        fresh = Client(admission.sdp)
        await fresh.session.close()
        assert asyncio.all_tasks() == before
        assert ana.losses == client.losses == []


async def test_cancelling_a_close_cancels_its_caller_and_closes_all_the_same():
    """A cancellation that got lost would leave its caller running for ever."""
    async with open_house() as house, client_in(house, "ana") as ana:
        running = asyncio.all_tasks()

        async def close_and_wait() -> None:
            await ana.session.close()
            await asyncio.Event().wait()

        closing = asyncio.create_task(close_and_wait())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing], timeout=SECONDS)
        assert closing.cancelled()
        await ana.session.close()
        assert asyncio.all_tasks() < running


async def test_a_path_to_this_machine_uses_loopback_only():
    """It works offline, and says nothing of the machine's other addresses."""
    async with open_house() as house, client_in(house, "ana") as ana:
        assert ana.session.local_address is not None
        assert ana.session.local_address[0] == "127.0.0.1"
        assert "candidate" not in ana.session.answer()


async def test_reports_of_ours_are_taken_by_the_engine():
    """A compound packet with description goes out encrypted and is understood."""
    async with open_house() as house, client_in(house, "ana", may_send=True) as ana:
        report = SenderReport(ana.session.ssrc, ntp=1 << 40, timestamp=1, packets=1, octets=1)
        description = SourceDescription(((ana.session.ssrc, "ana"),))
        await ana.session.send_rtp(
            RtpPacket(111, 1, 960, ana.session.ssrc, b"x" * 60, level=-20, voice=True).serialize()
        )
        await ana.session.send_rtcp(serialize_rtcp([report, description]))
        await ana.until(
            lambda: any(
                block.ssrc == ana.session.ssrc and block.last_sr
                for data in ana.reports
                for packet in parse_rtcp(data)
                for block in getattr(packet, "reports", ())
            )
        )


class Router:
    """Passes datagrams on between a client and the engine, from a port of its own that changes."""

    def __init__(self, engine_port: int) -> None:
        self._engine = ("127.0.0.1", engine_port)
        self._client: tuple[str, int] | None = None
        self._inside = self._open(self._outward)
        self._outside = self._open(self._inward)
        self.port: int = self._inside.getsockname()[1]

    def restart(self) -> None:
        """What was known is forgotten; nothing comes in for the old port any more."""
        self._close(self._outside)
        self._outside = self._open(self._inward)

    def close(self) -> None:
        self._close(self._inside)
        self._close(self._outside)

    def _outward(self) -> None:
        data, self._client = self._inside.recvfrom(2048)
        self._outside.sendto(data, self._engine)

    def _inward(self) -> None:
        data = self._outside.recv(2048)
        if self._client is not None:
            self._inside.sendto(data, self._client)

    @staticmethod
    def _open(reader) -> socket.socket:
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.bind(("127.0.0.1", 0))
        opened.setblocking(False)
        asyncio.get_running_loop().add_reader(opened, reader)
        return opened

    @staticmethod
    def _close(opened: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(opened)
        opened.close()


async def test_a_listener_hears_on_when_its_router_has_given_it_another_port(monkeypatch):
    """Its next check tells the server where it is now."""
    monkeypatch.setattr(ice, "CONSENT_INTERVAL", 0.2)
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        router = Router(house.engine.port)
        admission = await house.engine.admit("den", "ben", may_send=False)
        there, here = f" {house.engine.port} typ", f" {router.port} typ"
        client = Client(admission.sdp.replace(there, here))
        try:
            await house.engine.answer("ben", client.session.answer())
            await client.session.connect()
            ana.speak()
            await client.until(lambda: client.heard)
            router.restart()
            before = len(client.heard)
            async with asyncio.timeout(SECONDS):
                while len(client.heard) == before:
                    ana.speak()
                    client.news.clear()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(client.news.wait(), 0.05)
        finally:
            await client.session.close()
            router.close()
