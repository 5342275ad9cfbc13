"""Passwords of rooms."""

import threading

import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.credentials.passwords import CHECKS_AT_ONCE, TRIES, TRY_EVERY, Passwords


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


async def test_guessing_is_slowed_down_for_that_address_and_room(passwords, clock):
    """Others, and other rooms, go on; after a while one more try is allowed."""
    kept = await passwords.hash("open sesame")

    async def code(given: str, *, room: str = "tea", address: str = "203.0.113.7") -> str:
        try:
            await passwords.check(room=room, kept=kept, given=given, address=address)
        except RoomError as refused:
            return refused.code
        return "right"

    for _ in range(TRIES):
        assert await code("guess") == "wrong-password"
    assert await code("open sesame") == "too-many-tries"
    assert await code("open sesame", address="203.0.113.8") == "right"
    assert await code("open sesame", room="jazz") == "right"
    clock.now += TRY_EVERY
    assert await code("open sesame") == "right"


async def test_right_passwords_use_up_no_tries(passwords):
    """However many come from behind one address."""
    kept = await passwords.hash("open sesame")
    for _ in range(TRIES + 1):
        await passwords.check(room="tea", kept=kept, given="open sesame", address="203.0.113.7")
    for _ in range(TRIES):
        with pytest.raises(RoomError, match="not the password"):
            await passwords.check(room="tea", kept=kept, given="x", address="203.0.113.7")


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
