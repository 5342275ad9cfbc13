"""Passwords of rooms."""

import asyncio
import threading
from typing import Any

import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.credentials.passwords import (
    CHECKS_AT_ONCE,
    WAITING_OF_ONE,
    Passwords,
)
from tui_rooms.server.door.credentials.tries import (
    AT_ADDRESS,
    AT_ADDRESS_EVERY,
    FORGIVEN_AFTER,
    FREE,
    GUESSES_AT_ONCE,
    GUESSING,
    LONGEST_WAIT,
)

ONE, OTHER = "203.0.113.7", "203.0.113.8"


class Clock:
    """A clock that stands until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    """A clock of this test's own."""
    return Clock()


@pytest.fixture
def passwords(clock):
    """Those of one server."""
    made = Passwords(clock=clock)
    yield made
    made.close()


async def test_the_right_password_opens_and_a_wrong_one_does_not(passwords):
    """What is kept is an argon2id hash, another one each time."""
    kept = await passwords.hash("open sesame")
    assert kept.startswith("$argon2id$")
    assert kept != await passwords.hash("open sesame")
    await passwords.check(room="tea", kept=kept, given="open sesame", address=None)
    with pytest.raises(RoomError, match="not the password of room 'tea'") as refused:
        await passwords.check(room="tea", kept=kept, given="open", address=None)
    assert refused.value.code == "wrong-password"


@pytest.mark.parametrize("kept", [None, "", "no hash"])
async def test_without_a_hash_nothing_fits(passwords, kept):
    """A broken log opens no room."""
    with pytest.raises(RoomError, match="not the password"):
        await passwords.check(room="tea", kept=kept, given="", address=None)


async def test_an_empty_password_is_none(passwords):
    """So it takes a room's password away."""
    assert await passwords.hash("") == ""


async def test_a_password_that_is_too_long_is_refused_before_any_work(passwords):
    """The sentence says the limit."""
    with pytest.raises(RoomError, match="limit 200"):
        await passwords.hash("x" * 201)


class Guessing:
    """Tries at rooms that all have one password."""

    def __init__(self, passwords: Passwords, kept: str) -> None:
        self._passwords = passwords
        self._kept = kept

    async def code(self, given: str, *, room: str = "tea", address: str = ONE, **who: Any) -> str:
        """How a try is answered."""
        try:
            await self._passwords.check(
                room=room, kept=self._kept, given=given, address=address, **who
            )
        except RoomError as refused:
            return refused.code
        return "right"


@pytest.fixture
async def guessing(passwords):
    """Of a server whose checks cost nothing."""
    passwords._fits = lambda _, given: given == "open sesame"
    return Guessing(passwords, "kept")


async def test_guests_of_an_address_share_many_tries(guessing, clock):
    """Six wrong ones of somebody keep nobody out; endless ones are slow, and for that room only."""
    for n in range(6):
        assert await guessing.code("guess", person=f"guest-{n}") == "wrong-password"
    assert await guessing.code("open sesame", person="ana") == "right"
    for n in range(6, AT_ADDRESS):
        assert await guessing.code("guess", person=f"guest-{n}") == "wrong-password"
    assert await guessing.code("open sesame", person="new") == "too-many-tries"
    assert await guessing.code("open sesame", person="ana") == "right"
    assert await guessing.code("open sesame", person="new", address=OTHER) == "right"
    assert await guessing.code("open sesame", person="new", room="jazz") == "right"
    clock.now += AT_ADDRESS_EVERY
    assert await guessing.code("open sesame", person="newer") == "right"


async def test_whoever_guesses_wrongly_waits_longer_each_time(guessing, clock):
    """Somebody else from there does not; after a while all is forgiven."""
    for _ in range(FREE):
        assert await guessing.code("guess", person="eve") == "wrong-password"
    for wait in (1, 2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT):
        assert await guessing.code("open sesame", person="eve") == "too-many-tries"
        assert await guessing.code("open sesame", person=f"ben-{wait}") == "right"
        clock.now += wait
        assert await guessing.code("guess", person="eve") == "wrong-password"
    clock.now += FORGIVEN_AFTER + 1
    assert await guessing.code("guess", person="eve") == "wrong-password"
    assert await guessing.code("open sesame", person="eve") == "right"


async def test_guesses_over_many_addresses_are_slow_and_hold_up_no_first_try(guessing):
    """Twelve addresses have together what one has; who comes for the first time comes in."""
    answered = 0
    for n in range(40):
        for host in range(12):
            who = {"person": f"guest-{n}-{host}", "address": f"203.0.113.{host + 20}"}
            answered += await guessing.code("guess", **who) == "wrong-password"
    assert answered <= 12 * GUESSING + GUESSES_AT_ONCE
    assert await guessing.code("open sesame", person="ana", address=OTHER) == "right"


async def test_whom_a_token_names_is_held_up_by_nobody_else(guessing):
    """Not by guests of their address; their own wrong tries count."""
    for n in range(AT_ADDRESS + 1):
        await guessing.code("guess", person=f"guest-{n}")
    known = {"person": "ben", "is_vouched_for": True}
    assert await guessing.code("guess", **known) == "wrong-password"
    assert await guessing.code("open sesame", **known) == "right"


async def test_who_came_in_once_comes_in_again_until_the_password_changes(guessing):
    """Although their address is full of others' guesses."""
    assert await guessing.code("open sesame", person="ana") == "right"
    for n in range(AT_ADDRESS + 1):
        await guessing.code("guess", person=f"guest-{n}")
    assert await guessing.code("open sesame", person="ana") == "right"
    guessing._kept = "another"
    assert await guessing.code("open sesame", person="ana") == "too-many-tries"


async def test_one_address_takes_only_a_part_of_the_waiting_checks(guessing, passwords):
    """Others have their turns, and what was not looked at counts as no try."""
    go_on = threading.Event()
    passwords._fits = lambda _, given: go_on.wait(20) and given == "open sesame"
    crowd = [asyncio.create_task(guessing.code("open sesame", person=f"p-{n}")) for n in range(15)]
    done, _ = await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    other = asyncio.create_task(guessing.code("open sesame", person="x", address=OTHER))
    go_on.set()
    assert await other == "right"
    answers = [await one for one in crowd]
    assert (answers.count("right"), answers.count("busy")) == (WAITING_OF_ONE, 5)
    assert done


async def test_right_passwords_take_no_more_than_a_part_of_a_core(passwords, monkeypatch):
    """Joining again and again with the password of one's own room is paced too."""
    monkeypatch.setattr(passwords, "_fits", lambda *_: True)
    for n in range(CHECKS_AT_ONCE):
        await passwords.check(room=f"r{n}", kept="x", given="x", address="203.0.113.7")
    with pytest.raises(RoomError, match="try again in a moment") as refused:
        await passwords.check(room="tea", kept="x", given="x", address="203.0.113.7")
    assert refused.value.code == "too-many-tries"
    await passwords.check(room="tea", kept="x", given="x", address="203.0.113.8")


async def test_the_loop_goes_on_while_a_password_is_checked(passwords, monkeypatch):
    """The media share the event loop: the work is done on another thread."""
    seen = []
    kept = await passwords.hash("open sesame")
    fits = passwords._fits
    monkeypatch.setattr(
        passwords, "_fits", lambda *given: seen.append(threading.get_ident()) or fits(*given)
    )
    await passwords.check(room="tea", kept=kept, given="open sesame", address=None)
    assert seen != [threading.get_ident()]
    assert len(seen) == 1
