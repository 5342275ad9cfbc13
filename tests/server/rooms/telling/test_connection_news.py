"""How those on the stage are connected: told when it changes, to all, and not too often."""

from tests.server.people import Person, actor, open_room
from tests.server.silent_engine import SilentEngine
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.roles import Role
from tui_rooms.server.rooms.away import AWAY_GRACE, AwaySeats
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.telling.connection_news import INTERVAL
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.sfu.port import Connected, Gone, PathJudged
from tui_rooms.wire import messages
from tui_rooms.wire.quality import ConnectionQuality

POOR, GOOD, LOST = ConnectionQuality.POOR, ConnectionQuality.GOOD, ConnectionQuality.LOST
EXCELLENT = ConnectionQuality.EXCELLENT


class Scene:
    """A room with Ana and Ben on the stage and Cora in the audience, all with media."""

    def __init__(self, registry: Registry, live: LiveRoom) -> None:
        self.live = live
        engine = registry._engine
        assert isinstance(engine, SilentEngine)
        self.engine = engine
        self.people: dict[str, Person] = {}

    @classmethod
    async def begin(cls, **options) -> "Scene":
        scene = cls(*await open_room(**options))
        for name in ("ana", "ben", "cora"):
            await scene.enter(name)
        await scene.live.execute(
            commands.ChangeRole(identity="ben", role=Role.SPEAKER), actor("ana")
        )
        await scene.quiet()
        return scene

    async def enter(self, name: str) -> Person:
        person = self.people[name] = Person(self.live, name)
        await person.join(actor=actor(name))
        await self.live.offer_media(person.seat)
        self.engine.tell(Connected(person.seat.peer))
        return person

    def judge(self, name: str, quality: ConnectionQuality) -> None:
        """What the engine finds out."""
        self.engine.tell(PathJudged(self.people[name].seat.peer, quality))

    async def told(self, name: str) -> list[dict[str, ConnectionQuality]]:
        """What they heard about connections since the last time."""
        news = await self.people[name].read()
        return [message.lacking for message in news if isinstance(message, messages.Connections)]

    async def quiet(self) -> None:
        """Whatever is to be told has been."""
        await pass_time(2 * INTERVAL)
        for person in self.people.values():
            await person.read()


def test_a_change_on_the_stage_is_told_to_everyone_at_once():
    """Also to whom it is about; and that it is over."""

    async def scenario() -> None:
        scene = await Scene.begin()
        scene.judge("ben", POOR)
        for name in ("ana", "ben", "cora"):
            assert await scene.told(name) == [{"ben": POOR}]
        await scene.quiet()
        scene.judge("ben", EXCELLENT)
        assert await scene.told("cora") == [{}]

    run_virtual(scenario())


def test_what_is_as_before_is_not_told():
    """Neither an excellent connection nor the same news twice."""

    async def scenario() -> None:
        scene = await Scene.begin()
        scene.judge("ben", EXCELLENT)
        assert await scene.told("ana") == []
        scene.judge("ben", GOOD)
        assert await scene.told("ana") == [{"ben": GOOD}]
        await scene.quiet()
        scene.judge("ben", GOOD)
        await pass_time(3 * INTERVAL)
        assert await scene.told("ana") == []

    run_virtual(scenario())


def test_a_connection_that_comes_and_goes_is_told_seldom():
    """The first change at once, then one message in `INTERVAL`, and in the end how it is."""

    async def scenario() -> None:
        scene = await Scene.begin()
        told = []
        for step in range(100):
            scene.judge("ben", (POOR, EXCELLENT)[step % 2])
            scene.judge("ana", (GOOD, POOR, EXCELLENT)[step % 3])
            await pass_time(INTERVAL / 20)
            told += await scene.told("cora")
        assert 2 <= len(told) <= 6
        scene.judge("ana", GOOD)
        scene.judge("ben", LOST)
        await pass_time(INTERVAL)
        assert (await scene.told("cora"))[-1] == {"ana": GOOD, "ben": LOST}

    run_virtual(scenario())


def test_of_a_reader_who_is_slow_only_the_newest_waits():
    """A crowd behind slow links costs the server no memory."""

    async def scenario() -> None:
        scene = await Scene.begin()
        for quality in (GOOD, POOR, LOST):
            scene.judge("ben", quality)
            await pass_time(2 * INTERVAL)
        assert await scene.told("cora") == [{"ben": LOST}]

    run_virtual(scenario())


def test_thousands_of_listeners_are_not_told_about_each_other():
    """What is known of a listener is told once they come to the stage, and no longer when they
    have left it."""

    async def scenario() -> None:
        scene = await Scene.begin()
        scene.judge("cora", POOR)
        await pass_time(2 * INTERVAL)
        assert await scene.told("ana") == []
        await scene.live.execute(
            commands.ChangeRole(identity="cora", role=Role.SPEAKER), actor("ana")
        )
        assert await scene.told("ana") == [{"cora": POOR}]
        await scene.quiet()
        await scene.live.execute(
            commands.ChangeRole(identity="cora", role=Role.LISTENER), actor("ana")
        )
        assert await scene.told("ana") == [{}]

    run_virtual(scenario())


def test_a_broken_connection_is_lost_until_it_is_back_or_given_up():
    """Its place is kept; who comes back knows of the others how it is now."""

    async def scenario() -> None:
        scene = await Scene.begin()
        away, ben = AwaySeats(), scene.people["ben"]
        seat = ben.seat
        await ben.drop()
        await away.keep(scene.live, seat)
        assert await scene.told("ana") == [{"ben": LOST}]
        await scene.quiet()
        await ben.join(actor=actor("ben"))
        away.returned(scene.live, "ben")
        assert await scene.told("ana") == [{}]
        assert (await scene.told("ben"))[-1] == {}
        await scene.quiet()
        seat = ben.seat
        await ben.drop()
        await away.keep(scene.live, seat)
        await pass_time(AWAY_GRACE + INTERVAL)
        assert "ben" not in scene.live.room.stage
        assert (await scene.told("ana"))[-1] == {}

    run_virtual(scenario())


def test_a_media_path_that_the_engine_gave_up_is_lost_until_the_next_is_up():
    """The WebSocket stands meanwhile."""

    async def scenario() -> None:
        scene = await Scene.begin()
        ben = scene.people["ben"]
        scene.engine.tell(Gone(ben.seat.peer, "no sign of life"))
        assert await scene.told("ana") == [{"ben": LOST}]
        await scene.quiet()
        await scene.live.offer_media(ben.seat)
        await pass_time(2 * INTERVAL)
        assert await scene.told("ana") == []
        scene.engine.tell(Connected(ben.seat.peer))
        assert await scene.told("ana") == [{}]

    run_virtual(scenario())


def test_whoever_comes_late_gets_how_it_is():
    """When there is nothing to say, nothing is said."""

    async def scenario() -> None:
        scene = await Scene.begin()
        await scene.enter("dan")
        assert await scene.told("dan") == []
        scene.judge("ben", POOR)
        await scene.enter("eve")
        assert await scene.told("eve") == [{"ben": POOR}]

    run_virtual(scenario())


def test_nobody_is_shown_as_lost_while_they_come():
    """Who joins on the stage has a place there a moment before a seat."""

    async def scenario() -> None:
        scene = await Scene.begin()
        dan = Person(scene.live, "dan")
        await dan.join(actor=Actor(identity="dan", name="Dan", granted=Role.HOST))
        assert "dan" in scene.live.room.stage
        await pass_time(2 * INTERVAL)
        assert await scene.told("ana") == []

    run_virtual(scenario())


def test_after_a_restart_those_are_lost_who_have_not_come_back():
    """The stage is in the log, its connections are not."""

    async def scenario() -> None:
        kept = MemoryLog()
        await Scene.begin(kept=kept)
        following = Registry(SilentEngine(), kept=kept, clock=lambda: 2_000_000.0)
        [live] = await following.start()
        away = AwaySeats()
        away.expect_all(live)
        ana = Person(live, "ana")
        await ana.join(actor=actor("ana"))
        first = [m for m in await ana.read() if isinstance(m, messages.Connections)]
        assert first[-1].lacking == {"ben": LOST}
        ben = Person(live, "ben")
        await ben.join(actor=actor("ben"))
        await pass_time(2 * INTERVAL)
        last = [m for m in await ana.read() if isinstance(m, messages.Connections)]
        assert last[-1].lacking == {}
        await away.close()

    run_virtual(scenario())


def test_who_was_given_up_after_a_restart_comes_anew_without_a_mark():
    """Nobody waits for their old connection any more."""

    async def scenario() -> None:
        kept = MemoryLog()
        await Scene.begin(kept=kept)
        following = Registry(SilentEngine(), kept=kept, clock=lambda: 2_000_000.0)
        [live] = await following.start()
        away = AwaySeats()
        away.expect_all(live)
        ana, ben = Person(live, "ana"), Person(live, "ben")
        await ana.join(actor=actor("ana"))
        away.returned(live, "ana")
        await pass_time(AWAY_GRACE + INTERVAL)
        assert "ben" not in live.room.stage
        await ana.read()
        await ben.join(actor=Actor(identity="ben", name="Ben", granted=Role.SPEAKER))
        assert "ben" in live.room.stage
        await pass_time(2 * INTERVAL)
        assert not [m for m in await ana.read() if isinstance(m, messages.Connections)]
        await away.close()

    run_virtual(scenario())
