"""The client's side of one media path: ICE and DTLS-SRTP on aioice's and aiortc's parts.

They are guarded. Datagrams from any address but the offered ones are dropped before they are read
(`rtc.door`), since ICE as it is hands every datagram on. And what still trips aiortc's parser costs
one datagram instead of the path. Packets are given out as they were decrypted: aiortc
parses and buffers nothing.
"""

import asyncio
import ipaddress
import secrets
import struct
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias

import pylibsrtp
from aioice import Candidate, Connection
from aioice.candidate import candidate_priority
from aioice.ice import CandidatePair
from aioice.stun import Message, TransactionError
from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from OpenSSL import SSL

from tui_rooms.rtc.door import STAMPED, Door
from tui_rooms.rtc.rtp import is_rtcp
from tui_rooms.rtc.sdp import Answer, Offer, parse_offer
from tui_rooms.rtc.way import is_ours, way_to

CONNECT_TIMEOUT: Final = 10.0
_SHORTEST_MEDIA: Final = 12
_READ_EVERY: Final = 0.020 if STAMPED else 0.005
"""Seconds between two looks at the socket where nobody else looks. Without the kernel's stamps
datagrams seem to arrive when they are read."""
_READ_SOON: Final = 0.005
"""The same while the path is opened: each step of that waits for an answer."""
_LEFT_TO_OTHERS: Final = 0.100
"""The same where somebody else does look."""

OnPacket: TypeAlias = Callable[[bytes, float], None]
"""Takes a packet, decrypted, and the loop's time when it arrived."""


class MediaPathError(Exception):
    """The path could not be opened; the text is for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PathState(StrEnum):
    """Where a media path stands; it never goes back."""

    NEW = "new"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    CLOSED = "closed"


class MediaSession:
    """One media path to the server, from its offer to its end."""

    def __init__(
        self,
        offer_sdp: str,
        *,
        on_rtp: OnPacket,
        on_rtcp: OnPacket,
        on_lost: Callable[[str], None] | None = None,
    ) -> None:
        """Read the offer; nothing is sent yet.

        Args:
            on_rtp: takes each packet.
            on_rtcp: takes each compound packet.
            on_lost: told once, in a sentence, when an open path ends without `close`.

        Raises:
            ProtocolError: "bad-sdp".
        """
        self.offer: Offer = parse_offer(offer_sdp)
        self.ssrc: int = secrets.randbits(32)
        """Of what we send."""
        self.state = PathState.NEW
        self._on_lost = on_lost
        self._closing: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self.heard_at = 0.0
        """When anything authentic came last, in the loop's time."""
        self._read_at = 0.0
        """When the socket was looked at last."""
        self._certificate = RTCCertificate.generateCertificate()
        self._ice = _Ice(self.offer, self._heard)
        self._dtls = _Dtls(self._ice, self._certificate, on_rtp, on_rtcp)
        self._dtls.on("statechange", self._on_dtls_state)

    def answer(self) -> str:
        """The answer to the offer."""
        prints = {f.algorithm: f.value for f in self._certificate.getFingerprints()}
        return Answer(
            ufrag=self._ice.local_username,
            pwd=self._ice.local_password,
            fingerprint=prints["sha-256"],
            setup="active",
            ssrc=self.ssrc,
        ).render(self.offer)

    async def connect(self, timeout: float = CONNECT_TIMEOUT) -> None:
        """Open the path: connectivity checks, then DTLS. The server must have the answer.

        Raises:
            MediaPathError: it cannot be opened; the session is closed then.
        """
        self.state = PathState.CONNECTING
        where = ", ".join(f"{host}:{port}" for host, port in self.offer.candidates)
        try:
            async with asyncio.timeout(timeout):
                await self._ice.gather_candidates()
                self._reading = asyncio.create_task(self._keep_reading())
                await self._ice.connect()
                fingerprint = RTCDtlsFingerprint("sha-256", self.offer.fingerprint)
                await self._dtls.start(RTCDtlsParameters([fingerprint]))
            if self._dtls.state != "connected":
                raise MediaPathError(
                    f"no sound: {where} is not the server that made the offer, or its DTLS failed"
                )
        except (ConnectionError, TimeoutError) as exc:
            await self.close()
            raise MediaPathError(
                f"no sound: no answer from {where} by UDP; does a firewall drop it?"
            ) from exc
        except BaseException:
            await self.close()
            raise
        self.state = PathState.CONNECTED
        self._heard()

    def check(self) -> None:
        """Ask the server whether it still hears us, from wherever it does now: `heard_at` tells
        the answer."""
        if self.state is PathState.CONNECTED:
            self._ice.check()

    @property
    def is_at_home(self) -> bool:
        """Whether the address that we send from is still one of this machine's."""
        return any(is_ours(door.local_candidate.host) for door in self._ice.doors)

    async def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send a packet; without an open path it is dropped, as networks drop."""
        await self._send(packet)

    async def send_rtcp(self, packet: bytes) -> None:
        """The same for a compound RTCP packet."""
        await self._send(packet)

    def read(self) -> None:
        """Take what has arrived. Whoever plays it calls this before each frame, and spares the loop
        a turn for each packet; where nobody does it happens by itself, a little later."""
        self._read_at = asyncio.get_running_loop().time()
        for door in self._ice.doors:
            door.read(self._read_at)

    @property
    def local_address(self) -> tuple[str, int] | None:
        """Where we listen; None before `connect`."""
        found = self._ice.local_candidates
        return (found[0].host, found[0].port) if found else None

    async def close(self) -> None:
        """Say goodbye and let everything go; more than once changes nothing."""
        self.state = PathState.CLOSED
        if self._closing is None:
            self._closing = asyncio.create_task(self._let_go())
        # In a task of its own: aioice's close swallows the cancellation of whoever awaits it.
        await asyncio.shield(self._closing)

    def _heard(self) -> None:
        self.heard_at = asyncio.get_running_loop().time()

    async def _let_go(self) -> None:
        await self._ice.end_checks()
        taking = self._dtls._task
        await self._dtls.stop()
        await self._ice.close()
        if self._reading is not None:
            self._reading.cancel()
        left = [task for task in (taking, self._reading) if task is not None]
        if left:
            await asyncio.wait(left)

    async def _keep_reading(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            pause = _READ_EVERY if self.state is PathState.CONNECTED else _READ_SOON
            if loop.time() - self._read_at < pause:
                pause = _LEFT_TO_OTHERS
            else:
                self.read()
            await asyncio.sleep(pause)

    async def _send(self, packet: bytes) -> None:
        if self.state is not PathState.CONNECTED:
            return
        try:
            await self._dtls._send_rtp(packet)
        except (ConnectionError, pylibsrtp.Error):
            return  # the reading side finds out and tells

    def _on_dtls_state(self) -> None:
        if self.state is PathState.CONNECTED and self._dtls.state in {"closed", "failed"}:
            self.state = PathState.CLOSED
            if self._on_lost is not None:
                self._on_lost("the server no longer answers on the sound's path")


class _Ice(Connection):
    """ICE towards a lite server: from exactly those of our addresses that lead to it."""

    role = "controlling"  # what RTCDtlsTransport reads of its transport

    def __init__(self, offer: Offer, on_heard: Callable[[], None]) -> None:
        # A lite server only answers checks: we control.
        super().__init__(
            ice_controlling=True,
            local_username=secrets.token_hex(4),
            local_password=secrets.token_hex(16),
        )
        self.remote_is_lite = True
        self.remote_username = offer.ufrag
        self.remote_password = offer.pwd
        self.peers = {(str(ipaddress.ip_address(h)), port) for h, port in offer.candidates}
        self.doors: list[Door] = []
        self.on_heard = on_heard
        self._checks: set[asyncio.Task[None]] = set()
        self.on_media: Callable[[bytes, float], bool] = lambda data, arrival: False
        self._recv: Callable[[], Awaitable[bytes]] = self.recv
        self._send: Callable[[bytes], Awaitable[None]] = self.send

    def build_request(self, pair: CandidatePair, nominate: bool) -> Message:
        """As aioice's, but the chosen pair is nominated by each check that keeps it alive: a
        router may have given us another port meanwhile, to which the server must send then."""
        return super().build_request(pair, nominate or pair in self._nominated.values())

    def check(self) -> None:
        """Send a check on the chosen pair, beside those that aioice sends now and then."""
        for pair in self._nominated.values():
            task = asyncio.create_task(self._ask(pair))
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    async def _ask(self, pair: CandidatePair) -> None:
        try:
            await pair.protocol.request(
                self.build_request(pair, nominate=True),
                pair.remote_addr,
                integrity_key=(self.remote_password or "").encode(),
                retransmissions=0,
            )
        except TransactionError:
            return
        self.on_heard()

    async def end_checks(self) -> None:
        """Wait for no answer any more."""
        checks = list(self._checks)
        for task in checks:
            task.cancel()
        if checks:
            await asyncio.wait(checks)

    async def gather_candidates(self) -> None:
        """Open sockets and take the server's addresses.

        aioice would gather every address of the machine except 127.0.0.1, which is the one
        that a server on this machine needs.
        """
        for host in dict.fromkeys(way_to(peer) for peer in sorted(self.peers)):
            if host is None:
                continue
            door = Door(self, self, host)
            self.doors.append(door)
            self._protocols.append(door)
            self._local_candidates.append(door.local_candidate)
        self._local_candidates_start = self._local_candidates_end = True
        for number, (host, port) in enumerate(sorted(self.peers)):
            await self.add_remote_candidate(
                Candidate(
                    foundation=str(number),
                    component=1,
                    transport="udp",
                    priority=candidate_priority(1, "host"),
                    host=host,
                    port=port,
                    type="host",
                )
            )
        await self.add_remote_candidate(None)

    def take_media(self, data: bytes, arrival: float) -> bool:
        """As `door.Receiver` asks."""
        return self.on_media(data, arrival)


class _Dtls(RTCDtlsTransport):
    """aiortc's DTLS-SRTP, giving packets out as they are."""

    def __init__(
        self,
        ice: _Ice,
        certificate: RTCCertificate,
        on_rtp: OnPacket,
        on_rtcp: OnPacket,
    ) -> None:
        super().__init__(ice, [certificate])  # type: ignore[arg-type]  # three of its names
        self._set_role("client")
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._on_heard = ice.on_heard
        ice.on_media = self._take_media

    def _take_media(self, data: bytes, arrival: float) -> bool:
        session: Any = self._rx_srtp
        if session is None or len(data) < _SHORTEST_MEDIA:
            return False
        try:
            if is_rtcp(data):
                self._on_rtcp(session.unprotect_rtcp(data), arrival)
            else:
                self._on_rtp(session.unprotect(data), arrival)
        except pylibsrtp.Error:
            return True  # forged, replayed or damaged: it costs itself
        self._on_heard()
        return True

    async def _recv_next(self) -> None:
        try:
            await super()._recv_next()
        except (IndexError, ValueError, struct.error, SSL.Error):
            return  # one datagram that is none of ours

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        self._on_rtp(data, asyncio.get_running_loop().time())

    async def _handle_rtcp_data(self, data: bytes) -> None:
        self._on_rtcp(data, asyncio.get_running_loop().time())
