"""From the client's thread to the screen's: bounded, in order, and never waiting.

A terminal that stops reading can hold the screen up for seconds. What changes meanwhile is
merged: of each state only the newest is kept, of notices the newest few.
"""

import threading
from collections.abc import Callable
from typing import Final

from textual.message import Message

from tui_rooms.tui import messages

STATES: Final = (
    messages.LobbyChanged,
    messages.RoomChanged,
    messages.LinkChanged,
    messages.SoundChanged,
)
"""News that replaces older news of its kind."""
HAPPENINGS: Final = (messages.Noticed, messages.Reacted)
"""News that each count, until there are too many of their kind."""
KEPT_HAPPENINGS: Final = 10


class Mailbox:
    """Any thread may `put`; the messages come out in the thread that `call_soon` calls in."""

    def __init__(
        self,
        deliver: Callable[[Message], object],
        call_soon: Callable[[Callable[[], None]], object],
    ) -> None:
        """`deliver` takes one message; `call_soon` runs a function in the screen's thread."""
        self._deliver = deliver
        self._call_soon = call_soon
        self._lock = threading.Lock()
        self._waiting: list[Message] = []
        self._called = False

    def put(self, message: Message) -> None:
        """Hand a message over; returns at once."""
        with self._lock:
            self._waiting = [*self._kept(message), message]
            if self._called:
                return
            self._called = True
        self._call_soon(self._empty)

    def __len__(self) -> int:
        return len(self._waiting)

    def _kept(self, message: Message) -> list[Message]:
        """What of the waiting messages still matters once this one has come."""
        kind = type(message)
        if kind in STATES:
            return [waiting for waiting in self._waiting if type(waiting) is not kind]
        if kind in HAPPENINGS:
            same = [waiting for waiting in self._waiting if type(waiting) is kind]
            if len(same) >= KEPT_HAPPENINGS:
                return [waiting for waiting in self._waiting if waiting is not same[0]]
        return self._waiting

    def _empty(self) -> None:
        with self._lock:
            ready, self._waiting = self._waiting, []
            self._called = False
        for message in ready:
            self._deliver(message)
