"""Microphone and loudspeaker on a real sound server, and on machines without one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.client.sounds import strength, tone
from tests.support.pesq_score import score
from tests.support.program import private_environment
from tests.support.pulse import Pulse
from tests.support.sound_files import write_channels
from tests.support.speech import read_wav, sentences, speech, write_wav
from tests.support.tools import require_library
from tui_rooms.audio.cards import devices as audio_devices
from tui_rooms.audio.cards.portaudio import device_error
from tui_rooms.audio.frames import FRAME, RATE

_PROGRAM = (sys.executable, "-m", "tests.audio.card_program")
_ROOT = Path(__file__).parents[3]


def _answer(environment: dict[str, str], *words: str) -> Any:
    done = subprocess.run(
        [*_PROGRAM, *words],
        cwd=_ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    # ALSA itself tells when a busy machine comes too late; the score is what counts.
    said = [line for line in done.stderr.splitlines() if not line.endswith("underrun occurred")]
    assert said == []
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.realtime
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_speech_reaches_the_loudspeaker_unharmed(private_pulse: Pulse, tmp_path: Path, rate: int):
    """What is written frame by frame when it is wanted comes out of the card as it went in,
    through a card of another rate too.

    Of three tries the middle one counts: a busy machine may wake the program too late once.
    """
    spoken = speech(sentences(1, count=1))
    write_wav(tmp_path / "spoken.wav", spoken)
    heard = []
    for _ in range(3):
        with private_pulse.capture() as capture:
            words = ("play", str(tmp_path / "spoken.wav"), str(rate))
            answer = _answer(private_pulse.environment, *words)
        heard.append((score(spoken, capture.samples).mos, answer))
    assert sorted(mos for mos, _ in heard)[1] > 4.4, heard


@pytest.mark.realtime
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_speech_comes_from_the_microphone_unharmed(private_pulse: Pulse, tmp_path: Path, rate: int):
    """What the card captures arrives in full frames of 48 kHz, without gaps."""
    spoken = speech(sentences(2, count=1))
    count = spoken.size // FRAME + 75
    with subprocess.Popen(
        [*_PROGRAM, "listen", str(count), str(tmp_path / "heard.wav"), str(rate)],
        cwd=_ROOT,
        env=private_pulse.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == "listening\n"
        private_pulse.play(spoken)
        answer = json.loads(listener.stdout.readline())
    assert answer == {"overruns": 0}
    assert score(spoken, read_wav(tmp_path / "heard.wav")).mos > 4.4


@pytest.mark.realtime
@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_a_voice_in_the_second_channel_alone_is_heard_as_loud_as_in_the_first(
    private_pulse: Pulse, tmp_path: Path, rate: int
):
    """Both are asked for, and the empty one is left out: mixed it would be half as loud, and of
    hardware that has only pairs one would get the first."""
    private_pulse.add_sink("pair", f"format=s16le rate={RATE} channels=2 norewinds=1")
    file = write_channels(tmp_path / "pair.wav", [np.zeros(2 * RATE, np.int16), tone(440, 2.0)])
    with subprocess.Popen(
        [*_PROGRAM, "listen", "120", str(tmp_path / "heard.wav"), str(rate)],
        cwd=_ROOT,
        env=private_pulse.environment_with(microphone="pair", loudspeaker="speaker"),
        stdout=subprocess.PIPE,
        text=True,
    ) as listener:
        assert listener.stdout is not None
        assert listener.stdout.readline() == "listening\n"
        private_pulse.play_file(file, "pair")
        assert json.loads(listener.stdout.readline()) == {"overruns": 0}
    heard = read_wav(tmp_path / "heard.wav")
    begin = int(np.argmax(np.abs(heard.astype(int)) > 1_000))
    assert strength(heard[begin + 480 : begin + 480 + RATE], 440) == pytest.approx(1.0, abs=0.05)


def test_a_loudspeaker_that_ran_dry_wants_more_ahead(private_pulse: Pulse):
    """Sound that is written too late is counted once each time, and then more is kept ready."""
    wanted = _answer(private_pulse.environment, "starve")["wanted"]
    assert wanted[-1] > wanted[0]


def test_a_microphone_that_nobody_reads_keeps_half_a_second_and_goes_on(private_pulse: Pulse):
    """What is too much is lost and counted; reading on works."""
    assert 25 <= _answer(private_pulse.environment, "neglect")["kept"] <= 27


def test_devices_are_listed_with_the_default_marked(private_pulse: Pulse):
    """The sound server is there under its names, and one of them is what programs get."""
    devices = _answer(private_pulse.environment, "list")
    assert {"pulse", "default"} <= {device["name"] for device in devices}
    assert sum(device["default_input"] for device in devices) == 1
    assert sum(device["default_output"] for device in devices) == 1
    assert all(device["host_api"] == "ALSA" for device in devices)


@pytest.mark.parametrize("kind", ["microphone", "loudspeaker"])
def test_a_device_is_found_by_a_part_of_its_name(private_pulse: Pulse, kind: str):
    """Case does not matter; a closed device no longer runs, and closing twice is nothing."""
    answer = _answer(private_pulse.environment, "open", kind, "PULS")
    assert answer == {"opened": "pulse", "running": True, "afterwards": False}


def test_an_unknown_device_is_refused_with_the_names_there_are(private_pulse: Pulse):
    """The sentence says what could have been meant."""
    answer = _answer(private_pulse.environment, "open", "microphone", "USB Audio")
    assert answer["code"] == "no-device"
    assert answer["sentence"].startswith('no microphone opened: none is called "USB Audio". ')
    assert '"pulse"' in answer["sentence"]


@pytest.mark.parametrize("kind", ["microphone", "loudspeaker"])
def test_a_machine_without_a_card_says_so_and_what_to_install(tmp_path: Path, kind: str):
    """PortAudio is there and finds nothing: a sentence, and nothing on standard error."""
    require_library("portaudio", "libportaudio2")
    environment = _without_cards(tmp_path)
    assert _answer(environment, "list") == []
    answer = _answer(environment, "open", kind)
    assert answer["code"] == "no-device"
    assert answer["sentence"].startswith(f"no sound device: this machine has no {kind}.")
    assert "apt install libasound2-plugins" in answer["sentence"]


@pytest.mark.parametrize("kind", ["microphone", "loudspeaker"])
def test_a_sound_server_that_is_gone_is_a_sentence(tmp_path: Path, kind: str):
    """A device that is configured and cannot be opened does not fail in ALSA's words."""
    require_library("portaudio", "libportaudio2")
    environment = _without_cards(tmp_path)
    (tmp_path / ".asoundrc").write_text("pcm.!default pulse\nctl.!default pulse\n")
    answer = _answer(environment, "open", kind)
    assert answer["code"] == "no-device"
    assert "start the sound server" in answer["sentence"]


@pytest.mark.parametrize("command", [("list",), ("open", "microphone"), ("open", "loudspeaker")])
def test_a_machine_without_portaudio_says_so_and_what_to_install(
    tmp_path: Path, command: tuple[str, ...]
):
    """The library really cannot be loaded, and no class of ours is told so."""
    answer = _answer(_without_portaudio(tmp_path), *command)
    assert answer["code"] == "no-portaudio"
    assert answer["sentence"].startswith("no sound device: PortAudio is missing.")
    if sys.platform == "linux":
        assert "apt install libportaudio2" in answer["sentence"]


@pytest.mark.parametrize(
    ("problem", "code", "sentence"),
    [
        (
            ("Device unavailable", -9985),
            "device-busy",
            'no microphone opened ("USB Audio": in use). '
            "Close the other program, or pick one with: tui-rooms devices",
        ),
        (
            ("Invalid device", -9996),
            "no-device",
            'no microphone opened ("USB Audio": Invalid device). '
            "Pick another one with: tui-rooms devices",
        ),
        (
            ("Unanticipated host error", -9999, (0, -19, "No such device")),
            "device-failed",
            'no microphone opened ("USB Audio": Unanticipated host error, No such device). '
            "Pick another one with: tui-rooms devices",
        ),
    ],
)
def test_what_portaudio_refuses_becomes_a_sentence_with_what_to_do(
    problem: tuple[Any, ...], code: str, sentence: str
):
    """PortAudio's code decides ours; its words are kept where they say more."""
    error = device_error("microphone", "USB Audio", Exception(*problem))
    assert (error.code, error.sentence) == (code, sentence)


def test_the_time_that_opening_takes_is_no_stall(monkeypatch: pytest.MonkeyPatch):
    """Nothing calls meanwhile. What has not called for as long afterwards has stalled."""
    now = [100.0]

    class Slow:
        """A stream of a device that takes a second to start, and then never calls."""

        def __init__(self, *_words: object, **_form: object) -> None:
            now[0] += 1.0

    monkeypatch.setattr(audio_devices, "Stream", Slow)
    monkeypatch.setattr(audio_devices, "time", SimpleNamespace(monotonic=lambda: now[0]))
    device = audio_devices.DeviceInfo(0, "slow", "API", 1, 0, True, False, RATE)
    end = audio_devices._End(
        "microphone",
        device,
        channels=[1],
        held=1,
        rate=RATE,
        latency=0.02,
        callback=lambda *_: None,
    )
    assert not end.stalled
    now[0] += 1.0
    assert end.stalled


def _without_cards(home: Path) -> dict[str, str]:
    """Nothing of the user's, and no sound server; a card in the machine cannot be hidden."""
    cards = Path("/proc/asound/cards")
    if cards.exists() and "no soundcards" not in cards.read_text():
        pytest.skip("this machine has a sound card, and the test is about having none")
    return private_environment(home) | {"PULSE_SERVER": f"unix:{home}/nobody"}


def _without_portaudio(home: Path) -> dict[str, str]:
    """The loader finds a file without contents where PortAudio should be, and stops there."""
    (home / "lib").mkdir()
    (home / "lib" / "libportaudio.so.2").touch()
    (home / "lib" / "libportaudio.so").touch()
    searched = [str(home / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    return private_environment(home) | {"LD_LIBRARY_PATH": ":".join(filter(None, searched))}
