"""The numbers of a list that was said: each means the same until the list is said again."""

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
        if text.isdecimal() and 1 <= int(text) <= len(self._ids):
            return self._ids[int(text) - 1]
        return None
