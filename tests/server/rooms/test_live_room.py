"""The shell around the rules: kept before it is told, sent out with a reason, woken in time."""

import asyncio
from dataclasses import replace

import pytest

from tests.server.people import Person, actor, open_room
from tests.server.silent_engine import SilentEngine
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.address import ToPerson
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, Settings
from tui_rooms.server.rooms.away import AWAY_GRACE, HAND_GRACE, AwaySeats
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.wire import messages

AUDIO = Capability.SEND_AUDIO


class BrokenLog(MemoryLog):
    """A log whose disk is full, from some moment on."""

    broken = False

    async def append(self, room_id, events, *, expected, card):
        if self.broken:
            raise StorageError("storage-full", "the disk is full")
        await super().append(room_id, events, expected=expected, card=card)


async def three(**options) -> tuple[Registry, list[Person]]:
    """Ana, the host, with Ben and Cora in the audience."""
    registry, live = await open_room(**options)
    people = [Person(live, name) for name in ("ana", "ben", "cora")]
    for person in people:
        await person.join(actor=actor(person.name))
        await person.read()
    return registry, people


def test_what_cannot_be_kept_has_not_happened():
    """The asker is refused, nobody is told, and the room goes on when the disk does."""

    async def scenario() -> None:
        kept = BrokenLog()
        _, [ana, ben, _] = await three(kept=kept)
        kept.broken = True
        before = ana.live.room.copy()
        with pytest.raises(RoomError) as refused:
            await ana.live.execute(commands.UpdateRoom(title="Chai"), actor("ana"))
        assert refused.value.code == "not-kept"
        assert ana.live.room == before
        assert await ben.read() == []
        kept.broken = False
        await ana.live.execute(commands.UpdateRoom(title="Chai"), actor("ana"))
        await ben.read()
        assert ben.room.title == "Chai"

    run_virtual(scenario())


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (commands.Kick(identity="ben", reason="noise"), "kicked",
         "you were sent out of room 'Tea': noise"),
        (commands.Block(identity="ben", reason="spam"), "blocked",
         "you were blocked from room 'Tea': spam"),
        (commands.Block(identity="ben", seconds=60.0), "blocked",
         "you were blocked from room 'Tea' until 1970-01-12 13:47 UTC"),
        (commands.StopLive(), "sent-out", "'Ana' has taken room 'Tea' back to its backstage: "
         "you may wait in the lobby until it is live again"),
        (commands.EndRoom(), "room-ended", "room 'Tea' has ended"),
    ],
)  # fmt: skip
def test_whoever_is_sent_out_is_told_why(command, code, says):
    """They are told nothing more of the room then, and their sound is gone."""

    async def scenario() -> None:
        registry, [ana, ben, _] = await three()
        engine = registry._engine
        assert isinstance(engine, SilentEngine)
        await ana.live.offer_media(ben.seat)
        assert any("/ben/" in peer for peer in engine.may_send)
        await ana.live.execute(command, actor("ana"))
        assert ben.out == (code, says)
        assert not any("/ben/" in peer for peer in engine.may_send)
        if not isinstance(command, commands.EndRoom):
            assert ana.out is None

    run_virtual(scenario())


def test_the_engine_follows_the_rules():
    """Unmuted, muted by all, revoked: a microphone passes exactly when it may."""

    async def scenario() -> None:
        registry, [ana, ben, _] = await three()
        engine, live = registry._engine, ana.live
        await live.offer_media(ben.seat)
        [peer] = engine.may_send
        steps = [
            (commands.ChangeRole(identity="ben", role=Role.SPEAKER), "ana", False),
            (commands.Unmute(), "ben", True),
            (commands.MuteAll(), "ana", False),
            (commands.Unmute(), "ben", True),
            (commands.MuteAll(may_unmute=False), "ana", False),
            (
                commands.GrantCapability(identity="ben", capability=AUDIO),
                "ana",
                False,
            ),
            (commands.Unmute(), "ben", True),
            (commands.ChangeRole(identity="ben", role=Role.LISTENER), "ana", False),
        ]
        for command, name, may_send in steps:
            await live.execute(command, actor(name))
            assert engine.may_send[peer] is may_send, command

    run_virtual(scenario())


def test_an_offer_expires_by_itself():
    """The room wakes itself at the deadline, and tells."""

    async def scenario() -> None:
        _, [ana, ben, _] = await three()
        await ana.live.execute(commands.OfferStage(identity="ben"), actor("ana"))
        await ben.read()
        assert "ben" in ben.room.offers
        await pass_time(AUDIO_ROOM.settings.offer_life_s + 1)
        await ben.read()
        assert ben.room.offers == {}

    run_virtual(scenario())


def test_a_scheduled_room_opens_at_its_time():
    """Hours later; the clock is looked at now and then, so a long wait is no risk."""

    async def scenario() -> None:
        registry, _ = await open_room()
        start = registry._clock() + 3 * 3600
        wanted = commands.CreateRoom(room_id="later", title="Later", starts_at=start)
        later = await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        assert later.room.life is Life.SCHEDULED
        await pass_time(3 * 3600 + 1)
        assert later.room.life is Life.BACKSTAGE

    run_virtual(scenario())


def test_an_empty_room_ends_and_can_be_read_but_not_joined():
    """After its grace time; its id stays taken."""

    async def scenario() -> None:
        registry, people = await three()
        for person in people:
            await person.leave()
        await pass_time(AUDIO_ROOM.settings.empty_grace_s + 1)
        assert (await registry.to_read("tea")).life is Life.ENDED
        with pytest.raises(RoomError, match="it can be read, but not joined"):
            await registry.to_enter("tea")
        with pytest.raises(RoomError, match="was used before"):
            await registry.create(
                commands.CreateRoom(room_id="tea", title="T"),
                room_type="audio_room",
                actor=actor("ana"),
            )

    run_virtual(scenario())


def test_whoever_wants_a_taken_id_is_told_a_free_one():
    """Old links and tokens stay with the old room; the sentence says which id to take."""

    async def scenario() -> None:
        registry, live = await open_room()

        async def wanting(room_id: str) -> str:
            wanted = commands.CreateRoom(room_id=room_id, title="T")
            with pytest.raises(RoomError) as refused:
                await registry.create(wanted, room_type="audio_room", actor=actor("ben"))
            assert refused.value.code == "room-exists"
            return refused.value.sentence

        await live.execute(commands.JoinRoom(), actor("ana"))
        await live.execute(commands.EndRoom(), actor("ana"))
        assert "take another, for instance 'tea-2'" in await wanting("tea")
        with pytest.raises(RoomError, match="open a new one, for instance as 'tea-2'"):
            await registry.to_enter("tea")
        second = await registry.create(
            commands.CreateRoom(room_id="tea-2", title="T"),
            room_type="audio_room",
            actor=actor("ben"),
        )
        assert "for instance 'tea-3'" in await wanting("tea")
        await second.execute(commands.JoinRoom(), actor("ben"))
        await second.execute(commands.EndRoom(), actor("ben"))
        assert "for instance 'tea-3'" in await wanting("tea-2")

    run_virtual(scenario())


def test_a_place_is_kept_for_a_while_and_then_given_up():
    """Whoever comes back in time was never gone for the others."""

    async def scenario() -> None:
        _, [ana, ben, cora] = await three()
        away, live = AwaySeats(), ana.live
        for person in (ben, cora):
            seat = person.seat
            await person.drop()
            await away.keep(live, seat)
        await pass_time(AWAY_GRACE / 2)
        await ben.join(actor=actor("ben"))
        away.returned(live, "ben")
        await pass_time(AWAY_GRACE)
        await ana.read()
        assert list(ana.room.audience) == ["ben"]

    run_virtual(scenario())


def test_rooms_are_carried_on_by_the_next_server():
    """State and chat are there again; who was on the stage has time to come back."""

    async def scenario() -> None:
        kept = MemoryLog()
        registry, [ana, *_] = await three(kept=kept)
        await ana.live.execute(
            commands.SendMessage(message_id="m", text="before", to=ToPerson(identity="ben")),
            actor("ana"),
        )
        await registry.close()
        following = Registry(SilentEngine(), kept=kept, clock=registry._clock)
        [live] = await following.start()
        away = AwaySeats()
        away.expect_all(live)
        assert live.room.chat["m"].text == "before"
        assert list(live.room.stage) == ["ana"]
        assert live.room.audience_count == 0
        ben = Person(live, "ben")
        ben.mirror = ana.mirror  # knows the log of the server before
        await ben.join(actor=actor("ben"))
        [first, *_] = await ben.read()
        assert isinstance(first, messages.Snapshot)
        await pass_time(AWAY_GRACE + 1)
        assert "ana" not in live.room.stage

    run_virtual(scenario())


def test_a_place_is_kept_from_when_its_owner_was_last_heard():
    """However late it was noticed that nothing comes any more."""

    async def scenario() -> None:
        _, [ana, ben, _] = await three()
        away, live = AwaySeats(), ana.live
        heard_at = asyncio.get_running_loop().time()
        await pass_time(AWAY_GRACE - 5)
        seat = ben.seat
        await ben.drop()
        await away.keep(live, seat, heard_at=heard_at)
        await pass_time(4)
        assert "ben" in live.room.audience
        await pass_time(2)
        assert "ben" not in live.room.audience

    run_virtual(scenario())


def test_a_hand_keeps_its_place_in_the_queue_for_two_minutes():
    """Longer than a place is kept; the queue is what it was when its owner comes back."""

    async def scenario() -> None:
        _, [ana, ben, cora] = await three()
        away, live = AwaySeats(), ana.live
        for person in (ben, cora):
            await live.execute(commands.RaiseHand(), actor(person.name))
        seat = ben.seat
        await ben.drop()
        await away.keep(live, seat)
        await pass_time(HAND_GRACE - 1)
        assert list(live.room.hands) == ["ben", "cora"]
        await pass_time(2)
        assert list(live.room.hands) == ["cora"]
        assert "ben" not in live.room.audience

    run_virtual(scenario())


def test_a_hand_waits_for_its_owner_after_a_restart_too():
    """Whoever comes back keeps it; whoever does not has none any more."""

    async def scenario() -> None:
        kept = MemoryLog()
        registry, [ana, *_] = await three(kept=kept)
        for name in ("ben", "cora"):
            await ana.live.execute(commands.RaiseHand(), actor(name))
        await registry.close()
        following = Registry(SilentEngine(), kept=kept, clock=registry._clock)
        [live] = await following.start()
        away = AwaySeats()
        away.expect_all(live)
        for name in ("ana", "ben"):
            await Person(live, name).join(actor=actor(name))
            away.returned(live, name)
        await pass_time(HAND_GRACE - 1)
        assert list(live.room.hands) == ["ben", "cora"]
        await pass_time(2)
        assert list(live.room.hands) == ["ben"]

    run_virtual(scenario())


def test_two_commands_at_once_are_done_one_after_the_other():
    """The stage has one place left: one of two gets it."""

    async def scenario() -> None:
        settings = Settings(stage_size=2)
        _, [ana, *_] = await three(kind=replace(AUDIO_ROOM, settings=settings))
        both = [
            ana.live.execute(commands.ChangeRole(identity=who, role=Role.SPEAKER), actor("ana"))
            for who in ("ben", "cora")
        ]
        done, refused = await asyncio.gather(*both, return_exceptions=True)
        assert len(ana.live.room.stage) == 2
        assert isinstance(refused, RoomError)
        assert refused.code == "stage-full"
        assert done

    run_virtual(scenario())


def test_a_moderator_acts_from_outside():
    """By HTTP or a command line, with a token's role, without being in the room."""

    async def scenario() -> None:
        _, [ana, ben, _] = await three()
        bot = Actor(identity="bot", name="bot", granted=Role.HOST, outside=True)
        await ana.live.execute(commands.Kick(identity="ben"), bot)
        assert ben.out is not None
        with pytest.raises(RoomError, match="join it first"):
            await ana.live.execute(commands.RaiseHand(), bot)

    run_virtual(scenario())


def test_reactions_of_a_crowd_are_capped_and_custom_events_are_not():
    """A client is told of ten reactions in a quarter of a second; programs of every event."""

    async def scenario() -> None:
        _, [ana, ben, _] = await three()
        for _ in range(100):
            await ana.live.execute(commands.React(emoji="🔥"), actor("ben"))
            await ana.live.execute(commands.SendEvent(type="x", data="1"), actor("ana"))
        await pass_time(1)
        signals = [
            signal
            for message in await ben.read()
            if isinstance(message, messages.Signals)
            for signal in message.signals
        ]
        kinds = [signal.kind for signal in signals]
        assert kinds.count("event_sent") == 100
        assert kinds.count("reacted") == 11  # the first at once, and one full batch

    run_virtual(scenario())
