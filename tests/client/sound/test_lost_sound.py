"""Sound whose way is cut, or leads from another address, while everything else goes on."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.client.watching import media_up, until
from tests.server.serving import served
from tests.support.proxy import proxy_to
from tui_rooms.client.link.ways import LinkPhase, MediaPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.rtc.sdp import parse_offer
from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.port import Admission
from tui_rooms.wire.quality import ConnectionQuality

pytestmark = pytest.mark.realtime

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")


class Router(asyncio.DatagramProtocol):
    """Between clients and the engine: it can lose everything, and give clients other ports."""

    def __init__(self) -> None:
        self.engine = ("127.0.0.1", 0)
        self.loses_all = False
        self._front: Any = None
        self._backs: dict[Any, socket.socket] = {}
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self._front = transport

    @property
    def port(self) -> int:
        """Where clients send to."""
        return int(self._front.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, address: Any) -> None:
        if address not in self._backs:
            back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            back.setblocking(False)
            back.connect(self.engine)
            self._loop.add_reader(back, self._answer, back, address)
            self._backs[address] = back
        if not self.loses_all:
            with contextlib.suppress(OSError):
                self._backs[address].send(data)

    def ports(self) -> set[int]:
        """From which the engine hears somebody."""
        return {back.getsockname()[1] for back in self._backs.values()}

    def forget(self) -> None:
        """Let all ports go: who sends next gets another one."""
        for back in self._backs.values():
            self._loop.remove_reader(back)
            back.close()
        self._backs = {}

    def close(self) -> None:
        self.forget()
        self._front.close()

    def _answer(self, back: socket.socket, client: Any) -> None:
        with contextlib.suppress(OSError):
            data = back.recv(2048)
            if not self.loses_all:
                self._front.sendto(data, client)


class BehindRouter(EmbeddedEngine):
    """Its offers lead to the router."""

    def __init__(self, router: Router) -> None:
        super().__init__()
        self.router = router

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        self.router.engine = ("127.0.0.1", self.port)
        admission = await super().admit(room, peer, may_send=may_send, on_stage=on_stage)
        offer = replace(parse_offer(admission.sdp), candidates=(("127.0.0.1", self.router.port),))
        return Admission(offer.render(), admission.source)


@asynccontextmanager
async def behind_router(data: Path) -> AsyncIterator[tuple[Router, str]]:
    """A server, and the router before its sound."""
    loop = asyncio.get_running_loop()
    _, router = await loop.create_datagram_endpoint(Router, local_addr=("127.0.0.1", 0))
    try:
        async with served(data, engine=BehindRouter(router)) as (_, url):
            yield router, url
    finally:
        router.close()


async def test_sound_that_does_not_come_through_is_noticed_and_mended(tmp_path: Path):
    """By whom it befalls and by the others, in a room where nobody talks; all else goes on."""
    async with (
        behind_router(tmp_path) as (router, url),
        RoomClient.join(url, room="tea", name="ana", create=OPEN_MIC) as ana,
        RoomClient.join(url, room="tea", name="ben", media=False) as ben,
    ):
        await media_up(ana)
        router.loses_all = True
        await until(ana, lambda: ana.link.media is MediaPhase.RECONNECTING, "the loss")
        lost = ConnectionQuality.LOST
        await until(ben, lambda: ben.link.connection_of(ana.identity) is lost, "it, for others")
        assert ana.link.phase is LinkPhase.CONNECTED
        assert not ana.link.silent
        router.loses_all = False
        await until(ana, lambda: ana.link.media is MediaPhase.CONNECTED, "the repair")
        await until(ben, lambda: ben.link.lacking == {}, "it, for others")


async def test_sound_goes_on_where_it_was_when_the_whole_network_is_back(tmp_path: Path):
    """Nothing came by either way: no new path is asked for, which would only cut it again."""
    async with (
        behind_router(tmp_path) as (router, url),
        proxy_to(int(url.rpartition(":")[2])) as proxy,
        RoomClient.join(proxy.url, room="tea", name="ana", create=OPEN_MIC) as ana,
    ):
        await media_up(ana)
        path = ana._media._path
        router.loses_all = True
        proxy.stall()
        await until(ana, lambda: ana.link.media is MediaPhase.RECONNECTING, "the loss")
        assert ana.link.silent
        router.loses_all = False
        await until(ana, lambda: ana.link.media is MediaPhase.CONNECTED, "its return")
        proxy.go_on()
        await until(ana, lambda: not ana.link.silent, "a sign of the server's")
        await ana.send_message("I am here")
        assert ana._media._path is path
        assert ana.link.media is MediaPhase.CONNECTED


async def test_another_address_behind_the_router_is_found_without_a_new_path(tmp_path: Path):
    """Nobody talks: the client itself has to send something from there."""
    async with (
        behind_router(tmp_path) as (router, url),
        RoomClient.join(url, room="tea", name="ana", create=OPEN_MIC) as ana,
    ):
        await media_up(ana)
        path = ana._media._path
        before = router.ports()
        router.forget()
        heard_at = path.session.heard_at

        def heard_again() -> bool:
            return bool(router.ports()) and path.session.heard_at > heard_at

        await until(ana, heard_again, "an answer at the new port")
        assert router.ports().isdisjoint(before)
        assert ana._media._path is path
        assert ana.link.media is MediaPhase.CONNECTED
