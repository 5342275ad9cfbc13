"""How often this server has said no, by the code of the refusal."""

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

MOST_CODES: Final = 200
"""All codes are our own words, fewer than these; should one ever be made of what somebody has
sent, it must not fill the memory."""
OTHER: Final = "other"
_KEY: Final = "tui_rooms.refusals"


class Refusals:
    """One server has one."""

    def __init__(self) -> None:
        self.by_code: Counter[str] = Counter()

    def count(self, code: str) -> None:
        """One more."""
        if code not in self.by_code and len(self.by_code) >= MOST_CODES:
            code = OTHER
        self.by_code[code] += 1


class CountedRefusals:
    """ASGI middleware, outside of all that refuses: says where refusals are counted."""

    def __init__(self, app: ASGIApp, refusals: Refusals) -> None:
        self._app = app
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_KEY] = self._refusals
        await self._app(scope, receive, send)


def count_refusal(scope: Scope, code: str) -> None:
    """A request is refused with that code."""
    if (refusals := scope.get(_KEY)) is not None:
        refusals.count(code)
