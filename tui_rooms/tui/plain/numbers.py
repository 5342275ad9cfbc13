"""The numbers of a list that was said: each means the same until the list is said again."""

import re
from collections.abc import Iterable


class Numbers:
    """Ids by the numbers that somebody was told."""

    def __init__(self) -> None:
        self._ids: list[str] = []

    def begin(self, ids: Iterable[str]) -> None:
        """The list is said, from 1 on."""
        self._ids = list(ids)

    def go_on(self, ids: Iterable[str]) -> None:
        """More of it: what has no number yet gets the next one."""
        self._ids += [one for one in ids if one not in self._ids]

    def of(self, one: str) -> int:
        """The number of something in the list."""
        return self._ids.index(one) + 1

    def find(self, text: str) -> str | None:
        """What somebody means by a number that they typed; None when it is none of the list."""
        number = whole(text)
        return self._ids[number - 1] if number and number <= len(self._ids) else None


def whole(text: str) -> int | None:
    """A whole number that was typed, in plain digits and not too many; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None
