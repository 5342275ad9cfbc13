"""Who is in the slots: the loudest, with patience."""

from typing import Final

from tui_rooms.sfu.rooms.activity import Activity

IDLE: Final = 0.5
"""Seconds after its holder's last sound that a slot may be given on."""
LOUDER: Final = 1.5
"""dB that the weakest holder must be outdone by."""
LOUDER_FOR: Final = 1.5
"""dB times seconds that win its slot: 1.5 dB for a second, or 15 dB for a tenth of one."""
_LONGEST_STEP: Final = 0.06
"""Seconds between two packets that count as one talk."""
SHORTEST_TURN: Final = 0.3
"""Seconds that a slot stays with whoever got it."""


class Selection:
    """Gives the slots of a room to its senders."""

    def __init__(self, slots: int) -> None:
        self.holders: list[Activity | None] = [None] * slots
        """Who has each slot."""
        self._slot_of: dict[Activity, int] = {}
        self._since = [0.0] * slots
        self._merits: dict[Activity, tuple[float, float]] = {}
        """Of those who are louder than a holder: dB times seconds so far, and until when."""

    def consider(self, sender: Activity, now: float) -> int | None:
        """The slot for a packet that was just noted in `sender`; None when it gets none.

        A free slot is taken at once, by anything to be heard. A slot whose holder is silent
        is as good as free. Otherwise the weakest holder must be outdone.
        """
        held = self._slot_of.get(sender)
        if held is not None:
            return held
        if not sender.is_sounding(now):
            self._merits.pop(sender, None)
            return None
        slot = self._find(sender, now)
        if slot is not None:
            self._give(slot, sender, now)
        return slot

    def release(self, sender: Activity) -> None:
        """Take a sender out: it has left or may not send any more."""
        self._merits.pop(sender, None)
        slot = self._slot_of.pop(sender, None)
        if slot is not None:
            self.holders[slot] = None

    def _find(self, sender: Activity, now: float) -> int | None:
        weakest, lowest = -1, 0.0
        idle, idle_since = -1, now - IDLE
        for slot, holder in enumerate(self.holders):
            if holder is None:
                return slot
            if holder.last_sound < idle_since:
                idle, idle_since = slot, holder.last_sound
            rank = holder.rank(now)
            if now - self._since[slot] >= SHORTEST_TURN and (weakest < 0 or rank < lowest):
                weakest, lowest = slot, rank
        if idle >= 0:
            return idle
        if weakest < 0:
            return None
        advantage = sender.rank(now) - lowest
        if advantage < LOUDER:
            self._merits.pop(sender, None)
            return None
        merit, until = self._merits.get(sender, (0.0, now))
        passed = now - until
        merit = merit + advantage * passed if passed <= _LONGEST_STEP else 0.0
        self._merits[sender] = (merit, now)
        return weakest if merit >= LOUDER_FOR else None

    def _give(self, slot: int, sender: Activity, now: float) -> None:
        holder = self.holders[slot]
        if holder is not None:
            del self._slot_of[holder]
        self._merits.pop(sender, None)
        self.holders[slot] = sender
        self._slot_of[sender] = slot
        self._since[slot] = now
