"""A scripted WebRTC client on a real UDP socket, for the engine's tests and for hostile ones.

STUN is aioice's, DTLS is OpenSSL's, SRTP is libsrtp's: nothing of the engine's own side is
used but the parsers of its offer and of RTP.
"""

import asyncio
import contextlib
import secrets
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Generic, TypeVar

import pylibsrtp
from aioice import stun
from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL
from pylibsrtp import Policy, Session

from tui_rooms.rtc.rtcp import RtcpPacket, parse_rtcp
from tui_rooms.rtc.rtp import OPUS_PT, RtpPacket, is_rtcp, parse_rtp
from tui_rooms.rtc.sdp import Answer, Offer, parse_offer
from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.port import EngineEvent, Gone, Levels, Loss, MediaEngine

WAIT = 5.0
"""Seconds after which a wanted thing is missing for good."""
SPEECH = bytes(range(80))
"""As large as an Opus frame of speech."""
DTX = b"\xf8"
"""What Opus sends for silence."""

_CERTIFICATE = RTCCertificate.generateCertificate()
_FINGERPRINT = next(
    fingerprint.value
    for fingerprint in _CERTIFICATE.getFingerprints()
    if fingerprint.algorithm == "sha-256"
)
_PROFILES = {
    b"SRTP_AEAD_AES_128_GCM": (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12),
    b"SRTP_AEAD_AES_256_GCM": (Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12),
    b"SRTP_AES128_CM_SHA1_80": (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14),
}


E = TypeVar("E", bound=MediaEngine)


class MediaPeer:
    """One client, step by step or all at once with `connect`."""

    def __init__(
        self,
        offer: str,
        *,
        fingerprint: str = _FINGERPRINT,
        profiles: bytes = b"SRTP_AEAD_AES_128_GCM",
        host: str = "127.0.0.1",
    ) -> None:
        """Read an offer and open a socket.

        Args:
            offer: the engine's SDP.
            fingerprint: what to claim in the answer.
            profiles: SRTP profiles to propose, OpenSSL's names with colons.
            host: address to send from.
        """
        self.offer: Offer = parse_offer(offer)
        self.server = self.offer.candidates[0]
        self.answer = Answer(
            ufrag=secrets.token_hex(4),
            pwd=secrets.token_hex(12),
            fingerprint=fingerprint,
            ssrc=secrets.randbelow((1 << 32) - 1) + 1,
        )
        self.ssrc = self.answer.ssrc or 0
        self.sequence = 1000
        self.timestamp = 50_000
        self.received: list[RtpPacket] = []
        """Everything that was heard, in order of arrival."""
        self.reports: list[RtcpPacket] = []
        self.raw: list[bytes] = []
        """Every datagram that came, as it came."""
        self.undecryptable = 0
        self.stun_answers: list[stun.Message] = []
        self.tx: Session | None = None
        self.rx: Session | None = None
        self.answers_checks = True
        """Whether the engine's own checks are answered, as by everyone who receives them."""
        self.goodbye = False
        """The server has closed DTLS."""
        self._news = asyncio.Event()
        self._profiles = profiles
        self._ssl: SSL.Connection | None = None
        self._host = host
        self.open_socket()

    def open_socket(self) -> None:
        """Use a new socket, and so another address, from now on."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self._host, 0))
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        asyncio.get_running_loop().add_reader(self.socket, self.drain)

    def close_socket(self) -> None:
        """Give the address up, without a word."""
        if self.socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self.socket)
            self.socket.close()

    @property
    def answer_sdp(self) -> str:
        """The answer to give to the engine."""
        return self.answer.render(self.offer)

    # Step by step.

    def send_raw(self, data: bytes) -> None:
        """Any datagram to the engine's port."""
        self.socket.sendto(data, self.server)

    def check_message(
        self, *, nominate: bool = True, password: str | None = None, controlled: bool = False
    ) -> bytes:
        """A connectivity check, signed with the offer's password or another."""
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{self.offer.ufrag}:{self.answer.ufrag}"
        message.attributes["PRIORITY"] = 1_845_501_695
        role = "ICE-CONTROLLED" if controlled else "ICE-CONTROLLING"
        message.attributes[role] = 1
        if nominate:
            message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity((password or self.offer.pwd).encode())
        message.add_fingerprint()
        return bytes(message)

    def answer_to(self, check: stun.Message) -> bytes:
        """What shows that we receive at our address."""
        answer = stun.Message(
            stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=check.transaction_id
        )
        answer.attributes["XOR-MAPPED-ADDRESS"] = self.server
        answer.add_message_integrity(self.answer.pwd.encode())
        answer.add_fingerprint()
        return bytes(answer)

    async def check(self, *, nominate: bool = True) -> stun.Message:
        """Send a check until it is answered."""
        known = len(self.stun_answers)
        for _ in range(20):
            self.send_raw(self.check_message(nominate=nominate))
            with contextlib.suppress(TimeoutError):
                await self.until(lambda: len(self.stun_answers) > known, timeout=0.25)
                return self.stun_answers[-1]
        raise AssertionError("no answer to connectivity checks")

    def hello(self) -> None:
        """Begin DTLS: send the ClientHello."""
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.use_certificate(_CERTIFICATE._cert)
        context.use_privatekey(_CERTIFICATE._key)
        context.set_tlsext_use_srtp(self._profiles)
        self._ssl = SSL.Connection(context, None)
        self._ssl.set_connect_state()
        self._step()

    async def handshake(self) -> None:
        """DTLS and the SRTP keys.

        Raises:
            SSL.Error: the server refuses.
            TimeoutError: it does not answer.
        """
        self.hello()
        assert self._ssl is not None
        async with asyncio.timeout(WAIT):
            while not self._step():
                self._news.clear()
                await self._news.wait()
        profile, size, salt = _PROFILES[self._ssl.get_selected_srtp_profile()]
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (size + salt))
        keys = [material[:size], material[size : 2 * size]]
        salts = [material[2 * size : 2 * size + salt], material[2 * size + salt :]]
        self.tx = Session(_policy(keys[0] + salts[0], Policy.SSRC_ANY_OUTBOUND, profile))
        self.rx = Session(_policy(keys[1] + salts[1], Policy.SSRC_ANY_INBOUND, profile))

    async def connect(self, engine: MediaEngine, name: str) -> "MediaPeer":
        """Answer, check, shake hands; return when the engine has let us in."""
        await engine.answer(name, self.answer_sdp)
        await self.check()
        await self.handshake()
        return self

    def _step(self) -> bool:
        assert self._ssl is not None
        done = True
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            done = False
        self._flush()
        return done

    def _flush(self) -> None:
        assert self._ssl is not None
        with contextlib.suppress(SSL.WantReadError):
            while True:
                self.send_raw(self._ssl.bio_read(1500))

    # Sound and reports.

    def packet(
        self,
        payload: bytes = SPEECH,
        *,
        level: int | None = -20,
        payload_type: int = OPUS_PT,
        marker: bool = False,
    ) -> RtpPacket:
        """The next 20 ms of this peer's stream."""
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + 960) & 0xFFFF_FFFF
        return RtpPacket(
            payload_type=payload_type,
            sequence=self.sequence,
            timestamp=self.timestamp,
            ssrc=self.ssrc,
            payload=payload,
            marker=marker,
            level=level,
            voice=None if level is None else level > -60,
        )

    def send(self, packet: RtpPacket) -> None:
        """One packet, encrypted."""
        self.send_plain(packet.serialize())

    def send_plain(self, data: bytes) -> None:
        """Any bytes that libsrtp takes for RTP, encrypted."""
        assert self.tx is not None
        self.send_raw(self.tx.protect(data))

    def speak(self, payload: bytes = SPEECH, *, level: int | None = -20) -> RtpPacket:
        """Send the next 20 ms and return them."""
        packet = self.packet(payload, level=level)
        self.send(packet)
        return packet

    def send_rtcp(self, packets: Iterable[RtcpPacket]) -> None:
        """One compound packet, encrypted."""
        assert self.tx is not None
        data = b"".join(packet.serialize() for packet in packets)
        self.send_raw(self.tx.protect_rtcp(data))

    def heard(self, source: int) -> list[RtpPacket]:
        """The packets of one speaker, by the number of its admission."""
        return [packet for packet in self.received if packet.csrcs == (source,)]

    async def until(self, wanted: Callable[[], bool], *, timeout: float = WAIT) -> None:
        """Wait for something that arriving datagrams bring about.

        Raises:
            TimeoutError: it did not happen.
        """
        async with asyncio.timeout(timeout):
            while not wanted():
                self._news.clear()
                await self._news.wait()

    def close(self) -> None:
        """Say goodbye, as a client that leaves does."""
        if self._ssl is not None and self.socket.fileno() >= 0:
            with contextlib.suppress(SSL.Error):
                self._ssl.shutdown()
            self._flush()
        self.close_socket()

    # What comes in.

    def drain(self) -> None:
        """Take all that is there."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while True:
                self._datagram(self.socket.recv(2048))

    def _datagram(self, data: bytes) -> None:
        self.raw.append(data)
        self._news.set()
        if data[0] < 4:
            message = stun.parse_message(data)
            if message.message_class is stun.Class.REQUEST:
                if self.answers_checks:
                    self.send_raw(self.answer_to(message))
            elif message.check_message_integrity(self.offer.pwd.encode()):
                self.stun_answers.append(message)
        elif 20 <= data[0] < 64:
            if self._ssl is not None:
                self._ssl.bio_write(data)
                if self.rx is not None:
                    self._after_handshake()
        elif self.rx is not None:
            try:
                if is_rtcp(data):
                    self.reports += parse_rtcp(self.rx.unprotect_rtcp(data))
                    return
                packet = parse_rtp(self.rx.unprotect(data))
            except pylibsrtp.Error:
                self.undecryptable += 1
                return
            if packet is not None:
                self.received.append(packet)

    def _after_handshake(self) -> None:
        assert self._ssl is not None
        try:
            self._ssl.recv(2048)
        except SSL.ZeroReturnError:
            self.goodbye = True
        except SSL.Error:
            pass


def _policy(key: bytes, kind: int, profile: int) -> Policy:
    return Policy(key=key, ssrc_type=kind, srtp_profile=profile)


def with_level_element(packet: RtpPacket, element: bytes) -> bytes:
    """A packet whose header extension holds these bytes, right or wrong."""
    plain = replace(packet, level=None, voice=None).serialize()
    padded = element + bytes(-len(element) % 4)
    extension = struct.pack("!HH", 0xBEDE, len(padded) // 4) + padded
    return bytes((plain[0] | 0x10,)) + plain[1:12] + extension + plain[12:]


class House(Generic[E]):
    """A started engine, its events, and the peers that were let in."""

    def __init__(self, engine: E) -> None:
        self.engine = engine
        self.events: list[EngineEvent] = []
        self.sources: dict[str, int] = {}
        self.peers: dict[str, MediaPeer] = {}
        self._news = asyncio.Event()

    def on_event(self, event: EngineEvent) -> None:
        """Note what the engine says."""
        self.events.append(event)
        self._news.set()

    async def admit(
        self, name: str, *, may_send: bool = False, room: str = "den", **options: str | bytes
    ) -> MediaPeer:
        """Let a peer in, up to its offer."""
        admission = await self.engine.admit(room, name, may_send=may_send)
        self.sources[name] = admission.source
        peer = MediaPeer(admission.sdp, **options)  # type: ignore[arg-type]
        old = self.peers.pop(name, None)
        if old is not None:
            old.close_socket()
        self.peers[name] = peer
        return peer

    async def join(self, name: str, *, may_send: bool = False, room: str = "den") -> MediaPeer:
        """Let a peer in and connect it."""
        peer = await self.admit(name, may_send=may_send, room=room)
        return await peer.connect(self.engine, name)

    def gone(self) -> dict[str, str]:
        """Who is gone, and why."""
        return {event.peer: event.reason for event in self.events if isinstance(event, Gone)}

    def levels(self) -> list[Levels]:
        """All levels so far."""
        return [event for event in self.events if isinstance(event, Levels)]

    def losses(self, name: str) -> list[Loss]:
        """What a sender was told about loss so far."""
        return [e for e in self.events if isinstance(e, Loss) and e.peer == name]

    async def until(self, wanted: Callable[[], bool], *, timeout: float = WAIT) -> None:
        """Wait for something that an event brings about.

        Raises:
            TimeoutError: it did not happen.
        """
        async with asyncio.timeout(timeout):
            while not wanted():
                self._news.clear()
                await self._news.wait()


@contextlib.asynccontextmanager
async def open_house(*rooms: str, **options: object) -> AsyncIterator[House[EmbeddedEngine]]:
    """An engine on a free port of 127.0.0.1 with these rooms ("den" if none is named)."""
    async with housed(EmbeddedEngine(**options), *rooms) as house:  # type: ignore[arg-type]
        yield house


@contextlib.asynccontextmanager
async def housed(engine: E, *rooms: str) -> AsyncIterator[House[E]]:
    """Any engine with these rooms ("den" if none is named)."""
    house = House(engine)
    await engine.start(house.on_event)
    try:
        for room in rooms or ("den",):
            await engine.open_room(room)
        yield house
    finally:
        for peer in house.peers.values():
            peer.close_socket()
        await engine.close()
