"""Sound without a screen: a file spoken into a room and recorded out of it, in real time."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.pesq_score import libopus_alone, score
from tests.support.server import Server
from tests.support.speech import sentences
from tests.support.tools import missing, require_tool

ROOT = Path(__file__).parent.parent.parent

_ALONE_WITH_ITSELF = """
import sys
from pathlib import Path
from tests.support.commands import Commands
from tests.support.pesq_score import score
from tests.support.server import running_server
with running_server() as server:
    commands = Commands(server.url, Path(sys.argv[1]))
    said, recording = commands.speak_and_record("One sentence, no network.", "en-gb", "alone")
    print(score(said, recording).mos)
"""


@pytest.mark.realtime
def test_speech_recorded_from_a_room_sounds_as_libopus_alone_does(server: Server, tmp_path: Path):
    """Network, jitter buffer and mixer together cost at most 0.15 of PESQ, median of three."""
    commands = Commands(server.url, tmp_path)
    heard = []
    for room in ("first", "second", "third"):
        said, recording = commands.speak_and_record(sentences(2), "en-gb", room)
        heard.append(score(said, recording).mos)

    typical, best = statistics.median(heard), score(said, libopus_alone(said)).mos
    assert typical >= 3.8, f"PESQ-WB of three: {heard}"
    assert typical >= best - 0.15, f"PESQ-WB of three: {heard}, libopus alone: {best}"


@pytest.mark.realtime
def test_a_machine_with_only_its_loopback_interface_is_enough(tmp_path: Path):
    """Offline, in a network namespace that has nothing but `lo`, the main job works the same."""
    require_tool("ip", "iproute2")
    alone = [require_tool("unshare", "util-linux"), "--net"]
    if os.geteuid() != 0:
        alone.append("--map-root-user")
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        missing("permission to make a network namespace is missing here")
    done = subprocess.run(
        [
            *(*alone, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"),
            *(sys.executable, "-c", _ALONE_WITH_ITSELF, str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    mos = float(done.stdout.splitlines()[0])
    assert mos >= 3.5, done.stdout
