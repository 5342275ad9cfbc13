"""`tui-rooms doctor`: what it finds on a machine with and without sound, server and network."""

import contextlib
import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aioice import stun

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.pulse import LOUDSPEAKER, Pulse
from tests.support.server import Server
from tui_rooms.cli.doctor import CODES, exit_code
from tui_rooms.cli.exits import Exit
from tui_rooms.client.checkup import Finding, State, check_server, check_stun


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


@contextmanager
def stun_answers(build: Callable[[stun.Message], bytes]) -> Iterator[str]:
    """Something on loopback that answers the first STUN request so; HOST:PORT."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def answer() -> None:
            data, address = door.recvfrom(2048)
            door.sendto(build(stun.parse_message(data)), address)

        threading.Thread(target=answer, daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"


@pytest.fixture
def stun_server() -> Iterator[str]:
    """A STUN server on loopback."""

    def answer(asked: stun.Message) -> bytes:
        reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, asked.transaction_id)
        reply.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", 4711)
        return bytes(reply)

    with stun_answers(answer) as address:
        yield address


@contextmanager
def port_that_greets(words: bytes) -> Iterator[str]:
    """A port that says these words to everyone who has asked something; HOST:PORT."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    visitor, _ = door.accept()
                    with visitor:
                        visitor.recv(4096)
                        visitor.sendall(words)

        threading.Thread(target=greet, daemon=True).start()
        yield f"127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


def http_page(body: str, *, date: str = "") -> bytes:
    """An HTTP answer with that body."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{date}"
    return f"{head}\r\n{body}".encode()


HEALTHY = json.dumps({"server": "tui-rooms", "version": "1", "protocol": 1, "connections": 0})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (b"220 mail.example.org ESMTP\r\n", "is no tui-rooms server"),
        (http_page("[]"), "it answers []"),
        (http_page("<html>"), "it answers <html>"),
        (http_page("[" * 60_000), "it answers [[["),
        (http_page("x" * 100)[:-50], "is no tui-rooms server"),
        (b"", "hangs up"),
    ],
    ids=["smtp", "list", "page", "deep", "cut-off", "hang-up"],
)
def test_a_port_of_something_else_is_a_finding(tmp_path: Path, words: bytes, says: str):
    """Whatever listens there, doctor says that it is not a server of ours, with exit code 4."""
    with port_that_greets(words) as address:
        code, found = _doctor(private_environment(tmp_path), "--no-sound", "--server", address)
    assert found["server"]["state"] == "bad"
    assert says in found["server"]["sentence"]
    assert len(found["server"]["sentence"]) < 250
    assert "udp" not in found
    assert code == Exit.NO_SERVER


@pytest.mark.parametrize(
    ("date", "state", "says"),
    [
        ("Date: yesterday\r\n", "skipped", "its date is 'yesterday'"),
        ("Date: Mon, 01 Jan 2001 00:00:00 GMT\r\n", "bad", "set it, or tokens"),
    ],
)
async def test_the_clock_of_a_server_is_a_finding(date: str, state: str, says: str):
    """Wrong, or no clock at all."""
    with port_that_greets(http_page(HEALTHY, date=date)) as address:
        server, clock = await check_server(address)
    assert server.state == "good"
    assert (clock.state, says in clock.sentence) == (state, True), clock.sentence


def _refusal(asked: stun.Message) -> bytes:
    reply = stun.Message(stun.Method.BINDING, stun.Class.ERROR, asked.transaction_id)
    reply.attributes["ERROR-CODE"] = (401, "Unauthorized")
    return bytes(reply)


def _without_address(asked: stun.Message) -> bytes:
    return bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, asked.transaction_id))


def _cut_off(asked: stun.Message) -> bytes:
    """A MAPPED-ADDRESS that ends after its family."""
    whole = bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, asked.transaction_id))
    return whole[:2] + b"\x00\x08" + whole[4:] + b"\x00\x20\x00\x02\x00\x01\x00\x00"


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (_refusal, "error 401 Unauthorized"),
        (_without_address, "an answer without our address"),
        (_cut_off, "does not answer as a STUN server does"),
        (lambda _: b"hello", "does not answer as a STUN server does"),
    ],
)
async def test_a_strange_answer_of_a_stun_server_is_a_finding(
    build: Callable[[stun.Message], bytes], says: str
):
    """A refusal, no address, half of one, or no STUN at all: each is a sentence."""
    with stun_answers(build) as address:
        finding = await check_stun(address)
    assert finding.state == "bad"
    assert says in finding.sentence


@pytest.mark.parametrize("typed", ["stun.example.org", ":3478", "127.0.0.1:99999", "host:x"])
def test_what_is_no_stun_server_is_a_finding_and_a_failure(tmp_path: Path, typed: str):
    """The sentence shows what is expected, and the exit code is not 0."""
    environment = private_environment(tmp_path)
    code, found = _doctor(environment, "--no-sound", f"--stun={typed}")
    assert found["stun"]["state"] == "bad"
    assert "expected HOST:PORT" in found["stun"]["sentence"]
    assert code == Exit.NO_SERVER


@pytest.mark.parametrize("check", CODES)
def test_every_bad_finding_is_a_failure(check: str):
    """Whatever is marked ✗, a script that asks notices."""
    good = [Finding(other, State.GOOD, "") for other in CODES]
    assert exit_code(good) == Exit.OK
    assert exit_code([*good, Finding(check, State.BAD, "")]) == CODES[check] != Exit.OK


def test_a_terminal_that_is_too_poor_is_a_failure(private_pulse: Pulse):
    """With nothing else wrong, `TERM=dumb` alone ends with 2."""
    code, found = _doctor(private_pulse.environment | {"TERM": "dumb"}, "--no-sound")
    bad = [check for check, finding in found.items() if finding["state"] == "bad"]
    assert (bad, code) == (["terminal"], Exit.USAGE)


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
    assert found["server"]["sentence"].startswith("no server at 127.0.0.1:9 (Connection refused)")
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
