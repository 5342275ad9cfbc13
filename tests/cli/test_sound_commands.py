"""`speak`, `record` and `devices` when something is wrong, and when all is well."""

import json
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from tests.cli.between import relay_to
from tests.cli.test_commands import run
from tests.client.link.test_token_end import ending
from tests.support.dialogue import dialogue
from tests.support.program import TUI_ROOMS
from tests.support.pulse import Pulse
from tests.support.server import Server
from tests.support.speech import read_wav, sentences, speak_to_file
from tests.support.waiting import wait_until
from tui_rooms.audio.frames import RATE
from tui_rooms.cli.exits import Exit


@pytest.mark.parametrize("content", [b"", b"this is no sound", None])
def test_a_file_that_cannot_be_read_disturbs_nobody(
    server: Server, tmp_path: Path, content: bytes | None
):
    """Exit code 6 with the file's name, and no room was made for it."""
    file = tmp_path / "said.wav"
    if content is not None:
        file.write_bytes(content)
    done = run(tmp_path, "speak", file, "--room", "tea", "--server", server.url)
    assert done.returncode == Exit.BAD_FILE
    assert "said.wav" in done.stderr
    assert "Traceback" not in done.stderr
    listed = run(tmp_path, "rooms", "--server", server.url, "--json")
    assert json.loads(listed.stdout)["rooms"] == []


def test_a_token_that_ends_meanwhile_is_said_and_the_command_goes_on(
    server: Server, tmp_path: Path
):
    """On standard error; what it came for is done to its end."""
    file = tmp_path / "said.wav"
    speak_to_file("Good morning.", file)
    with ending(server, 300) as url:
        done = run(tmp_path, "speak", file, "--room", "tea", "--server", url)
        followed = run(tmp_path, "send", "tea", "hello", "--server", url)
    assert done.returncode == Exit.OK
    assert "tui-rooms: your token ends in 5 min: you stay who you are" in done.stderr
    assert followed.stderr == ""


def test_recording_an_unknown_room_is_refused(server: Server, tmp_path: Path):
    """Exit code 3, and no file is left behind."""
    out = tmp_path / "heard.wav"
    done = run(
        tmp_path, "record", out, "--room", "nowhere", "--seconds", "1", "--server", server.url
    )
    assert done.returncode == Exit.REFUSED
    assert "'nowhere'" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("out", "seconds", "code", "says"),
    [
        ("heard.mp3", "1", Exit.BAD_FILE, ".wav"),
        ("no/such/folder/heard.wav", "1", Exit.BAD_FILE, "heard.wav"),
        ("heard.wav", "0", Exit.USAGE, "more than 0"),
        ("heard.wav", "nan", Exit.USAGE, "more than 0"),
    ],
)
def test_a_recording_that_cannot_be_written_is_a_sentence(
    server: Server, tmp_path: Path, out: str, seconds: str, code: Exit, says: str
):
    """The suffix, the folder and the length are checked."""
    speaker = speak(server, tmp_path, "harbour")
    try:
        wait_for_room(server, tmp_path, "harbour")
        done = run(
            tmp_path, "record", tmp_path / out,
            "--room", "harbour", "--seconds", seconds, "--server", server.url,
        )  # fmt: skip
    finally:
        speaker.terminate()
        speaker.wait(10)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_goes_away_ends_the_recording_with_a_sentence(server: Server, tmp_path: Path):
    """Exit code 4 after the patience; what was heard until then is in the file."""
    speaker = speak(server, tmp_path, "harbour")
    wait_for_room(server, tmp_path, "harbour")
    out = tmp_path / "heard.wav"
    recorder = subprocess.Popen(
        [TUI_ROOMS, "record", out, "--room", "harbour", "--seconds", "3600",
         "--server", server.url, "--patience", "1"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until(lambda: out.exists() and out.stat().st_size > 20_000, "something heard")
    server.may_end = True
    server.process.terminate()
    speaker.terminate()
    _, errors = recorder.communicate(timeout=60)
    speaker.wait(10)
    assert recorder.returncode == Exit.NO_SERVER, errors
    assert "given up" in errors
    assert "Traceback" not in errors
    assert len(read_wav(out)) > 0


@pytest.mark.parametrize(
    ("number", "shell"),
    [
        (signal.SIGINT, []),
        (signal.SIGTERM, []),
        (signal.SIGTERM, ["env", "--ignore-signal=INT"]),  # as a script's `&` does it
    ],
    ids=["ctrl-c", "kill", "kill-in-background"],
)
def test_told_to_end_a_recording_keeps_what_was_heard(
    server: Server, tmp_path: Path, number: signal.Signals, shell: list[str]
):
    """By Ctrl-C or by `kill`."""
    speaker = speak(server, tmp_path, "harbour")
    try:
        wait_for_room(server, tmp_path, "harbour")
        out = tmp_path / "heard.wav"
        recorder = subprocess.Popen(
            [*shell, TUI_ROOMS, "record", out, "--room", "harbour", "--seconds", "60",
             "--server", server.url],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        wait_until(lambda: out.exists() and out.stat().st_size > 100_000, "something heard")
        recorder.send_signal(number)
        _, errors = recorder.communicate(timeout=20)
    finally:
        speaker.terminate()
        ended = speaker.wait(10)
    assert (recorder.returncode, errors) == (Exit.INTERRUPTED, "")
    assert 1 < len(read_wav(out)) / RATE < 60
    assert ended == Exit.INTERRUPTED


@pytest.mark.parametrize("command", ["speak", "record"])
def test_where_no_udp_gets_through_it_is_given_up(server: Server, tmp_path: Path, command: str):
    """After the patience and a first try, with exit code 4 and what to do."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nowhere,
        dialogue(server.url, name="Ana") as ana,
    ):
        nowhere.bind(("127.0.0.1", 0))
        port = nowhere.getsockname()[1]
        ana.ask("create_room", room="tea", title="Tea", room_type="open_mic", live=True)
        ana.ask("join_room", room="tea", media=False)
        speak_to_file(sentences(1), tmp_path / "said.wav")
        words = {
            "speak": ["speak", tmp_path / "said.wav"],
            "record": ["record", tmp_path / "heard.wav", "--seconds", "60"],
        }[command]

        def said(text: str) -> list[str]:
            return [text.replace(f" 127.0.0.1 {server.port} typ", f" 127.0.0.1 {port} typ")]

        with relay_to(server, said) as address:
            done = run(tmp_path, *words, "--room", "tea", "--server", address, "--patience", "1")
    assert done.returncode == Exit.NO_SERVER, done.stderr
    assert "given up after 12 s: sound was never connected" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("how", ["mute", "mute_all", "to_the_audience"])
def test_a_host_who_mutes_a_speaker_ends_the_speaking(server: Server, tmp_path: Path, how: str):
    """Exit code 3 and a sentence, for the rest of the file would be said to nobody."""
    with dialogue(server.url, name="Ben") as ben:
        ben.ask("create_room", room="tea", title="Tea", room_type="open_mic", live=True)
        ben.ask("join_room", room="tea", media=False)
        speaker = speak(server, tmp_path, "tea")
        try:
            ana = ben.event("unmuted")["identity"]
            if how == "mute":
                ben.do("mute", identity=ana)
            elif how == "mute_all":
                ben.do("mute_all")
            else:
                ben.do("change_role", identity=ana, role="listener")
            speaker.wait(20)
        finally:
            speaker.kill()
            speaker.wait()
    said = (tmp_path / "speaker-errors").read_text()
    assert speaker.returncode == Exit.REFUSED, said
    assert "'Ana' was muted in room 'tea', or sent off its stage" in said
    assert "the rest of said.wav is not said" in said
    assert "Traceback" not in said


def test_a_file_that_is_said_to_its_end_is_no_failure(server: Server, tmp_path: Path):
    """Exit code 0, with nothing to complain of."""
    speak_to_file("One.", tmp_path / "said.wav")
    done = run(tmp_path, "speak", tmp_path / "said.wav", "--room", "tea", "--server", server.url)
    assert (done.returncode, done.stderr) == (Exit.OK, "")


def test_devices_lists_the_card_and_its_defaults(private_pulse: Pulse):
    """For people and as JSON."""
    listed = subprocess.run(
        [TUI_ROOMS, "devices"], env=private_pulse.environment,
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert "microphone (default)" in listed.stdout
    assert "loudspeaker (default)" in listed.stdout
    as_json = subprocess.run(
        [TUI_ROOMS, "devices", "--json"], env=private_pulse.environment,
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert any(device["default_input"] for device in json.loads(as_json.stdout))


def speak(server: Server, directory: Path, room: str) -> "subprocess.Popen[bytes]":
    """Somebody who speaks until told to end."""
    speak_to_file(sentences(1), directory / "said.wav")
    with (directory / "speaker-errors").open("wb") as errors:
        return subprocess.Popen(
            [TUI_ROOMS, "speak", directory / "said.wav", "--room", room, "--loop",
             "--server", server.url, "--name", "Ana"],
            stderr=errors,
        )  # fmt: skip


def wait_for_room(server: Server, directory: Path, room: str) -> None:
    """Until the lobby shows it."""

    def there() -> bool:
        listed = run(directory, "rooms", "--server", server.url, "--json")
        return room in [each["room"] for each in json.loads(listed.stdout)["rooms"]]

    wait_until(there, f"the room {room}")
