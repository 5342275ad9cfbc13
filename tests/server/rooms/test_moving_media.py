"""Somebody whom the engine cannot hear from where they listen is given another way by the room."""

from tests.server.rooms.telling.test_connection_news import Scene
from tests.support.virtual_time import run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.roles import Role
from tui_rooms.sfu.port import Connected, Misplaced
from tui_rooms.wire import messages


async def moved(scene: Scene, name: str) -> tuple[str, list[messages.ServerMessage]]:
    """The engine says that it cannot hear them: their old peer, and what they are told then."""
    person = scene.people[name]
    old = person.seat.peer
    assert old is not None
    scene.engine.tell(Misplaced(old))
    await scene.live._works.finished()
    return old, await person.read()


def test_who_cannot_be_heard_from_there_is_sent_an_offer_and_hears_on_meanwhile():
    """The old way stays until they leave it; it is no loss, so nobody is told of one."""

    async def scenario() -> None:
        scene = await Scene.begin()
        old, told = await moved(scene, "ben")
        new = scene.people["ben"].seat.peer
        assert new not in (None, old)
        assert {old, new} <= scene.engine.may_send.keys()
        assert any(isinstance(message, messages.MediaOffer) for message in told)
        assert not any(isinstance(message, messages.MediaLost) for message in told)
        scene.engine.tell(Connected(new))
        assert scene.people["ben"].seat.media_up
        assert await scene.told("ana") == []

    run_virtual(scenario())


def test_who_leaves_after_a_move_leaves_both_ways():
    """No path of theirs is left in the engine."""

    async def scenario() -> None:
        scene = await Scene.begin()
        old, _ = await moved(scene, "ben")
        new = scene.people["ben"].seat.peer
        await scene.live.leave(scene.people["ben"].seat)
        assert not {old, new} & scene.engine.may_send.keys()

    run_virtual(scenario())


def test_who_moves_again_has_two_ways_and_not_three():
    """A client that never takes an offer costs one path more, and no more."""

    async def scenario() -> None:
        scene = await Scene.begin()
        before = len(scene.engine.may_send)
        for _ in range(3):
            await moved(scene, "ben")
        assert len(scene.engine.may_send) == before + 1

    run_virtual(scenario())


def test_the_engine_is_told_who_is_on_the_stage_before_they_may_be_heard():
    """So that the first word after the microphone is opened need not wait for another way."""

    async def scenario() -> None:
        scene = await Scene.begin()
        await scene.live.execute(
            commands.ChangeRole(identity="cora", role=Role.SPEAKER),
            Actor(identity="ana", name="ana"),
        )
        assert "cora" in scene.live.room.stage
        assert scene.engine.on_stage >= {scene.people[who].seat.peer for who in ("ben", "cora")}

    run_virtual(scenario())
