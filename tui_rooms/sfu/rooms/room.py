"""One room of the engine: who may send, who has a slot, and the groups of those who listen."""

import random
from collections.abc import Sequence
from typing import Final, Protocol

from tui_rooms.rtc.rtcp import ReceiverReport, ReportBlock
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT, SILENCE, RtpPacket
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.port import Levels, Loss, PathJudged
from tui_rooms.sfu.rooms.carried import Carried
from tui_rooms.sfu.rooms.fanout import Listener, NewVector
from tui_rooms.sfu.rooms.group import MAX_PAYLOAD, Group, WayUp
from tui_rooms.sfu.rooms.losses import high
from tui_rooms.sfu.rooms.selection import Selection
from tui_rooms.sfu.rooms.sender import Sender

_FORWARDED: Final = (OPUS_PT, RED_PT)


class Feed(Protocol):
    """Somewhere else where the room has listeners, who are no concern of ours but for losses."""

    def carry(self, carried: Carried) -> None:
        """Pass a packet on, once for all of them."""

    def fresh(self, slot: int, now: float) -> list[float]:
        """What they have lost of a slot lately, 0 to 1 each."""


class Room:
    """Forwards the loudest senders through the slots of its groups."""

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
        self.everyone = Group(slots, new_vector=new_vector, chance=chance, counters=self.counters)
        """Takes the stage as it is."""
        self.groups: tuple[Group, ...] = (self.everyone,)
        """All that are filled from this stage."""
        self.feeds: dict[int, Feed] = {}
        """By a number of the caller's: where else this stage is heard."""
        self.speakers_elsewhere: list[WayUp | None] | None = None
        """By slot, when the stage is elsewhere; None: it is here."""
        self.senders: dict[str, Sender] = {}
        self._selection = Selection(slots)
        self._in_slot: list[Sender | None] = [None] * slots
        self._stream = [0] * slots
        self._turn = [0] * slots
        self._was_audible = False

    def let_send(self, peer: str, source: int) -> None:
        """Let a peer's sound through; as a listener it gets numbers of its own, for good."""
        if peer not in self.senders:
            self.senders[peer] = Sender(peer, source)
        for group in self.groups:
            group.let_skip(peer)

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
        for group in self.groups:
            group.leave(peer)

    def forward(self, peer: str, packet: RtpPacket, now: float) -> list[Listener]:
        """Take a packet from a peer and, if it has a slot, send it to everyone else.

        Returns:
            Listeners for whom encryption failed; nothing was sent to them.
        """
        sender = self.senders.get(peer)
        if sender is None or packet.payload_type not in _FORWARDED:
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
        if self._in_slot[index] is not sender or self._stream[index] != sender.stream:
            self._hand_over(index, sender)
        carried = Carried(
            index,
            self._turn[index],
            sequence,
            packet.timestamp,
            sender.source,
            sender.activity.level,
            bool(packet.voice),
            packet.marker,
            packet.payload_type,
            packet.payload,
        )
        for feed in self.feeds.values():
            feed.carry(carried)
        return self.fill(carried, peer, now)

    def fill(self, carried: Carried, speaker: str | None, now: float) -> list[Listener]:
        """Send a packet of a stage, this one or another, to all who listen here but its speaker.

        Returns:
            Listeners for whom encryption failed; nothing was sent to them.
        """
        failed: list[Listener] = []
        for group in self.groups:
            failed += group.carry(carried, speaker, now)
        return failed

    @property
    def speakers(self) -> Sequence[WayUp | None]:
        """Who has each slot."""
        return self._in_slot if self.speakers_elsewhere is None else self.speakers_elsewhere

    def losses(self, slot: int, speaker: str | None, now: float) -> list[float]:
        """What everyone but its speaker has lost of a slot lately, here and elsewhere, 0 to 1."""
        lost: list[float] = []
        for group in self.groups:
            skip = group.listeners.get(speaker) if speaker is not None else None
            lost += group.losses.fresh(slot, skip, now)
        for feed in self.feeds.values():
            lost += feed.fresh(slot, now)
        return lost

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
            ntp: the time of now, on the clock that `Group.sender_reports` was given.
        """
        for group in self.groups:
            group.take_reports(peer, blocks, self.speakers, now, ntp)

    def report_to(self, peer: str, now: float) -> tuple[ReceiverReport, Loss] | None:
        """What a sender is told about its packets; None when it has sent none."""
        sender = self.senders.get(peer)
        block = sender.report(now) if sender else None
        if sender is None or block is None:
            return None
        for group in self.groups:
            group.note_way_up(peer, sender.interval, sender.jitter_ms, now)
        downlink: list[float] = []
        if sender in self._in_slot:
            downlink = self.losses(self._in_slot.index(sender), peer, now)
        # It speaks in no slot's name: any SSRC of ours will do.
        report = ReceiverReport(self.everyone.slots[0].ssrc, (block,))
        return report, Loss(peer, sender.uplink, high(downlink))

    def judge_paths(self, now: float) -> list[PathJudged]:
        """Whose path has become better or worse; call it once a second."""
        return [judged for group in self.groups for judged in group.judge_paths(now)]

    def _hand_over(self, index: int, sender: Sender) -> None:
        self._in_slot = [None if held is sender else held for held in self._in_slot]
        self._in_slot[index] = sender
        self._stream[index] = sender.stream
        self._turn[index] += 1
