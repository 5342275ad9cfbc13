"""A log and a room that have gone apart: each is found out, and mended by itself."""

import pytest

from tests.server.people import Person, actor, assert_the_log_tells_the_room, open_room, say
from tests.server.silent_engine import SilentEngine
from tests.server.storage.rooms import said
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands, events
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.rooms.alarm import RETRY_AFTER
from tui_rooms.server.rooms.away import AWAY_GRACE, AwaySeats
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.storage.card import card_of
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.wire import messages


def test_a_log_that_went_on_by_itself_is_taken_over():
    """A conflict brings its events into the room, to the clients and to the engine."""

    async def scenario() -> None:
        kept = MemoryLog()
        _, live = await open_room(kept=kept)
        people = [Person(live, name) for name in ("ana", "ben", "cora")]
        for person in people:
            await person.join(actor=actor(person.name))
        ana, ben, cora = people
        await live.execute(commands.ChangeRole(identity="ben", role=Role.SPEAKER), actor("ana"))
        await live.offer_media(ben.seat)
        stranger = [
            said("from elsewhere", at=2_000_000.0),
            events.Kicked(identity="ben", name="Ben", reason="no", by="ana", at=2_000_000.0),
            events.StageLeft(identity="ben", at=2_000_000.0),
        ]
        await kept.append("tea", stranger, expected=live.version, card=card_of(live.room))
        await live.execute(say("hello"), actor("cora"))
        assert [m.text for m in live.room.chat.values()] == ["from elsewhere", "hello"]
        assert "ben" not in live.room.stage
        assert ben.out == ("kicked", "you were sent out of room 'Tea': no")
        for person in (ana, cora):
            await person.read()
            assert [m.text for m in person.room.chat.values()] == ["from elsewhere", "hello"]
            assert person.mirror.upto == live.version
        await assert_the_log_tells_the_room(live, kept)

    run_virtual(scenario())


class HalfBroken(MemoryLog):
    """A log whose commits reach the disk, although it says that they did not."""

    broken = False

    async def append(self, room_id, events, *, expected, card):
        await super().append(room_id, events, expected=expected, card=card)
        if self.broken:
            raise StorageError("storage-failed", "nobody knows")


def test_what_was_kept_after_all_appears_by_itself():
    """The disk said no but had it: soon the room takes it over, and nothing is said twice."""

    async def scenario() -> None:
        kept = HalfBroken()
        registry, live = await open_room(kept=kept)
        ana = Person(live, "ana")
        await ana.join(actor=actor("ana"))
        kept.broken = True
        with pytest.raises(RoomError, match="Try again"):
            await live.execute(say("perhaps"), actor("ana"))
        wanted = commands.CreateRoom(room_id="other", title="Other")
        with pytest.raises(RoomError, match="no room can be made"):
            await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        kept.broken = False
        await pass_time(RETRY_AFTER + 0.1)
        await ana.read()
        assert list(ana.room.chat) == ["perhaps"]
        await live.execute(say("perhaps"), actor("ana"))
        assert list(live.room.chat) == ["perhaps"]
        await assert_the_log_tells_the_room(live, kept)
        with pytest.raises(RoomError, match="exists already"):
            await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        assert (await registry.to_enter("other")).room.title == "Other"

    run_virtual(scenario())


def test_a_log_that_has_lost_its_end_is_started_over():
    """Everybody is shown the room as its log tells it; who is no longer in it is told so."""

    async def scenario() -> None:
        kept = MemoryLog()
        _, live = await open_room(kept=kept)
        people = [Person(live, name) for name in ("ana", "ben")]
        for person in people:
            await person.join(actor=actor(person.name))
        ana, _ = people
        before = live.version
        await live.execute(commands.UpdateRoom(title="Lost"), actor("ana"))
        dora = Person(live, "dora")
        await dora.join(actor=actor("dora"))
        await live.execute(commands.ChangeRole(identity="dora", role=Role.SPEAKER), actor("ana"))
        del kept._rooms["tea"].log[before:]
        await live.execute(say("on we go"), actor("ben"))
        await ana.read()
        assert isinstance(ana.heard[-1], messages.Events)
        assert ana.room.title == "Tea"
        assert list(ana.room.chat) == ["on we go"]
        assert list(ana.room.audience) == ["ben"]
        assert dora.out is not None
        assert dora.out[0] == "sent-out"
        await assert_the_log_tells_the_room(live, kept)

    run_virtual(scenario())


def test_a_hand_whose_owner_has_gone_is_not_started_over_with():
    """The log that lost its end has it up; Ben, who had stepped on the stage since, is sent out."""

    async def scenario() -> None:
        kept = MemoryLog()
        _, live = await open_room(kept=kept)
        for name in ("ana", "ben", "cora"):
            await Person(live, name).join(actor=actor(name))
        for name in ("ben", "cora"):
            await live.execute(commands.RaiseHand(), actor(name))
        before = live.version
        await live.execute(commands.ChangeRole(identity="ben", role=Role.SPEAKER), actor("ana"))
        del kept._rooms["tea"].log[before:]
        await live.execute(say("on we go"), actor("ana"))
        assert list(live.room.hands) == ["ben", "cora"]
        await pass_time(RETRY_AFTER + 0.1)
        assert list(live.room.hands) == ["cora"]

    run_virtual(scenario())


def test_a_room_that_is_carried_on_late_waits_for_nobody():
    """It could not be read at the start: neither places nor hands of then are kept."""

    async def scenario() -> None:
        kept = MemoryLog()
        first, live = await open_room(kept=kept)
        for name in ("ana", "ben"):
            await Person(live, name).join(actor=actor(name))
        await live.execute(commands.RaiseHand(), actor("ben"))
        await first.close()
        following = Registry(SilentEngine(), kept=kept, clock=first._clock)
        room = (await following.to_enter("tea")).room
        assert (room.stage, room.hands) == ({}, {})

    run_virtual(scenario())


def test_whoever_leaves_while_the_disk_fails_is_gone_when_it_works():
    """Nobody stays on a stage for ever because their leaving could not be kept."""

    async def scenario() -> None:
        kept = HalfBroken()
        kept.append_really = kept.append
        _, live = await open_room(kept=kept)
        ana, ben = Person(live, "ana"), Person(live, "ben")
        for person in (ana, ben):
            await person.join(actor=actor(person.name))
        await live.execute(commands.ChangeRole(identity="ben", role=Role.SPEAKER), actor("ana"))

        async def full(room_id, events, *, expected, card):
            raise StorageError("storage-full", "the disk is full")

        kept.append = full
        away = AwaySeats()
        seat, _ = ben.seat, await ben.drop()
        await away.keep(live, seat)
        await pass_time(AWAY_GRACE + 5)
        assert "ben" in live.room.stage
        kept.append = kept.append_really
        await pass_time(RETRY_AFTER + 0.1)
        assert "ben" not in live.room.stage
        await ana.read()
        assert "ben" not in ana.room.stage
        await assert_the_log_tells_the_room(live, kept)

    run_virtual(scenario())
