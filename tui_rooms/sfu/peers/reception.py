"""What comes in on the UDP port, told apart by its first byte (RFC 7983 §7).

Nothing here trusts an address: only one that passed an authenticated check counts, and what
comes from any other is dropped, whatever it is. To send more there than came from there, it has to
answer a check of ours as well: see `paths`.
"""

from collections.abc import Callable, Iterable
from typing import Final

from tui_rooms.rtc.rtcp import ReceiverReport, SenderReport, ntp_middle, parse_rtcp
from tui_rooms.rtc.rtp import is_rtcp_type, parse_rtp
from tui_rooms.rtc.srtp import InboundSrtp
from tui_rooms.rtc.stun import (
    Check,
    accept_check,
    answered_check,
    is_authentic,
    own_check,
    parse_check,
    refuse_role,
)
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.inbox import Inbox
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import Address, UdpSocket
from tui_rooms.sfu.peers.directory import Directory
from tui_rooms.sfu.peers.handshakes import Handshakes
from tui_rooms.sfu.peers.paths import ASK_AGAIN, Path
from tui_rooms.sfu.peers.peer import Peer
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.wire.errors import ProtocolError

_SHORTEST_MEDIA: Final = 12


class Reception:
    """Reads the socket and hands each datagram to where it belongs."""

    def __init__(
        self,
        udp: UdpSocket,
        inbox: Inbox,
        outbox: Outbox,
        *,
        directory: Directory,
        handshakes: Handshakes,
        counters: Counters,
        clock: Callable[[], float],
        ntp: Callable[[float], int],
        moved_after: float,
        ask_every: float,
        on_unprotected: Callable[[Peer], None],
    ) -> None:
        """Prepare.

        Args:
            udp: answers go out here.
            inbox: read here.
            outbox: where all that one look brings about waits for its end.
            directory: who is who.
            handshakes: where DTLS goes.
            counters: what is refused.
            clock: seconds.
            ntp: NTP time of such a moment.
            moved_after: seconds without a check after which a path is given up for another.
            ask_every: seconds between two checks of ours on a path in use (RFC 7675 §5.1).
            on_unprotected: SRTP has failed for this listener; it must be removed.
        """
        self._udp = udp
        self._inbox = inbox
        self._outbox = outbox
        self._directory = directory
        self._handshakes = handshakes
        self._counters = counters
        self._clock = clock
        self._ntp = ntp
        self._moved_after = moved_after
        self._ask_every = ask_every
        self._on_unprotected = on_unprotected
        self._unsure: dict[Peer, None] = {}
        """Peers who want their media where it has not been proven yet that they receive."""

    def read(self) -> int:
        """Take what is there, as much as the inbox holds; how many datagrams it was."""
        sizes = self._inbox.take()
        if not sizes:
            return 0
        self._outbox.hold()
        try:
            for place, size in enumerate(sizes):
                self._took(place, size)
        finally:
            self._outbox.release()
        return len(sizes)

    def datagram(self, data: bytes, address: Address, local: bytes | None) -> None:
        """One datagram, of any content, as if it had come in."""
        self._took(0, self._inbox.put(0, data, address, local))

    def _took(self, place: int, size: int) -> None:
        """One datagram is in that place of the inbox."""
        self._counters.datagrams += 1
        self._counters.octets += size
        first, second = self._inbox.buffers[place][0:2]
        if 128 <= first < 192 and size >= _SHORTEST_MEDIA:
            peer = self._directory.at(self._inbox.source(place))
            if peer is None or peer.inbound is None:
                self._counters.stray += 1
            elif is_rtcp_type(second):
                self._reports(peer, self._inbox.data(place, size))
            elif not peer.may_send:
                self._counters.forbidden += 1
            else:
                self._sound(peer, peer.inbound, place, size)
        elif first < 4 and size:
            address, local = self._inbox.source(place), self._inbox.local(place)
            self._check(self._inbox.data(place, size), address, local)
        elif 20 <= first < 64 and size:
            self._handshake(self._inbox.data(place, size), self._inbox.source(place))
        else:
            self._counters.stray += 1

    def _handshake(self, data: bytes, address: Address) -> None:
        peer = self._directory.at(address)
        path = peer.paths.at(address) if peer else None
        if peer is None or path is None:
            self._counters.stray += 1
            return
        path.credit += len(data)
        self._handshakes.datagram(peer, data)
        if path.proven is None:
            self._ask(peer, path)

    def _sound(self, peer: Peer, inbound: InboundSrtp, place: int, size: int) -> None:
        inbox = self._inbox
        plain = inbound.unprotect_in_place(inbox.pointers[place], inbox.buffers[place], size)
        packet = parse_rtp(plain) if plain else None
        if packet is None:
            self._counters.refused += 1
            self._counters.malformed += plain is not None
            return
        now = self._clock()
        # Counted once it is authentic: a forger could use up somebody else's.
        if not peer.allowance.takes(size, now):
            self._counters.excess += 1
            return
        self._counters.received += 1
        self.give_up(peer.room.forward(peer.name, packet, now))

    def give_up(self, failed: Iterable[Listener]) -> None:
        """Remove those for whom a packet could not be encrypted."""
        for listener in failed:
            self._counters.unprotected += 1
            lost = self._directory.named(listener.peer)
            if lost is not None:
                self._on_unprotected(lost)

    def _reports(self, peer: Peer, data: bytes) -> None:
        plain = peer.inbound.unprotect_rtcp(data) if peer.inbound else None
        if plain is None:
            self._counters.refused += 1
            return
        now = self._clock()
        if not peer.control.takes(len(data), now):
            self._counters.excess += 1
            return
        try:
            packets = parse_rtcp(plain)
        except ProtocolError:
            self._counters.refused += 1
            self._counters.malformed += 1
            return
        peer.liveness.heard(now)
        for packet in packets:
            if isinstance(packet, SenderReport):
                sender = peer.room.senders.get(peer.name)
                if sender is not None:
                    sender.sender_report(packet.ssrc, ntp_middle(packet.ntp), now)
            if isinstance(packet, SenderReport | ReceiverReport):
                peer.room.take_reports(peer.name, packet.reports, now, self._ntp(now))

    def tick(self) -> None:
        """Ask again where a check of ours may have been lost; call it several times a second."""
        for peer in list(self._unsure):
            path = peer.paths.wanted
            if path is None or path.proven is not None or not self._directory.holds(peer):
                del self._unsure[peer]
            else:
                self._ask(peer, path)

    def ask_all(self, peer: Peer) -> None:
        """The peer's answer is known now, and so the key of checks to it."""
        for path in peer.paths:
            self._ask(peer, path)

    def ask_for_consent(self, now: float) -> None:
        """Ask again on paths in use, each from time to time; call it once a second."""
        for peer in self._directory:
            path = peer.path
            if path is not None and path.proven is not None and now - path.proven > self._ask_every:
                self._ask(peer, path)

    def _check(self, data: bytes, address: Address, local: bytes | None) -> None:
        check = parse_check(data)
        if check is None:
            self._answered(data, address)
            return
        peer = self._directory.with_ufrag(check.ufrag)
        if peer is None or not is_authentic(check, peer.key):
            # No answer: a forged source address would make us a reflector.
            self._counters.bad_checks += 1
            return
        now = self._clock()
        if not peer.control.takes(len(data), now):
            self._counters.excess += 1
            return
        path = peer.paths.heard(address, local, len(data), now)
        if check.controlled:
            self._answer(path, refuse_role(check, peer.key))
            return
        # First: where a check of ours is due, it takes what may go there, and the answer waits.
        self._heard(peer, check, path, now)
        self._answer(path, accept_check(check, address, peer.key))

    def _answer(self, path: Path, answer: bytes) -> None:
        if path.may_get(len(answer)):
            self._udp.send(answer, path.address, path.local)
        else:
            path.owed = answer

    def _heard(self, peer: Peer, check: Check, path: Path, now: float) -> None:
        """A peer's own check has come by that path."""
        peer.last_check = now
        peer.liveness.heard(now)
        self._directory.claim(peer, path)
        if (surplus := peer.paths.surplus()) is not None:
            self._directory.let_go(peer, surplus)
        current = peer.path
        if path is current:
            if peer.listener is not None and peer.listener.local != path.local:
                self._move(peer, path)
            return
        is_stale = current is not None and now - current.heard > self._moved_after
        if current is None or check.nominates or is_stale:
            # The first path, or the one that the peer wants or has now: its network has changed.
            peer.paths.wanted = path
            if path.proven is not None and now - path.proven <= self._ask_every:
                self._move(peer, path)
                return
            path.proven = None
            self._unsure[peer] = None
            self._ask(peer, path)

    def _ask(self, peer: Peer, path: Path) -> None:
        """Send a check of our own, unless one is on its way."""
        now = self._clock()
        if peer.answer is None or now - path.asked < ASK_AGAIN:
            return
        check = own_check(
            path.transaction,
            username=f"{peer.answer.ufrag}:{peer.ufrag}".encode(),
            key=peer.remote_key,
        )
        if path.may_get(len(check)):
            path.asked = now
            self._directory.ask(peer, path)
            self._udp.send(check, path.address, path.local)

    def _answered(self, data: bytes, address: Address) -> None:
        """Perhaps the answer to a check of ours."""
        transaction = data[8:20]
        peer, path = self._directory.asked(transaction) or (None, None)
        if (
            peer is None
            or path is None
            or path.address != address
            or not answered_check(data, peer.remote_key)
        ):
            self._counters.bad_checks += 1
            return
        self._directory.settle(path)
        path.answered(self._clock())
        if path.owed is not None:
            self._udp.send(path.owed, path.address, path.local)
            path.owed = None
        if path is peer.path:
            return
        self._directory.prove(peer, path)
        if path is peer.paths.wanted:
            self._move(peer, path)

    def _move(self, peer: Peer, path: Path) -> None:
        """Media go there from now on."""
        peer.paths.current = path
        peer.paths.wanted = None
        self._unsure.pop(peer, None)
        if peer.listener is not None:
            peer.listener.address, peer.listener.local = path.address, path.local
            peer.group.fan_out.update(peer.listener)
        self._handshakes.resume(peer)
