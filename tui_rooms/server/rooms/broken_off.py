"""Who has lost their place because their connection did not come back in time."""

from collections.abc import Callable, Iterable

from tui_rooms.rules import events
from tui_rooms.rules.room import Seconds

RETURN_WITHIN: Seconds = 600.0
"""So long they may come back to what they were."""
_REMEMBERED = 1000
"""People of one room; the longest gone are forgotten first."""


class BrokenOff:
    """They have neither left nor been sent out, so whatever becomes of their tokens meanwhile,
    they find their way back for a while."""

    def __init__(self, clock: Callable[[], Seconds]) -> None:
        self._clock = clock
        self._gone_at: dict[str, Seconds] = {}

    def note(self, identity: str) -> None:
        """They have just lost their place."""
        self._gone_at.pop(identity, None)
        self._gone_at[identity] = self._clock()
        if len(self._gone_at) > _REMEMBERED:
            del self._gone_at[next(iter(self._gone_at))]

    def happened(self, some: Iterable[events.Event]) -> None:
        """Whoever is sent out, or is here again, is not expected any more."""
        for event in some:
            if isinstance(
                event, events.Kicked | events.Blocked | events.StageJoined | events.AudienceJoined
            ):
                self._gone_at.pop(event.identity, None)

    def holds(self, identity: str) -> bool:
        """Whether they may still come back."""
        gone_at = self._gone_at.get(identity)
        return gone_at is not None and self._clock() < gone_at + RETURN_WITHIN
