"""One incoming voice, from packets to what is heard, in simulated time."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio.line import (
    Arrival,
    delayed,
    in_frames,
    listen,
    lossy,
    regular,
    sent,
    spoken,
    without,
)
from tests.support.pesq_score import libopus_alone, score
from tests.support.speech import sentences, speech
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Samples
from tui_rooms.audio.levels import level_dbfs
from tui_rooms.audio.opus.codec import OpusEncoder
from tui_rooms.audio.receiving.delay import CALM_BASE
from tui_rooms.audio.receiving.jitter import BASE_DELAY
from tui_rooms.audio.receiving.receiver import IncomingStream

AT_BASE = BASE_DELAY + 0.025
AS_GOOD = 0.05
"""PESQ that timing may cost; the product may lose 0.15 in all."""


@pytest.fixture(scope="module")
def said() -> Samples:
    """Two sentences."""
    return speech(sentences(3, count=2))


@pytest.fixture(scope="module")
def best(said: Samples) -> float:
    """What libopus alone makes of them."""
    return score(said, libopus_alone(said)).mos


def _long_enough(said: Samples) -> float:
    return said.size / RATE + 0.4


@pytest.mark.parametrize("first_pull", [0.0, 0.004, 0.011, 0.019])
def test_speech_is_as_good_as_libopus_alone_when_nothing_is_lost(
    said: Samples, best: float, first_pull: float
):
    """Whenever the sound card happens to ask; DTX leaves packets out, as our sender does."""
    heard = listen(sent(spoken(said)), regular(_long_enough(said), first_pull))
    assert score(said, heard).mos > best - AS_GOOD


@pytest.mark.parametrize("first_pull", [0.0, 0.004, 0.011, 0.019])
def test_whoever_begins_to_talk_is_heard_as_soon_as_their_time_has_come(first_pull: float):
    """The pulls are put in step with the packets, so no part of a frame is waited in vain."""
    stream = IncomingStream()
    listen(sent(spoken(_tone(300, 50))), regular(1.0, first_pull), stream=stream)
    assert stream.delay == pytest.approx(BASE_DELAY, abs=0.002)


def test_jitter_within_the_base_delay_is_not_heard(said: Samples, best: float):
    """20 ms more or less, at random, change nothing at all."""
    chance = random.Random(1)
    jittery = delayed(sent(spoken(said)), lambda _: chance.uniform(0, 0.020))
    assert score(said, listen(jittery, regular(_long_enough(said)))).mos > best - AS_GOOD


def test_a_busy_machine_that_pulls_late_and_in_bursts_is_not_heard(said: Samples, best: float):
    """300 ms without a pull, then 15 at once; and all others up to 15 ms late."""
    chance = random.Random(2)
    stream = IncomingStream()
    heard = listen(
        sent(spoken(said)),
        regular(_long_enough(said)),
        stream=stream,
        pulled=lambda due: 1.3 if 1.0 <= due < 1.3 else due + chance.uniform(0, 0.015),
    )
    assert score(said, heard).mos > best - AS_GOOD
    assert stream.delay < AT_BASE


def test_a_busy_machine_that_reads_late_as_well_is_not_heard(said: Samples, best: float):
    """The packets of 300 ms are read at once, just before the pulls of that time."""
    arrivals = delayed(
        sent(spoken(said)), lambda one: 1.299 - one.at if 1.0 <= one.at < 1.299 else 0.0
    )
    stream = IncomingStream()
    heard = listen(
        arrivals,
        regular(_long_enough(said)),
        stream=stream,
        pulled=lambda due: 1.3 if 1.0 <= due < 1.3 else due,
    )
    assert score(said, heard).mos > best - AS_GOOD
    assert stream.target <= BASE_DELAY


def test_pulls_that_are_lost_add_no_lasting_delay(said: Samples):
    """A sound card that stood still for 200 ms is made up for within 3 s."""
    stream = IncomingStream()
    pulls = [pull if pull < 1.0 else pull + 0.2 for pull in regular(4.0)]
    listen(sent(spoken(said)), pulls, stream=stream)
    assert stream.delay < AT_BASE


def test_a_faster_or_slower_sound_card_adds_no_delay():
    """0.1 % off for 50 s of a tone without a pause (50 ms): the delay stays where it belongs."""
    encoder = OpusEncoder()
    hum = [encoder.encode(frame) for frame in _tone(200, 2_550).reshape(-1, FRAME)]
    for rate in (0.999, 1.001):
        stream = IncomingStream()
        listen(sent(hum), [pull * rate for pull in regular(50)], stream=stream)
        assert CALM_BASE - 0.005 < stream.delay < AT_BASE + 0.005


def test_red_makes_lost_packets_unheard(said: Samples, best: float):
    """One packet in ten is lost: without RED that is heard, with two copies more it is not, once
    the buffer knows from a sentence before that they are worth waiting for."""
    before = speech(sentences(9, count=1))
    whole = np.concatenate([before, np.zeros(RATE // 2, np.int16), said])
    times = regular(_long_enough(whole))
    bare = listen(lossy(sent(spoken(whole)), 0.1, 4), times)
    red = listen(lossy(sent(spoken(whole), red=2), 0.1, 4), times)
    assert score(said, bare).mos < best - 0.5
    assert score(said, red).mos > best - 0.2


def test_a_pause_sounds_like_the_speakers_room_and_fades():
    """Noise at -60 dBFS between loud tones goes on in DTX at about its level, and is gone after
    5 s; whoever has a silent room stays silent."""
    chance = np.random.default_rng(3)
    loud = _tone(440, 100)
    for level, wanted in ((33, -60.0), (0, -96.0)):
        room = np.rint(chance.normal(0, level, 50 * FRAME)).astype(np.int16)
        encoder = OpusEncoder(dtx=False)
        packets: list[bytes | None] = [
            encoder.encode(frame) for frame in np.concatenate([loud, room]).reshape(-1, FRAME)
        ]
        heard = listen(sent([*packets, *[None] * 300]), regular(9.0))
        levels = [level_dbfs(frame) for frame in in_frames(heard)]
        assert np.median(levels[165:180]) == pytest.approx(wanted, abs=5)
        assert levels[-1] == -96.0


def test_noise_without_a_pause_is_brought_back_to_the_base_too():
    """Applause is like itself nowhere; 100 ms late packets, and 8 s later it is at the base."""
    encoder = OpusEncoder(48_000)
    noise = np.random.default_rng(2).normal(0, 5_000, 700 * FRAME).astype(np.int16)
    packets = [encoder.encode(frame) for frame in noise.reshape(-1, FRAME)]
    stream = IncomingStream()
    late = delayed(sent(packets), lambda one: 0.1 if 50 <= one.number < 53 else 0.0)
    listen(late, regular(13), stream=stream)
    assert stream.delay < AT_BASE + 0.005


def test_a_burst_of_losses_fades_into_silence_and_back():
    """10 packets lost in a loud tone: 100 ms are made up, falling; then silence; then the tone."""
    encoder = OpusEncoder()
    packets = [encoder.encode(frame) for frame in _tone(440, 100).reshape(-1, FRAME)]
    heard = listen(without(sent(packets), range(50, 60)), regular(2.0))
    levels = [level_dbfs(frame) for frame in in_frames(heard)]
    begin = next(n for n, level in enumerate(levels[40:], 40) if level < -15)
    silent = levels.index(-96.0, begin)
    assert silent - begin <= 4
    assert levels[begin:silent] == sorted(levels[begin:silent], reverse=True)
    assert levels[silent : silent + 4] == [-96.0] * 4
    assert levels[silent + 6] > -15
    steps = np.abs(np.diff(heard.astype(np.int32)))
    assert steps[20 * FRAME :].max() < 3_000  # a click would jump by up to 20,000


def test_nothing_to_hear_is_none():
    """Before the first packet, and some time after the last."""
    stream = IncomingStream()
    assert stream.pull(0.0) is None
    tone = OpusEncoder().encode(_tone(440))
    stream.packet([(0, tone, False)], 0.01, 1)
    answers = [stream.pull(0.02 * n) for n in range(1, 20)]
    assert any(answer is not None for answer in answers)
    assert answers[-1] is None


def test_another_speaker_in_the_slot_is_heard_as_in_a_new_slot():
    """When the CSRC changes nothing of the first voice is left: not in the buffer, not in the
    decoder, not in what was decoded already."""
    encoders = OpusEncoder(), OpusEncoder()
    low = [encoders[0].encode(frame) for frame in _tone(300, 50).reshape(-1, FRAME)]
    high = [encoders[1].encode(frame) for frame in _tone(2_000, 50).reshape(-1, FRAME)]
    pairs = [
        Arrival(one.at, one.number, [(one.number * FRAME, _joined(low[one.number :][:2]), False)])
        for one in sent(low)[::2]
    ]
    second = sent(high, first_timestamp=77, first_at=0.992)
    pulls = regular(0.8, start=1.02)
    used, new = IncomingStream(), IncomingStream()
    listen(pairs, regular(1.02), stream=used, source=1)
    listen([], regular(1.02), stream=new)
    heard = listen(second, pulls, stream=used, source=2)
    assert used.source == 2
    assert heard.any()
    anew = np.trim_zeros(listen(second, pulls, stream=new, source=2), "f")
    heard = np.trim_zeros(heard, "f")
    assert np.array_equal(*(sound[: round(0.7 * RATE)] for sound in (heard, anew)))


def test_a_new_talk_spurt_of_the_same_speaker_keeps_the_decoder(said: Samples, best: float):
    """A second of DTX in the middle of a text: the words after it are as good as without it."""
    half = said.size // (2 * FRAME) * FRAME
    with_pause = np.concatenate([said[:half], np.zeros(RATE, np.int16), said[half:]])
    heard = listen(sent(spoken(with_pause)), regular(_long_enough(with_pause)))
    alone = libopus_alone(with_pause)
    assert score(with_pause, heard).mos > score(with_pause, alone).mos - AS_GOOD


def test_packets_of_60_ms_are_played_in_frames_of_20(said: Samples, best: float):
    """Other senders may put three frames into one packet."""
    singles = [packet or b"" for packet in spoken(said)]
    groups = [singles[n : n + 3] for n in range(0, len(singles) - 2, 3)]
    arrivals = []
    for number, group in enumerate(groups):
        same_kind = len({packet[:1] for packet in group}) == 1 and all(group)
        packets = [_joined(group)] if same_kind else group
        at = (number + 1) * 3 * FRAME_SECONDS
        frames = [
            (number * 3 * FRAME + n * FRAME, packet, False)
            for n, packet in enumerate(packets)
            if packet
        ]
        arrivals.append(Arrival(at, number, frames))
    heard = listen(arrivals, regular(_long_enough(said)))
    assert score(said, heard).mos > best - 0.15


@given(
    st.lists(
        st.tuples(
            st.lists(
                st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=40), st.booleans()),
                max_size=3,
            ),
            st.sampled_from([None, 1, 2]),
            st.integers(0, 3),
        ),
        max_size=40,
    )
)
def test_random_bytes_from_the_network_never_raise(
    packets: list[tuple[list[tuple[int, bytes, bool]], int | None, int]],
):
    """Whatever comes: each pull gives a frame or nothing."""
    stream = IncomingStream()
    now = 0.0
    for frames, source, pulls in packets:
        stream.packet(frames, now, source)
        for _ in range(pulls):
            now += FRAME_SECONDS
            frame = stream.pull(now)
            assert frame is None or (frame.shape == (FRAME,) and frame.dtype == np.int16)


def test_random_packets_of_a_plausible_stream_never_raise():
    """Right times and kinds, noise inside: libopus makes something of it or refuses it."""
    chance = random.Random(8)
    noise = [bytes([chance.randrange(256)]) + chance.randbytes(60) for _ in range(2_000)]
    stream = IncomingStream()
    heard = listen(sent(noise), regular(39), stream=stream)
    assert round(38.9 * RATE) < heard.size <= 39 * RATE
    assert heard.any()


def _tone(frequency: float, frames: int = 1) -> Samples:
    time = np.arange(frames * FRAME) / RATE
    return (10_000 * np.sin(2 * np.pi * frequency * time)).astype(np.int16)


def _joined(packets: list[bytes]) -> bytes:
    """Several packets of one kind as one: code 3 with a size for each frame, RFC 6716 §3.2.5."""
    sizes = b"".join(_size(len(packet) - 1) for packet in packets[:-1])
    frames = b"".join(packet[1:] for packet in packets)
    return bytes([packets[0][0] | 3, 0x80 | len(packets)]) + sizes + frames


def _size(count: int) -> bytes:
    if count < 252:
        return bytes([count])
    return bytes([252 + (count & 3), (count - 252) >> 2])
