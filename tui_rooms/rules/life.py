"""The life of a room, as a table: scheduled → backstage ⇄ live → ended."""

from collections.abc import Mapping
from enum import StrEnum


class Life(StrEnum):
    """Where a room stands."""

    SCHEDULED = "scheduled"
    """Announced for a time to come; those with `go-live` may enter early."""
    BACKSTAGE = "backstage"
    """Open to those with `join-backstage`."""
    LIVE = "live"
    ENDED = "ended"
    """Can be read, not joined."""


class LifeEvent(StrEnum):
    """What moves a room on; the values are the kinds of the events in the log."""

    BACKSTAGE_OPENED = "backstage_opened"
    WENT_LIVE = "went_live"
    LIVE_STOPPED = "live_stopped"
    ROOM_ENDED = "room_ended"


LIFE: Mapping[tuple[Life, LifeEvent], Life] = {
    (Life.SCHEDULED, LifeEvent.BACKSTAGE_OPENED): Life.BACKSTAGE,
    (Life.BACKSTAGE, LifeEvent.WENT_LIVE): Life.LIVE,
    (Life.LIVE, LifeEvent.LIVE_STOPPED): Life.BACKSTAGE,
    (Life.SCHEDULED, LifeEvent.ROOM_ENDED): Life.ENDED,
    (Life.BACKSTAGE, LifeEvent.ROOM_ENDED): Life.ENDED,
    (Life.LIVE, LifeEvent.ROOM_ENDED): Life.ENDED,
}
"""What is not here does not happen."""


class EndReason(StrEnum):
    """Why a room has ended."""

    ENDED = "ended"
    """Somebody with `end-room` ended it."""
    EMPTY = "empty"
    NO_HOST = "no-host"
    TIME_OVER = "time-over"
