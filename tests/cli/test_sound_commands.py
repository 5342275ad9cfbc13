"""`speak`, `record` and `devices` when something is wrong, and when all is well."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.between import relay_to
from tests.cli.test_commands import run
from tests.client.link.test_token_end import ending
from tests.client.sounds import tone
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.program import TUI_ROOMS, private_environment
from tests.support.pulse import Pulse
from tests.support.server import Server, running_server
from tests.support.sound_files import write_channels
from tests.support.speech import read_wav, sentences, speak_to_file, write_wav
from tests.support.waiting import wait_until
from tui_rooms.audio.files.reading import read_frames
from tui_rooms.audio.files.wav import header
from tui_rooms.audio.files.writing import FrameWriter
from tui_rooms.audio.frames import RATE
from tui_rooms.cli.exits import Exit


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a room in which somebody always speaks."""
    directory = tmp_path_factory.mktemp("harbour")
    with running_server() as server:
        speaker = speak(server, directory, "harbour")
        try:
            wait_for_room(server, "harbour")
            yield server
        finally:
            speaker.terminate()
            ended = speaker.wait(10)
        assert ended == Exit.INTERRUPTED


@pytest.mark.parametrize(
    "content",
    [b"", b"this is no sound", header(0, may_be_long=False), None],
    ids=["empty", "text", "no sample", "missing"],
)
def test_a_file_that_cannot_be_read_disturbs_nobody(
    server: Server, tmp_path: Path, content: bytes | None
):
    """Exit code 6 with the file's name, once, and no room was made for it."""
    file = tmp_path / "said.wav"
    if content is not None:
        file.write_bytes(content)
    done = run(tmp_path, "speak", file, "--room", "tea", "--server", server.url)
    assert done.returncode == Exit.BAD_FILE
    assert done.stderr.startswith(f"tui-rooms: cannot read '{file}': ")
    assert len(done.stderr.splitlines()) == 1
    assert open_rooms(server) == []


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
    harbour: Server, tmp_path: Path, out: str, seconds: str, code: Exit, says: str
):
    """The suffix, the folder and the length are checked."""
    done = run(
        tmp_path, "record", tmp_path / out,
        "--room", "harbour", "--seconds", seconds, "--server", harbour.url,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_goes_away_ends_the_recording_with_a_sentence(server: Server, tmp_path: Path):
    """Exit code 4 after the patience; what was heard until then is in the file."""
    speaker = speak(server, tmp_path, "harbour")
    wait_for_room(server, "harbour")
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


IN_BACKGROUND = ("env", "--ignore-signal=INT")
"""As a script's `&` starts things."""


@pytest.mark.parametrize(
    ("numbers", "shell", "code", "suffix"),
    [
        ([signal.SIGINT], (), Exit.INTERRUPTED, ".wav"),
        ([signal.SIGTERM], (), Exit.INTERRUPTED, ".opus"),
        ([signal.SIGTERM], IN_BACKGROUND, Exit.INTERRUPTED, ".wav"),
        ([signal.SIGINT, signal.SIGINT], (), Exit.INTERRUPTED, ".wav"),
        ([signal.SIGTERM, signal.SIGTERM], IN_BACKGROUND, Exit.INTERRUPTED, ".opus"),
        ([signal.SIGQUIT], (), -signal.SIGQUIT, ".wav"),
        ([signal.SIGKILL], (), -signal.SIGKILL, ".opus"),
    ],
    ids=["ctrl-c", "kill", "kill-in-background", "twice", "timeout", "quit", "kill-9"],
)
def test_told_to_end_a_recording_keeps_what_was_heard(
    harbour: Server,
    tmp_path: Path,
    numbers: list[signal.Signals],
    shell: tuple[str, ...],
    code: int,
    suffix: str,
):
    """All of it, but for the last second where there was no time for an end."""
    out = tmp_path / f"heard{suffix}"
    recorder = subprocess.Popen(
        [*shell, TUI_ROOMS, "record", out, "--room", "harbour", "--seconds", "60",
         "--server", harbour.url],
        env=private_environment(tmp_path / "home"), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    enough = 110_000 if suffix == ".wav" else 11_000
    wait_until(lambda: out.exists() and out.stat().st_size > enough, "something heard", 30)
    for number in numbers:
        recorder.send_signal(number)
    _, errors = recorder.communicate(timeout=20)
    assert (recorder.returncode, errors) == (code, "")
    kept = sum(frame.size for frame in read_frames(out)) / RATE
    if suffix == ".wav":
        lost = out.stat().st_size / (2 * RATE) - kept
        assert lost < (0.03 if code == Exit.INTERRUPTED else 1.05)
    assert 0.9 < kept < 60


def test_a_recording_that_no_more_fits_of_is_a_sentence(harbour: Server, tmp_path: Path):
    """Exit code 6, said once; what fitted can be played."""
    out = tmp_path / "heard.wav"
    done = subprocess.run(
        ["prlimit", "--fsize=150000",
         TUI_ROOMS, "record", out, "--room", "harbour", "--seconds", "60", "--server", harbour.url],
        env=private_environment(tmp_path / "home"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == Exit.BAD_FILE
    # Before it there may be a word that an earlier recording of this user was killed here.
    assert done.stderr.endswith(f"tui-rooms: cannot write '{out}': File too large\n")
    assert done.stderr.count(str(out)) == 1
    assert read_wav(out).size > RATE


def test_reading_that_fails_halfway_is_a_sentence_and_no_end_like_any_other(
    harbour: Server, tmp_path: Path
):
    """Exit code 6, said once. The file is gone when it is to be said again."""
    file = tmp_path / "said.wav"
    write_wav(file, tone(440, 1.5))
    speaker = subprocess.Popen(
        [TUI_ROOMS, "speak", file, "--room", "quay", "--loop", "--server", harbour.url],
        env=private_environment(tmp_path / "home"), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for_room(harbour, "quay")
    file.unlink()
    _, errors = speaker.communicate(timeout=20)
    assert speaker.returncode == Exit.BAD_FILE
    assert errors == f"tui-rooms: cannot read '{file}': No such file or directory\n"


FAULTY = """
import sys
from tui_rooms.audio.{module} import {part}

taken = iter(range(50))
real = {part}.{step}

def fail(*given, **named):
    if next(taken, None) is None:
        raise ZeroDivisionError("a bug of a library")
    return real(*given, **named)

{part}.{step} = fail
from tui_rooms.cli.main import run
sys.exit(run(sys.argv[1:]))
"""
"""The program with a fault at one edge: it works fifty times, then throws what nobody foresees."""


@pytest.mark.parametrize(
    ("command", "module", "part", "step", "says"),
    [
        ("speak", "files.downmix", "Downmix", "mono", ["its decoder failed unexpectedly"]),
        ("speak", "opus.codec", "OpusEncoder", "encode", ["speaking off", "is not said"]),
        ("record", "files.wav", "WavFile", "write", ["listening off", "ends before its time"]),
        ("record", "mixer", "Mixer", "mix", ["listening off", "ends before its time"]),
    ],
)
def test_what_nobody_foresees_is_a_failure_and_no_end_like_any_other(
    harbour: Server,
    tmp_path: Path,
    command: str,
    module: str,
    part: str,
    step: str,
    says: list[str],
):
    """Exit code 6; what has happened is said once, without a log that nobody has."""
    write_wav(tmp_path / "said.wav", tone(440, 8.0))
    program = FAULTY.format(module=module, part=part, step=step)
    words = {
        "speak": ["speak", tmp_path / "said.wav", "--room", "faulty"],
        "record": ["record", tmp_path / "heard.wav", "--room", "harbour", "--seconds", "60"],
    }[command]
    done = subprocess.run(
        [sys.executable, "-c", program, *words, "--server", harbour.url],
        env=private_environment(tmp_path / "home"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == Exit.BAD_FILE, done.stderr
    lines = done.stderr.splitlines()
    assert [line.startswith("tui-rooms: ") for line in lines] == [True] * len(says), lines
    for line, word in zip(lines, says, strict=True):
        assert word in line
    assert "log" not in done.stderr
    assert "a bug of a library" in (tmp_path / "home/state/tui-rooms/log/tui-rooms.log").read_text()


@pytest.mark.parametrize("begun", [False, True])
def test_one_ctrl_c_ends_a_speaker_that_waits_for_a_pipe(
    harbour: Server, tmp_path: Path, begun: bool
):
    """Nobody has opened its other end, or somebody has, and says nothing more."""
    pipe = tmp_path / "pipe.opus"
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)
    if begun:
        with FrameWriter(tmp_path / "said.opus") as writer:
            writer.write(tone(440, 2.0))
        os.write(end, (tmp_path / "said.opus").read_bytes())
    speaker = subprocess.Popen(
        [TUI_ROOMS, "speak", pipe, "--room", f"pipe-{begun}".lower(), "--server", harbour.url],
        env=private_environment(tmp_path / "home"), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if begun:
        wait_for_room(harbour, "pipe-true")
    else:
        wait_until(lambda: opened_by(speaker, pipe), "the pipe to be opened")
    speaker.send_signal(signal.SIGINT)
    _, errors = speaker.communicate(timeout=10)
    os.close(end)
    assert (speaker.returncode, errors) == (Exit.INTERRUPTED, "")


def test_a_file_whose_channels_cancel_each_other_out_is_said_with_a_word_about_it(
    harbour: Server, tmp_path: Path
):
    """Nothing is wrong with the command: exit code 0."""
    file = write_channels(tmp_path / "said.wav", [tone(440, 0.5), -tone(440, 0.5)])
    done = run(tmp_path, "speak", file, "--room", "cancel", "--server", harbour.url)
    assert done.returncode == Exit.OK
    assert done.stderr == (
        f"tui-rooms: nothing is left of '{file}' when its channels are mixed into one, since they "
        "cancel each other out: only the loudest of them is taken\n"
    )


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


def opened_by(process: "subprocess.Popen[str]", path: Path) -> bool:
    """Whether a program has that file open, or its end."""
    files = Path(f"/proc/{process.pid}/fd")
    assert process.poll() is None
    return any(file.readlink() == path for file in files.iterdir() if file.is_symlink())


def speak(server: Server, directory: Path, room: str) -> "subprocess.Popen[bytes]":
    """Somebody who speaks until told to end."""
    speak_to_file(sentences(1), directory / "said.wav")
    with (directory / "speaker-errors").open("wb") as errors:
        return subprocess.Popen(
            [TUI_ROOMS, "speak", directory / "said.wav", "--room", room, "--loop",
             "--server", server.url, "--name", "Ana"],
            stderr=errors,
        )  # fmt: skip


def open_rooms(server: Server) -> list[str]:
    """What the lobby shows; a command that asked would take a second's start each time."""
    return [each["room"] for each in call(f"{server.url}/api/rooms").body["rooms"]]


def wait_for_room(server: Server, room: str) -> None:
    """Until the lobby shows it."""
    wait_until(lambda: room in open_rooms(server), f"the room {room}")
