"""The port behind which a server's memory stands."""

from collections.abc import Collection, Sequence
from typing import Protocol

from tui_rooms.rules.events import Event
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.storage.card import RoomCard
from tui_rooms.server.storage.forgotten import Forgotten
from tui_rooms.server.storage.query import Page, RoomQuery
from tui_rooms.server.storage.topics import Entry, Topic


class RoomLog(Protocol):
    """The log of every room, and their cards. Plain data in and out.

    Events are numbered from 1 in each room; a room's version is the number of its last one,
    0 for a room that is not there. Any call may raise `StorageError`.
    """

    async def append(
        self, room_id: str, events: Sequence[Event], *, expected: int, card: RoomCard
    ) -> None:
        """Add events and replace the room's card, both or neither. When this returns, they stay.

        A caller that is cancelled does not take its events back.

        Args:
            events: at least one, none of `PRESENCE`.
            expected: the version of the room as the writer knows it.
            card: the room's, after the events.

        Raises:
            VersionConflict: the room has another version; nothing was written.
            ValueError: nothing to append.
        """
        ...

    async def read(self, room_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """The events of a room after that version, at most `limit`; empty when there are none."""
        ...

    async def version(self, room_id: str) -> int:
        """The version of a room, without reading its log."""
        ...

    async def keep_state(self, room_id: str, version: int, room: Room) -> None:
        """Keep what a room was at that version, in the place of an earlier one.

        Args:
            room: whole, as `rules.evolve.logged` gives it.
        """
        ...

    async def state(self, room_id: str) -> tuple[Room, int] | None:
        """The state that was kept last, and its version.

        None when there is none, or none that this program can read: the log tells it all the same.
        """
        ...

    async def newest(
        self, room_id: str, topic: Topic, *, before: int | None = None, limit: int
    ) -> list[Entry]:
        """Events of one topic, the newest first, at most `limit`: a page, however long the log.

        Args:
            before: only those with a smaller number.
        """
        ...

    async def about_messages(self, room_id: str, message_ids: Collection[str]) -> list[Entry]:
        """The events that have sent or deleted these messages, in the order of the log."""
        ...

    async def query(self, query: RoomQuery) -> Page:
        """The rooms that are looked for.

        Raises:
            RoomError: `bad-cursor`.
        """
        ...

    async def open_rooms(self) -> list[str]:
        """The ids of all rooms that have not ended: those a server carries on with."""
        ...

    async def forget_before(self, when: Seconds, *, now: Seconds | None = None) -> int:
        """Erase all rooms that ended before that, with their logs; how many these were.

        Their ids are free again.

        Args:
            now: by the wall clock, for `forgotten`; None: the same.
        """
        ...

    async def check_writable(self) -> None:
        """See whether something can be kept now, by keeping something.

        Raises:
            StorageError: it cannot.
        """
        ...

    async def forgotten(self) -> Forgotten:
        """What is still known of the rooms that were erased."""
        ...

    async def forgotten_at(self, room_id: str) -> Seconds | None:
        """When the last room of that id was erased; None when none is known to have been."""
        ...

    async def close(self) -> None:
        """Finish what waits to be written, then refuse everything."""
        ...
