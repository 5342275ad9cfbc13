"""While the engine takes its time to admit somebody the room goes on, and what it says stands."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

import pytest

from tests.server.people import Person, actor, open_room
from tests.server.silent_engine import HeldEngine
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room_types import OPEN_MIC
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.sfu.port import Gone, Misplaced
from tui_rooms.wire import messages
from tui_rooms.wire.errors import ProtocolError

ANA = actor("ana")
LISTENS = commands.ChangeRole(identity="ben", role=Role.LISTENER)
NO_MEDIA = ProtocolError("no-media", "this server carries no sound just now")


class Stage:
    """Ana, the host, and Ben, who speaks, and whose admissions can be held."""

    def __init__(self, live: LiveRoom, engine: HeldEngine, ben: Person) -> None:
        self.live = live
        self.engine = engine
        self.ben = ben
        assert ben.seat is not None
        self.seat: Seat = ben.seat

    @classmethod
    async def begin(cls) -> "Stage":
        engine = HeldEngine()
        _, live = await open_room(kind=OPEN_MIC, engine=engine)
        ana, ben = Person(live, "ana"), Person(live, "ben")
        for person in (ana, ben):
            await person.join(actor=actor(person.name))
        await live.execute(commands.Unmute(), actor("ben"))
        return cls(live, engine, ben)

    async def ask(self) -> "asyncio.Task[str | None]":
        """Ben asks for an offer, and the engine does not answer yet."""
        self.engine.is_held = True
        asked = asyncio.create_task(self.live.offer_media(self.seat))
        await pass_time(0.1)
        assert not asked.done()
        return asked

    async def move(self) -> None:
        """Ben is given another way, and the engine does not answer yet."""
        self.engine.is_held = True
        assert self.seat.peer is not None
        self.engine.tell(Misplaced(self.seat.peer))
        await pass_time(0.1)

    async def meanwhile(self, what: Awaitable[object]) -> None:
        """That does not wait for the engine."""
        async with asyncio.timeout(1):
            await what

    def paths(self) -> set[str]:
        """Ben's, in the engine."""
        return {peer for peer in self.engine.may_send if "/ben/" in peer}

    async def told(self, kind: type) -> list[messages.ServerMessage]:
        """What Ben has heard of that kind."""
        return [message for message in await self.ben.read() if isinstance(message, kind)]


def on_stage(scenario: Callable[[Stage], Coroutine[object, object, None]]) -> None:
    """Run it in virtual time."""

    async def whole() -> None:
        await scenario(await Stage.begin())

    run_virtual(whole())


async def kicked(stage: Stage) -> None:
    await stage.live.execute(commands.Kick(identity="ben", reason="noise"), ANA)


async def ended(stage: Stage) -> None:
    await stage.live.execute(commands.EndRoom(), ANA)


async def left(stage: Stage) -> None:
    await stage.live.leave(stage.seat)


async def broken_off(stage: Stage) -> None:
    await stage.live.suspend(stage.seat)


async def replaced(stage: Stage) -> None:
    await Person(stage.live, "ben").join(actor=actor("ben"))


WAYS_OUT = [kicked, ended, left, broken_off, replaced]


@pytest.mark.parametrize("go", WAYS_OUT)
def test_who_goes_while_the_engine_admits_them_is_not_waited_for_and_leaves_no_path(go):
    """Nor when they have a way already, and are to be given another."""

    async def scenario(stage: Stage) -> None:
        asked = await stage.ask()
        await stage.meanwhile(go(stage))
        stage.engine.let_go()
        assert await asked is None
        assert stage.paths() == set()
        assert stage.seat.peer is stage.live.media.to_answer(stage.seat) is None

    async def moving(stage: Stage) -> None:
        await stage.live.offer_media(stage.seat)
        await stage.move()
        assert len(stage.paths()) == 2
        await stage.meanwhile(go(stage))
        stage.engine.let_go()
        await stage.live._works.finished()
        assert stage.paths() == set()
        assert stage.seat.peer is None
        assert await stage.told(messages.MediaOffer) == []

    on_stage(scenario)
    on_stage(moving)


@pytest.mark.parametrize("moves", [False, True])
def test_who_is_muted_while_the_engine_admits_them_does_not_pass(moves: bool):
    """Whatever it was asked for; others come in meanwhile, and who may speak again does."""

    async def scenario(stage: Stage) -> None:
        if moves:
            await stage.live.offer_media(stage.seat)
            await stage.move()
        else:
            asked = await stage.ask()
        await stage.meanwhile(stage.live.execute(commands.Mute(identity="ben"), ANA))
        await stage.meanwhile(Person(stage.live, "cora").join(actor=actor("cora")))
        stage.engine.let_go()
        await stage.live._works.finished()
        if moves:
            assert await stage.told(messages.MediaOffer) == [messages.MediaOffer(sdp="v=0")]
        else:
            assert await asked == "v=0"
        assert stage.seat.peer is not None
        assert stage.engine.may_send[stage.seat.peer] is False
        await stage.live.execute(commands.Unmute(), actor("ben"))
        assert stage.engine.may_send[stage.seat.peer] is True

    on_stage(scenario)


def test_who_is_taken_from_the_stage_while_the_engine_admits_them_does_not_pass():
    """The engine knows then too that they are not of the stage any more."""

    async def scenario(stage: Stage) -> None:
        asked = await stage.ask()
        await stage.meanwhile(stage.live.execute(LISTENS, ANA))
        stage.engine.let_go()
        assert await asked == "v=0"
        assert stage.engine.may_send[stage.seat.peer] is False
        assert stage.seat.peer not in stage.engine.on_stage

    on_stage(scenario)


def test_of_two_offers_that_are_asked_for_at_once_the_later_one_counts():
    """The earlier one leads nowhere, so it is not given."""

    async def scenario(stage: Stage) -> None:
        first = await stage.ask()
        second = await stage.ask()
        stage.engine.let_go()
        assert (await first, await second) == (None, "v=0")
        assert stage.paths() == {stage.seat.peer} == {stage.live.media.to_answer(stage.seat)}

    on_stage(scenario)


def test_who_is_moved_before_the_engine_has_admitted_them_gets_the_offer_of_the_move():
    """And that one only."""

    async def scenario(stage: Stage) -> None:
        asked = await stage.ask()
        await stage.move()
        assert stage.live.media.to_answer(stage.seat) is None
        stage.engine.let_go()
        assert await asked is None
        await stage.live._works.finished()
        assert stage.paths() == {stage.seat.peer} == {stage.live.media.to_answer(stage.seat)}
        assert len(await stage.told(messages.MediaOffer)) == 1

    on_stage(scenario)


def test_who_is_moved_again_before_they_have_another_way_hears_by_the_one_that_they_have():
    """An answer that comes meanwhile is one to that way's offer."""

    async def scenario(stage: Stage) -> None:
        await stage.live.offer_media(stage.seat)
        old = stage.seat.peer
        for _ in range(3):
            await stage.move()
            assert stage.paths() == {old, stage.seat.peer}
            assert stage.live.media.to_answer(stage.seat) == old
        stage.engine.let_go()
        await stage.live._works.finished()
        assert stage.paths() == {old, stage.seat.peer}
        assert stage.live.media.to_answer(stage.seat) == stage.seat.peer != old
        assert len(await stage.told(messages.MediaOffer)) == 1

    on_stage(scenario)


@pytest.mark.parametrize("error", [NO_MEDIA, RuntimeError("the media worker could not do it")])
def test_a_refused_admission_leaves_no_path(error: Exception):
    """Whoever asked is told, unless they have gone; whoever was moved has lost their sound."""

    async def refused(stage: Stage) -> None:
        asked = await stage.ask()
        stage.engine.admitting[stage.seat.peer].set_exception(error)
        with pytest.raises(type(error)):
            await asked
        assert stage.paths() == set()
        assert stage.seat.peer is None

    async def gone(stage: Stage) -> None:
        asked = await stage.ask()
        held = stage.engine.admitting[stage.seat.peer]
        await kicked(stage)
        held.set_exception(error)
        assert await asked is None

    async def moved(stage: Stage) -> None:
        await stage.live.offer_media(stage.seat)
        await stage.move()
        stage.engine.admitting[stage.seat.peer].set_exception(error)
        await stage.live._works.finished()
        assert stage.paths() == set()
        assert stage.seat.peer is stage.live.media.to_answer(stage.seat) is None
        [lost] = await stage.told(messages.MediaLost)
        assert lost.reason

    for scenario in (refused, gone, moved):
        on_stage(scenario)


def test_a_path_that_is_lost_before_its_offer_is_given_is_told_of_as_lost():
    """So that their client asks again; the offer would lead nowhere."""

    async def scenario(stage: Stage) -> None:
        asked = await stage.ask()
        stage.engine.tell(Gone(stage.seat.peer, "the worker has ended"))
        stage.engine.let_go()
        assert await asked is None
        assert await stage.told(messages.MediaLost) == [
            messages.MediaLost(reason="the worker has ended")
        ]
        assert stage.paths() == set()

    on_stage(scenario)
