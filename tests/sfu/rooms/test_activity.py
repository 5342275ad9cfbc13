"""How loud a sender is believed to be, in virtual time."""

import random

from tui_rooms.rtc.rtp import SILENCE
from tui_rooms.sfu.rooms.activity import Activity

FRAME = 0.02
SOUND = 80


def speak(
    activity: Activity, seconds: float, start: float, loud: int = -25, seed: int = 1
) -> float:
    """Speech: levels that vary, a pause of 200 ms every 1.5 s. Returns the time of its end."""
    chance = random.Random(seed)
    now = start
    for i in range(round(seconds / FRAME)):
        pause = i % 75 >= 65
        level = -90 if pause else min(0, loud + round(chance.gauss(0, 6)))
        activity.packet(level, SOUND, now)
        now += FRAME
    return now


def claim(
    activity: Activity, seconds: float, start: float, *, size: int = SOUND, level: int = 0
) -> float:
    """The same level for ever. Returns the time of its end."""
    now = start
    for _ in range(round(seconds / FRAME)):
        activity.packet(level, size, now)
        now += FRAME
    return now


def test_a_word_is_ranked_by_its_first_packet():
    """From silence the level is taken at once, so that no word loses its beginning."""
    activity = Activity()
    activity.packet(-30, SOUND, 1.0)
    assert activity.rank(1.0) == -30
    assert activity.is_sounding(1.0)


def test_a_frame_of_dtx_is_silence_whatever_it_claims():
    """A byte of Opus cannot hold a loud voice."""
    activity = Activity()
    end = claim(activity, 1.0, 1.0, size=2, level=0)
    assert activity.level == SILENCE
    assert activity.take_peak() == SILENCE
    assert not activity.is_sounding(end)
    assert not activity.is_talking(end)


def test_speech_keeps_its_rank():
    """A minute of talk with pauses is worth as much at its end as at its beginning."""
    activity = Activity()
    now = speak(activity, 3.5, 1.0)
    early = activity.rank(now)
    now = speak(activity, 60.5, now)
    assert abs(activity.rank(now) - early) < 10
    assert activity.rank(now) > -45


def test_a_claim_that_never_varies_is_worth_less_than_any_voice():
    """After about a second, full level without variation ranks below a quiet speaker."""
    liar, quiet = Activity(), Activity()
    now = claim(liar, 2.0, 1.0)
    speak(quiet, 2.0, 1.0, loud=-48)
    assert liar.rank(now) < quiet.rank(now) - 6


def test_talk_without_a_breath_loses_its_rank():
    """A level that varies for ever without a pause is no speech."""
    chance = random.Random(4)
    activity = Activity()
    now = 1.0
    ranks = {}
    for i in range(3000):
        activity.packet(-10 + round(chance.uniform(-6, 6)), SOUND, now)
        now += FRAME
        ranks[i * FRAME] = activity.rank(now)
    assert min(rank for at, rank in ranks.items() if at < 19) > -30
    assert ranks[2999 * FRAME] < -80


def test_a_pause_restores_the_rank():
    """Whoever breathes is believed again."""
    activity = Activity()
    chance = random.Random(4)
    now = 1.0
    for _ in range(2500):
        activity.packet(-10 + round(chance.uniform(-6, 6)), SOUND, now)
        now += FRAME
    low = activity.rank(now)
    now += 0.3  # DTX sends nothing
    activity.packet(-10, SOUND, now)
    assert activity.rank(now) > low + 20


def test_the_score_falls_while_nothing_comes():
    """With DTX silence is the absence of packets."""
    activity = Activity()
    now = speak(activity, 1.0, 1.0)
    assert activity.score(now) > -50
    assert activity.score(now + 2.0) < -110
    assert not activity.is_sounding(now + 0.2)


def test_talking_begins_loud_and_ends_late():
    """It lasts through the gaps between words and ends half a second after the last."""
    activity = Activity()
    activity.packet(-55, SOUND, 1.0)
    assert not activity.is_talking(1.0)
    activity.packet(-20, SOUND, 1.02)
    activity.packet(-20, SOUND, 1.04)
    assert activity.is_talking(1.04)
    assert activity.is_talking(1.40)
    for i in range(50):
        activity.packet(-55, SOUND, 1.42 + i * FRAME)
    assert activity.is_talking(2.41)  # quieter than talk begins, louder than it ends
    assert not activity.is_talking(3.0)


def test_a_sender_without_levels_is_judged_by_size():
    """Some clients do not send the extension; they can still be heard."""
    activity = Activity()
    activity.packet(None, SOUND, 1.0)
    assert activity.is_sounding(1.0)
    activity.packet(None, 1, 1.2)
    assert not activity.is_sounding(1.2)


def test_the_peak_is_told_once():
    """Each tenth of a second has its own."""
    activity = Activity()
    for level in (-40, -20, -60):
        activity.packet(level, SOUND, 1.0)
    assert activity.take_peak() == -20
    assert activity.take_peak() == SILENCE
