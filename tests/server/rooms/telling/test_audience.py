"""How a large audience is told."""

import pytest

from tests.server.people import Person, actor, open_room
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.roles import Capability
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.telling.audience import INTERVAL, WINDOW
from tui_rooms.wire import messages


async def crowd(live: LiveRoom, size: int) -> list[Person]:
    """So many listeners, all in one moment."""
    people = [Person(live, f"guest-{number:012x}") for number in range(size)]
    for person in people:
        await person.join(actor=Actor(identity=person.name, name=f"Listener {person.name}"))
    return people


@pytest.mark.parametrize("size", [300, 1000])
def test_a_client_hears_two_kilobytes_a_second_at_most(size):
    """Whatever the size: a crowd comes, half of it goes, another comes; the count stays exact."""

    async def scenario() -> None:
        _, live = await open_room()
        ana = Person(live, "ana")
        await ana.join(actor=actor("ana"))
        await ana.read()
        people = await crowd(live, size)
        for second in range(30):
            ana.bytes = 0
            if second == 10:
                for person in people[: size // 2]:
                    await person.leave()
            await pass_time(INTERVAL)
            await ana.read()
            assert ana.bytes <= 2000
            assert ana.room.audience_count == live.room.audience_count
        assert len(ana.room.audience) == WINDOW
        assert ana.room.audience.items() <= live.room.audience.items()

    run_virtual(scenario())


def test_a_calm_room_says_nothing():
    """No news is no message."""

    async def scenario() -> None:
        _, live = await open_room()
        [ben] = await crowd(live, 1)
        await pass_time(5 * INTERVAL)
        await ben.read()
        await pass_time(60)
        assert await ben.read() == []

    run_virtual(scenario())


def test_stage_and_hands_are_told_at_once():
    """Among a thousand listeners, too: no batch holds them back."""

    async def scenario() -> None:
        _, live = await open_room()
        people = await crowd(live, 1000)
        watcher, raiser = people[0], people[-1]
        await watcher.read()
        who = Actor(identity=raiser.name, name="x")
        await live.execute(commands.RaiseHand(), who)
        [news] = await watcher.read()
        assert isinstance(news, messages.Events)
        assert list(watcher.room.hands) == [raiser.name]

    run_virtual(scenario())


def test_a_moderator_in_the_audience_is_known_however_full_it_is():
    """Whoever was given a capability is told of beyond the window."""

    async def scenario() -> None:
        _, live = await open_room()
        ana = Person(live, "ana")
        await ana.join(actor=actor("ana"))
        people = await crowd(live, WINDOW + 50)
        await pass_time(15 * INTERVAL)
        last = people[-1].name
        await ana.read()
        assert last not in ana.room.audience
        command = commands.GrantCapability(identity=last, capability=Capability.KICK_USERS)
        await live.execute(command, actor("ana"))
        await people[0].leave()
        await pass_time(3 * INTERVAL)
        await ana.read()
        assert last in ana.room.audience

    run_virtual(scenario())
