"""Emoji that people have sent, for as long as they are to be seen. Time is an argument."""

from collections import Counter
from typing import Final

STAYS: Final = 4.0
"""Seconds."""
_KEPT: Final = 200


class Reactions:
    """The newest of each person, and how often each emoji was sent lately."""

    def __init__(self) -> None:
        self._sent: list[tuple[float, str, str]] = []

    def add(self, identity: str, emoji: str, now: float) -> None:
        """Somebody sends one."""
        self._sent = [*self._sent, (now, identity, emoji)][-_KEPT:]

    def by_person(self, now: float) -> dict[str, str]:
        """The newest emoji of each who has sent one lately."""
        return {identity: emoji for _, identity, emoji in self._lately(now)}

    def counted(self, now: float) -> tuple[tuple[str, int], ...]:
        """How often each was sent lately, the most frequent first."""
        return tuple(Counter(emoji for _, _, emoji in self._lately(now)).most_common())

    def _lately(self, now: float) -> list[tuple[float, str, str]]:
        self._sent = [one for one in self._sent if now - one[0] < STAYS]
        return self._sent
