"""The mixer: exact where it can be, soft where it cannot."""

import numpy as np
import pytest

from tui_rooms.audio.frames import FRAME, RATE, Frame, silence
from tui_rooms.audio.mixer import THRESHOLD, Mixer


def _tone(frequency: float, peak: float, number: int = 0) -> Frame:
    time = (number * FRAME + np.arange(FRAME)) / RATE
    return np.rint(peak * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


def test_one_voice_alone_passes_bit_by_bit_however_loud():
    """Also at full scale: there is nothing to limit."""
    mixer = Mixer()
    for number in range(10):
        voice = _tone(333, 32_767, number)
        assert np.array_equal(mixer.mix([voice]), voice)


def test_voices_that_fit_together_are_added_exactly():
    """Up to the threshold the mixer only sums."""
    low, high = _tone(200, 12_000), _tone(1_000, 12_000)
    assert np.array_equal(Mixer().mix([low, high]), low + high)


def test_nobody_is_silence():
    """A full frame of it, for a card that needs one."""
    assert np.array_equal(Mixer().mix([]), silence())


@pytest.mark.parametrize("voices", [2, 5, 12])
def test_many_at_once_never_clip(voices: int):
    """The sum would be up to 12 times full scale; it is turned down, not cut off."""
    mixer = Mixer()
    mixed = np.concatenate(
        [
            mixer.mix([_tone(150 + 37 * voice, 32_000, number) for voice in range(voices)])
            for number in range(50)
        ]
    )
    size = np.abs(mixed.astype(np.int32))[96:]  # it takes 2 ms at most to turn down
    assert size.max() < 32_700
    assert np.mean(size > 0.99 * size.max()) < 0.05  # clipping would leave plateaus


def test_the_sum_keeps_its_shape_when_it_is_turned_down():
    """Once the gain has settled the mix is the sum, only quieter."""
    mixer = Mixer()
    for number in range(20):
        voices = [_tone(frequency, 20_000, number) for frequency in (200, 550, 900)]
        mixed = mixer.mix(voices).astype(np.float64)
    total = np.sum(voices, axis=0, dtype=np.float64)
    assert np.corrcoef(total, mixed)[0, 1] > 0.995
    assert np.abs(mixed).max() == pytest.approx(THRESHOLD, rel=0.15)


def test_after_a_loud_moment_a_voice_alone_is_exact_again():
    """The gain comes back within half a second."""
    mixer = Mixer()
    mixer.mix([_tone(200, 32_000), _tone(210, 32_000), _tone(220, 32_000)])
    voice = _tone(300, 10_000)
    quieter = mixer.mix([voice])
    assert np.abs(quieter).max() < np.abs(voice).max()
    for _ in range(25):
        mixer.mix([voice])
    assert np.array_equal(mixer.mix([voice]), voice)


def test_turning_down_makes_no_click():
    """When four voices start at once in the middle of one, no sample jumps."""
    mixer = Mixer()
    alone = mixer.mix([_tone(212.5, 20_000)])  # its frame ends on a peak
    loud = mixer.mix([_tone(212.5, 20_000, 1), *[_tone(100, 20_000, 1)] * 4])
    steps = np.abs(np.diff(np.concatenate((alone, loud)).astype(np.int32)))
    assert steps.max() < 2_500
