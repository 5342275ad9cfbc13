"""How much somebody may change: what they do is written into a room's log, which is kept.

Three things are counted, each in events of the log: what a person does, what they do in one room,
and what comes from one address. The last one holds for those who may be somebody else each time
they come. What protects people is never held up by what was changed before it, and nobody is
refused to close their own microphone, to lower their hand, to step down or to leave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.protecting import protects, takes_back
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.door.addresses import REMEMBERED, Paces


@dataclass(frozen=True, slots=True)
class Quota:
    """A token bucket."""

    burst: int
    per_second: float


PERSON: Final = Quota(10, 2.0)
"""What one person changes."""
PROTECTION: Final = Quota(30, 2.0)
"""What one host does to protect people, counted apart: whoever has admitted ten hands mutes."""
IN_ROOM: Final = Quota(2_000, 2_000 / 86_400)
"""Events of one person in the log of one room; it lives on for months, and they with it."""
TO_COME_BACK: Final = 500
"""Events beyond that for coming in again: nobody is kept out by what they have said."""
PROTECTION_IN_ROOM: Final = 20_000
"""Events beyond that for protecting people, of hosts whom nobody vouches for."""
ADDRESS: Final = Quota(500, 10.0)
"""What comes from one address, of those whom nobody vouches for."""
ADDRESS_A_DAY: Final = Quota(20_000, 1.0)
"""The same in the long run: about 40 MB a day."""
SWITCH: Final = 0.1
"""What opening or closing a microphone counts as an event: it is small, and push-to-talk does it
all evening."""
SCARCE: Final = 0.5
"""Of what is left to an address the lower half is for those who have changed little of late."""

_NOT_LOGGED: Final = (commands.React, commands.SendEvent)
_SWITCHES: Final = (commands.Mute, commands.Unmute)


class Changes:
    """Counts them, of one server."""

    def __init__(self, clock: Callable[[], Seconds]) -> None:
        def paces(quota: Quota, most: int = REMEMBERED) -> Paces:
            return Paces(burst=quota.burst, per_second=quota.per_second, clock=clock, most=most)

        self.people = paces(PERSON)
        self.talkers = paces(PERSON)
        self.protectors = paces(PROTECTION)
        self.in_rooms = paces(IN_ROOM, most=5 * REMEMBERED)
        self.addresses = paces(ADDRESS)
        self.days = paces(ADDRESS_A_DAY)


class PersonWriter:
    """One person who comes from one address."""

    def __init__(
        self, changes: Changes, *, identity: str, granted: Role | None, address: str | None
    ) -> None:
        """
        Args:
            granted: what their token makes them in the room.
            address: theirs, if they are counted with all who come from there.
        """
        self._changes = changes
        self._identity = identity
        self._granted = granted
        self._address = address

    def is_free(self, room: Room, command: object) -> bool:
        """Whether it is held up by nothing that they did before: it protects people, or takes
        back what is theirs."""
        return self._takes_back(room, command) or self._is_protection(room, command)

    def check(self, room: Room, command: commands.Command) -> None:
        """Refuse a change that is one too many.

        Raises:
            RoomError: `too-fast`, or `too-many-changes` in this room.
        """
        if isinstance(command, _NOT_LOGGED) or self._takes_back(room, command):
            return
        if self._is_protection(room, command):
            self._check_person(self._changes.protectors, PROTECTION)
            if self._address is not None:
                self._check_room(room, beyond=PROTECTION_IN_ROOM)
            return
        if isinstance(command, commands.SendMessage):
            self._check_person(self._changes.talkers, PERSON, what="messages")
        else:
            self._check_person(self._changes.people, PERSON)
        comes_in = isinstance(command, commands.JoinRoom)
        self._check_room(room, beyond=TO_COME_BACK if comes_in else 0)
        self.check_address()

    def wrote(self, room: Room, command: commands.Command, events: int) -> None:
        """Count so many events."""
        if not events:
            return
        if isinstance(command, commands.JoinRoom):
            events += 1  # that they will have left
        if self._takes_back(room, command):
            pass  # it was counted when they asked for what they give up
        elif self._is_protection(room, command):
            self._changes.protectors.spend(self._identity, 1)
        elif isinstance(command, commands.SendMessage):
            self._changes.talkers.spend(self._identity, 1)
        else:
            self._changes.people.spend(self._identity, 1)
        cost = events * SWITCH if isinstance(command, _SWITCHES) else float(events)
        self._changes.in_rooms.spend(self._in_room(room), cost)
        self.spend_address(cost)

    def check_address(self) -> None:
        """Refuse whoever has changed much, where others have too.

        Raises:
            RoomError: `too-fast`.
        """
        if self._address is None:
            return
        changes = self._changes
        asked = min(changes.people.left(self._identity), changes.talkers.left(self._identity))
        is_light = asked >= PERSON.burst * SCARCE
        for paces, quota in ((changes.addresses, ADDRESS), (changes.days, ADDRESS_A_DAY)):
            least = 1.0 if is_light else quota.burst * SCARCE
            if paces.left(self._address) < least:
                # Whoever goes on asking is not taken for somebody who asks little.
                changes.people.allows(self._identity)
                raise RoomError(
                    "too-fast",
                    f"guests from {self._address} change more than {quota.per_second:g} things "
                    "a second: wait a moment, or ask the server's operator for a token",
                )

    def spend_address(self, events: float) -> None:
        """Count so many events of all who come from there."""
        if self._address is not None:
            self._changes.addresses.spend(self._address, events)
            self._changes.days.spend(self._address, events)

    def _check_person(self, paces: Paces, quota: Quota, *, what: str = "changes") -> None:
        if paces.left(self._identity) < 1:
            others = "; what protects people still goes on" if quota is PERSON else ""
            raise RoomError(
                "too-fast",
                f"more than {quota.per_second:g} {what} a second, or {quota.burst:g} at once: "
                f"wait {1 / quota.per_second:g} s between two{others}",
            )

    def _check_room(self, room: Room, *, beyond: int) -> None:
        if self._changes.in_rooms.left(self._in_room(room)) + beyond < 1:
            raise RoomError(
                "too-many-changes",
                f"you have changed {IN_ROOM.burst:,.0f} things in room '{room.room_id}', as many "
                f"as one person may: one more is possible every {1 / IN_ROOM.per_second:.0f} s, "
                "also for whoever leaves and comes back",
            )

    def _in_room(self, room: Room) -> tuple[str, Seconds, str]:
        return room.room_id, room.created_at, self._identity

    def _takes_back(self, room: Room, command: object) -> bool:
        here = room.find(self._identity)
        return takes_back(command, self._identity, here.role if here else None)

    def _is_protection(self, room: Room, command: object) -> bool:
        if not (protects(command) or isinstance(command, commands.EndRoom)):
            return False
        here = room.find(self._identity)
        role = here.role if here else room.roles.get(self._identity) or self._granted
        return role is not None and role.rank >= Role.COHOST.rank
