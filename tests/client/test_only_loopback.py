"""A machine without any network but `lo`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tools import require_tool

REPOSITORY = Path(__file__).parents[2]
TEST = "tests/client/test_sound.py::test_what_one_says_is_heard_by_another_and_moves_their_meter"


@pytest.mark.realtime
def test_sound_flows_with_only_a_loopback_interface():
    """Offline, in a network namespace of its own, the main job is done all the same."""
    unshare, ip = require_tool("unshare", "util-linux"), require_tool("ip", "iproute2")
    isolated = [unshare, "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"']
    if subprocess.run([*isolated, "sh", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace")
    links = subprocess.run(
        [*isolated, "sh", ip, "-brief", "link"], capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in links.stdout.splitlines()] == ["lo"]
    run = subprocess.run(
        [*isolated, "sh", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 passed" in run.stdout
