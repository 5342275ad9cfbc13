"""DTLS handshakes, one step a turn of the loop: a storm of joins must not delay sound."""

import asyncio
from collections.abc import Callable

from tui_rooms.rtc.dtls import DtlsIdentity, DtlsServer
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.peers.peer import MAX_WAITING, Peer
from tui_rooms.wire.errors import ProtocolError


class Handshakes:
    """Feeds peers' DTLS datagrams to their connections, fairly and slowly."""

    def __init__(
        self,
        udp: UdpSocket,
        identity: DtlsIdentity,
        counters: Counters,
        *,
        on_keys: Callable[[Peer], None],
        on_end: Callable[[Peer, str], None],
    ) -> None:
        """Prepare.

        Args:
            udp: where answers go out.
            identity: our certificate.
            counters: what has come of them.
            on_keys: a handshake is complete.
            on_end: a handshake failed or a peer said goodbye, with a sentence.
        """
        self._udp = udp
        self._identity = identity
        self._counters = counters
        self._on_keys = on_keys
        self._on_end = on_end
        self._ready: dict[Peer, None] = {}
        """Peers with datagrams waiting, in the order of their turns."""
        self._unfinished: dict[Peer, None] = {}
        self._turn: asyncio.Handle | None = None

    def datagram(self, peer: Peer, data: bytes) -> None:
        """Queue a datagram; before the peer's answer and address are known it just waits."""
        self._counters.crowded += len(peer.waiting) == MAX_WAITING
        peer.waiting.append(data)
        self.resume(peer)

    def resume(self, peer: Peer) -> None:
        """Take up what is waiting, now that the answer may be known and the address proven."""
        if peer.answer is None or peer.path is None or not peer.waiting:
            return
        self._ready[peer] = None
        if self._turn is None:
            self._turn = asyncio.get_running_loop().call_soon(self._take_turn)

    def tick(self) -> None:
        """Repeat flights whose timers have run out; call it several times a second."""
        for peer in list(self._unfinished):
            timeout = peer.dtls.timeout() if peer.dtls else None
            if peer.dtls is None or timeout is None or timeout > 0:
                continue
            try:
                self._send(peer, peer.dtls.retransmit())
            except ProtocolError as error:
                self._failed(peer, error)

    def forget(self, peer: Peer) -> None:
        """Take no more steps for this peer."""
        self._ready.pop(peer, None)
        self._unfinished.pop(peer, None)
        peer.waiting.clear()

    def close(self) -> None:
        """Take no more steps at all."""
        if self._turn is not None:
            self._turn.cancel()

    def _take_turn(self) -> None:
        self._turn = None
        if not self._ready:
            return
        peer = next(iter(self._ready))
        del self._ready[peer]
        if self._ready:
            # Not a loop: between two turns the socket is read.
            self._turn = asyncio.get_running_loop().call_soon(self._take_turn)
        self._step(peer, peer.waiting.popleft())
        self.resume(peer)

    def _step(self, peer: Peer, data: bytes) -> None:
        if peer.answer is None:
            return
        if peer.dtls is None:
            peer.dtls = DtlsServer(self._identity, peer.answer.fingerprint)
            self._unfinished[peer] = None
        passed_over = peer.dtls.passed_over
        try:
            self._send(peer, peer.dtls.step(data))
        except ProtocolError as error:
            self._failed(peer, error)
            return
        self._counters.late += peer.dtls.passed_over - passed_over
        if peer.dtls.closed:
            self.forget(peer)
            self._on_end(peer, "the other side closed the media connection")
        elif peer.dtls.keys is not None and peer in self._unfinished:
            del self._unfinished[peer]
            self._counters.handshakes += 1
            self._on_keys(peer)

    def _failed(self, peer: Peer, error: ProtocolError) -> None:
        self._counters.failed_handshakes += 1
        self.forget(peer)
        self._on_end(peer, error.sentence)

    def _send(self, peer: Peer, datagrams: list[bytes]) -> None:
        if peer.path is not None:
            for datagram in datagrams:
                self._udp.send(datagram, peer.path.address, peer.path.local)
