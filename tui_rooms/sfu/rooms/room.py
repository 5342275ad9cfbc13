"""One room of the engine: its slots, who may send, who listens."""

import random
import struct
from collections.abc import Sequence
from typing import Final

from tui_rooms.rtc.rtcp import (
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    round_trip,
)
from tui_rooms.rtc.rtp import CLOCK, OPUS_PT, RED_PT, SILENCE, RtpPacket, level_extension
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.vectors import MAX_PACKET
from tui_rooms.sfu.port import Levels, Loss, PathJudged
from tui_rooms.sfu.rooms.fanout import FanOut, Listener, NewVector
from tui_rooms.sfu.rooms.losses import LossTable, downlink_share
from tui_rooms.sfu.rooms.numbers import Numbers, OwnNumbers, SharedNumbers, safe_group
from tui_rooms.sfu.rooms.quality import PathQuality
from tui_rooms.sfu.rooms.selection import Selection
from tui_rooms.sfu.rooms.sender import Sender
from tui_rooms.sfu.rooms.slots import Slot

_HEADER: Final = struct.Struct("!BBHIII")
"""Of every packet of a slot: one CSRC, then the level."""
MAX_PAYLOAD: Final = MAX_PACKET - _HEADER.size - 8
"""Bytes; a larger one is dropped."""
CNAME: Final = "tui-rooms"


class Room:
    """Forwards the loudest senders through the slots to everyone."""

    def __init__(
        self,
        name: str,
        *,
        slots: int,
        new_vector: NewVector,
        chance: random.Random,
        counters: Counters | None = None,
    ) -> None:
        """`counters`: of the engine; without them the room counts for itself."""
        self.counters = counters or Counters()
        self.name = name
        self.slots: list[Slot] = []
        self.fan_out = FanOut(new_vector)
        self.senders: dict[str, Sender] = {}
        self.listeners: dict[str, Listener] = {}
        self._chance = chance
        self._selection = Selection(slots)
        self._in_slot: list[Sender | None] = [None] * slots
        self._stream = [0] * slots
        self._losses = LossTable(slots)
        self._paths: dict[str, PathQuality] = {}
        """Of everyone who listens."""
        self._was_audible = False
        ssrcs: set[int] = set()
        while len(ssrcs) < slots:
            ssrcs.add(chance.randrange(1, 1 << 32))
        for index, ssrc in enumerate(ssrcs):
            self.slots.append(Slot(index, ssrc, chance))

    @property
    def ssrcs(self) -> tuple[int, ...]:
        """Of the slots, in order."""
        return tuple(slot.ssrc for slot in self.slots)

    def new_numbers(self) -> Numbers:
        """Sequence numbers for someone who begins to listen now."""
        return safe_group(self.slots) or OwnNumbers(len(self.slots), self._chance)

    def listen(self, listener: Listener) -> None:
        """Send everything to this peer from now on."""
        self.listeners[listener.peer] = listener
        self._paths[listener.peer] = PathQuality()
        self.fan_out.add(listener)

    def let_send(self, peer: str, source: int) -> None:
        """Let a peer's sound through; as a listener it gets numbers of its own, for good."""
        if peer not in self.senders:
            self.senders[peer] = Sender(peer, source)
        listener = self.listeners.get(peer)
        if listener is not None and isinstance(listener.numbers, SharedNumbers):
            listener.numbers = OwnNumbers.after(listener.numbers, self.slots)
            self.fan_out.update(listener)

    def silence(self, peer: str) -> None:
        """Let nothing of this peer through any more."""
        sender = self.senders.pop(peer, None)
        if sender is None:
            return
        self._selection.release(sender.activity)
        self._in_slot = [None if held is sender else held for held in self._in_slot]

    def leave(self, peer: str) -> None:
        """Forget a peer."""
        self.silence(peer)
        listener = self.listeners.pop(peer, None)
        if listener is not None:
            self.fan_out.discard(listener)
            self._losses.forget(listener)
            del self._paths[peer]

    def forward(self, peer: str, packet: RtpPacket, now: float) -> list[Listener]:
        """Take a packet from a peer and, if it has a slot, send it to everyone else.

        Returns:
            Listeners for whom encryption failed; nothing was sent to them.
        """
        sender = self.senders.get(peer)
        if sender is None or packet.payload_type not in (OPUS_PT, RED_PT):
            self.counters.unusable += 1
            return []
        sequence = sender.receive(packet, now)
        if sequence is None or len(packet.payload) > MAX_PAYLOAD:
            self.counters.unusable += 1
            return []
        index = self._selection.consider(sender.activity, now)
        if index is None:
            self.counters.unchosen += 1
            return []
        slot = self.slots[index]
        if self._in_slot[index] is not sender or self._stream[index] != sender.stream:
            self._hand_over(slot, sender)
            slot.begin(sequence, packet.timestamp, now)
        placed = slot.place(sequence, packet.timestamp, now)
        if placed is None:
            self.counters.unusable += 1
            return []
        number, timestamp = placed
        begins = number == slot.first
        data = _slot_packet(packet, slot.ssrc, sender, number, timestamp, begins=begins)
        slot.packets += 1
        slot.octets += len(packet.payload)
        own = self.listeners.get(peer)
        sent, failed = self.fan_out.forward(slot, number, data, own)
        self.counters.forwarded += sent
        wanted = len(self.fan_out) - (own is not None)
        self.counters.unsent += wanted - len(failed) - sent
        return failed

    def levels(self, now: float) -> Levels | None:
        """Everyone's level since the last call; None when all are silent, but for the first time.

        Call it ten times a second.
        """
        dbov: dict[str, int] = {}
        talking = set()
        for sender in self.senders.values():
            dbov[sender.peer] = sender.activity.take_peak()
            if sender.activity.is_talking(now):
                talking.add(sender.peer)
        audible = bool(talking) or any(level > SILENCE for level in dbov.values())
        if not audible and not self._was_audible:
            return None
        self._was_audible = audible
        held = tuple(sender.peer if sender else None for sender in self._in_slot)
        return Levels(self.name, dbov, frozenset(talking), held)

    def take_reports(self, peer: str, blocks: Sequence[ReportBlock], now: float, ntp: int) -> None:
        """Note what a listener says about the slots; other streams are no matter of ours.

        Args:
            ntp: the time of now, on the clock that `sender_reports` was given.
        """
        listener = self.listeners.get(peer)
        if listener is None:
            return
        path = self._paths[peer]
        for block in blocks:
            slot = next((slot for slot in self.slots if slot.ssrc == block.ssrc), None)
            speaker = self._in_slot[slot.index] if slot else None
            if slot is None or speaker is None:
                continue
            passed, missing = path.passed(slot)
            # What the speaker's own way has lost is missing everywhere: it is not this listener's.
            way_up = missing / passed if passed else speaker.uplink
            share = downlink_share(block.fraction_lost / 256, way_up)
            self._losses.report(slot.index, listener, share, now)
            jitter_ms = block.jitter / CLOCK * 1000 - speaker.jitter_ms
            path.down.note(passed, passed * share, jitter_ms, now)
            trip = round_trip(block, ntp)
            if trip is not None:
                path.round_trip(trip * 1000, now)

    def report_to(self, peer: str, now: float) -> tuple[ReceiverReport, Loss] | None:
        """What a sender is told about its packets; None when it has sent none."""
        sender = self.senders.get(peer)
        block = sender.report(now) if sender else None
        if sender is None or block is None:
            return None
        if path := self._paths.get(peer):
            path.up.note(*sender.interval, sender.jitter_ms, now)
        downlink = 0.0
        if sender in self._in_slot:
            slot = self._in_slot.index(sender)
            downlink = self._losses.downlink(slot, self.listeners.get(peer), now)
        report = ReceiverReport(self.slots[0].ssrc, (block,))
        return report, Loss(peer, sender.uplink, downlink)

    def judge_paths(self, now: float) -> list[PathJudged]:
        """Whose path has become better or worse; call it once a second."""
        return [
            PathJudged(peer, path.quality) for peer, path in self._paths.items() if path.judge(now)
        ]

    def sender_reports(self, ntp: int, now: float) -> list[SenderReport | SourceDescription]:
        """Reports about the slots that have been in use; none when none has."""
        used = [slot for slot in self.slots if slot.packets]
        if not used:
            return []
        reports = [
            SenderReport(slot.ssrc, ntp, slot.timestamp_at(now), slot.packets, slot.octets)
            for slot in used
        ]
        return [*reports, SourceDescription(tuple((slot.ssrc, CNAME) for slot in used))]

    def _hand_over(self, slot: Slot, sender: Sender) -> None:
        self._in_slot = [None if held is sender else held for held in self._in_slot]
        self._in_slot[slot.index] = sender
        self._stream[slot.index] = sender.stream


def _slot_packet(
    packet: RtpPacket, ssrc: int, sender: Sender, number: int, timestamp: int, *, begins: bool
) -> bytes:
    """The plain packet for the first group: the slot's numbers, the speaker as CSRC, its level."""
    # Version 2, an extension, one CSRC; the marker says that a talk begins here.
    marker = 0x80 if begins or packet.marker else 0
    second = marker | packet.payload_type
    head = _HEADER.pack(0x91, second, number & 0xFFFF, timestamp, ssrc, sender.source)
    return head + level_extension(sender.activity.level, voice=bool(packet.voice)) + packet.payload
