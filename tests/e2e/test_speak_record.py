"""Sound without a screen: a file spoken into a room and recorded out of it, in real time."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client.sounds import loud, tone
from tests.support.commands import LEAD_SECONDS, Commands
from tests.support.pesq_score import libopus_alone, score
from tests.support.server import Server
from tests.support.sound_files import encode
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
def test_a_hole_in_a_file_is_heard_as_long_as_it_is_and_the_end_is_the_end(
    server: Server, tmp_path: Path
):
    """At the other end of the room: the clock of the file holds, its last word is whole, and
    nothing rings on after it."""
    first, second = LEAD_SECONDS, LEAD_SECONDS + 2
    sounds = [(0, tone(440, 0.02) * 0), (first, tone(440, 1.0)), (second, tone(440, 1.01))]
    encode(tmp_path / "hole.mkv", "pcm_s16le", sounds)
    heard = loud(Commands(server.url, tmp_path).recorded("hole.mkv", second + 3, "holes"))
    (begins, ends), (begins_again, ends_at_last) = heard
    assert ends - begins == pytest.approx(1.0, abs=0.04)
    assert begins_again - begins == pytest.approx(2.0, abs=0.04)
    assert ends_at_last - begins_again == pytest.approx(1.01, abs=0.04)


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
