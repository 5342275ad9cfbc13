"""Which room a right is for, of those that have had one id, one after the other.

An id is free again once its room is forgotten. A token that names an id gives its rights in the
room that had it when the token was made, or in the next one, if none had it then. Its bearer is
nobody in any room after that. Where that cannot be told, nothing is given.
"""

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.forgotten import Forgotten, mark_of


class Lives:
    """One server has one."""

    def __init__(self, known: Forgotten | None = None, *, now: Seconds | None = None) -> None:
        """
        Args:
            known: None: no room was ever forgotten.
            now: by the wall clock. What was forgotten later than that was so while the clock was
                wrong.
        """
        known = known or Forgotten()
        latest = float("inf") if now is None else now
        self._forgotten = {mark: min(at, latest) for mark, at in known.at.items()}
        self._complete_since = min(known.complete_since, latest)
        self.began = min(known.began, latest)
        """Rooms that were made until then are of before rights had a date."""

    def note(self, room_id: str, at: Seconds | None) -> None:
        """A room of that id was forgotten then, as a new one is made; None: none was."""
        if at is not None:
            self._forgotten[mark_of(room_id)] = at

    def is_for(self, room_id: str, created_at: Seconds | None, *, given_at: Seconds | None) -> bool:
        """Whether a right of that time is for a room of that id.

        Args:
            created_at: the room's; None: the next one, which is to be made now.
            given_at: None: nobody wrote it down, as in the tokens of earlier versions.
        """
        gone = self._forgotten.get(mark_of(room_id)) if self._forgotten else None
        if given_at is None:
            return gone is None and created_at is not None and created_at <= self.began
        if gone is not None and given_at <= gone:
            return False  # by one clock, whereas rooms have another
        if created_at is not None and created_at <= given_at:
            return True
        return self._complete_since < given_at
