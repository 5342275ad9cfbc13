"""`tui-rooms doctor`: what it finds on a machine with and without sound, server and network."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aioice import stun

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.pulse import LOUDSPEAKER, Pulse
from tests.support.server import Server


def _doctor(environment: dict[str, str], *options: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [TUI_ROOMS, "doctor", "--json", *options],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    findings = json.loads(done.stdout)
    return done.returncode, {finding["check"]: finding for finding in findings}


@pytest.fixture
def stun_server() -> Iterator[str]:
    """A STUN server on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def answer() -> None:
            data, address = door.recvfrom(2048)
            asked = stun.parse_message(data)
            reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, asked.transaction_id)
            reply.attributes["XOR-MAPPED-ADDRESS"] = address
            door.sendto(bytes(reply), address)

        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"


@pytest.mark.realtime
def test_a_healthy_machine_has_a_measured_loop_and_a_path_for_sound(
    private_pulse: Pulse, server: Server, stun_server: str
):
    """The microphone hears the loudspeaker here: the delay of that loop is a figure."""
    environment = private_pulse.environment_with(microphone=LOUDSPEAKER, loudspeaker=LOUDSPEAKER)
    code, found = _doctor(environment, "--server", server.url, "--stun", stun_server)
    states = {check: finding["state"] for check, finding in found.items()}
    assert states == dict.fromkeys(states, "good"), found
    assert set(states) == {
        "devices",
        "loop",
        "processing",
        "server",
        "clock",
        "udp",
        "stun",
        "terminal",
    }
    assert code == 0
    assert 10 < found["loop"]["figures"]["delay_ms"] < 500
    assert "PortAudio V19" in found["devices"]["figures"]["portaudio"]
    assert abs(found["clock"]["figures"]["seconds"]) < 5
    assert found["stun"]["figures"]["host"] == "127.0.0.1"


def test_a_machine_without_sound_and_server_is_told_what_to_do(tmp_path: Path):
    """Each finding is a sentence, and the exit code says what is worst."""
    environment = private_environment(tmp_path) | {"PULSE_SERVER": f"unix:{tmp_path}/nobody"}
    code, found = _doctor(environment, "--server", "127.0.0.1:9", "--stun", "127.0.0.1:9")
    assert found["devices"]["state"] == "bad"
    assert "loop" not in found
    assert found["server"]["sentence"].startswith("no answer from http://127.0.0.1:9/api/health")
    assert "udp" not in found
    assert found["stun"]["state"] == "bad"
    assert code == 4


def test_sentences_are_for_people(tmp_path: Path):
    """A mark, the part and the sentence; what was not asked for is said too."""
    environment = private_environment(tmp_path)
    done = subprocess.run(
        [TUI_ROOMS, "doctor", "--no-sound"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert "– server     no server given: --server URL" in lines
    assert "– stun       no STUN server given: --stun HOST:PORT" in lines
    assert all(line[0] in "✓✗–" for line in lines)
