"""News of the audience, at most once a second, so that a large one costs each client little."""

import asyncio
from collections.abc import Callable

from tui_rooms.rules import events
from tui_rooms.rules.room import Room
from tui_rooms.wire import messages

INTERVAL = 1.0
NAMES_AT_ONCE = 50
"""Beyond these a batch says the count only."""


class AudienceNews:
    """Collects who came and went, and tells it in batches."""

    def __init__(self, room: Room, tell: Callable[[str], None]) -> None:
        self._room = room
        self._tell = tell
        self._joined: dict[str, messages.AudienceMember] = {}
        self._left: dict[str, None] = {}
        self._pause: asyncio.TimerHandle | None = None

    def add(self, event: events.AudienceJoined | events.AudienceLeft) -> None:
        """Note it; the first after a calm second is told at once."""
        if isinstance(event, events.AudienceJoined):
            self._left.pop(event.identity, None)
            self._joined[event.identity] = messages.AudienceMember(
                identity=event.identity, name=event.name, since=event.at
            )
        elif self._joined.pop(event.identity, None) is None:
            self._left[event.identity] = None
        if self._pause is None:
            self._send()

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _send(self) -> None:
        news = messages.Audience(
            count=self._room.audience_count,
            joined=tuple(self._joined.values())[:NAMES_AT_ONCE],
            left=tuple(self._left)[:NAMES_AT_ONCE],
        )
        self._joined.clear()
        self._left.clear()
        self._tell(news.model_dump_json())
        self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._pause_over)

    def _pause_over(self) -> None:
        self._pause = None
        if self._joined or self._left:
            self._send()
