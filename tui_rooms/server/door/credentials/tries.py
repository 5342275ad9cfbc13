"""How often passwords may be tried: guessing is slow, and nobody who knows one is locked out.

- Whoever has come in with a room's password comes in with it again at once, whatever is going on.
- Whoever has guessed wrongly waits, twice as long each time: only they, as far as they can be told
  from others. Whoever a token names can be, and so they are held up by nobody else's tries.
- Guests are others each time they come. So wrong ones are counted by address too, many more of
  them, and in the room over all addresses from which nobody has come in: those with wrong ones
  apart, so that somebody's first try is not held up by people who go on guessing.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import REMEMBERED, Paces

FREE: Final = 2
"""Wrong ones of one person at a room before they wait."""
LONGEST_WAIT: Final[Seconds] = 60.0
FORGIVEN_AFTER: Final[Seconds] = 600.0
"""After the last wrong one."""
AT_ADDRESS: Final = 20
"""Wrong ones of guests of one address at one room at once; then one in `AT_ADDRESS_EVERY`."""
AT_ADDRESS_EVERY: Final[Seconds] = 5.0
GUESSING: Final = 3
"""Wrong ones after which an address counts as one from which passwords are guessed."""
GUESSES_AT_ONCE: Final = 20
"""Of all such addresses together at one room; then one in `GUESS_EVERY`."""
GUESS_EVERY: Final[Seconds] = 2.0
FIRST_AT_ONCE: Final = 40
"""The same of all other addresses; then one in `FIRST_EVERY`."""
FIRST_EVERY: Final[Seconds] = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trier:
    """Who tries a password."""

    address: str | None
    """As `stranger` has it: None is this machine."""
    person: str | None = None
    """Their identity."""
    is_vouched_for: bool = False
    """Whether a token names them, so that they cannot be another person each time."""


@dataclass(slots=True)
class _Wrong:
    count: int = 0
    at: Seconds = 0.0

    def wait(self, now: Seconds) -> Seconds:
        """How long until the next try."""
        if self.count < FREE:
            return 0.0
        delay = min(LONGEST_WAIT, 2.0 ** (self.count - FREE))
        return max(0.0, self.at + delay - now)


class Tries:
    """One server has one. `begin` before each check, then `right` or `wrong`."""

    def __init__(self, *, clock: Callable[[], Seconds]) -> None:
        self._clock = clock
        self._came_in: OrderedDict[Hashable, None] = OrderedDict()
        self._wrong: OrderedDict[Hashable, _Wrong] = OrderedDict()
        self._of_address = Paces(burst=AT_ADDRESS, per_second=1 / AT_ADDRESS_EVERY, clock=clock)
        self._guesses = Paces(burst=GUESSES_AT_ONCE, per_second=1 / GUESS_EVERY, clock=clock)
        self._first = Paces(burst=FIRST_AT_ONCE, per_second=1 / FIRST_EVERY, clock=clock)

    def begin(self, room: str, kept: str, trier: Trier) -> Callable[[], None]:
        """Count a try; what is returned takes it back.

        Raises:
            RoomError: `too-many-tries`; nothing is counted then.
        """
        if self._has_come_in(kept, trier.person):
            return _nothing
        wait = self._wrong_of("person", room, trier.person).wait(self._clock())
        if trier.person is not None and wait:
            raise _too_many(f"you have tried wrong passwords for room '{room}'", wait)
        if trier.is_vouched_for:
            return _nothing
        place = (room, trier.address)
        if not self._of_address.allows(place):
            where = trier.address or "this machine"
            raise _too_many(
                f"many wrong passwords were tried for room '{room}' from {where}", AT_ADDRESS_EVERY
            )
        if self._has_come_in(kept, ("from", trier.address)):
            return lambda: self._of_address.give_back(place)
        is_guessing = self._wrong_of("address", *place).count >= GUESSING
        paces, every = (self._guesses, GUESS_EVERY) if is_guessing else (self._first, FIRST_EVERY)
        if not paces.allows(room):
            self._of_address.give_back(place)
            raise _too_many(f"many are guessing the password of room '{room}'", every)

        def take_back() -> None:
            self._of_address.give_back(place)
            paces.give_back(room)

        return take_back

    def right(self, room: str, kept: str, trier: Trier) -> None:
        """They know it."""
        self._wrong.pop(("person", room, trier.person), None)
        for who in (trier.person, ("from", trier.address)):
            if who is not None:
                self._came_in[(kept, who)] = None
                self._came_in.move_to_end((kept, who))
        while len(self._came_in) > REMEMBERED:
            self._came_in.popitem(last=False)

    def wrong(self, room: str, kept: str, trier: Trier) -> None:
        """They do not; what they knew before counts no more."""
        self._came_in.pop((kept, trier.person), None)
        now = self._clock()
        for key in (("person", room, trier.person), ("address", room, trier.address)):
            wrong = self._wrong_of(*key)
            wrong.count, wrong.at = wrong.count + 1, now
            self._wrong[key] = wrong
            self._wrong.move_to_end(key)
        while len(self._wrong) > 2 * REMEMBERED:
            self._wrong.popitem(last=False)

    def _has_come_in(self, kept: str, who: Hashable) -> bool:
        return who is not None and (kept, who) in self._came_in

    def _wrong_of(self, *key: Hashable) -> _Wrong:
        wrong = self._wrong.get(key)
        if wrong is None or self._clock() - wrong.at > FORGIVEN_AFTER:
            return _Wrong()
        return wrong


def _nothing() -> None:
    return None


def _too_many(what: str, wait: Seconds) -> RoomError:
    return RoomError("too-many-tries", f"{what}: wait {max(1, round(wait))} s")
