"""Reactions and custom events, passed on and forgotten.

Thousands may react at once, so reactions are told in batches and those beyond a cap are dropped:
a client shows a few of many anyway. Custom events are for programs: each is passed on.
"""

import asyncio
from collections.abc import Callable

from tui_rooms.rules import events
from tui_rooms.rules.room import Seconds
from tui_rooms.wire import messages

INTERVAL: Seconds = 0.25
AT_ONCE = 10
"""Reactions that one batch tells of."""


class SignalNews:
    """Collects reactions and tells them; the first after a calm at once."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._reactions: list[events.Reacted] = []
        self._pause: asyncio.TimerHandle | None = None

    def add(self, signal: messages.WireSignal) -> None:
        """Pass it on, now or with the next batch."""
        if isinstance(signal, events.EventSent):
            self._send(signal)
        elif len(self._reactions) < AT_ONCE:
            self._reactions.append(signal)
            if self._pause is None:
                self._next_batch()

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _next_batch(self) -> None:
        self._pause = None
        if self._reactions:
            self._send(*self._reactions)
            self._reactions.clear()
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._next_batch)

    def _send(self, *signals: messages.WireSignal) -> None:
        self._tell(messages.Signals(signals=signals).model_dump_json())
