"""The command palette: every action that is possible now, by its name or its id."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, SimpleProvider
from textual.content import Content
from textual.fuzzy import Matcher
from textual.screen import Screen

from tui_rooms.tui.drawing.cells import shown
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.layered import Layered

Keys: TypeAlias = Callable[[], tuple[Key, ...]]
"""Tells what may be done now: the room below goes on while somebody types."""
Act: TypeAlias = Callable[[str], Awaitable[None]]
"""Does the action of an id."""


class Palette(CommandPalette, Layered[None]):
    """Textual's, with the actions of the screen below it."""

    def __init__(self, below: Screen[Any], keys: Keys, act: Act) -> None:
        # Textual takes one that is made already, though its types do not say so.
        offer: Any = Offered(below, keys, act)
        super().__init__(providers=[offer], placeholder="What do you want to do?")


class Offered(SimpleProvider):
    """What is offered, for Textual to show."""

    def __init__(self, below: Screen[Any], keys: Keys, act: Act) -> None:
        super().__init__(below, [])
        self._keys = keys
        self._act = act

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for key in self._keys():
            title = _title(key)
            yield DiscoveryHit(
                Content(title),
                partial(self._act, key.action),
                text=title,
                help=f"key {key.cap}  {key.action}",
            )

    async def search(self, query: str) -> Hits:
        """What fits the words, by title or id."""
        matcher = self.matcher(query)
        for key in self._keys():
            title = _title(key)
            score = max(matcher.match(title), matcher.match(key.action))
            if score > 0:
                yield Hit(
                    score,
                    _highlighted(title, matcher),
                    partial(self._act, key.action),
                    text=title,
                    help=f"key {key.cap}  {key.action}",
                )


def _title(key: Key) -> str:
    """It may hold a person's name."""
    return shown(key.explained)


def _highlighted(title: str, matcher: Matcher) -> Content:
    """As Textual's matcher does it, which would read brackets in a name as markup."""
    content = Content(title)
    _, offsets = matcher.fuzzy_search.match(matcher.query, title)
    for offset in offsets:
        content = content.stylize(matcher.match_style, offset, offset + 1)
    return content
