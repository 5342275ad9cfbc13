"""What is asked of a sound card that refuses what was wanted.

Hardware that does cannot be had here; the codes are those that PortAudio gives for it.
"""

from tui_rooms.audio.cards.portaudio import INVALID_CHANNELS, INVALID_RATE
from tui_rooms.audio.cards.stream import Form

_WANTED = Form(channels=1, rate=48_000, latency=0.02)


def test_a_card_that_has_pairs_of_channels_only_is_asked_for_a_pair():
    """Nothing else changes; a card that refuses that too is asked for more latency at last."""
    refusal = ("Invalid number of channels", INVALID_CHANNELS)
    pair = _WANTED.instead(refusal, [1, 2], 48_000)
    assert pair == Form(2, 48_000, 0.02)
    assert pair.instead(refusal, [1, 2], 48_000) == Form(2, 48_000, "high")


def test_a_card_that_refuses_the_rate_is_asked_for_its_own():
    """Once: where its own is refused, more latency is tried."""
    refusal = ("Invalid sample rate", INVALID_RATE)
    own = _WANTED.instead(refusal, [1], 44_100)
    assert own == Form(1, 44_100, 0.02)
    assert own.instead(refusal, [1], 44_100) == Form(1, 44_100, "high")


def test_a_card_that_has_larger_buffers_only_is_asked_for_its_own_latency():
    """After that nothing is left to try, and PortAudio's refusal is told."""
    refusal = ("Unanticipated host error", -9999, (8, -22, "Invalid argument"))
    slow = _WANTED.instead(refusal, [1], 48_000)
    assert slow == Form(1, 48_000, "high")
    assert slow.instead(refusal, [1], 48_000) is None


def test_a_card_that_refuses_everything_in_turn_gets_its_own_form():
    """Channels, rate and latency fall back one by one, in whatever order they are refused."""
    form = _WANTED
    for code in (INVALID_RATE, INVALID_CHANNELS, -9999):
        nearest = form.instead(("refused", code), [1, 2], 44_100)
        assert nearest is not None
        form = nearest
    assert form == Form(2, 44_100, "high")
