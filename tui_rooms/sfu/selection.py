"""Who is in the slots: the loudest, with patience."""

from typing import Final

from tui_rooms.sfu.activity import Activity

IDLE: Final = 0.5
"""Seconds after its holder's last sound that a slot may be given on."""
CLEARLY_LOUDER: Final = 6.0
"""dB that win a slot at once."""
LOUDER: Final = 1.5
"""dB that win a slot when they last."""
LASTING: Final = 1.0
"""Seconds."""
SHORTEST_TURN: Final = 0.3
"""Seconds that a slot stays with whoever got it."""


class Selection:
    """Gives the slots of a room to its senders."""

    def __init__(self, slots: int) -> None:
        self.holders: list[Activity | None] = [None] * slots
        """Who has each slot."""
        self._slot_of: dict[Activity, int] = {}
        self._since = [0.0] * slots
        self._louder_since: dict[Activity, float] = {}

    def consider(self, sender: Activity, now: float) -> int | None:
        """The slot for a packet that was just noted in `sender`; None when it gets none.

        A free slot is taken at once, by anything to be heard. A slot whose holder is silent
        is as good as free. Otherwise the weakest holder must be outdone.
        """
        held = self._slot_of.get(sender)
        if held is not None:
            return held
        if not sender.is_sounding(now):
            self._louder_since.pop(sender, None)
            return None
        slot = self._find(sender, now)
        if slot is not None:
            self._give(slot, sender, now)
        return slot

    def release(self, sender: Activity) -> None:
        """Take a sender out: it has left or may not send any more."""
        self._louder_since.pop(sender, None)
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
        if advantage >= CLEARLY_LOUDER:
            return weakest
        if advantage < LOUDER:
            self._louder_since.pop(sender, None)
            return None
        since = self._louder_since.setdefault(sender, now)
        return weakest if now - since >= LASTING else None

    def _give(self, slot: int, sender: Activity, now: float) -> None:
        holder = self.holders[slot]
        if holder is not None:
            del self._slot_of[holder]
        self._louder_since.pop(sender, None)
        self.holders[slot] = sender
        self._slot_of[sender] = slot
        self._since[slot] = now
