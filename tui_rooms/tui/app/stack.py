"""The screens that lie on each other: a place, and questions over it."""

from collections.abc import Callable
from typing import Any, TypeVar

from textual.app import App
from textual.screen import Screen
from textual.widget import AwaitMount

from tui_rooms.tui.screens.place import Place

A = TypeVar("A")
"""An answer."""


class Stack:
    """What the app's parts may do with its screens."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    @property
    def place(self) -> Place:
        """The place that is shown, below any question."""
        screens = reversed(self._app.screen_stack)
        return next(screen for screen in screens if isinstance(screen, Place))

    def notice(self, sentence: str) -> None:
        """Show a sentence for a while, wherever one is."""
        self.place.notice(sentence)

    def show(
        self, screen: Screen[A], answered: Callable[[A | None], None] | None = None
    ) -> AwaitMount:
        """Put a screen on top, which is whole once that is awaited.

        Args:
            answered: gets what it is left with.
        """
        return self._app.push_screen(screen, answered)

    def holds(self, screen: Screen[Any]) -> bool:
        """Whether a screen is there, on top or below a question."""
        return screen in self._app.screen_stack

    async def clear(self) -> None:
        """Back to the first place; questions are left without an answer."""
        from tui_rooms.tui.screens.question import Question

        while len(self._app.screen_stack) > 1:
            screen = self._app.screen
            if isinstance(screen, Question):
                await screen.dismiss(None)  # as with escape: what was tried out there ends
            else:
                await self._app.pop_screen()
