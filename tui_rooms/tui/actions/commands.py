"""The actions of a screen in Textual's command palette."""

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher

from tui_rooms.tui.drawing.cells import shown

if TYPE_CHECKING:
    from tui_rooms.tui.model.values import Key


class PlaceCommands(Provider):
    """What may be done on the screen below the palette."""

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

    def _keys(self) -> "tuple[Key, ...]":
        from tui_rooms.tui.screens.place import OffersActions

        screen = self.screen
        return screen.all_keys() if isinstance(screen, OffersActions) else ()

    async def _act(self, action: str) -> None:
        from tui_rooms.tui.screens.place import OffersActions

        if isinstance(self.screen, OffersActions):
            await self.screen.act_chosen(action)


def _title(key: "Key") -> str:
    """It may hold a person's name."""
    return shown(key.explained)


def _highlighted(title: str, matcher: Matcher) -> Content:
    """As Textual's matcher does it, which would read brackets in a name as markup."""
    content = Content(title)
    _, offsets = matcher.fuzzy_search.match(matcher.query, title)
    for offset in offsets:
        content = content.stylize(matcher.match_style, offset, offset + 1)
    return content
