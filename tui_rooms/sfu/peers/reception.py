"""What comes in on the UDP port, told apart by its first byte (RFC 7983 §7).

Nothing here trusts an address: only one that passed an authenticated check counts, and what
comes from any other is dropped, whatever it is.
"""

from collections.abc import Callable
from typing import Final

from tui_rooms.rtc.rtcp import ReceiverReport, SenderReport, ntp_middle, parse_rtcp
from tui_rooms.rtc.rtp import is_rtcp, parse_rtp
from tui_rooms.rtc.stun import Check, accept_check, is_authentic, parse_check, refuse_role
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.udp import Address, UdpSocket
from tui_rooms.sfu.peers.directory import Directory
from tui_rooms.sfu.peers.handshakes import Handshakes
from tui_rooms.sfu.peers.peer import Peer
from tui_rooms.wire.errors import ProtocolError

BATCH: Final = 64
"""Datagrams read in one turn of the loop; the rest waits for the next."""
_SHORTEST_MEDIA: Final = 12


class Reception:
    """Reads the socket and hands each datagram to where it belongs."""

    def __init__(
        self,
        udp: UdpSocket,
        directory: Directory,
        handshakes: Handshakes,
        counters: Counters,
        *,
        clock: Callable[[], float],
        ntp: Callable[[float], int],
        moved_after: float,
        on_unprotected: Callable[[Peer], None],
    ) -> None:
        """Prepare.

        Args:
            udp: read here.
            directory: who is who.
            handshakes: where DTLS goes.
            counters: what is refused.
            clock: seconds.
            ntp: NTP time of such a moment.
            moved_after: seconds without a check after which a path is given up for another.
            on_unprotected: SRTP has failed for this listener; it must be removed.
        """
        self._udp = udp
        self._directory = directory
        self._handshakes = handshakes
        self._counters = counters
        self._clock = clock
        self._ntp = ntp
        self._moved_after = moved_after
        self._on_unprotected = on_unprotected

    def read(self) -> None:
        """Take what is there, at most `BATCH` datagrams."""
        for _ in range(BATCH):
            try:
                datagram = self._udp.receive()
            except OSError:
                continue  # an earlier datagram came back; this peer's consent will expire
            if datagram is None:
                return
            self.datagram(*datagram)

    def datagram(self, data: bytes, address: Address, local: bytes | None) -> None:
        """One datagram, of any content."""
        first = data[0] if data else 255
        if 128 <= first < 192 and len(data) >= _SHORTEST_MEDIA:
            self._media(data, address)
        elif first < 4:
            self._check(data, address, local)
        elif 20 <= first < 64:
            peer = self._directory.at(address)
            if peer is None:
                self._counters.stray += 1
            else:
                self._handshakes.datagram(peer, data)
        else:
            self._counters.stray += 1

    def _media(self, data: bytes, address: Address) -> None:
        peer = self._directory.at(address)
        if peer is None or peer.inbound is None:
            self._counters.stray += 1
        elif is_rtcp(data):
            self._reports(peer, data)
        elif not peer.may_send:
            self._counters.forbidden += 1
        else:
            self._sound(peer, data)

    def _sound(self, peer: Peer, data: bytes) -> None:
        plain = peer.inbound.unprotect(data) if peer.inbound else None
        packet = parse_rtp(plain) if plain else None
        if packet is None:
            self._counters.refused += 1
            return
        self._counters.received += 1
        for listener in peer.room.forward(peer.name, packet, self._clock()):
            self._counters.unprotected += 1
            lost = self._directory.named(listener.peer)
            if lost is not None:
                self._on_unprotected(lost)

    def _reports(self, peer: Peer, data: bytes) -> None:
        plain = peer.inbound.unprotect_rtcp(data) if peer.inbound else None
        if plain is None:
            self._counters.refused += 1
            return
        try:
            packets = parse_rtcp(plain)
        except ProtocolError:
            self._counters.refused += 1
            return
        now = self._clock()
        peer.liveness.heard(now)
        for packet in packets:
            if isinstance(packet, SenderReport):
                sender = peer.room.senders.get(peer.name)
                if sender is not None:
                    sender.sender_report(packet.ssrc, ntp_middle(packet.ntp), now)
            if isinstance(packet, SenderReport | ReceiverReport):
                peer.room.take_reports(peer.name, packet.reports, now, self._ntp(now))

    def _check(self, data: bytes, address: Address, local: bytes | None) -> None:
        check = parse_check(data)
        peer = self._directory.with_ufrag(check.ufrag) if check else None
        if check is None or peer is None or not is_authentic(check, peer.key):
            # No answer: a forged source address would make us a reflector.
            self._counters.bad_checks += 1
            return
        if check.controlled:
            self._udp.send(refuse_role(check, peer.key), address, local)
            return
        self._prove(peer, check, address, local)
        self._udp.send(accept_check(check, address, peer.key), address, local)

    def _prove(self, peer: Peer, check: Check, address: Address, local: bytes | None) -> None:
        peer.last_check = self._clock()
        peer.liveness.heard(peer.last_check)
        self._directory.prove(peer, address)
        now = peer.last_check
        if (peer.address, peer.local) == (address, local):
            peer.checked_here = now
            return
        is_stale = now - peer.checked_here > self._moved_after
        if peer.address is not None and not check.nominates and not is_stale:
            return
        # The first path, or the one that the peer wants now, or has now: its network has changed.
        peer.address, peer.local, peer.checked_here = address, local, now
        if peer.listener is not None:
            peer.listener.address, peer.listener.local = address, local
            peer.room.fan_out.update(peer.listener)
