"""Of a microphone's channels the one that carries the voice."""

import numpy as np
import pytest

from tests.client.sounds import strength, tone
from tui_rooms.audio.cards.channels import VoiceChannel, wanted_channels
from tui_rooms.audio.frames import FRAME, RATE, Samples

NOISE = np.random.default_rng(1).normal(0, 6, RATE).astype(np.int16)
"""A second of an empty input, at -75 dBFS."""


def heard(*channels: Samples) -> Samples:
    """What is taken of them, frame by frame."""
    together = np.stack(channels, axis=1).reshape(-1, FRAME * len(channels))
    voice = VoiceChannel(len(channels))
    return np.concatenate([voice.mono(frame) for frame in together])


@pytest.mark.parametrize("count", [2, 4, 8])
@pytest.mark.parametrize("place", [0, 1, -1])
@pytest.mark.parametrize("beside", [np.zeros(RATE, np.int16), NOISE], ids=["nothing", "noise"])
def test_a_voice_is_heard_from_its_first_word_wherever_it_is(
    count: int, place: int, beside: Samples
):
    """As loud as it is there, but for 5 ms in which it takes the empty channel's place."""
    channels = [beside] * count
    channels[place] = tone(440, 1.0)
    sound = heard(*channels)
    assert np.array_equal(sound[240:], tone(440, 1.0)[240:])


def test_alike_channels_are_the_first():
    """A microphone that is mono after all, or two beside each other."""
    assert np.array_equal(heard(tone(440, 1.0), tone(440, 1.0) * 2), tone(440, 1.0))


def test_one_channel_is_taken_as_it_is():
    """There is nothing to choose."""
    assert np.array_equal(heard(tone(440, 1.0)), tone(440, 1.0))


def test_opposite_channels_do_not_cancel_each_other_out():
    """A balanced microphone on a pair of inputs: mixed it would be silence."""
    assert strength(heard(tone(440, 1.0), -tone(440, 1.0)), 440) == pytest.approx(1.0, abs=0.01)


def test_two_who_talk_in_turn_on_a_channel_each_are_both_heard():
    """Each is hardly heard by the other's microphone."""
    first, second = tone(440, 1.0), tone(900, 1.0)
    ana = np.concatenate([first, second // 20, first])
    ben = np.concatenate([first // 20, second, first // 20])
    sound = heard(ana, ben)
    for second_number, hertz in enumerate((440, 900, 440)):
        part = sound[second_number * RATE + RATE // 2 : (second_number + 1) * RATE]
        assert strength(part, hertz) == pytest.approx(1.0, abs=0.02)


def test_where_nobody_talks_nothing_changes():
    """An empty input that is a little noisier than another one is no voice."""
    voice = VoiceChannel(2)
    for frame in np.stack((NOISE // 8, NOISE), axis=1).reshape(-1, 2 * FRAME):
        voice.mono(frame)
    assert voice.chosen == 0


@pytest.mark.parametrize(
    ("inputs", "asked"),
    [(1, [1]), (2, [2, 1]), (4, [4, 2, 1]), (8, [8, 2, 1]), (32, [2, 1]), (128, [2, 1])],
)
def test_of_a_card_all_channels_are_asked_for_and_of_a_sound_server_a_pair(
    inputs: int, asked: list[int]
):
    """A sound server claims to have any number, and makes them of those that there are."""
    assert wanted_channels(inputs) == asked
