"""Levels, and who is talking."""

import numpy as np
import pytest

from tui_rooms.audio.frames import FRAME, RATE, Samples, silence
from tui_rooms.audio.levels import VoiceMeter, dbov, level_dbfs


def _tone(peak: float) -> Samples:
    return np.rint(peak * np.sin(2 * np.pi * 400 * np.arange(FRAME) / RATE)).astype(np.int16)


def _noise(dbfs: float, seed: int = 1) -> Samples:
    sigma = 32_767 * 10 ** (dbfs / 20)
    return np.rint(np.random.default_rng(seed).normal(0, sigma, FRAME)).astype(np.int16)


def test_a_full_tone_is_3_db_below_full_scale():
    """RMS, not peak."""
    assert level_dbfs(_tone(32_767)) == pytest.approx(-3.01, abs=0.01)
    assert dbov(_tone(32_767)) == -3


def test_half_the_amplitude_is_6_db_less():
    """At any loudness that 16 bits can hold well."""
    for peak in (32_000, 8_000, 1_000):
        assert level_dbfs(_tone(peak)) - level_dbfs(_tone(peak / 2)) == pytest.approx(6.02, abs=0.1)


def test_the_loudest_possible_frame_is_0():
    """All samples at an end of the scale; −32768 is not louder than full."""
    for value in (32_767, -32_768):
        assert level_dbfs(np.full(FRAME, value, np.int16)) == 0.0
        assert dbov(np.full(FRAME, value, np.int16)) == 0


def test_silence_is_at_the_bottom_of_each_scale():
    """−96 for people, −127 on the wire; a single last bit is above nothing."""
    assert level_dbfs(silence()) == -96.0
    assert dbov(silence()) == -127
    one_bit = silence()
    one_bit[0] = 1
    assert -127 < dbov(one_bit) < -96


@pytest.mark.parametrize("wrong", [np.zeros((2, FRAME), np.int16), np.zeros(0, np.int16)])
def test_only_a_row_of_samples_has_a_level(wrong: Samples):
    """Not two channels, and not nothing."""
    with pytest.raises(ValueError, match="samples of shape"):
        level_dbfs(wrong)


def test_a_voice_talks_from_its_first_frame():
    """After a second of a quiet room."""
    meter = VoiceMeter()
    assert not any(meter.push(_noise(-65, seed))[1] for seed in range(50))
    level, talking = meter.push(_noise(-25))
    assert level == pytest.approx(-25, abs=1)
    assert talking


def test_pauses_between_words_do_not_end_talking_and_longer_ones_do():
    """280 ms of silence are a pause; from 300 ms on it has ended."""
    meter = VoiceMeter()
    meter.push(_noise(-25))
    pause = [meter.push(silence())[1] for _ in range(20)]
    assert pause == [True] * 14 + [False] * 6


def test_a_noisy_room_is_not_a_voice():
    """A fan at −45 dBov that starts is learned within seconds; a voice over it still counts."""
    meter = VoiceMeter()
    for seed in range(50):
        meter.push(_noise(-70, seed))
    fan = [meter.push(_noise(-45, seed))[1] for seed in range(2_000)]
    assert fan[0]
    assert not any(fan[-500:])
    assert meter.push(_noise(-28))[1]


def test_what_is_no_frame_is_refused_by_the_meter():
    """Half a frame would count as 20 ms."""
    with pytest.raises(ValueError, match="shape"):
        VoiceMeter().push(np.zeros(480, np.int16))


def test_a_voice_that_falls_talks_on_where_a_noise_would_not_begin():
    """8 dB above the room's noise: enough to go on, too little to begin."""
    meter = VoiceMeter()
    for seed in range(50):
        meter.push(_noise(-48, seed))
    between = [_noise(-40, seed) for seed in range(50)]
    assert not any(meter.push(frame)[1] for frame in between)
    assert meter.push(_noise(-25))[1]
    assert all(meter.push(frame)[1] for frame in between)
    assert [meter.push(_noise(-48, seed))[1] for seed in range(20)] == [True] * 14 + [False] * 6
