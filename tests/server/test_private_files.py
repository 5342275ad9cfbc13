"""What lies in a server's data directory: who may read it, and what happens when it is junk."""

import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli.test_commands import run
from tests.server.webhooks.receiver import receiving
from tests.support.dialogue import dialogue
from tests.support.server import running_server
from tui_rooms.cli.exits import Exit
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.calendar_links import FILE as CALENDARS_FILE
from tui_rooms.server.door.credentials.calendar_links import CalendarLinks
from tui_rooms.server.door.credentials.invitations import FILE as INVITATIONS_FILE
from tui_rooms.server.door.credentials.invitations import Invitations
from tui_rooms.server.door.credentials.keys import (
    KEYS_FILE,
    WEBHOOK_FILE,
    Keys,
    KeysError,
    load_keys,
    load_webhook_secret,
)
from tui_rooms.server.parts import ROOMS_FILE
from tui_rooms.server.rooms.room_types import RoomTypesError, load_room_types
from tui_rooms.server.serve import PRIVATE
from tui_rooms.server.storage.database import Database
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.private_files import closed_to_others
from tui_rooms.server.webhooks.queue import FILE as WEBHOOKS_FILE
from tui_rooms.server.webhooks.queue import Queue
from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.places import FILE_VARIABLE
from tui_rooms.tui.settings.reading import read_settings


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """What new files are closed to by default, also for programs that are started meanwhile."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode_of(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_for_its_owner_alone_from_its_making(tmp_path):
    """Also beside the databases while they are used, and when the system would leave all open."""
    data = tmp_path / "made" / "data"
    with (
        umask(0),
        receiving() as receiver,
        running_server("--data", str(data), "--webhook", receiver.url) as server,
        dialogue(server.url, name="Ana") as ana,
    ):
        ana.ask("create_room", title="Tea", live=True)
        receiver.until(1)
        names = {path.name for path in data.iterdir()}
        assert {*PRIVATE, "invitations.db-wal", "webhooks.db-shm"} <= names
        assert {
            path.name: oct(mode_of(path)) for path in data.iterdir() if mode_of(path) != 0o600
        } == {}
        assert mode_of(data) == 0o700


def open_to_all(data: Path) -> None:
    """As an earlier version left it."""
    load_keys(data)
    with closing(Invitations(data)):
        pass
    data.chmod(0o755)
    (data / INVITATIONS_FILE).chmod(0o644)
    (data / KEYS_FILE).chmod(0o666)


def test_what_others_could_read_is_said_and_closed_to_them(tmp_path):
    """The files at once; the directory is left as its owner wanted it, and named."""
    open_to_all(tmp_path / "data")
    said = list(closed_to_others(tmp_path / "data", PRIVATE))
    assert len(said) == 3
    assert f"{tmp_path / 'data' / KEYS_FILE} holds secrets" in said[0]
    assert "(mode 0666): it is closed to them now (0600)" in said[0]
    assert "(mode 0644)" in said[1]
    assert said[2].endswith(f"close it with: chmod 700 {tmp_path / 'data'}")
    assert mode_of(tmp_path / "data" / KEYS_FILE) == 0o600
    assert mode_of(tmp_path / "data" / INVITATIONS_FILE) == 0o600
    assert mode_of(tmp_path / "data") == 0o755
    (tmp_path / "data").chmod(0o700)
    assert list(closed_to_others(tmp_path / "data", PRIVATE)) == []


def test_both_commands_that_use_the_secrets_say_who_could_read_them(tmp_path):
    """`token` and `serve`, on standard error, and go on; no secret is shown."""
    data = tmp_path / "data"
    for command in (["token"], ["serve", "--port", "0", "--idle-exit", "0.1"]):
        open_to_all(data)
        done = run(tmp_path / "home", *command, "--data", data)
        assert done.returncode == Exit.OK, done.stderr
        assert f"{data / KEYS_FILE} holds secrets, and others" in done.stderr
        assert load_keys(data).secret not in done.stderr


def test_a_file_of_somebody_else_is_said_although_it_cannot_be_closed():
    """For instance a secret that the machine's operator mounts."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else for a while")
    with tempfile.TemporaryDirectory() as name:  # pytest's own is closed to all but root
        keys = Path(name, KEYS_FILE)
        keys.write_text("{}")
        for path, mode in ((keys, 0o644), (keys.parent, 0o755)):
            path.chmod(mode)
        os.seteuid(65_534)
        try:
            said = list(closed_to_others(keys.parent, [KEYS_FILE]))
        finally:
            os.seteuid(0)
        assert "cannot be closed to them (Operation not permitted)" in said[0]
        assert mode_of(keys) == 0o644


def test_a_link_in_the_directory_closes_nothing_elsewhere(tmp_path):
    """It is said: what it leads to belongs to somebody who has put it there for a reason."""
    secret = tmp_path / "elsewhere"
    secret.write_text("{}")
    secret.chmod(0o644)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / KEYS_FILE).symlink_to(secret)
    (said,) = closed_to_others(data, PRIVATE)
    assert "cannot be closed to them (it is a link)" in said
    assert mode_of(secret) == 0o644


def opened_rooms(directory: Path) -> None:
    """Open the log of rooms."""
    with closing(Database(directory / ROOMS_FILE, "normal")) as database:
        database.open_rooms()


def opened_invitations(directory: Path) -> None:
    """Open the invitations, and forget those of rooms that have ended, as a start does."""
    with closing(Invitations(directory)) as invitations:
        invitations.keep_only(["tea"])


def opened_webhooks(directory: Path) -> None:
    """Open the webhooks that wait."""
    with closing(Queue(directory / WEBHOOKS_FILE)) as queue:
        queue.waiting("http://r")


def opened_calendar_links(directory: Path) -> None:
    """Open the calendar links."""
    with closing(CalendarLinks(directory, Keys(api_key="k", secret="s" * 32))) as links:
        links.rooms()


def read_room_types(directory: Path) -> None:
    """Read room types of one's own."""
    load_room_types(directory / "types.toml")


def read_config(directory: Path) -> None:
    """Read the settings of a user."""
    read_settings({FILE_VARIABLE: str(directory / "config.toml")})


READERS: dict[str, Callable[[Path], object]] = {
    KEYS_FILE: load_keys,
    WEBHOOK_FILE: load_webhook_secret,
    ROOMS_FILE: opened_rooms,
    INVITATIONS_FILE: opened_invitations,
    CALENDARS_FILE: opened_calendar_links,
    WEBHOOKS_FILE: opened_webhooks,
    "types.toml": read_room_types,
    "config.toml": read_config,
}
DATABASES = (ROOMS_FILE, INVITATIONS_FILE, CALENDARS_FILE, WEBHOOKS_FILE)
JUNK: dict[str, Callable[[Path], object]] = {
    "a directory": Path.mkdir,
    "a pipe that nobody writes to": os.mkfifo,
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "words": lambda path: path.write_text("dear diary, " * 1000),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe" * 100),
    "more brackets than Python can count": lambda path: path.write_text("a = " + "[" * 50_000),
    "a number that is too long": lambda path: path.write_text("a = " + "9" * 5000),
    "nothing but brackets": lambda path: path.write_text("[" * 50_000),
}


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("name", READERS)
def test_junk_is_a_sentence(tmp_path, name, junk):
    """Whatever lies there instead: it is named, in no library's words, and left as it is."""
    JUNK[junk](tmp_path / name)
    content = (tmp_path / name).read_bytes() if (tmp_path / name).is_file() else None
    with pytest.raises((KeysError, StorageError, RoomTypesError, SettingsError)) as refused:
        READERS[name](tmp_path)
    sentence = refused.value.sentence
    assert str(tmp_path / name) in sentence
    assert "\n" not in sentence
    assert not any(word in sentence for word in ("codec", "malformed", "recursion", "Expected"))
    if content is not None:
        assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        '{"api_key": 5, "secret": "0123456789abcdef0123456789abcdef"}',
        '{"api_key": "K", "secret": ["0123456789abcdef0123456789abcdef"]}',
        '{"api_key": "\\ud800", "secret": "0123456789abcdef0123456789abcdef"}',
        '{"api_key": "", "secret": "0123456789abcdef0123456789abcdef"}',
        '{"api_key": "K", "secret": "short"}',
        '{"api_key": "K"}',
        '["api_key", "secret"]',
        '{"api_key": "K", "secret": "0123',
    ],
)
def test_keys_that_cannot_sign_are_refused_before_they_have_to(tmp_path, content):
    """The sentence shows neither key nor secret."""
    (tmp_path / KEYS_FILE).write_text(content)
    with pytest.raises(KeysError) as refused:
        load_keys(tmp_path)
    assert "0123" not in refused.value.sentence


def filled(path: Path) -> None:
    """A database with something in it, closed in order."""
    directory = path.parent
    READERS[path.name](directory)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        if path.name == INVITATIONS_FILE:
            values = [(f"i{n}", f"h{n}".encode(), "tea") for n in range(500)]
            database.executemany(
                "INSERT INTO invitation (id, secret_hash, room, role, made_by, made_at) "
                "VALUES (?, ?, ?, 'host', 'ana', 1)",
                values,
            )
        elif path.name == WEBHOOKS_FILE:
            database.executemany(
                "INSERT INTO waiting (url, hook_id, body, made_at, next_at) "
                "VALUES ('http://r', ?, ?, 1, 1)",
                [(f"m{n}", b"x" * 400) for n in range(100)],
            )


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_that_was_cut_off_is_named(tmp_path, name):
    """Half of it is gone: as after a disk that was full, or a copy that was not finished."""
    path = tmp_path / name
    filled(path)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StorageError, match="is damaged: restore a backup") as refused:
        READERS[name](tmp_path)
    assert refused.value.code == "storage-corrupt"


@pytest.mark.parametrize("name", DATABASES)
def test_changes_beside_a_database_that_is_empty_are_not_thrown_away(tmp_path, name):
    """SQLite would: a start leaves both files as they are, and says so."""
    path = tmp_path / name
    beside = tmp_path / f"{name}-wal"
    beside.write_bytes(b"all there was")
    for _ in range(2):  # the file missing, and then empty
        with pytest.raises(StorageError, match=r"is empty, and .*-wal beside it is not") as refused:
            READERS[name](tmp_path)
        assert refused.value.code == "storage-lost"
    assert (path.read_bytes(), beside.read_bytes()) == (b"", b"all there was")


@pytest.mark.parametrize("name", [INVITATIONS_FILE, WEBHOOKS_FILE])
def test_pages_that_are_broken_are_found_at_the_start(tmp_path, name):
    """Not by the one who needs what is written there, weeks later."""
    path = tmp_path / name
    filled(path)
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xa5" * 4096
    path.write_bytes(content)
    with pytest.raises(StorageError, match="is damaged"):
        READERS[name](tmp_path)


@pytest.mark.parametrize("name", DATABASES)
def test_the_database_of_a_newer_version_or_of_something_else_is_kept_as_it_is(tmp_path, name):
    """The operator is told to update, or to choose another directory."""
    path = tmp_path / name
    READERS[name](tmp_path)
    for change, code in (
        ("PRAGMA user_version = 99", "storage-too-new"),
        ("PRAGMA application_id = 7", "storage-foreign"),
    ):
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute(change)
        before = path.read_bytes()
        with pytest.raises(StorageError) as refused:
            READERS[name](tmp_path)
        assert refused.value.code == code
        assert path.read_bytes() == before


@pytest.mark.parametrize("name", [INVITATIONS_FILE, WEBHOOKS_FILE])
def test_tables_of_the_same_name_are_not_mistaken_for_ours(tmp_path, name):
    """A file without our mark is ours only when its columns are."""
    table = {INVITATIONS_FILE: "invitation", WEBHOOKS_FILE: "waiting"}[name]
    with closing(sqlite3.connect(tmp_path / name)) as database:
        database.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY)")
    with pytest.raises(StorageError, match="database of another program"):
        READERS[name](tmp_path)


def test_invitations_of_an_earlier_version_are_taken_over(tmp_path):
    """Their links are still good, and the file is marked as ours from then on."""
    with closing(Invitations(tmp_path)) as invitations:
        _, secret = invitations.make(room="tea", role=Role.HOST, made_by="ana", now=1.0)
    with closing(sqlite3.connect(tmp_path / INVITATIONS_FILE, isolation_level=None)) as database:
        database.execute("ALTER TABLE invitation DROP COLUMN room_made_at")
        database.execute("PRAGMA application_id = 0")
        database.execute("PRAGMA user_version = 0")
    for _ in range(2):
        with closing(Invitations(tmp_path)) as invitations:
            assert invitations.look_up(secret, 2.0).room == "tea"


@pytest.mark.parametrize("name", [WEBHOOK_FILE, INVITATIONS_FILE, WEBHOOKS_FILE])
def test_a_server_with_junk_in_its_directory_ends_with_a_sentence_and_2(tmp_path, name):
    """Before it listens; no traceback."""
    data = tmp_path / "data"
    (data / name).mkdir(parents=True)
    options = ("--port", "0", "--data", data, "--webhook", "http://127.0.0.1:9/")
    done = run(tmp_path / "home", "serve", *options)
    assert done.returncode == Exit.USAGE
    last = done.stderr.splitlines()[-1]
    assert last.startswith("tui-rooms: ")
    assert str(data / name) in last
    assert "Traceback" not in done.stderr
