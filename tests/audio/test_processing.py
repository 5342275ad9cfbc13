"""Echo, noise and level of one's own sound, with WebRTC's own processing."""

import subprocess
import sys

import numpy as np
import pytest

from tests.support.pesq_score import score
from tests.support.speech import sentences, speech
from tui_rooms.audio.frames import FRAME, RATE, Samples
from tui_rooms.audio.levels import level_dbfs
from tui_rooms.audio.processing import Processing, ProcessingOptions

OFF = ProcessingOptions(False, False, False, False)
ECHO = ProcessingOptions(True, False, False, False)


def _through(
    options: ProcessingOptions, near: Samples, far: Samples | None = None, delay: float = 0.0
) -> Samples:
    processing = Processing(options)
    silence = np.zeros(FRAME, np.int16)
    heard = []
    for start in range(0, near.size - FRAME + 1, FRAME):
        processing.played(silence if far is None else far[start : start + FRAME])
        heard.append(processing.captured(near[start : start + FRAME], delay))
    return np.concatenate(heard)


def _echo(far: Samples, delay: float) -> Samples:
    """What the microphone picks up of the loudspeaker, at a quarter of its amplitude."""
    late = np.concatenate([np.zeros(round(delay * RATE), np.int16), far])[: far.size]
    return (late // 4).astype(np.int16)


@pytest.mark.parametrize("delay", [0.040, 0.120, 0.250])
def test_what_the_loudspeaker_plays_is_taken_out_of_the_microphone(delay: float):
    """After some seconds an echo is 25 dB quieter than it came."""
    far = speech(sentences(11, 4))
    near = _echo(far, delay)
    heard = _through(ECHO, near, far, delay)
    late = slice(5 * RATE, heard.size)
    assert level_dbfs(heard[late]) < level_dbfs(near[late]) - 25
    assert np.array_equal(_through(OFF, near, far, delay), near[: heard.size])


def test_echo_is_taken_out_when_what_is_played_comes_in_pieces_of_any_length():
    """Frames are shorter where somebody begins to talk: nothing is lost between two of them."""
    far = speech(sentences(11, 4))
    echo = _echo(far, 0.080)
    processing = Processing(ECHO)
    cuts = np.cumsum(np.random.default_rng(1).integers(48, FRAME, far.size // 400))
    pieces = iter(np.split(far, cuts[cuts < far.size]))
    played, heard = 0, []
    for start in range(0, far.size - FRAME + 1, FRAME):
        while played < start + FRAME:
            piece = next(pieces)
            processing.played(piece)
            played += piece.size
        heard.append(processing.captured(echo[start : start + FRAME], 0.080))
    learnt = slice(4 * RATE, far.size // FRAME * FRAME)
    left = np.concatenate(heard)[learnt]
    assert level_dbfs(left) < level_dbfs(echo[learnt]) - 20


def test_when_both_speak_at_once_only_ones_own_voice_is_sent():
    """Somebody begins to speak while another goes on, whose echo has been learnt: their voice gets
    through, hardly quieter, and the echo is gone from below it."""
    begin = speech(sentences(11, 3))
    far = np.concatenate([begin, speech(sentences(13, 4), "en-gb+m3")])
    own = speech(sentences(12, 3), "en-us+f3")
    both = slice(begin.size, begin.size + own.size)
    echo = _echo(far, 0.120)
    near = echo.copy()
    near[both] += own
    heard = _through(ECHO, near, far, 0.120)
    assert level_dbfs(heard[both]) > level_dbfs(own) - 4
    assert _likeness(own, heard[both]) > 0.5
    assert _likeness(echo[both], near[both]) > 0.1
    assert _likeness(echo[both], heard[both]) < 0.05


def _likeness(wanted: Samples, heard: Samples) -> float:
    """Correlation, 0 to 1, at whatever delay of up to 30 ms suits best."""
    size = min(wanted.size, heard.size) - 1_440
    one = wanted[:size].astype(np.float64)
    return max(
        abs(float(np.corrcoef(one, heard[lag : lag + size])[0, 1])) for lag in range(0, 1_440, 24)
    )


def test_ones_own_voice_passes_while_the_others_are_silent():
    """With everything on, speech stays speech."""
    own = speech(sentences(12, 3))
    assert score(own, _through(ProcessingOptions(gain_control=False), own)).mos > 3.0
    assert score(own, _through(OFF, own)).mos > 4.5


def test_noise_becomes_quieter_and_speech_does_not():
    """Steady noise at -45 dBFS loses 10 dB."""
    noise = np.random.default_rng(1).normal(0, 184, 6 * RATE).astype(np.int16)
    heard = _through(ProcessingOptions(False, True, False, False), noise)
    assert level_dbfs(heard[3 * RATE :]) < level_dbfs(noise) - 10


def test_hum_is_taken_out():
    """50 Hz loses 6 dB and 400 Hz nothing."""
    at = np.arange(3 * RATE) / RATE
    lost = {}
    for hertz in (50, 400):
        tone = (6_000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
        heard = _through(ProcessingOptions(False, False, False, True), tone)
        lost[hertz] = level_dbfs(tone[RATE:]) - level_dbfs(heard[RATE:])
    assert lost[50] > 6
    assert lost[400] < 0.5


def test_a_quiet_voice_is_brought_up():
    """Speech 30 dB below full voice comes out at least 6 dB louder."""
    quiet = (speech(sentences(15, 4)) // 16).astype(np.int16)
    heard = _through(ProcessingOptions(False, False, True, False), quiet)
    late = slice(6 * RATE, heard.size)
    assert level_dbfs(heard[late]) > level_dbfs(quiet[late]) + 6


def test_each_can_be_switched_while_it_runs():
    """Off means untouched, and on again works."""
    processing = Processing(ProcessingOptions())
    noise = np.random.default_rng(1).normal(0, 184, FRAME).astype(np.int16)
    processing.options = OFF
    assert np.array_equal(processing.captured(noise, 0.05), noise)
    processing.options = ProcessingOptions()
    for _ in range(50):
        clean = processing.captured(noise, 0.05)
    assert level_dbfs(clean) < level_dbfs(noise)


def test_without_the_library_there_is_a_sentence():
    """A platform without a wheel: what is missing, and what to do."""
    program = (
        "import sys; sys.modules['livekit'] = None\n"
        "from tui_rooms.audio.processing import Processing, ProcessingOptions\n"
        "from tui_rooms.audio.errors import ProcessingError\n"
        "try: Processing(ProcessingOptions())\n"
        "except ProcessingError as error: print(error.code, error.sentence)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("no-processing no echo cancellation")
    assert "headphones" in done.stdout
