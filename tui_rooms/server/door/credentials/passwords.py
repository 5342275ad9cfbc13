"""Passwords of rooms: kept as argon2id hashes, checked beside the event loop, not too often."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import Paces, stranger
from tui_rooms.server.door.credentials.tries import Trier, Tries

Result = TypeVar("Result")

PASSWORD_LIMIT: Final = 200
CHECKS_AT_ONCE: Final = 100
"""Checks of one address, right ones too; then one in `CHECK_EVERY`: each takes a core's time."""
CHECK_EVERY: Final[Seconds] = 0.5
NEW_AT_ONCE: Final = 10
"""Passwords that one address may set at once; then one in `NEW_EVERY`: each takes a core's time."""
NEW_EVERY: Final[Seconds] = 5.0
WAITING_LIMIT: Final = 50
"""Checks that may wait for their turn, and hashes that are made."""
WAITING_OF_ONE: Final = 10
"""As many of one address, so that others have their turns too."""


class Passwords:
    """Makes and checks hashes, one at a time: each takes 19 MiB and tens of milliseconds."""

    def __init__(self, *, clock: Callable[[], Seconds]) -> None:
        # The first of the settings that OWASP's password storage cheat sheet gives for argon2id:
        # the media share this machine.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._tries = Tries(clock=clock)
        self._checks = Paces(burst=CHECKS_AT_ONCE, per_second=1 / CHECK_EVERY, clock=clock)
        self._new = Paces(burst=NEW_AT_ONCE, per_second=1 / NEW_EVERY, clock=clock)
        self._waiting: Counter[str | None] = Counter()

    def close(self) -> None:
        """Let the thread end."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str, *, address: str | None = None) -> str:
        """What is kept of a new password; of an empty one, nothing.

        Args:
            address: where it is set from; this machine's own are not limited.

        Raises:
            RoomError: `bad-password`, when it is too long; `too-many-tries`; `busy`.
        """
        if len(password) > PASSWORD_LIMIT:
            raise RoomError(
                "bad-password",
                f"the password has {len(password)} characters, limit {PASSWORD_LIMIT}",
            )
        if not password:
            return ""
        setter = stranger(address)
        if setter is not None and not self._new.allows(setter):
            raise RoomError(
                "too-many-tries", f"too many passwords were set: wait {NEW_EVERY:.0f} s"
            )
        return await self._in_thread(setter, lambda: self._hasher.hash(password))

    async def check(
        self,
        *,
        room: str,
        kept: str | None,
        given: str,
        address: str | None,
        person: str | None = None,
        is_vouched_for: bool = False,
    ) -> None:
        """Come back when it is the password of that room.

        Args:
            kept: the room's hash.
            address: where it is tried from.
            person: the identity of who tries it.
            is_vouched_for: whether a token names them.

        Raises:
            RoomError: `wrong-password`; `too-many-tries`; `busy`.
        """
        checker = stranger(address)
        if checker is not None and not self._checks.allows(checker):
            raise RoomError(
                "too-many-tries",
                f"many passwords are being tried from {checker}: try again in a moment",
            )
        kept = kept or ""
        trier = Trier(address=checker, person=person, is_vouched_for=is_vouched_for)
        take_back = self._tries.begin(room, kept, trier)
        try:
            fits = bool(kept) and len(given) <= PASSWORD_LIMIT
            fits = fits and await self._in_thread(checker, lambda: self._fits(kept, given))
        except RoomError:
            take_back()  # it was not looked at
            raise
        if not fits:
            self._tries.wrong(room, kept, trier)
            raise RoomError(
                "wrong-password", f"that is not the password of room '{room}': ask a host for it"
            )
        # People behind one address who know it do not lock each other out.
        take_back()
        self._tries.right(room, kept, trier)

    def _fits(self, kept: str, given: str) -> bool:
        try:
            return self._hasher.verify(kept, given)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, address: str | None, work: Callable[[], Result]) -> Result:
        is_full = self._waiting.total() >= WAITING_LIMIT
        if is_full or (address is not None and self._waiting[address] >= WAITING_OF_ONE):
            raise RoomError("busy", "too many passwords are being checked: try again in a moment")
        self._waiting[address] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]
