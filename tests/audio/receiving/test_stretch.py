"""Shorter and longer without another pitch."""

from collections.abc import Callable

import numpy as np
import pytest

from tui_rooms.audio.frames import FRAME, RATE, Samples, silence
from tui_rooms.audio.receiving.stretch import lengthen, shorten

_SHORTEST, _LONGEST = 120, 720


def _voice(pitch: float) -> Samples:
    time = np.arange(FRAME) / RATE
    harmonics = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in range(1, 8))
    return np.rint(8_000 * harmonics).astype(np.int16)


def _noise() -> Samples:
    return np.random.default_rng(1).normal(0, 3_000, FRAME).astype(np.int16)


@pytest.mark.parametrize("change", [shorten, lengthen])
@pytest.mark.parametrize("pitch", [80, 120, 200, 333])
def test_a_voice_changes_by_whole_periods(change: Callable[[Samples], Samples], pitch: float):
    """2.5 to 15 ms, and no step where the ends meet is larger than those in the voice itself."""
    voice = _voice(pitch)
    changed = change(voice)
    by = abs(changed.size - FRAME)
    assert _SHORTEST <= by <= _LONGEST
    periods = by * pitch / RATE
    assert periods == pytest.approx(round(periods), abs=0.05)
    natural = np.abs(np.diff(voice.astype(np.int32))).max()
    assert np.abs(np.diff(changed.astype(np.int32))).max() <= 1.1 * natural


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_the_first_and_the_last_sample_stay(change: Callable[[Samples], Samples]):
    """So the pieces before and after still fit."""
    voice = _voice(150)
    changed = change(voice)
    assert changed[0] == voice[0]
    assert np.array_equal(changed[-200:], voice[-200:])


@pytest.mark.parametrize("change", [shorten, lengthen])
def test_noise_is_left_alone_unless_it_must_not_be(change: Callable[..., Samples]):
    """Nothing in it repeats; where it is too quiet to be heard, that does not matter."""
    noise = _noise()
    assert change(noise) is noise
    assert abs(change(noise, anyhow=True).size - FRAME) == _LONGEST


def test_silence_can_be_changed_most():
    """15 ms at a time."""
    assert shorten(silence(), anyhow=True).size == FRAME - _LONGEST
    assert lengthen(silence(), anyhow=True).size == FRAME + _LONGEST


def test_less_than_a_frame_is_left_alone():
    """There is no room for a cross-fade in it."""
    short = _voice(200)[:480]
    assert shorten(short, anyhow=True) is short
