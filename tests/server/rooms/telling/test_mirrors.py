"""What clients know of a room, whatever happens to their connections."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules import wishes
from tests.server.people import Person, actor, open_room
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.view import view
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.telling import announcer, audience


def check(person: Person, live: LiveRoom) -> None:
    """The mirror is the view; of the audience, the window on it and oneself."""
    seen = view(live.room, person.name)
    assert replace(person.room, audience={}) == replace(seen, audience={})
    assert list(person.room.hands) == list(seen.hands)
    assert list(person.room.chat) == list(seen.chat)
    for identity, who in person.room.audience.items():
        assert live.room.audience[identity] == who
    if len(live.room.audience) <= audience.WINDOW:
        assert person.room.audience == live.room.audience
    elif person.name in live.room.audience:
        assert person.name in person.room.audience


async def settled(live: LiveRoom, people: dict[str, Person]) -> None:
    """Let batches go out, then compare everyone's mirror with their view."""
    await pass_time(5 * audience.INTERVAL)
    for person in people.values():
        await person.read()
        if person.seat is not None:
            check(person, live)


async def live_through(seed: int, steps: int) -> None:
    """Commands, drops and returns in any order; everyone is compared again and again."""
    rng = random.Random(seed)
    _, live = await open_room()
    people = {name: Person(live, name) for name in wishes.NAMES}
    await people["ana"].join(actor=actor("ana"))
    for _ in range(steps):
        command, name = wishes.any_command(rng, live.room)
        person = people[name]
        roll = rng.random()
        here = live.room.find(name) is not None
        try:
            if roll < 0.1 and person.seat is not None:
                await person.drop()
            elif person.seat is None and (here or isinstance(command, commands.JoinRoom)):
                await person.join(actor=actor(name))
            elif isinstance(command, commands.LeaveRoom) and person.seat is not None:
                await person.leave()
            elif not isinstance(command, commands.JoinRoom | commands.LeaveRoom):
                await live.execute(command, actor(name))
        except RoomError:
            pass
        if rng.random() < 0.4:
            await people[rng.choice(wishes.NAMES)].read()
        if rng.random() < 0.1:
            await settled(live, people)
        if live.room.life is Life.ENDED:
            break
    await settled(live, people)
    await live.close()


@pytest.mark.parametrize("narrow", [False, True])
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
def test_every_mirror_is_the_view_after_any_drops_and_returns(narrow, seed):
    """The real shell tells real mirrors: promotions, private words, evictions, resumes.

    Also where all that is bounded is at its bound: the window, a batch, the tail of the log.
    """
    with pytest.MonkeyPatch.context() as patch:
        if narrow:
            patch.setattr(audience, "WINDOW", 2)
            patch.setattr(audience, "BATCH_BYTES", 100)
            patch.setattr(announcer, "TAIL", 5)
            patch.setattr(announcer, "SURELY_SHORT", 1)
        run_virtual(live_through(seed, 120))
