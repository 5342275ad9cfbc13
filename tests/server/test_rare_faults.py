"""Cancelled callers, failing disks, a log that goes on by itself: nothing is lost, nothing jams."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.server.people import Person, actor, assert_the_log_tells_the_room, open_room, say
from tests.server.serving import served
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import running_server
from tui_rooms.rules import commands
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.view import view
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.registry import Registry
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.sqlite import SqliteLog


@asynccontextmanager
async def room_on_disk(path: Path) -> AsyncIterator[tuple[Registry, LiveRoom, SqliteLog]]:
    """A live room whose log is a real file."""
    kept = await SqliteLog.open(path / "rooms.db")
    registry, live = await open_room(kept=kept)
    try:
        yield registry, live, kept
    finally:
        await registry.close()
        await kept.close()


async def on_the_disk(kept: SqliteLog, *statements: str) -> None:
    """Say something to SQLite itself, on the log's own connection."""
    for statement in statements:
        await kept._on_thread(kept._database._connection.execute, statement)


async def cancelled_after(turns: int, work: Awaitable[object]) -> None:
    """Begin something, and cancel it after so many turns of the loop."""
    task = asyncio.ensure_future(work)
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("seed", range(5))
async def test_callers_who_are_cancelled_at_any_moment_tear_nothing(tmp_path, seed):
    """Afterwards room, log and what everyone was told are the same, and nobody waits in vain."""
    chance = random.Random(seed)
    async with room_on_disk(tmp_path) as (_, live, kept):
        people = [Person(live, name) for name in ("ana", "ben", "cora", "dan")]
        for person in people:
            await person.join(actor=actor(person.name))
        ana, ben, cora, dan = people

        def some_work(number: int) -> Awaitable[object]:
            who = chance.choice(["ana", "ben", "cora"])
            works: list[Callable[[], Awaitable[object]]] = [
                lambda: live.execute(say(f"m{number}"), actor(who)),
                lambda: live.execute(commands.RaiseHand(), actor("ben")),
                lambda: live.execute(commands.LowerHand(identity="ben"), actor("ana")),
                lambda: live.execute(commands.UpdateRoom(title=f"T{number}"), actor("ana")),
                lambda: live.execute(commands.Expire(), actor("ana")),
                lambda: dan.join(actor=actor("dan")),
                lambda: live.give_up("nobody"),
            ]
            return chance.choice(works)()

        for first in range(0, 200, 4):  # a few turns of the loop are an append's time
            some = range(first, first + 4)
            await asyncio.gather(
                *(cancelled_after(chance.randrange(60), some_work(n)) for n in some)
            )
        await live.execute(say("last"), actor("ana"))
        await assert_the_log_tells_the_room(live, kept)
        for person in (ana, ben, cora):
            await person.read()
            assert list(person.room.chat) == list(live.room.chat)
            assert person.room.title == live.room.title
            assert person.mirror.upto == live.version


async def test_a_command_whose_asker_has_gone_is_kept_and_told(tmp_path):
    """Cancelled while the disk writes, it is in the log, in the room and with the others."""
    async with room_on_disk(tmp_path) as (_, live, kept):
        ben = Person(live, "ben")
        await ben.join(actor=actor("ben"))
        for turns in range(8):
            text = f"after {turns}"
            await cancelled_after(turns + 1, live.execute(say(text), actor("ben")))
            await live.execute(say(f"next {turns}"), actor("ben"))
            assert text in live.room.chat
        await assert_the_log_tells_the_room(live, kept)
        await ben.read()
        assert ben.room.chat == view(live.room, "ben").chat


async def test_a_room_whose_maker_has_gone_is_there(tmp_path):
    """Kept and open, whenever its maker was cancelled; its id is not lost in between."""
    async with room_on_disk(tmp_path) as (registry, _, kept):
        for turns in range(8):
            wanted = commands.CreateRoom(room_id=f"made-{turns}", title="Made")
            making = registry.create(wanted, room_type="audio_room", actor=actor("ana"))
            await cancelled_after(turns + 1, making)
        await registry._works.finished()
        for room_id in await kept.open_rooms():
            assert (await registry.to_enter(room_id)).room.life is not Life.ENDED
        assert registry.is_open("made-7")


def test_clients_that_vanish_while_they_ask_leave_a_whole_room(tmp_path):
    """Real sockets that die behind their last request: all that lies in the log was told."""
    data = tmp_path / "data"
    with (
        running_server("--data", str(data)) as server,
        dialogue(server.url, name="Ana") as ana,
    ):
        ana.ask("create_room", room="vanish", title="V", room_type="open_mic", live=True)
        ana.ask("join_room", room="vanish", media=False)
        for number in range(20):
            with dialogue(server.url, name=f"P{number}") as person:
                person.ask("join_room", room="vanish", media=False)
                command = {"kind": "send_message", "text": f"text {number}"}
                person.send({"type": "do", "id": 99, "command": command})
                person.send({"type": "do", "id": 100, "command": {"kind": "raise_hand"}})
                person.socket.socket.close()
        texts = [ana.event("message_sent")["text"] for _ in range(20)]
        page = ana.ask("read_chat")
        assert [message["text"] for message in page["messages"]] == texts
        assert sorted(texts) == sorted(f"text {number}" for number in range(20))


async def fill(live: LiveRoom, stem: str) -> None:
    """Write until it is refused: a full file may have room for a few yet."""
    for number in range(50):
        message_id = f"{stem}-{number}"
        message = commands.SendMessage(message_id=message_id, text="x" * 2000, to=ToEveryone())
        await live.execute(message, actor("ana"))


FAULTS = {
    "read-only": (["PRAGMA query_only = 1"], ["PRAGMA query_only = 0"]),
    "full": (["PRAGMA max_page_count = 1"], ["PRAGMA max_page_count = 1000000"]),
    "table lost": (
        ["ALTER TABLE event RENAME TO lost"],
        ["ALTER TABLE lost RENAME TO event"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_disk_that_fails_refuses_and_recovers(tmp_path, fault):
    """While it fails, a sentence says to try again, and listeners come in; then all goes on."""
    breaks, mends = FAULTS[fault]
    async with room_on_disk(tmp_path) as (registry, live, kept):
        ana, ben = Person(live, "ana"), Person(live, "ben")
        await ana.join(actor=actor("ana"))
        await on_the_disk(kept, *breaks)
        for n in range(3):
            with pytest.raises(RoomError, match="Try again in a moment") as refused:
                await fill(live, f"m{n}")
            assert refused.value.code == "not-kept"
            assert str(tmp_path) not in refused.value.sentence
        wanted = commands.CreateRoom(room_id="new", title="New" * 20)
        if fault != "full":
            with pytest.raises(RoomError, match="no room can be made now"):
                await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        if fault != "table lost":  # its log can be read, so what is not logged goes on
            await ben.join(actor=actor("ben"))
        await on_the_disk(kept, *mends)
        await live.execute(say("back"), actor("ana"))
        await registry.create(
            commands.CreateRoom(room_id="newer", title="New"),
            room_type="audio_room",
            actor=actor("ana"),
        )
        await ana.read()
        assert "back" in ana.room.chat
        await assert_the_log_tells_the_room(live, kept)


async def test_what_cannot_be_read_is_refused_without_saying_where_it_lies(tmp_path):
    """Over HTTP and WebSocket: try again; the connection lives, and goes on with the disk."""
    async with served(tmp_path) as (shared, url):
        kept = shared.door.registry.kept
        assert isinstance(kept, SqliteLog)

        def talk() -> list[tuple[str, str]]:
            with dialogue(url, name="Ana") as ana:
                ana.ask("create_room", title="Tea", live=True)
                ana.ask("join_room", room="tea", media=False)
                asyncio.run_coroutine_threadsafe(on_the_disk(kept, breaks), loop).result()
                answers = [ana.ask("read_audit"), ana.ask("preview_room", room="nowhere")]
                answer = call(f"{url}/api/rooms/nowhere")
                assert (answer.status, answer.headers["retry-after"]) == (503, "1")
                asyncio.run_coroutine_threadsafe(on_the_disk(kept, mends), loop).result()
                assert ana.ask("read_audit")["type"] == "audit"
                assert call(f"{url}/api/rooms/nowhere").status == 404
                told = [(answer["code"], answer["reason"]) for answer in answers]
                return [*told, (answer.code, answer.reason)]

        loop = asyncio.get_running_loop()
        (breaks,), (mends,) = FAULTS["table lost"]
        told = await asyncio.to_thread(talk)
    assert {code for code, _ in told} == {"not-read"}
    for _, reason in told:
        assert "Try again in a moment" in reason
        assert str(tmp_path) not in reason


async def test_a_file_that_was_taken_away_is_missed_at_once(tmp_path):
    """Without it nothing is acknowledged; when it is back where it was, all goes on."""
    async with room_on_disk(tmp_path) as (_, live, kept):
        await live.execute(commands.JoinRoom(), actor("ana"))
        file, hidden = tmp_path / "rooms.db", tmp_path / "elsewhere.db"
        file.rename(hidden)
        with pytest.raises(RoomError) as refused:
            await live.execute(say("into nothing"), actor("ana"))
        assert refused.value.code == "not-kept"
        assert isinstance(refused.value.__cause__, StorageError)
        assert refused.value.__cause__.code == "storage-removed"
        hidden.rename(file)
        await live.execute(say("back"), actor("ana"))
        assert list(live.room.chat) == ["back"]
        await assert_the_log_tells_the_room(live, kept)


async def test_nobody_else_writes_to_the_file(tmp_path):
    """A second connection is kept out, and the room never notices."""
    async with room_on_disk(tmp_path) as (_, live, kept):
        await live.execute(commands.JoinRoom(), actor("ana"))
        outside = sqlite3.connect(tmp_path / "rooms.db", timeout=0)
        try:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                outside.execute("DELETE FROM event")
        finally:
            outside.close()
        await live.execute(say("fine"), actor("ana"))
        await assert_the_log_tells_the_room(live, kept)
