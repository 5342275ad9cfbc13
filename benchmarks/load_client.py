"""One WebRTC client of a load test: its own UDP socket, ICE, DTLS and SRTP, as cheap as can be.

It is told what the other side's description says by whoever speaks with the server
(`load_signalling`), and its packets are sent and swept up by `load_traffic`.
"""

import asyncio
import secrets
import socket
import struct
from typing import Final

from aioice import stun
from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL

from tui_rooms.rtc.sdp import Answer
from tui_rooms.rtc.srtp import AES_128_GCM, InboundSrtp, Keys, OutboundSrtp, material_bytes
from tui_rooms.rtc.stun import accept_check, answered_check, parse_check

PATIENCE: Final = 60.0
"""Seconds for one client to connect; a server with hundreds waiting takes its time."""
_ASK_EVERY: Final = 0.5
_CERTIFICATE: Final = RTCCertificate.generateCertificate()
FINGERPRINT: Final = next(
    fingerprint.value
    for fingerprint in _CERTIFICATE.getFingerprints()
    if fingerprint.algorithm == "sha-256"
)


def _context() -> SSL.Context:
    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.use_certificate(_CERTIFICATE._cert)
    context.use_privatekey(_CERTIFICATE._key)
    context.set_tlsext_use_srtp(AES_128_GCM.name)
    return context


_CONTEXT: Final = _context()


class Client:
    """A speaker or a listener, from its socket to its keys."""

    def __init__(self, room: int, host: str, *, speaks: bool) -> None:
        """Open a socket.

        Args:
            room: the number of its room.
            host: the address to be at.
            speaks: whether it will send sound.
        """
        self.room = room
        self.host = host
        self.speaks = speaks
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((host, 0))
        self.socket.setblocking(False)
        self.port: int = self.socket.getsockname()[1]
        self.answer = Answer(
            ufrag=secrets.token_hex(4),
            pwd=secrets.token_hex(12),
            fingerprint=FINGERPRINT,
            ssrc=secrets.randbelow((1 << 31) - 1) + 1,
        )
        self.ssrc = self.answer.ssrc or 0
        self.server = ("", 0)
        self.connected = False
        self._answered = asyncio.Event()
        self._news = asyncio.Event()
        self._ssl: SSL.Connection | None = None

    def heed(self, address: tuple[str, int], ufrag: str, pwd: str) -> None:
        """What the server's description says."""
        self.server = address
        self._server_key = pwd.encode()
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = f"{ufrag}:{self.answer.ufrag}"
        message.attributes["PRIORITY"] = 1_845_501_695
        message.attributes["ICE-CONTROLLING"] = secrets.randbits(63)
        message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity(self._server_key)
        message.add_fingerprint()
        self.check = bytes(message)
        """A connectivity check, the same each time."""

    async def connect(self) -> None:
        """Open the media path.

        Raises:
            TimeoutError: it does not open.
            SSL.Error: the server refuses.
        """
        loop = asyncio.get_running_loop()
        loop.add_reader(self.socket, self._read)
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._answered.is_set():
                    self.send(self.check)
                    try:
                        await asyncio.wait_for(self._answered.wait(), _ASK_EVERY)
                    except TimeoutError:
                        continue
                await self._shake_hands()
        except TimeoutError as exc:
            what = "DTLS" if self._answered.is_set() else "connectivity checks"
            raise TimeoutError(f"{what} not finished after {PATIENCE:g} s") from exc
        finally:
            loop.remove_reader(self.socket)
        self.connected = True

    def send(self, data: bytes) -> None:
        """One datagram; a full buffer loses it, as on a network."""
        try:
            self.socket.sendto(data, self.server)
        except OSError:
            return

    def receiver_report(self) -> bytes:
        """One with a block that reports no loss, encrypted."""
        report = struct.pack("!BBHIIIIIII", 0x81, 201, 7, self.ssrc, 1001, 0, 0, 10, 0, 0)
        return self.outbound.protect_rtcp(report) or b""

    def take_stun(self, data: bytes) -> None:
        """Answer a check of the server's; note its answer to ours."""
        check = parse_check(data)
        if check is not None:
            self.send(accept_check(check, self.server, self.answer.pwd.encode()))
        elif answered_check(data, self._server_key):
            self._answered.set()

    def close(self) -> None:
        """Leave without a word."""
        self.socket.close()

    async def _shake_hands(self) -> None:
        self._ssl = SSL.Connection(_CONTEXT, None)
        self._ssl.set_connect_state()
        while not self._step():
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), self._ssl.DTLSv1_get_timeout())
            except TimeoutError:
                self._ssl.DTLSv1_handle_timeout()
        if self._ssl.get_selected_srtp_profile() != AES_128_GCM.name:
            raise ConnectionError("the server does not speak AES-128-GCM")
        keys = Keys.from_material(
            AES_128_GCM,
            self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", material_bytes(AES_128_GCM)),
        )
        self.outbound = OutboundSrtp(AES_128_GCM, keys.client)
        self.inbound = InboundSrtp(AES_128_GCM, keys.server)

    def _step(self) -> bool:
        assert self._ssl is not None
        try:
            self._ssl.do_handshake()
            done = True
        except SSL.WantReadError:
            done = False
        try:
            while True:
                self.send(self._ssl.bio_read(1500))
        except SSL.WantReadError:
            return done

    def _read(self) -> None:
        try:
            while True:
                data = self.socket.recv(2048)
                if data[0] < 4:
                    self.take_stun(data)
                elif 20 <= data[0] < 64 and self._ssl is not None:
                    self._ssl.bio_write(data)
                    self._news.set()
        except OSError:
            return
