"""A disk that takes nothing ends no moderation: what protects people is done all the same."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import get_args

import pytest

from tests.server.people import Person, actor, open_room
from tests.server.silent_engine import SilentEngine
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules import commands, events
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import logged
from tui_rooms.rules.protecting import protects
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import OPEN_MIC
from tui_rooms.rules.view import view
from tui_rooms.server.rooms.alarm import RETRY_AFTER
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.rooms.unkept import LIMIT
from tui_rooms.server.storage.card import card_of
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.replaying import replayed
from tui_rooms.server.storage.sqlite import SqliteLog

ANA = actor("ana")
MUTE = commands.Mute(identity="ben")


@asynccontextmanager
async def stage(kept: MemoryLog | SqliteLog) -> AsyncIterator[tuple[LiveRoom, Person, Person]]:
    """A live room with its host Ana, and Ben who speaks."""
    registry, live = await open_room(kept=kept, kind=OPEN_MIC)
    people = Person(live, "ana"), Person(live, "ben")
    for person in people:
        await person.join(actor=actor(person.name))
    await live.execute(commands.Unmute(), actor("ben"))
    await live.offer_media(people[1].seat)
    try:
        yield live, *people
    finally:
        await registry.close()


class Full(MemoryLog):
    """A log on a disk that can be full."""

    full = False

    async def append(self, room_id, events, *, expected, card):
        """Nothing, while it is."""
        if self.full:
            raise StorageError("storage-full", "the disk is full")
        await super().append(room_id, events, expected=expected, card=card)


class Lying(MemoryLog):
    """A log whose commits reach the disk, although it says that they did not."""

    full = False

    async def append(self, room_id, events, *, expected, card):
        """Both."""
        await super().append(room_id, events, expected=expected, card=card)
        if self.full:
            raise StorageError("storage-failed", "nobody knows")


async def assert_all_agree(live: LiveRoom, kept: MemoryLog | SqliteLog, *people: Person) -> None:
    """The log, the room and what everyone was told are the same."""
    found = await replayed(kept, live.room_id)
    assert found is not None
    assert found[1] == live.version
    assert logged(live.room) == found[0]
    for person in people:
        await person.read()
        if person.seat is not None:
            mirrored, seen = person.room, view(live.room, person.name)
            assert (mirrored.stage, mirrored.blocked) == (seen.stage, seen.blocked)


# What is done.

ACTS: dict[str, tuple[commands.Command, Callable[[LiveRoom, Person], bool]]] = {
    "mute": (MUTE, lambda live, ben: live.room.stage["ben"].muted),
    "mute all": (
        commands.MuteAll(may_unmute=False),
        lambda live, ben: not live.room.may_be_heard("ben"),
    ),
    "kick": (commands.Kick(identity="ben"), lambda live, ben: ben.out[0] == "kicked"),
    "block": (commands.Block(identity="ben"), lambda live, ben: "ben" in live.room.blocked),
    "off the stage": (
        commands.ChangeRole(identity="ben", role=Role.LISTENER),
        lambda live, ben: "ben" not in live.room.stage,
    ),
    "revoke": (
        commands.RevokeCapability(identity="ben", capability=Capability.SEND_MESSAGE),
        lambda live, ben: Capability.SEND_MESSAGE in live.room.revocations["ben"],
    ),
    "slow mode": (commands.SetSlowMode(seconds=60), lambda live, ben: live.room.slow_mode_s == 60),
    "delete": (
        commands.DeleteMessage(message_id="m"),
        lambda live, ben: live.room.chat["m"].deleted_by == "ana",
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_what_protects_people_is_done_while_the_disk_is_full_and_kept_when_it_is_not(act):
    """At once, for everyone and in the engine; it is no more lost than anything else afterwards."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, ana, ben):
            message = commands.SendMessage(message_id="m", text="rude", to=ToEveryone())
            await live.execute(message, actor("ben"))
            kept.full = True
            command, is_done = ACTS[act]
            happened = await live.execute(command, ANA)
            assert not live.has_kept(happened)
            assert is_done(live, ben)
            await ana.read()
            assert view(live.room, "ana").stage == ana.room.stage
            with pytest.raises(RoomError, match="cannot be changed now"):
                await live.execute(commands.UpdateRoom(title="New"), ANA)
            await pass_time(60.0)
            assert not live.has_kept(happened)
            kept.full = False
            await pass_time(10.0)
            assert live.has_kept(happened)
            await assert_all_agree(live, kept, ana, ben)
            assert is_done(live, ben)

    run_virtual(scenario())


def test_a_muted_microphone_is_closed_in_the_engine_and_stays_so():
    """Whatever its owner does: to open it again has to be kept."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, _, ben):
            engine = live._engine
            assert isinstance(engine, SilentEngine)
            assert engine.may_send[ben.seat.peer]
            kept.full = True
            await live.execute(MUTE, ANA)
            assert not engine.may_send[ben.seat.peer]
            with pytest.raises(RoomError) as refused:
                await live.execute(commands.Unmute(), actor("ben"))
            assert refused.value.code == "not-kept"
            assert not engine.may_send[ben.seat.peer]

    run_virtual(scenario())


def test_whoever_comes_back_meanwhile_finds_it_done():
    """Their number in the log says nothing of it: they are shown the whole room."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, ana, ben):
            cora = Person(live, "cora")
            await cora.join(actor=actor("cora"))
            for person in (ana, ben, cora):
                await person.read()
            await ben.drop()
            kept.full = True
            await live.execute(MUTE, ANA)
            await live.execute(commands.Block(identity="cora"), ANA)
            await cora.read()
            await ben.join(actor=actor("ben"))
            await ana.drop()
            await ana.join(actor=ANA)
            for person in (ana, ben):
                await person.read()
                assert person.room.stage["ben"].muted
            assert "cora" in ana.room.blocked
            assert cora.out[0] == "blocked"
            kept.full = False
            await live.execute(commands.UpdateRoom(title="New"), ANA)
            await ana.read()
            await ana.drop()
            await ana.join(actor=ANA)
            await assert_all_agree(live, kept, ana, ben)

    run_virtual(scenario())


def test_what_was_done_comes_before_all_that_is_done_later_in_the_log():
    """The first change that is kept takes it along, in one transaction."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, ana, _):
            kept.full = True
            await live.execute(MUTE, ANA)
            await live.execute(commands.Kick(identity="ben"), ANA)
            before = live.version
            kept.full = False
            await live.execute(commands.UpdateRoom(title="New"), ANA)
            kinds = [event.kind for event in await kept.read("tea", after=before)]
            assert kinds == ["muted", "kicked", "stage_left", "room_updated"]
            await assert_all_agree(live, kept, ana)

    run_virtual(scenario())


def test_a_server_that_ends_with_a_full_disk_forgets_it_and_says_so(caplog):
    """It holds until the room's next start, and no longer; a disk with room again keeps it."""

    async def scenario(*, recovers: bool) -> bool:
        kept = Full()
        async with stage(kept) as (live, _, _):
            kept.full = True
            await live.execute(MUTE, ANA)
            kept.full = not recovers
        kept.full = False
        following = Registry(SilentEngine(), kept=kept, clock=lambda: 2_000_000.0)
        await following.start()
        room = (await following.to_enter("tea")).room
        muted = [event for event in await kept.read("tea") if event.kind == "muted"]
        await following.close()
        return bool(muted) or room.stage.get("ben") is not None

    assert run_virtual(scenario(recovers=True))
    assert "is lost" not in caplog.text
    run_virtual(scenario(recovers=False))
    assert "what was done in room 'tea' without being kept is lost" in caplog.text


def test_what_the_disk_took_although_it_said_no_is_not_done_twice():
    """It is found in the log as it was done, however many acts there were."""

    async def scenario() -> None:
        kept = Lying()
        async with stage(kept) as (live, ana, ben):
            kept.full = True
            await live.execute(MUTE, ANA)
            await live.execute(commands.Block(identity="ben"), ANA)
            kept.full = False
            await pass_time(RETRY_AFTER + 0.1)
            assert live.has_kept(await kept.read("tea"))
            await live.execute(commands.UpdateRoom(title="New"), ANA)
            kinds = [event.kind for event in await kept.read("tea")]
            assert kinds.count("muted") == kinds.count("blocked") == 1
            await assert_all_agree(live, kept, ana, ben)

    run_virtual(scenario())


def test_a_log_that_went_on_by_itself_meanwhile_is_taken_over_and_people_stay_protected():
    """The room becomes what the log tells, and what was not kept is done anew in it."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, ana, ben):
            kept.full = True
            await live.execute(MUTE, ANA)
            kept.full = False
            elsewhere = events.RoomUpdated(title="Else", by="ana", at=2_000_000.0)
            await kept.append("tea", [elsewhere], expected=live.version, card=card_of(live.room))
            await pass_time(3 * RETRY_AFTER)
            assert live.room.title == "Else"
            assert live.room.stage["ben"].muted
            await assert_all_agree(live, kept, ana, ben)

    run_virtual(scenario())


def test_what_is_done_without_the_disk_is_bounded():
    """After thousands of acts nothing more is done until the disk takes them."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, _, _):
            kept.full = True
            for n in range(LIMIT):
                await live.execute(commands.SetSlowMode(seconds=n + 1), ANA)
            with pytest.raises(RoomError, match="cannot be changed now"):
                await live.execute(MUTE, ANA)
            kept.full = False
            await live.execute(MUTE, ANA)
            assert live.room.stage["ben"].muted

    run_virtual(scenario())


def test_a_refusal_of_the_rules_is_one_on_a_full_disk_too():
    """Nobody moderates whom they may not, and no act is counted as done."""

    async def scenario() -> None:
        kept = Full()
        async with stage(kept) as (live, _, _):
            kept.full = True
            with pytest.raises(RoomError) as refused:
                await live.execute(commands.Kick(identity="ana"), actor("ben"))
            assert refused.value.code in ("not-allowed", "outranked")
            assert live._ledger.unkept.events == []

    run_virtual(scenario())


def test_only_what_takes_something_from_somebody_is_done_without_being_kept():
    """Rooms, words and rights that are given are promises, and promises are kept."""
    always = {
        kind.__name__
        for kind in get_args(commands.ParticipantCommand)
        if kind is not commands.ChangeRole and protects(object.__new__(kind))
    }
    assert {"Mute", "MuteAll", "Kick", "Block"} <= always
    gives = {"Unmute", "GrantCapability", "Unblock", "SendMessage", "GoLive", "AcceptOffer"}
    assert not always & gives
    assert protects(commands.ChangeRole(identity="x", role=Role.LISTENER))
    assert not protects(commands.ChangeRole(identity="x", role=Role.HOST))


# On real disks.


@contextmanager
def no_longer_files(*_: object) -> Iterator[None]:
    """The system lets this process write no more than a few bytes at the end of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def sqlite_that_says(breaks: str, mends: str) -> Callable[..., AbstractContextManager[None]]:
    """SQLite's own refusal."""

    @contextmanager
    def broken(kept: SqliteLog, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        connection = kept._database._connection
        kept._thread.submit(connection.execute, breaks).result()
        try:
            yield
        finally:
            kept._thread.submit(connection.execute, mends).result()

    return broken


@contextmanager
def a_file_that_is_away(kept: SqliteLog, _: object) -> Iterator[None]:
    """Somebody has moved it."""
    path = kept._database._path
    hidden = path.with_name("elsewhere.db")
    path.rename(hidden)
    try:
        yield
    finally:
        hidden.rename(path)


FAULTS = {
    "the file may not grow": no_longer_files,
    "read-only": sqlite_that_says("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    "full": sqlite_that_says("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"),
    "a table lost": sqlite_that_says(
        "ALTER TABLE event RENAME TO lost", "ALTER TABLE lost RENAME TO event"
    ),
    "the file away": a_file_that_is_away,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_real_file_that_takes_nothing_holds_up_no_moderation(tmp_path: Path, fault: str):
    """By whatever fault: Ben is muted and sent out at once, and the log has it when it can."""
    kept = await SqliteLog.open(tmp_path / "rooms.db")
    async with stage(kept) as (live, ana, ben):
        with FAULTS[fault](kept, asyncio.get_running_loop()):
            for n in range(100):  # a file that may not grow has room in its pages yet
                message = commands.SendMessage(message_id=f"m{n}", text="x" * 2000, to=ToEveryone())
                try:
                    await live.execute(message, ANA)
                except RoomError:
                    break
            muted = await live.execute(MUTE, ANA)
            assert live.room.stage["ben"].muted
            kicked = await live.execute(commands.Kick(identity="ben"), ANA)
            assert ben.out[0] == "kicked"
            if fault != "full":  # a page that is not full takes a few small events yet
                assert not live.has_kept(kicked)
        await live.execute(commands.UpdateRoom(title="Back"), ANA)
        assert live.has_kept([*muted, *kicked])
        await assert_all_agree(live, kept, ana)
    await kept.close()
