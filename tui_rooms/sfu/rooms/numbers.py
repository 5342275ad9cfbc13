"""Which sequence numbers a listener gets in each slot.

The audience shares packets, so it shares numbers: there are two groups, half a cycle apart.
Someone who joins shortly before a wrap could lose the packets around it, and would then
never know that SRTP's roll-over counter has moved (RFC 3711 §3.3.1), so they join the group that
is far from its wrap. People of the stage skip their own voice and have numbers of their own,
without a gap where they have skipped.
"""

import random
from collections.abc import Sequence
from typing import Final, TypeAlias

from tui_rooms.sfu.rooms.slots import LATE, Slot

HALF: Final = 0x8000
MARGIN: Final = 2048
"""Packets that a newcomer may lose and still hear: 40 s, more than consent lives."""


class SharedNumbers:
    """The slot's own numbers, or half a cycle later."""

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def sequence(self, slot: Slot, number: int) -> int:
        """The 16 bits for the packet that has `number` in `slot`."""
        return (number + self.offset) & 0xFFFF


class OwnNumbers:
    """Numbers of one listener, who may skip whole turns of a slot (their own)."""

    def __init__(self, slots: int, chance: random.Random) -> None:
        # Far from the wrap on both sides.
        self._next = [chance.randrange(2 * LATE, HALF // 2) for _ in range(slots)]
        self._offset = [0] * slots
        self._turn = [-1] * slots

    @classmethod
    def after(cls, shared: SharedNumbers, slots: Sequence[Slot]) -> "OwnNumbers":
        """Go on from the audience's numbers, for a listener who comes to the stage."""
        own = cls(len(slots), random.Random(0))  # nosec B311  # noqa: S311 - all of it is replaced below
        for slot in slots:
            own._offset[slot.index] = -shared.offset
            own._turn[slot.index] = slot.turn
            own._next[slot.index] = slot.highest + shared.offset + 1
        return own

    def sequence(self, slot: Slot, number: int) -> int:
        """The 16 bits for the packet that has `number` in `slot`."""
        index = slot.index
        if self._turn[index] != slot.turn:
            # In the middle of a turn when the listener is new, else at its beginning.
            first = number if self._turn[index] < 0 else slot.first
            self._offset[index] = first - self._next[index]
            self._turn[index] = slot.turn
        own = number - self._offset[index]
        if own >= self._next[index]:
            self._next[index] = own + 1
        return own & 0xFFFF


Numbers: TypeAlias = SharedNumbers | OwnNumbers

FIRST_GROUP: Final = SharedNumbers(0)
SECOND_GROUP: Final = SharedNumbers(HALF)


def safe_group(slots: Sequence[Slot]) -> SharedNumbers | None:
    """The group whose numbers are far from a wrap in all slots; None when neither is."""
    for group in (FIRST_GROUP, SECOND_GROUP):
        if all(LATE <= group.sequence(slot, slot.highest) < 0x1_0000 - MARGIN for slot in slots):
            return group
    return None
