"""The chaos of benchmarks/chaos.py, for a moment: one fault of a real server and real clients."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.realtime
@pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces take root")
def test_nobody_loses_anything_when_the_media_worker_dies():
    """What was acknowledged is in the log, mirrors are equal, who is muted is not heard."""
    people = ["ann", "bob", "cat", "dan"]
    done = subprocess.run(
        [
            *(sys.executable, "benchmarks/chaos.py", "--no-times"),
            *("--only", "kill -9 of the worker", "--people", *people),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| kill -9 of the worker | 1 |" in done.stdout
