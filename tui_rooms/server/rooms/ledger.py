"""The log of one open room: how much of it is known here, and what it lacks."""

import logging
from collections.abc import Coroutine, Sequence
from typing import Any

from tui_rooms.rules import events
from tui_rooms.rules.evolve import logged
from tui_rooms.rules.room import Room
from tui_rooms.server.rooms.patience import Patience
from tui_rooms.server.rooms.unkept import Unkept
from tui_rooms.server.storage.card import card_after
from tui_rooms.server.storage.errors import VersionConflict
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.replaying import CHUNK, STATE_EVERY, keep_state

log = logging.getLogger(__name__)


class Ledger:
    """Writes a room's log, and notices when it has gone on without us."""

    def __init__(self, kept: RoomLog, room: Room, version: int) -> None:
        """
        Args:
            room: as its log tells.
            version: how many events there are in the log.
        """
        self.kept = kept
        self.version = version
        self.in_doubt = False
        """Whether the log may hold more than we know: an append failed, perhaps after the disk."""
        self.unkept = Unkept()
        self.patience = Patience()
        self._room = room
        self._state_is_due = False

    @property
    def is_behind(self) -> bool:
        """Whether something has happened that is not kept, or not known to be."""
        return self.in_doubt or bool(self.unkept)

    async def append(self, some: Sequence[events.Event]) -> bool:
        """Append what was not kept so far, and these; False when the log has gone on without us.

        Raises:
            StorageError: it cannot be written, or nobody knows whether it was.
        """
        new = [*self.unkept.events, *some]
        card = card_after(self._room, some)
        try:
            await self.patience.of(
                self.kept.append(self._room.room_id, new, expected=self.version, card=card)
            )
        except VersionConflict as conflict:
            log.warning("%s", conflict.sentence)
            return False
        if self.unkept:
            log.warning(
                "what was done in room '%s' without being kept is kept now", self._room.room_id
            )
            self.unkept.clear()
        self.version += len(new)
        self._state_is_due = self.version % STATE_EVERY < len(new)
        return True

    async def has_lost_its_end(self) -> bool:
        """Whether we know more than there is.

        Raises:
            StorageError: it cannot be read.
        """
        return await self.patience.of(self.kept.version(self._room.room_id)) < self.version

    async def missed(self) -> Sequence[events.Event]:
        """Some of what it has more than we know; nothing when there is no more.

        Raises:
            StorageError: it cannot be read.
        """
        return await self.patience.of(
            self.kept.read(self._room.room_id, after=self.version, limit=CHUNK)
        )

    def state_to_keep(self) -> Coroutine[Any, Any, None] | None:
        """Keep the whole room, as it is now, beside its log: replays begin there. Not yet: None."""
        if not self._state_is_due or self.unkept:
            return None
        self._state_is_due = False
        return keep_state(self.kept, logged(self._room), self.version)


def logged_ones(happened: Sequence[events.Event]) -> list[events.Event]:
    """Those that stand in a log: who of the audience is here does not."""
    return [event for event in happened if not isinstance(event, events.PRESENCE)]
