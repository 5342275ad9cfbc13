"""The clock of rooms, and rooms by it: nothing is hurried or held up when the wall clock is set."""

import asyncio
from dataclasses import replace

import pytest

from tests.server.people import Person, actor
from tests.server.silent_engine import SilentEngine
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.room_types import AUDIO_ROOM
from tui_rooms.server.door.limits import Limits
from tui_rooms.server.door.pace import Pace
from tui_rooms.server.rooms.alarm import LONGEST_WAIT
from tui_rooms.server.rooms.clock import RoomClock, uptime
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.wire import messages

HOUR, DAY = 3600.0, 86_400.0
NOW = 1_900_000_000.0
A_MOMENT = 0.01
"""In which what is due is done."""


class Machine:
    """A machine in virtual time, whose wall clock somebody sets and whose lid somebody closes."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.set_by = 0.0
        """How far its wall clock was set ahead."""
        self.slept = 0.0

    def steady(self) -> float:
        """Its uptime, sleep included."""
        return self._loop.time() + self.slept

    def wall(self) -> float:
        """The time of day, as its clock tells it."""
        return NOW + self.set_by + self.steady()


async def server() -> tuple[Machine, Registry, LiveRoom]:
    """A server's registry on such a machine, with a live room of Ana's."""
    machine = Machine()
    clock = RoomClock(wall=machine.wall, steady=machine.steady)
    registry = Registry(SilentEngine(), clock=clock, wall=clock.wall)
    await registry.start()
    wanted = commands.CreateRoom(room_id="tea", title="Tea", live=True)
    return (
        machine,
        registry,
        await registry.create(wanted, room_type="audio_room", actor=actor("ana")),
    )


async def scheduled(registry: Registry, machine: Machine, after: float) -> LiveRoom:
    """A room that starts then, by the wall clock."""
    wanted = commands.CreateRoom(room_id="later", title="Later", starts_at=machine.wall() + after)
    return await registry.create(wanted, room_type="audio_room", actor=actor("ana"))


def test_the_clock_of_rooms_tells_the_time_of_day_and_never_steps():
    """It is the wall clock's time at the start, and what has passed since."""
    wall, steady = [NOW], [50.0]
    clock = RoomClock(wall=lambda: wall[0], steady=lambda: steady[0])
    assert clock() == NOW
    steady[0] += 10
    wall[0] -= HOUR
    assert clock() == NOW + 10
    assert clock.wall() == NOW - HOUR


def test_uptime_goes_on_and_never_back():
    """On the machine that runs this."""
    seen = [uptime() for _ in range(100)]
    assert seen == sorted(seen)
    assert abs(RoomClock()() - RoomClock().wall()) < 1


@pytest.mark.parametrize("step", [-DAY, -HOUR, HOUR, DAY])
def test_whoever_asks_at_a_quiet_pace_is_not_too_fast_whatever_the_wall_clock_says(step):
    """Every topic of a connection, before and after the clock is set."""

    async def scenario() -> None:
        machine = Machine()
        clock = RoomClock(wall=machine.wall, steady=machine.steady)
        limits = Limits(clock())
        say = messages.Do.model_validate(
            {"id": 1, "command": {"kind": "send_message", "text": "hi"}}
        )
        for number in range(30):
            if number == 10:
                machine.set_by += step
            limits.check(say, clock())
            limits.check(messages.WatchRooms(id=1), clock())
            await pass_time(0.5)
        for _ in range(10):  # what it may at once, and no more for the step
            limits.check(say, clock())
        with pytest.raises(RoomError, match="more than 2 messages a second"):
            limits.check(say, clock())

    run_virtual(scenario())


def test_a_pace_by_a_clock_that_goes_back_takes_nothing_away():
    """Whatever clock it is given."""
    pace = Pace(burst=2, per_second=1.0, now=NOW)
    assert pace.allows(NOW)
    assert pace.allows(NOW - HOUR)
    assert not pace.allows(NOW - HOUR)
    assert pace.allows(NOW - HOUR + 1)


@pytest.mark.parametrize("step", [-DAY, HOUR, DAY, 400 * DAY])
def test_what_a_room_waits_for_takes_as_long_as_it_was_meant_to(step):
    """An offer, a block and slow mode stand when the clock is set, and end in their own time."""

    async def scenario() -> None:
        machine, _, live = await server()
        ana, ben = Person(live, "ana"), Person(live, "ben")
        for person in (ana, ben):
            await person.join(actor=actor(person.name))
        await live.execute(commands.OfferStage(identity="ben"), actor("ana"))
        await live.execute(commands.BlockStranger(identity="zed", seconds=90.0), actor("ana"))
        await live.execute(commands.SetSlowMode(seconds=10.0), actor("ana"))
        await live.execute(commands.SendMessage(message_id="1", text="hi"), actor("ben"))
        machine.set_by += step
        await pass_time(LONGEST_WAIT + 1)
        assert "ben" in live.room.offers
        assert "zed" in live.room.blocked
        with pytest.raises(RoomError, match=r"may write again in 4 s"):
            await live.execute(commands.SendMessage(message_id="2", text="hi"), actor("ben"))
        await pass_time(4)
        await live.execute(commands.SendMessage(message_id="2", text="hi"), actor("ben"))
        await pass_time(AUDIO_ROOM.settings.offer_life_s)
        assert live.room.offers == {}
        await pass_time(90)
        assert live.room.blocked == {}
        assert live.room.live_since == NOW

    run_virtual(scenario())


@pytest.mark.parametrize("step", [-HOUR, -60.0, 60.0, HOUR])
def test_a_room_starts_when_the_wall_clock_says_so(step):
    """Set back, it starts later than was waited for already; set forward, at once."""

    async def scenario() -> None:
        machine, registry, _ = await server()
        later = await scheduled(registry, machine, 600)
        await pass_time(300)
        machine.set_by += step
        left = 300 - step
        if left > 0:
            await pass_time(left - 1)
            assert later.room.life is Life.SCHEDULED
            await pass_time(1 + A_MOMENT)
        else:
            await pass_time(LONGEST_WAIT + A_MOMENT)
        assert later.room.life is Life.BACKSTAGE
        assert machine.wall() >= NOW + 600

    run_virtual(scenario())


def test_a_room_starts_in_time_after_the_machine_has_slept():
    """Timers stand still in sleep: the clock is looked at soon after, and what is due happens."""

    async def scenario() -> None:
        machine, registry, live = await server()
        ana, ben = Person(live, "ana"), Person(live, "ben")
        for person in (ana, ben):
            await person.join(actor=actor(person.name))
        later = await scheduled(registry, machine, HOUR)
        await live.execute(commands.OfferStage(identity="ben"), actor("ana"))
        machine.slept += 2 * HOUR
        await pass_time(LONGEST_WAIT + A_MOMENT)
        assert later.room.life is Life.BACKSTAGE
        assert live.room.offers == {}
        assert live.room.live_since == NOW

    run_virtual(scenario())


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_start_is_planned_and_moved_by_the_wall_clock(step):
    """In the hour by which the clock was set: what is to come is taken, what is over is not."""

    async def scenario() -> None:
        machine, registry, _ = await server()
        machine.set_by += step
        later = await scheduled(registry, machine, 60)
        moved = commands.UpdateRoom(starts_at=machine.wall() + 120)
        ana = replace(actor("ana"), outside=True)
        await later.execute(moved, ana)
        over = commands.UpdateRoom(starts_at=machine.wall() - 60)
        with pytest.raises(RoomError, match="choose a time to come"):
            await later.execute(over, ana)
        await pass_time(119)
        assert later.room.life is Life.SCHEDULED
        await pass_time(1 + A_MOMENT)
        assert later.room.life is Life.BACKSTAGE

    run_virtual(scenario())
