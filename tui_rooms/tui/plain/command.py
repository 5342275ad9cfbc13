"""A word that can be typed, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from tui_rooms.tui.plain.visit import Visit


@dataclass(frozen=True, slots=True)
class Command:
    """One word."""

    usage: str
    """With what follows it."""
    explained: str
    run: Callable[[Visit, str], None]
    """Gets what follows the word; raises `TypingError` when that cannot be done."""
    does: tuple[str, ...] = ()
    """The ids of the screen's actions that it is for."""

    @property
    def word(self) -> str:
        """What is typed first."""
        return self.usage.partition(" ")[0]
