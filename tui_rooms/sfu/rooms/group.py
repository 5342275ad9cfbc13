"""A fan-out group: slots with SSRCs and sequence numbers of their own, and who listens to them.

All listeners of a group get the same plain packets. A room has one group for everybody; whoever
needs other packets (without RED, of another channel) gets another group, which is filled from the
same stage. A group knows nothing of the stage: what it is given may as well have come over a wire.
"""

import random
import struct
from collections.abc import Sequence
from typing import Final, Protocol

from tui_rooms.rtc.rtcp import ReportBlock, SenderReport, SourceDescription, round_trip
from tui_rooms.rtc.rtp import CLOCK, level_extension
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.network.vectors import MAX_PACKET
from tui_rooms.sfu.port import PathJudged
from tui_rooms.sfu.rooms.carried import Carried
from tui_rooms.sfu.rooms.fanout import FanOut, Listener, NewVector
from tui_rooms.sfu.rooms.losses import LossTable, downlink_share
from tui_rooms.sfu.rooms.numbers import Numbers, OwnNumbers, SharedNumbers, safe_group
from tui_rooms.sfu.rooms.quality import PathQuality
from tui_rooms.sfu.rooms.slots import Slot

_HEADER: Final = struct.Struct("!BBHIII")
"""Of every packet of a slot: one CSRC, then the level."""
MAX_PAYLOAD: Final = MAX_PACKET - _HEADER.size - 8
"""Bytes; a larger one is dropped."""
CNAME: Final = "tui-rooms"


class WayUp(Protocol):
    """How the one who speaks in a slot reaches the server."""

    @property
    def uplink(self) -> float:
        """Share of its packets lost lately, 0 to 1."""

    @property
    def jitter_ms(self) -> float:
        """RFC 3550 §6.4.1."""


class Group:
    """Its listeners hear one selection of the stage, in one form."""

    def __init__(
        self, slots: int, *, new_vector: NewVector, chance: random.Random, counters: Counters
    ) -> None:
        self.counters = counters
        self.fan_out = FanOut(new_vector)
        self.listeners: dict[str, Listener] = {}
        """By peer."""
        self.losses = LossTable(slots)
        self._chance = chance
        self._turns = [0] * slots
        self._paths: dict[str, PathQuality] = {}
        """Of everyone who listens."""
        ssrcs: set[int] = set()
        while len(ssrcs) < slots:
            ssrcs.add(chance.randrange(1, 1 << 32))
        self.slots = [Slot(index, ssrc, chance) for index, ssrc in enumerate(ssrcs)]

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

    def let_skip(self, peer: str) -> None:
        """Give a listener numbers of its own, for good: it speaks, and does not hear itself."""
        listener = self.listeners.get(peer)
        if listener is not None and isinstance(listener.numbers, SharedNumbers):
            listener.numbers = OwnNumbers.after(listener.numbers, self.slots)
            self.fan_out.update(listener)

    def leave(self, peer: str) -> None:
        """Forget a peer; an unknown one changes nothing."""
        listener = self.listeners.pop(peer, None)
        if listener is not None:
            self.fan_out.discard(listener)
            self.losses.forget(listener)
            del self._paths[peer]

    def carry(self, carried: Carried, speaker: str | None, now: float) -> list[Listener]:
        """Send a packet to everyone but its speaker.

        Returns:
            Listeners for whom encryption failed; nothing was sent to them.
        """
        slot = self.slots[carried.slot]
        if self._turns[carried.slot] != carried.turn:
            self._turns[carried.slot] = carried.turn
            slot.begin(carried.sequence, carried.timestamp, now)
        placed = slot.place(carried.sequence, carried.timestamp, now)
        if placed is None:
            self.counters.unusable += 1
            return []
        number, timestamp = placed
        # Version 2, an extension, one CSRC; the marker says that a talk begins here.
        marker = 0x80 if number == slot.first or carried.marker else 0
        head = _HEADER.pack(
            0x91,
            marker | carried.payload_type,
            number & 0xFFFF,
            timestamp,
            slot.ssrc,
            carried.source,
        )
        data = head + level_extension(carried.level, voice=carried.voice) + carried.payload
        slot.packets += 1
        slot.octets += len(carried.payload)
        skip = self.listeners.get(speaker) if speaker is not None else None
        return self.fan_out.forward(slot, number, data, skip)

    def begin_anew(self) -> None:
        """Whoever fills the slots is another one: turns are counted from the beginning."""
        self._turns = [0] * len(self.slots)

    def take_reports(
        self,
        peer: str,
        blocks: Sequence[ReportBlock],
        ways_up: Sequence[WayUp | None],
        now: float,
        ntp: int,
    ) -> None:
        """Note what a listener says about the slots; other streams are no matter of ours.

        Args:
            ways_up: of those who speak, by slot.
            ntp: the time of now, on the clock that `sender_reports` was given.
        """
        listener = self.listeners.get(peer)
        if listener is None:
            return
        path = self._paths[peer]
        for block in blocks:
            slot = next((slot for slot in self.slots if slot.ssrc == block.ssrc), None)
            way_up = ways_up[slot.index] if slot else None
            if slot is None or way_up is None:
                continue
            passed, missing = path.passed(slot)
            # What the speaker's own way has lost is missing everywhere: it is not this listener's.
            lost_before = missing / passed if passed else way_up.uplink
            share = downlink_share(block.fraction_lost / 256, lost_before)
            self.losses.report(slot.index, listener, share, now)
            jitter_ms = block.jitter / CLOCK * 1000 - way_up.jitter_ms
            path.down.note(passed, passed * share, jitter_ms, now)
            trip = round_trip(block, ntp)
            if trip is not None:
                path.round_trip(trip * 1000, now)

    def note_way_up(
        self, peer: str, interval: tuple[int, int], jitter_ms: float, now: float
    ) -> None:
        """What was measured of a listener's own way to us: packets expected, and lost."""
        if path := self._paths.get(peer):
            path.up.note(*interval, jitter_ms, now)

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
