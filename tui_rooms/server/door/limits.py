"""How often one connection may ask: talk, signals and searches each have a limit of their own.

The limits of a whole address, and of reports, are in `addresses`.
"""

from dataclasses import dataclass
from enum import StrEnum

from tui_rooms.rules import commands as rules
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.pace import Pace
from tui_rooms.wire import commands as wire
from tui_rooms.wire import messages


class Topic(StrEnum):
    """What is counted together; the values complete "more than 20 … a second"."""

    REQUESTS = "requests"
    MESSAGES = "messages"
    REACTIONS = "reactions"
    EVENTS = "events"
    SEARCHES = "searches and pages"


@dataclass(frozen=True, slots=True)
class Limit:
    """A token bucket."""

    burst: int
    per_second: float


LIMITS = {
    Topic.REQUESTS: Limit(60, 20.0),
    Topic.MESSAGES: Limit(10, 2.0),
    Topic.REACTIONS: Limit(10, 4.0),
    Topic.EVENTS: Limit(20, 10.0),
    Topic.SEARCHES: Limit(20, 5.0),
}

_COMMANDS = {
    wire.SendMessage: Topic.MESSAGES,
    rules.React: Topic.REACTIONS,
    rules.SendEvent: Topic.EVENTS,
}
_SEARCHES = (
    messages.FindRooms,
    messages.PreviewRoom,
    messages.ListParticipants,
    messages.ListAbsent,
    messages.ReadChat,
    messages.ReadAudit,
    messages.ReadReports,
)


class Limits:
    """Counts what one connection asks."""

    def __init__(self, now: Seconds) -> None:
        self._paces = {
            topic: Pace(burst=limit.burst, per_second=limit.per_second, now=now)
            for topic, limit in LIMITS.items()
        }

    def check(self, message: messages.ClientMessage, now: Seconds) -> None:
        """Count a request.

        Raises:
            RoomError: `too-fast`.
        """
        topic = topic_of(message)
        if not self._paces[topic].allows(now):
            limit = LIMITS[topic]
            raise RoomError(
                "too-fast",
                f"more than {limit.per_second:.0f} {topic} a second, or {limit.burst} at once: "
                "wait a moment",
            )


def topic_of(message: messages.ClientMessage) -> Topic:
    """What a request counts as."""
    if isinstance(message, messages.Do):
        return _COMMANDS.get(type(message.command), Topic.REQUESTS)
    is_search = isinstance(message, _SEARCHES) or (
        isinstance(message, messages.WatchRooms) and message.text.strip() != ""
    )
    return Topic.SEARCHES if is_search else Topic.REQUESTS
