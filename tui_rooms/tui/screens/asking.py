"""How a part of a screen asks people something, without knowing the screen."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from textual.screen import Screen

A = TypeVar("A")
"""An answer."""


class Ask(Protocol):
    """Shows a screen over the one that is there."""

    def __call__(
        self, question: Screen[A], answered: Callable[[A | None], None] | None = None
    ) -> None:
        """Ask, and go on meanwhile; `answered` gets what the question is left with."""
