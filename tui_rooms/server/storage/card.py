"""The card of a room: what the index knows of it, to find it without reading its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tui_rooms.rules import events
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.evolve import created, evolve, logged
from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room, Seconds

CHANGES_THE_CARD = (
    events.RoomUpdated,
    events.EntrySet,
    events.BackstageOpened,
    events.WentLive,
    events.LiveStopped,
    events.RoomEnded,
    events.RoomResumed,
)


class RoomState(StrEnum):
    """What a seeker wants to know of a room's life."""

    UPCOMING = "upcoming"
    """Not live, and not over: scheduled, or backstage."""
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomCard:
    """One room in the index."""

    room_id: str
    title: str
    description: str = ""
    host_name: str
    room_type: str
    life: Life
    created_at: Seconds
    starts_at: Seconds | None = None
    live_since: Seconds | None = None
    ended_at: Seconds | None = None
    private: bool = False
    has_password: bool = False
    entry: Entry = Entry.OPEN

    @property
    def state(self) -> RoomState:
        """Whether it is to come, on, or over."""
        match self.life:
            case Life.LIVE:
                return RoomState.LIVE
            case Life.ENDED:
                return RoomState.ENDED
            case _:
                return RoomState.UPCOMING

    @property
    def moment(self) -> Seconds:
        """The time that rooms are sorted and searched by: when what it is began, or will begin.

        For an ended room its end, for a live one when it went live, for one to come its start,
        or when it was made if no start is set.
        """
        for moment in (self.ended_at, self.live_since, self.starts_at):
            if moment is not None:
                return moment
        return self.created_at


def card_of(room: Room) -> RoomCard:
    """The card of a room as it is."""
    return RoomCard(
        room_id=room.room_id,
        title=room.title,
        description=room.description,
        host_name=room.host_name,
        room_type=room.room_type,
        life=room.life,
        created_at=room.created_at,
        starts_at=room.starts_at,
        live_since=room.live_since,
        ended_at=room.ended_at,
        private=room.private,
        has_password=room.has_password,
        entry=room.entry,
    )


def card_after(room: Room | None, happened: Sequence[events.Event]) -> RoomCard:
    """The card that a room will have after those events, for `append` before `evolve`.

    Args:
        room: stays as it is; None when the first event makes it.
        happened: what `decide` has returned.

    Raises:
        ValueError: no room, and the first event does not make one.
    """
    if room is None:
        first, *happened = happened
        if not isinstance(first, events.RoomCreated):
            raise ValueError(f"a room's first event is RoomCreated, not {first!r}")
        room = created(first)
    changes = [event for event in happened if isinstance(event, CHANGES_THE_CARD)]
    if changes:
        room = logged(room)  # a copy
        for event in changes:
            evolve(room, event)
    return card_of(room)
