"""A search in the index of rooms, and the page that answers it."""

import math
from dataclasses import dataclass

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.storage.card import RoomCard, RoomState

PAGE_LIMIT = 200
"""The most rooms on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomQuery:
    """What somebody looks for. Upcoming rooms come the soonest first, others the latest first.

    Raises:
        ValueError: `limit` is not from 1 to `PAGE_LIMIT`.
    """

    state: RoomState | None = None
    """None: any."""
    text: str = ""
    """Words that are all in title or description, in any order; case and accents do not count."""
    host: str = ""
    """The host's whole name; empty: any. Case and accents do not count."""
    since: Seconds | None = None
    """Only rooms whose `moment` is not before that."""
    until: Seconds | None = None
    """Only rooms whose `moment` is before that."""
    private: bool = False
    """Whether private rooms are shown too."""
    rooms: tuple[str, ...] | None = None
    """Only rooms with these ids; None: any."""
    limit: int = 50
    cursor: str | None = None
    """`Page.next` of the page before, of the same query."""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= PAGE_LIMIT:
            raise ValueError(f"limit is {self.limit}, expected 1 to {PAGE_LIMIT}")

    @property
    def soonest_first(self) -> bool:
        """Whether the pages go forward in time."""
        return self.state is RoomState.UPCOMING

    @property
    def words(self) -> list[str]:
        """What the text must hold, as `folded` has it."""
        return folded(self.text).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the rooms that were found."""

    rooms: tuple[RoomCard, ...]
    next: str | None
    """The cursor of the next page; None: this is the last one.

    It is a place between two rooms, so what comes and goes meanwhile shifts nothing.
    """


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a room stands among all others."""

    moment: Seconds
    room_id: str

    def cursor(self) -> str:
        """This place as text that fits in a URL."""
        return f"{self.moment!r}~{self.room_id}"


def place_of(card: RoomCard) -> Place:
    """Where that room stands."""
    return Place(card.moment, card.room_id)


def place_at(cursor: str) -> Place:
    """The place that a cursor names.

    Raises:
        RoomError: `bad-cursor`, not one of ours.
    """
    moment, _, room_id = cursor.partition("~")
    try:
        place = Place(float(moment), room_id)
    except ValueError:
        place = Place(math.nan, "")
    if not math.isfinite(place.moment) or not place.room_id:
        raise RoomError(
            "bad-cursor",
            f"'{cursor[:60]}' is not a cursor: give the one that came with the page before, "
            "or none for the first page",
        )
    return place


def page_of(found: list[RoomCard], limit: int) -> Page:
    """A page of `limit` rooms from one room more, if there is one."""
    rooms = tuple(found[:limit])
    return Page(rooms=rooms, next=place_of(rooms[-1]).cursor() if len(found) > limit else None)


def searchable(card: RoomCard) -> str:
    """What the text of a query is looked for in."""
    return folded(f"{card.title}\n{card.description}")
