"""`tui-rooms demo` where its people cannot come."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.waiting import wait_until
from tui_rooms.cli.exits import Exit


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """Where PyAV, which decodes what the people say, does not load; with temporary files apart."""
    broken, temporary = tmp_path / "broken", tmp_path / "temporary"
    broken.mkdir()
    temporary.mkdir()
    (broken / "av.py").write_text("raise ImportError('libavcodec is not\\nthere')\n")
    environment = private_environment(tmp_path)
    paths = [str(broken), *filter(None, [environment.get("PYTHONPATH")])]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(temporary)}


def log_of(surroundings: dict[str, str], name: str) -> Path:
    """A log file there."""
    return Path(surroundings["XDG_STATE_HOME"], "tui-rooms", "log", name)


def failed_demo(surroundings: dict[str, str], out: Path) -> str:
    """Run the demo until it has said that nobody comes, and leave it; all that it said."""
    with (
        out.open("wb") as said,
        subprocess.Popen(
            [TUI_ROOMS, "demo", "--plain", "--no-sound"],
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
        ) as demo,
    ):
        try:
            wait_until(lambda: "did not come" in out.read_text(), "the sentence", seconds=30)
            demo.communicate(b"quit\n", timeout=20)
        finally:
            demo.kill()
    assert demo.returncode == Exit.NO_SERVER
    return out.read_text()


def test_people_who_cannot_come_are_a_sentence(surroundings: dict[str, str], tmp_path: Path):
    """It says why, and where more is; then everything ends, and nothing stays behind."""
    said = failed_demo(surroundings, tmp_path / "out")
    log = log_of(surroundings, "demo.log")
    reason = "ImportError: libavcodec is not there"
    assert f"the people of the demo did not come: {reason}; see {log}" in said
    assert "Traceback" not in said
    assert "Traceback" in log.read_text()
    assert list(Path(surroundings["TMPDIR"]).iterdir()) == []


def test_the_demo_leaves_the_log_of_the_own_server_alone(
    surroundings: dict[str, str], tmp_path: Path
):
    """That server may be running, and somebody may want to know what was wrong with it."""
    log = log_of(surroundings, "server.log")
    log.parent.mkdir(parents=True)
    log.write_text("what it said\n")
    failed_demo(surroundings, tmp_path / "out")
    assert log.read_text() == "what it said\n"


def test_people_without_a_server_end_while_somebody_still_holds_their_input(tmp_path: Path):
    """One line says why; the process does not wait for the end of what it reads."""
    with subprocess.Popen(
        [sys.executable, "-m", "tui_rooms.cli.demo.cast", "http://127.0.0.1:9", "7"],
        env=private_environment(tmp_path),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as people:
        try:
            assert people.wait(30) == 1
        finally:
            people.kill()
        assert people.stdout is not None
        (line,) = people.stdout.read().splitlines()
    assert "127.0.0.1:9" in line
