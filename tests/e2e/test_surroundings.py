"""The sound card and the terminal that the other end-to-end tests rely on."""

import subprocess
import sys

import numpy as np
import pytest

from tests.support.pesq_score import score
from tests.support.program import private_environment
from tests.support.pulse import LOUDSPEAKER, MICROPHONE, Pulse
from tests.support.speech import sentences, speech
from tests.support.terminal import Terminal
from tui_rooms.audio.frames import RATE

_LOOPBACK = """
import collections, sounddevice, sys
form = {"samplerate": 48000, "blocksize": 960, "dtype": "int16", "channels": 1, "latency": 0.2}
frames = collections.deque([bytes(1920)] * 30)
def hear(heard, *_):
    frames.append(bytes(heard))
def play(played, *_):
    played[:] = frames.popleft() if frames else bytes(len(played))
with (
    sounddevice.RawInputStream(**form, callback=hear),
    sounddevice.RawOutputStream(**form, callback=play),
):
    print("on", flush=True)
    sys.stdin.read()
"""
# Two streams: with one for both ways PortAudio itself drops and doubles samples here.


@pytest.mark.realtime
def test_the_private_sound_card_passes_speech_on_untouched(private_pulse: Pulse):
    """What is played into a sink is what its monitor gives, so a loss is the program's own."""
    said = speech(sentences(1, 1))
    with private_pulse.capture(MICROPHONE) as capture:
        private_pulse.play(np.concatenate([said, np.zeros(RATE // 2, np.int16)]))
    assert score(said, capture.samples).mos > 4.6


@pytest.mark.realtime
def test_portaudio_hears_the_microphone_and_plays_on_the_loudspeaker(private_pulse: Pulse):
    """PortAudio's default devices are the two null sinks, without any setting by the program."""
    said = speech(sentences(2, 1))
    with (
        subprocess.Popen(
            [sys.executable, "-c", _LOOPBACK],
            env=private_pulse.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # ALSA complains about cards that are not there
        ) as loopback,
        private_pulse.capture(LOUDSPEAKER) as capture,
    ):
        assert loopback.stdout is not None
        assert loopback.stdout.readline() == b"on\n"
        private_pulse.play(np.concatenate([said, np.zeros(2 * RATE, np.int16)]))
    assert score(said, capture.samples).mos > 4.0


def test_the_terminal_shows_what_is_typed_wide_characters_too(tmp_path):
    """tmux draws what a program writes, in UTF-8, at the size asked for."""
    with Terminal() as terminal:
        terminal.start(["cat"], private_environment(tmp_path), cols=40, rows=10)
        terminal.type("▁▂▃ 你好")
        terminal.send("Enter")
        screen = terminal.wait_for(lambda screen: screen.count("▁▂▃ 你好") == 2)
        assert len(screen.splitlines()) == 10
        terminal.send("C-d")
        terminal.wait_for_end()
