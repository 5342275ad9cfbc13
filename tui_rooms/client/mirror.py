"""What this client knows of its room: the server's snapshot and what has happened since."""

import dataclasses
from typing import Final

from tui_rooms.rules.evolve import evolve
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

    def snapshot(self, message: Snapshot) -> None:
        """Replace all that was known."""
        self._room = message.room
        self._publish()

    def events(self, message: Events) -> None:
        """Apply what has happened; before the first snapshot there is nothing to apply it to."""
        if self._room is None:
            return
        for event in message.events:
            evolve(self._room, event)
        self._publish()

    def audience(self, message: Audience) -> None:
        """Apply who came and went; those beyond the cap are only counted."""
        room = self._room
        if room is None:
            return
        for identity in message.left:
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
            self.room = dataclasses.replace(
                self._room,
                stage=dict(self._room.stage),
                audience=dict(self._room.audience),
                roles=dict(self._room.roles),
            )
