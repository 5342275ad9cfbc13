"""Sessions on the disk: for the next run of a program that died, and for nobody else."""

import json
import logging
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tui_rooms.client.kept import sessions
from tui_rooms.client.kept.sessions import (
    KEPT,
    KEPT_SECONDS,
    KeptSessions,
    Visit,
    Visitor,
    credential_of,
)

ANA = Visitor(program="screen", server="http://127.0.0.1:7600", name="Ana")
TEA = Visit(who=ANA, room="tea", session="s3cret")


def left(kept: KeptSessions, visit: Visit = TEA) -> None:
    """A program was in that room, and died."""
    held = kept.keep(visit)
    assert held is not None, kept.fault
    held.let_go()


def only_file(directory: Path) -> Path:
    """The one that is kept."""
    (path,) = directory.glob("*.json")
    return path


def test_what_a_dead_program_has_left_is_taken_up_once(tmp_path: Path):
    """By the next run; a run beside that is somebody else."""
    kept = KeptSessions(tmp_path / "sessions")
    left(kept)
    held = kept.find(ANA, "tea")
    assert held is not None
    assert held.visit == TEA
    assert KeptSessions(tmp_path / "sessions").find(ANA, "tea") is None
    held.let_go()
    assert kept.find(ANA, "tea") is not None


@pytest.mark.parametrize(
    "other",
    [
        {"who": replace(ANA, name="Ben")},
        {"who": replace(ANA, server="https://127.0.0.1:7600")},
        {"who": replace(ANA, program="record")},
        {"who": replace(ANA, credential=credential_of("token", None))},
        {"room": "jazz"},
    ],
)
def test_only_the_same_comes_back(tmp_path: Path, other: dict[str, object]):
    """To the same room of the same server, by the same name and program; else it stays there."""
    kept = KeptSessions(tmp_path)
    left(kept)
    visit = replace(TEA, **other)  # type: ignore[arg-type]
    assert kept.find(visit.who, visit.room) is None
    assert kept.find(ANA, "tea") is not None


def test_who_came_with_a_token_comes_back_without_it_too(tmp_path: Path):
    """An invitation link may be used up; but another token is another person."""
    invited = replace(ANA, credential=credential_of(None, "invitation"))
    kept = KeptSessions(tmp_path)
    left(kept, replace(TEA, who=invited))
    assert kept.find(replace(ANA, credential=credential_of("token", None)), "tea") is None
    held = kept.find(ANA, "tea")
    assert held is not None
    held.let_go()
    assert kept.find(invited, "tea") is not None


def test_what_is_forgotten_is_gone(tmp_path: Path):
    """Not even the lock is left."""
    kept = KeptSessions(tmp_path)
    held = kept.keep(TEA)
    assert held is not None
    held.forget()
    held.forget()
    assert list(tmp_path.iterdir()) == []


def test_the_newest_of_several_is_taken_up_first(tmp_path: Path):
    """Two programs at once that both died: each of the next two is one of them."""
    kept = KeptSessions(tmp_path)
    for number in range(2):
        left(kept, replace(TEA, session=f"s{number}"))
        path = next(path for path in tmp_path.glob("*.json") if f"s{number}" in path.read_text())
        os.utime(path, (0, time.time() - 100 + number))
    found = [kept.find(ANA, "tea") for _ in range(3)]
    assert [held and held.visit.session for held in found] == ["s1", "s0", None]


def test_all_is_for_its_owner_alone_from_its_making(tmp_path: Path):
    """Whatever the umask; so are the drafts that become the files."""
    before = os.umask(0)
    try:
        held = KeptSessions(tmp_path / "state" / "sessions").keep(TEA)
        assert held is not None
        held.write(replace(TEA, session="another"))
    finally:
        os.umask(before)
    directory = tmp_path / "state" / "sessions"
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for path in directory.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert json.loads(only_file(directory).read_text())["session"] == "another"


WRITES_FOR_EVER = """
import itertools, sys
from dataclasses import replace
from pathlib import Path
from tests.client.kept.test_sessions import TEA
from tui_rooms.client.kept.sessions import KeptSessions
held = KeptSessions(Path(sys.argv[1])).keep(TEA)
for number in itertools.count():
    held.write(replace(TEA, session="x" * 4000 + str(number)))
    print(number, flush=True)
"""


def test_a_program_that_is_killed_while_it_writes_leaves_a_whole_file(tmp_path: Path):
    """At whatever moment; as long as it lives, nobody takes its place."""
    kept = KeptSessions(tmp_path)
    for lines in (1, 7, 30):
        program = [sys.executable, "-c", WRITES_FOR_EVER, str(tmp_path)]
        writer = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        last = [int(writer.stdout.readline()) for _ in range(lines)][-1]
        assert kept.find(ANA, "tea") is None
        writer.send_signal(signal.SIGKILL)
        last += writer.stdout.read().count("\n")
        writer.wait()
        writer.stdout.close()
        held = kept.find(ANA, "tea")
        assert held is not None
        # The last one that was written, or one that was not acknowledged any more.
        assert int(held.visit.session.lstrip("x")) in (last, last + 1)
        held.forget()


def text(content: str) -> Callable[[Path], object]:
    """A file that says something else."""
    return lambda path: path.write_text(content)


def pipe(path: Path) -> None:
    """Something that would be waited for."""
    path.unlink()
    os.mkfifo(path)


def link(path: Path) -> None:
    """A way to a file elsewhere."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def directory(path: Path) -> None:
    """No file at all."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (text(""), "held no session: it is removed"),
        (text("{"), "held no session: it is removed"),
        (text("[" * 5000), "held no session: it is removed"),
        (text('{"version": 2}'), "held no session: it is removed"),
        (text('{"version": 1, "session": "s"}'), "held no session: it is removed"),
        (text("x" * 20_000), "is longer than 16384 bytes: remove it"),
        (lambda path: path.write_bytes(b"\xff\xfe"), "is no text: remove it"),
        (pipe, "is no regular file: remove it"),
        (link, "remove it"),
        (directory, "remove it"),
        (lambda path: path.chmod(0o622), "others could have written"),
        (lambda path: path.chmod(0o666), "(mode 0666, expected 0600): remove it"),
    ],
)
def test_what_is_no_session_of_ours_is_said_and_passed_over(
    tmp_path: Path, harm: Callable[[Path], object], says: str
):
    """Once, and what is beside it is found."""
    told: list[str] = []
    kept = KeptSessions(tmp_path, tell=told.append)
    left(kept)
    harm(only_file(tmp_path))
    left(kept, replace(TEA, room="jazz"))
    for _ in range(2):
        assert kept.find(ANA, "tea") is None
    assert kept.find(ANA, "jazz") is not None
    (sentence,) = told
    assert says in sentence
    assert str(tmp_path) in sentence
    assert "s3cret" not in sentence


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_one_that_others_could_read_is_closed_to_them_and_said(tmp_path: Path, mode: int):
    """It is still ours: who has it comes back."""
    told: list[str] = []
    kept = KeptSessions(tmp_path, tell=told.append)
    left(kept)
    only_file(tmp_path).chmod(mode)
    assert kept.find(ANA, "tea") is not None
    assert stat.S_IMODE(only_file(tmp_path).stat().st_mode) == 0o600
    (sentence,) = told
    assert f"(mode {mode:04o}, expected 0600): it is closed to them now" in sentence


def test_where_nothing_can_be_kept_nothing_is_and_why_is_known(tmp_path: Path):
    """A home that is a file, as /dev/null is; and one whose disk takes no more."""
    (tmp_path / "home").write_text("")
    kept = KeptSessions(tmp_path / "home" / "state" / "sessions")
    assert kept.find(ANA, "tea") is None
    assert kept.left_at(ANA.server) == []
    assert kept.keep(TEA) is None
    assert kept.fault.startswith(f"cannot keep in {tmp_path / 'home'}")
    assert "s3cret" not in kept.fault


def test_a_disk_that_is_full_leaves_nothing_half_done(tmp_path: Path, monkeypatch):
    """No draft and no lock; what was kept before is."""
    kept = KeptSessions(tmp_path)
    held = kept.keep(TEA)
    assert held is not None
    before = only_file(tmp_path).read_text()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        held.write(replace(TEA, session="another"))
    assert kept.keep(replace(TEA, room="jazz")) is None
    assert "No space left on device" in kept.fault
    assert only_file(tmp_path).read_text() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_no_more_than_so_many_are_kept(tmp_path: Path, monkeypatch):
    """The longest unchanged go first, but never that of a program that lives."""
    monkeypatch.setattr(sessions, "KEPT", 5)
    kept = KeptSessions(tmp_path)
    living = kept.keep(replace(TEA, room="living"))
    os.utime(only_file(tmp_path), (0, time.time() - 1000))
    for number in range(8):
        left(kept, replace(TEA, room=f"room-{number}"))
        newest = max(tmp_path.glob("*.json"), key=lambda path: path.stat().st_mtime)
        os.utime(newest, (0, time.time() - 100 + number))
    rooms = {visit.room for visit in kept.left_at(ANA.server)}
    assert rooms == {f"room-{number}" for number in range(3, 8)}
    assert living is not None
    living.let_go()
    assert kept.find(ANA, "living") is not None
    assert KEPT == 50


def test_old_ones_and_drafts_of_dead_programs_go(tmp_path: Path):
    """With the next that is kept."""
    kept = KeptSessions(tmp_path)
    left(kept)
    os.utime(only_file(tmp_path), (0, time.time() - KEPT_SECONDS - 1))
    draft = tmp_path / ".x.json.1234.draft"
    draft.write_text("half")
    os.utime(draft, (0, time.time() - 7200))
    held = kept.keep(replace(TEA, room="jazz"))
    assert held is not None
    assert kept.find(ANA, "tea") is None
    assert len(list(tmp_path.iterdir())) == 2


def test_a_visit_that_is_over_is_forgotten_unless_somebody_has_it(tmp_path: Path):
    """Whoever looks after them may be late."""
    kept = KeptSessions(tmp_path)
    left(kept)
    held = kept.find(ANA, "tea")
    assert held is not None
    kept.forget(TEA)
    held.let_go()
    kept.forget(replace(TEA, session="another"))
    assert kept.left_at(ANA.server) == [TEA]
    kept.forget(TEA)
    assert kept.left_at(ANA.server) == []


def test_no_secret_shows(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Neither a session nor what one came with, by printing or in a log."""
    caplog.set_level(logging.DEBUG)
    kept = KeptSessions(tmp_path)
    who = replace(ANA, credential=credential_of("t0ken", "inv1te"))
    left(kept, replace(TEA, who=who))
    assert "s3cret" not in repr(TEA) + caplog.text
    assert "t0ken" not in only_file(tmp_path).read_text()
    assert "inv1te" not in only_file(tmp_path).read_text()
    assert credential_of(None, None) == ""
    assert credential_of("a", None) != credential_of(None, "a")
