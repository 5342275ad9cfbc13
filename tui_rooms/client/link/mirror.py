"""What this client knows of its room: the server's snapshot and what has happened since."""

from typing import Final

from tui_rooms.rules.evolve import evolve
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Participant, Room
from tui_rooms.wire.messages import Audience, Events, Snapshot

KEPT_AUDIENCE: Final = 500
"""Listeners known by name; the count is exact all the same."""


class Mirror:
    """The room as the server lets this client see it."""

    def __init__(self) -> None:
        self._room: Room | None = None
        self.room: Room | None = None
        """A copy that is replaced, never changed: safe to read from any thread."""
        self.upto: int | None = None
        """The number of the newest batch that is in it, to go on from there."""

    def snapshot(self, message: Snapshot) -> tuple[ChatMessage, ...]:
        """Replace all that was known; messages that were not, unless this is the first one."""
        known = self._room.chat.keys() if self._room is not None else message.room.chat.keys()
        new = tuple(kept for key, kept in message.room.chat.items() if key not in known)
        self._room = message.room
        self.upto = message.upto
        self._publish()
        return new

    def events(self, message: Events) -> tuple[ChatMessage, ...]:
        """Apply what has happened; the messages among it.

        Before the first snapshot there is nothing to apply it to.
        """
        if self._room is None:
            return ()
        new: list[ChatMessage] = []
        for event in message.events:
            evolve(self._room, event)
            if event.kind == "message_sent":
                new.append(self._room.chat[event.message_id])
        self.upto = message.upto
        self._publish()
        return tuple(new)

    def audience(self, message: Audience) -> None:
        """Apply who came and went; those beyond the cap are only counted."""
        room = self._room
        if room is None:
            return
        if message.whole:
            me = room.audience.get(room.viewer or "")
            room.audience = {} if me is None else {me.identity: me}
        for identity in message.left:
            if identity != room.viewer:  # we are here: it was our visit before this one
                room.audience.pop(identity, None)
        for member in message.joined:
            if len(room.audience) < KEPT_AUDIENCE or member.identity in room.audience:
                room.audience[member.identity] = Participant(
                    identity=member.identity,
                    name=member.name,
                    role=Role.LISTENER,
                    since=member.since,
                )
        room.audience_count = message.count
        self._publish()

    def _publish(self) -> None:
        if self._room is not None:
            self.room = self._room.copy()
