"""The embedded media engine: rooms of slots behind one UDP port, in the caller's event loop."""

import asyncio
import heapq
import os
import random
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from tui_rooms.rtc.dtls import DtlsIdentity
from tui_rooms.rtc.rtcp import RtcpPacket, ntp_time, serialize_rtcp
from tui_rooms.rtc.sdp import Offer, parse_answer
from tui_rooms.rtc.srtp import InboundSrtp, OutboundSrtp
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.network.addresses import candidate_hosts
from tui_rooms.sfu.network.inbox import BATCH, Inbox
from tui_rooms.sfu.network.libc import HAS_SENDMMSG
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.network.wakeups import Wakeups
from tui_rooms.sfu.peers.directory import Directory
from tui_rooms.sfu.peers.handshakes import Handshakes
from tui_rooms.sfu.peers.peer import Peer
from tui_rooms.sfu.peers.reception import Reception
from tui_rooms.sfu.port import Admission, Connected, EngineEvent, Gone
from tui_rooms.sfu.rooms.carried import Carried
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.group import CNAME
from tui_rooms.sfu.rooms.room import Room
from tui_rooms.wire.errors import ProtocolError

TICK: Final = 0.1
"""Seconds between two levels of a room."""
_TICKS_A_SECOND: Final = round(1 / TICK)
_ASKED_OF_CONSENT: Final = 6
"""So often a path in use is asked before its consent expires: five may be lost."""
_TICKS_A_LOSS: Final = _TICKS_A_SECOND // 2
"""Senders hear of loss twice a second, so that one more second is all that following takes."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long the engine waits, in seconds."""

    connect: float = 30.0
    """From the admission until the keys are agreed on."""
    consent: float = 30.0
    """After the last valid connectivity check (RFC 7675 §5.1)."""
    moved: float = 7.0
    """After the last check on a path until a check on another one takes over without being
    nominated, as when a router has given the client a new port. Longer than clients pause between
    two checks: browsers 2.5 s, aioice up to 6."""
    quiet: float = 5.0
    """After the last check or report of a peer that was heard regularly until then."""
    first_report: float = 0.5
    """From the connection to its first sender report."""
    report: float = 5.0
    """Between two sender reports to one listener."""


class EmbeddedEngine:
    """A `MediaEngine` in this process. It forwards and never decodes."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        public_ip: str | None = None,
        slots: int = 4,
        sock: socket.socket | None = None,
        *,
        timing: Timing | None = None,
        sendmmsg: bool = HAS_SENDMMSG,
        chance: random.Random | None = None,
    ) -> None:
        """Nothing is opened before `start`.

        Args:
            host: IPv4 address to bind; 0.0.0.0 serves every interface.
            port: UDP port, 0 for a free one.
            public_ip: where peers reach us from outside, when that is not one of our addresses.
            slots: of each room, K.
            sock: a bound UDP socket to use instead of host and port; closed in the end.
            timing: other waiting times.
            sendmmsg: False sends one datagram a system call.
            chance: where sequence numbers and sources come from.
        """
        self.counters = Counters()
        self._lag = Durations()
        self._host = host
        self._port = port
        self._public_ip = public_ip
        self._slots = slots
        self._given = sock
        self._timing = timing or Timing()
        self._sendmmsg = sendmmsg
        self._chance = chance or random.SystemRandom()
        self._clock: Callable[[], float] = time.monotonic
        # One look at the wall clock: a step of it must not look like a long way.
        self._wall = time.time() - self._clock()
        self._directory = Directory()
        self._rooms: dict[str, Room] = {}
        self._reports_due: list[tuple[float, int, Peer]] = []
        self._reports_made = 0
        self._ticks = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def port(self) -> int:
        """The UDP port, after `start`."""
        return self._udp.port

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """Open the port; events come on this loop until `close`.

        Raises:
            OSError: the address is not ours, or the port is taken.
        """
        self._emit = on_event
        self._loop = asyncio.get_running_loop()
        if self._given is not None:
            self._udp = UdpSocket(self._given)
        else:
            self._udp = UdpSocket.bind(self._host, self._port)
        self._outbox = Outbox(self._udp, self.counters, sendmmsg=self._sendmmsg)
        self._identity = DtlsIdentity()
        self._handshakes = Handshakes(
            self._udp,
            self._identity,
            self.counters,
            on_keys=self._connected,
            on_end=self._gone,
        )
        self._reception = Reception(
            self._udp,
            Inbox(self._udp),
            self._outbox,
            directory=self._directory,
            handshakes=self._handshakes,
            counters=self.counters,
            clock=self._clock,
            ntp=self._ntp,
            moved_after=self._timing.moved,
            ask_every=self._timing.consent / _ASKED_OF_CONSENT,
            on_unprotected=self._unprotected,
        )
        self._wakeups = Wakeups(self._loop, self._udp.fileno, self._reception.read, batch=BATCH)
        self._wakeups.start()
        self._timer = self._loop.call_later(TICK, self._tick)

    async def close(self) -> None:
        """Drop every peer and room and let the port go. A second time changes nothing."""
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        for peer in self._directory:
            self._drop(peer)
        self._rooms.clear()
        self._handshakes.close()
        self._wakeups.close()
        self._udp.close()

    async def open_room(self, room: str) -> None:
        """Make a room with no peers. A second time changes nothing."""
        if room not in self._rooms:
            self._rooms[room] = Room(
                room,
                slots=self._slots,
                new_vector=self._new_vector,
                chance=self._chance,
                counters=self.counters,
            )

    async def close_room(self, room: str) -> None:
        """Remove the room and its peers, without `Gone`. An unknown one changes nothing."""
        closed = self._rooms.pop(room, None)
        for peer in self._directory:
            if peer.room is closed:
                self._drop(peer)

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """Make a place for a peer and its offer. A peer of that name is replaced.

        Raises:
            LookupError: the room has not been opened.
        """
        if room not in self._rooms:
            raise LookupError(f"no media room {room!r}: open it first")
        await self.remove(peer)
        newcomer = Peer(
            name=peer,
            room=self._rooms[room],
            group=self._rooms[room].everyone,
            source=self._free_source(),
            may_send=may_send,
            admitted=self._clock(),
        )
        self._directory.add(newcomer)
        offer = Offer(
            ufrag=newcomer.ufrag,
            pwd=newcomer.pwd,
            fingerprint=self._identity.fingerprint,
            candidates=tuple(
                (host, self._udp.port) for host in candidate_hosts(self._udp.host, self._public_ip)
            ),
            slots=newcomer.group.ssrcs,
            cname=CNAME,
        )
        return Admission(offer.render(), newcomer.source)

    async def answer(self, peer: str, sdp: str) -> None:
        """Take the peer's answer.

        Raises:
            ProtocolError: `bad-sdp`, the sentence says which line; `no-offer`, there is no
                such peer (any more); `answered`, it has given another answer before.
        """
        known = self._directory.named(peer)
        if known is None:
            raise ProtocolError("no-offer", "there is no open media offer: ask for a new one")
        answer = parse_answer(sdp, slots=self._slots)
        if known.answer is not None and known.answer != answer:
            raise ProtocolError(
                "answered", "this media offer has another answer already: ask for a new offer"
            )
        known.answer = answer
        self._reception.ask_all(known)
        self._handshakes.resume(known)

    async def permit(self, peer: str, *, may_send: bool, on_stage: bool = False) -> None:
        """From now on let a peer's sound through, or drop it. An unknown peer changes nothing."""
        known = self._directory.named(peer)
        if known is None:
            return
        known.may_send = may_send
        if not may_send:
            known.room.silence(peer)
            return
        if known.listener is not None:
            known.room.let_send(peer, known.source)

    async def remove(self, peer: str) -> None:
        """Forget a peer, without `Gone`. An unknown peer changes nothing."""
        known = self._directory.named(peer)
        if known is not None:
            self._drop(known)

    def room(self, name: str) -> Room | None:
        """An open room."""
        return self._rooms.get(name)

    def fill(self, room: Room, carried: Carried) -> None:
        """Let those who listen here hear a packet of a stage that is elsewhere."""
        self._reception.give_up(room.fill(carried, None, self._clock()))

    def figures(self) -> tuple[EngineFigures, ...]:
        """Of this process."""
        return (
            EngineFigures(
                pid=os.getpid(),
                alive=self._timer is not None,
                rooms=len(self._rooms),
                peers=len(self._directory),
                counts=asdict(self.counters),
                lag=self._lag,
            ),
        )

    def _new_vector(self, capacity: int) -> Vector:
        return Vector(self._outbox, capacity)

    def _free_source(self) -> int:
        while self._directory.has_source(source := self._chance.randrange(1, 1 << 32)):
            pass
        return source

    def _connected(self, peer: Peer) -> None:
        if peer.dtls is None or peer.dtls.keys is None or peer.path is None:
            return
        keys = peer.dtls.keys
        peer.inbound = InboundSrtp(keys.profile, keys.client)
        peer.outbound = OutboundSrtp(keys.profile, keys.server)
        peer.listener = Listener(
            peer=peer.name,
            srtp=peer.outbound,
            address=peer.path.address,
            local=peer.path.local,
            numbers=peer.group.new_numbers(),
        )
        peer.group.listen(peer.listener)
        if peer.may_send:
            peer.room.let_send(peer.name, peer.source)
        self._plan_report(peer, self._clock() + self._timing.first_report)
        self._emit(Connected(peer.name))

    def _gone(self, peer: Peer, reason: str) -> None:
        self._drop(peer)
        self._emit(Gone(peer.name, reason))

    def _unprotected(self, peer: Peer) -> None:
        self._gone(peer, "packets for this peer could not be encrypted; ask for a new offer")

    def _drop(self, peer: Peer) -> None:
        peer.room.leave(peer.name)
        self._handshakes.forget(peer)
        self._directory.remove(peer)
        if peer.dtls is not None and peer.path is not None:
            for datagram in peer.dtls.close():
                self._udp.send(datagram, peer.path.address, peer.path.local)

    def _tick(self) -> None:
        if self._timer is not None:
            self._lag.note(max(0.0, self._loop.time() - self._timer.when()))
        self._timer = self._loop.call_later(TICK, self._tick)
        self._ticks += 1
        now = self._clock()
        self._wakeups.tick()
        self._handshakes.tick()
        self._reception.tick()
        for room in self._rooms.values():
            levels = room.levels(now)
            if levels is not None:
                self._emit(levels)
        self._send_due_reports(now)
        if self._ticks % _TICKS_A_SECOND == 0:
            self._expire(now)
            self._reception.ask_for_consent(now)
            self._judge_paths(now)
        if self._ticks % _TICKS_A_LOSS == 0:
            self._report_to_senders(now)

    def _expire(self, now: float) -> None:
        timing = self._timing
        for peer in self._directory:
            if peer.listener is None:
                if now - peer.admitted > timing.connect:
                    self._gone(peer, f"no media connection came up in {timing.connect:g} s")
            elif now - peer.last_check > timing.consent or not self._consents(peer, now):
                self._gone(peer, f"no sign of life for {timing.consent:g} s")
            elif peer.liveness.is_quiet(now, timing.quiet):
                self._gone(peer, "nothing comes from this client any more")

    def _consents(self, peer: Peer, now: float) -> bool:
        """Whether it has lately answered a check of ours where its media go (RFC 7675 §5.1)."""
        proven = peer.path.proven if peer.path else None
        return proven is not None and now - proven <= self._timing.consent

    def _judge_paths(self, now: float) -> None:
        for room in self._rooms.values():
            for judged in room.judge_paths(now):
                self._emit(judged)

    def _ntp(self, now: float) -> int:
        return ntp_time(self._wall + now)

    def _plan_report(self, peer: Peer, due: float) -> None:
        self._reports_made += 1
        heapq.heappush(self._reports_due, (due, self._reports_made, peer))

    def _send_due_reports(self, now: float) -> None:
        while self._reports_due and self._reports_due[0][0] <= now:
            peer = heapq.heappop(self._reports_due)[2]
            if self._directory.holds(peer):
                self._send_rtcp(peer, peer.group.sender_reports(self._ntp(now), now))
                self._plan_report(peer, now + self._timing.report)

    def _report_to_senders(self, now: float) -> None:
        for peer in self._directory:
            told = peer.room.report_to(peer.name, now)
            if told is not None:
                report, loss = told
                self._send_rtcp(peer, [report])
                self._emit(loss)

    def _send_rtcp(self, peer: Peer, packets: Sequence[RtcpPacket]) -> None:
        if not packets or peer.outbound is None or peer.path is None:
            return
        data = peer.outbound.protect_rtcp(serialize_rtcp(packets))
        if data is not None:
            self._udp.send(data, peer.path.address, peer.path.local)
