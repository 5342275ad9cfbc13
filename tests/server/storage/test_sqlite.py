"""The SQLite file: what survives, who may open it, what a slow or full disk does."""

import asyncio
import os
import resource
import sqlite3
import stat
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from tests.server.storage.rooms import made, said
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.events import MessageDeleted
from tui_rooms.server.storage import sqlite as sqlite_log
from tui_rooms.server.storage.codec import event_text
from tui_rooms.server.storage.database import Database
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.server.storage.schema import MIGRATIONS, migrate
from tui_rooms.server.storage.sqlite import SqliteLog
from tui_rooms.server.storage.topics import Topic

NOBODY = 65_534
"""The user id that owns nothing."""


@asynccontextmanager
async def opened(path: Path, **options) -> AsyncIterator[SqliteLog]:
    log = await SqliteLog.open(path, **options)
    try:
        yield log
    finally:
        await log.close()


async def keep_a_room(path: Path) -> list:
    first, card = made(live_at=110.0)
    async with opened(path) as log:
        await log.append("talk", first, expected=0, card=card)
    return first


@contextmanager
def busy_disk(log: SqliteLog):
    """The thread of the log is held up, as by a disk that does not answer."""
    answers = threading.Event()
    log._thread.submit(answers.wait)
    try:
        yield
    finally:
        answers.set()


@pytest.mark.parametrize("sync", ["normal", "full"])
async def test_a_room_is_there_after_a_restart(path, sync):
    """What one server kept, the next one reads, finds and goes on with."""
    first, card = made(live_at=110.0)
    async with opened(path, sync=sync) as log:
        await log.append("talk", first, expected=0, card=card)
    async with opened(path, sync=sync) as log:
        assert await log.read("talk") == first
        assert await log.open_rooms() == ["talk"]
        assert (await log.query(RoomQuery())).rooms == (card,)
        await log.append("talk", [said("again")], expected=2, card=card)


async def test_the_disk_is_synced_as_asked(path):
    """`full` waits for the disk with each commit, `normal` does not; both write ahead."""
    for sync, level in (("normal", 1), ("full", 2)):
        async with opened(path, sync=sync) as log:

            def pragma(name: str, log: SqliteLog = log) -> object:
                return log._database._connection.execute(f"PRAGMA {name}").fetchone()[0]

            assert await log._on_thread(pragma, "synchronous") == level
            assert await log._on_thread(pragma, "journal_mode") == "wal"


async def test_only_its_owner_reads_the_file(path):
    """Private messages and password hashes lie in it."""
    async with opened(path):
        for file in path.parent.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_second_server_is_refused(path):
    """Two servers never share a file; when the first has stopped, the next may have it."""
    async with opened(path):
        with pytest.raises(StorageError, match="in use by another server") as refused:
            await SqliteLog.open(path)
        assert refused.value.code == "storage-locked"
    async with opened(path):
        pass


async def test_appends_that_wait_are_one_transaction(path):
    """While the disk is busy, appends gather; then one commit acknowledges all of them."""
    async with opened(path) as log:
        statements: list[str] = []
        connection = log._database._connection
        await log._on_thread(connection.set_trace_callback, statements.append)
        rooms = [made(f"room-{n}") for n in range(50)]
        with busy_disk(log):
            waiting = [
                asyncio.create_task(log.append(card.room_id, happened, expected=0, card=card))
                for happened, card in rooms
            ]
            await asyncio.sleep(0)  # each has been asked, the loop goes on
            assert not any(task.done() for task in waiting)
        await asyncio.gather(*waiting)
        assert statements.count("COMMIT") == 1
        assert len(await log.open_rooms()) == 50


async def test_too_many_waiting_appends_are_refused(path, monkeypatch):
    """When the disk cannot follow, memory does not fill: the next is refused, the others land."""
    monkeypatch.setattr(sqlite_log, "WAITING_LIMIT", 3)
    async with opened(path) as log:
        rooms = [made(f"room-{n}") for n in range(5)]
        with busy_disk(log):
            waiting = [
                asyncio.create_task(log.append(card.room_id, happened, expected=0, card=card))
                for happened, card in rooms
            ]
            for task in waiting[3:]:
                with pytest.raises(StorageError, match="try again later") as refused:
                    await task
                assert refused.value.code == "storage-busy"
        await asyncio.gather(*waiting[:3])
        assert sorted(await log.open_rooms()) == ["room-0", "room-1", "room-2"]


async def test_what_is_to_be_kept_comes_between_the_slices_of_a_search(path, monkeypatch):
    """A search through many rooms keeps nobody's command waiting, and misses none."""
    monkeypatch.setattr(sqlite_log, "SEARCH_CHUNK", 2)
    async with opened(path) as log:
        for number in range(30):
            happened, card = made(f"room-{number}", title=f"Talk {number}", at=100.0 + number)
            await log.append(card.room_id, happened, expected=0, card=card)
        search = asyncio.create_task(log.query(RoomQuery(text="nowhere")))
        await asyncio.sleep(0)
        happened, card = made("another", title="Another")
        await log.append("another", happened, expected=0, card=card)
        assert not search.done()
        assert not (await search).rooms
        found, cursor = [], None
        while True:
            page = await log.query(RoomQuery(text="talk", limit=7, cursor=cursor))
            found += [room.room_id for room in page.rooms]
            cursor = page.next
            if cursor is None:
                break
        assert found == [f"room-{number}" for number in reversed(range(30))]


async def test_closing_finishes_what_waits(path):
    """An append that was accepted before closing is kept and acknowledged."""
    first, card = made()
    log = await SqliteLog.open(path)
    with busy_disk(log):
        waiting = asyncio.create_task(log.append("talk", first, expected=0, card=card))
        await asyncio.sleep(0)
        closing_down = asyncio.create_task(log.close())
        await asyncio.sleep(0)
    await asyncio.gather(waiting, closing_down)
    async with opened(path) as log:
        assert await log.read("talk") == first


async def test_somebody_who_goes_away_harms_nobody_who_waits(path):
    """A cancelled append neither cancels the commit for others nor takes its own events back."""
    async with opened(path) as log:
        (one, card_one), (two, card_two) = made("one"), made("two")
        with busy_disk(log):
            gone = asyncio.create_task(log.append("one", one, expected=0, card=card_one))
            stays = asyncio.create_task(log.append("two", two, expected=0, card=card_two))
            await asyncio.sleep(0)
            gone.cancel()
        await stays
        assert gone.cancelled()
        assert await log.read("one") == one


async def test_a_full_disk_refuses_and_loses_nothing(path):
    """The append is refused with a sentence; what was there stays; with room again, it goes on."""
    first, card = made()
    long_talk = [said("x" * 1000) for _ in range(1000)]
    async with opened(path) as log:
        await log.append("talk", first, expected=0, card=card)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
        try:
            with pytest.raises(StorageError, match="disk") as refused:
                await log.append("talk", long_talk, expected=1, card=card)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert refused.value.code in ("storage-full", "storage-failed")
        assert await log.read("talk") == first
        await log.append("talk", long_talk, expected=1, card=card)
    async with opened(path) as log:
        assert await log.read("talk") == [*first, *long_talk]


async def test_nothing_forgotten_is_left_in_the_files(path):
    """A forgotten room's words cannot be found in the bytes on the disk either."""
    first, card = made(title="Marzipan", ended_at=120.0)
    async with opened(path) as log:
        secrets = [said(f"pistachio {n}") for n in range(500)]
        await log.append("talk", [*first, *secrets], expected=0, card=card)
        assert any(b"pistachio" in file.read_bytes() for file in path.parent.iterdir())
        await log.forget_before(130.0)
        for file in path.parent.iterdir():
            content = file.read_bytes().lower()
            assert b"pistachio" not in content, file
            assert b"marzipan" not in content, file


async def test_a_file_of_something_else_is_refused_and_kept(path):
    """A file that is no database is named, and not one byte of it changes."""
    path.parent.mkdir()
    path.write_text("dear diary, " * 1000)
    with pytest.raises(StorageError, match="is not a database of rooms") as refused:
        await SqliteLog.open(path)
    assert refused.value.code == "storage-foreign"
    assert path.read_text() == "dear diary, " * 1000
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_the_database_of_another_program_is_refused_and_kept(path):
    """SQLite files that are not ours are recognised by their mark, and left as they are."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE room (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="database of another program") as refused:
        await SqliteLog.open(path)
    assert refused.value.code == "storage-foreign"
    assert path.read_bytes() == before


async def test_a_newer_file_is_refused_and_kept(path):
    """A file of a newer version is not touched: the operator is told to update."""
    first = await keep_a_room(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StorageError, match="written by a newer tui-rooms") as refused:
        await SqliteLog.open(path)
    assert refused.value.code == "storage-too-new"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    async with opened(path) as log:
        assert await log.read("talk") == first


async def test_a_damaged_file_is_named(path):
    """Broken pages give a sentence, not a wrong log."""
    await keep_a_room(path)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="restore a backup") as refused:
        async with opened(path) as log:
            await log.read("talk")
    assert refused.value.code == "storage-corrupt"


async def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """A directory instead of a file, and a file instead of a directory."""
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "rooms.db"):
        with pytest.raises(StorageError, match="choose another --data") as refused:
            await SqliteLog.open(place)
        assert refused.value.code == "storage-unwritable"


async def test_a_file_that_may_not_be_written_is_named():
    """A file of somebody else is refused at the start, not at the first append."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "rooms.db")
        await keep_a_room(path)
        with (
            unprivileged(path),
            pytest.raises(StorageError, match="Permission denied") as refused,
        ):
            await SqliteLog.open(path)
    assert refused.value.code == "storage-unwritable"


@contextmanager
def unprivileged(path: Path) -> Iterator[None]:
    """Somebody who may read the file and no more. Root may all: be nobody for a moment."""
    path.parent.chmod(0o755)
    path.chmod(0o444)
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def seats(path: Path) -> list:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT room_id, seats FROM room").fetchall()


def test_an_older_file_is_brought_forward(path):
    """Every migration that a file has not seen is applied once, and what lies in it stays."""
    asyncio.run(keep_a_room(path))
    added = (
        "ALTER TABLE room ADD COLUMN seats INTEGER NOT NULL DEFAULT 100",
        "UPDATE room SET seats = 2 * seats WHERE state = 'live'",
    )
    for _ in range(2):
        with closing(Database(path, "normal", [*MIGRATIONS, added])) as database:
            assert len(database.events("talk", 0, 100)) == 2
        assert seats(path) == [("talk", 200)]
    with pytest.raises(StorageError, match="written by a newer tui-rooms"):
        Database(path, "normal")


async def test_every_older_version_leads_to_the_newest(path):
    """A file that stopped at any version so far opens, and holds rooms."""
    for version in range(len(MIGRATIONS) + 1):
        older = path.with_name(f"version-{version}.db")
        older.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(older, isolation_level=None)) as connection:
            migrate(connection, older, MIGRATIONS[:version])
        first = await keep_a_room(older)
        async with opened(older) as log:
            assert await log.read("talk") == first


async def test_what_an_older_version_kept_is_read_in_pages_too(path):
    """Its events are put into their topics when the file is brought forward."""
    first, _ = made(live_at=110.0)
    gone = MessageDeleted(
        message_id="m200.0", identity="ana", name="ana", to=ToEveryone(), by="ben", at=3.0
    )
    kept = [*first, said("hello"), gone]
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, MIGRATIONS[:1])
        rows = [("talk", seq, event_text(event)) for seq, event in enumerate(kept, start=1)]
        connection.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)
    async with opened(path) as log:
        assert await log.newest("talk", Topic.CHAT, limit=9) == [(3, kept[2])]
        assert await log.newest("talk", Topic.AUDIT, limit=9) == [(4, gone), (2, kept[1])]
        assert await log.about_messages("talk", ["m200.0"]) == [(3, kept[2]), (4, gone)]


async def test_a_page_reads_no_more_than_the_page(path):
    """SQLite finds it by an index: a long log costs a page no more than a short one."""
    async with opened(path) as log:
        connection, asked = log._database._connection, []
        await log._on_thread(connection.set_trace_callback, asked.append)
        await log.newest("talk", Topic.AUDIT, before=9, limit=3)
        await log.about_messages("talk", ["a", "b"])
        await log._on_thread(connection.set_trace_callback, None)
        assert len(asked) == 2
        for statement in asked:
            explain = f"EXPLAIN QUERY PLAN {statement}"
            rows = await log._on_thread(connection.execute, explain)
            plan = (await log._on_thread(rows.fetchall))[0][3]
            assert "topic=? AND seq<?" in plan or "message=?" in plan


def test_a_migration_that_fails_changes_nothing(path):
    """Half a migration is none: the version that wrote the file still reads it."""
    asyncio.run(keep_a_room(path))
    broken = ("ALTER TABLE room ADD COLUMN seats INTEGER", "SELECT no_such_column FROM room")
    with pytest.raises(StorageError, match="SQLITE_ERROR"):
        Database(path, "normal", [*MIGRATIONS, broken])
    with closing(Database(path, "normal")) as database:
        assert len(database.events("talk", 0, 100)) == 2
    with pytest.raises(sqlite3.OperationalError, match="no such column: seats"):
        seats(path)
