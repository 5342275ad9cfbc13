"""What comes in on the slots."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.audio.frames import FRAME, RATE
from tui_rooms.audio.opus.codec import OpusEncoder
from tui_rooms.audio.receiving.jitter import BASE_DELAY
from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT, RtpPacket

SLOTS = (1001, 1002)
ANA = 77


@pytest.fixture
def levels():
    return LevelTable()


@pytest.fixture
def downlink(levels):
    made = Downlink(SLOTS, levels)
    made.sources = {ANA: "ana"}
    made.listening = True
    return made


def tone(seconds: float) -> list[np.ndarray]:
    """A 440 Hz tone at a third of full scale, in frames."""
    at = np.arange(round(seconds * RATE)) / RATE
    return list((10_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16).reshape(-1, FRAME))


def packets(*, ssrc: int = SLOTS[0], source: int = ANA, seconds: float = 1.0, red: bool = True):
    """Serialized packets of a tone."""
    encoder, repeat = OpusEncoder(), RedEncoder(depth=1)
    for number, frame in enumerate(tone(seconds)):
        payload, timestamp = encoder.encode(frame), number * FRAME
        yield RtpPacket(
            payload_type=RED_PT if red else OPUS_PT,
            sequence=number,
            timestamp=timestamp,
            ssrc=ssrc,
            csrcs=(source,),
            level=-13,
            voice=True,
            payload=repeat.encode(timestamp, payload) if red else payload,
        ).serialize()


def test_pulls_keep_step_with_whoever_begins_to_talk_and_with_nobody_else(downlink):
    """A frame while nobody talks; less once somebody begins; a frame again while they are heard,
    whoever else begins meanwhile."""
    assert downlink.samples(100.0) == FRAME
    first, second = packets(), packets(ssrc=SLOTS[1], source=78)
    downlink.on_rtp(next(first), 100.009)
    downlink.pull(100.010, FRAME)
    short = downlink.samples(100.030)
    assert short / RATE == pytest.approx(100.009 + BASE_DELAY - 100.030, abs=0.002)
    assert downlink.pull(100.030, short) == []
    downlink.on_rtp(next(first), 100.029)
    downlink.on_rtp(next(second), 100.030)
    due = 100.030 + short / RATE
    assert downlink.samples(due) == FRAME
    assert [frame.size for frame in downlink.pull(due, FRAME)] == [FRAME]
    assert downlink.samples(due + 0.02) == FRAME


def hear(downlink, wire, *, lose=()):
    """Bring packets in, 20 ms apart, and pull as often; what was heard, silence left out."""
    heard = []
    for number, packet in enumerate(wire):
        now = 100 + number * 0.02
        if number not in lose:
            downlink.on_rtp(packet, now)
        heard += downlink.pull(now + 0.01)
    return np.concatenate(heard) if heard else np.empty(0, np.int16)


@pytest.mark.parametrize("red", [True, False])
def test_a_voice_in_a_slot_is_heard_and_its_level_is_its_speakers(downlink, levels, red):
    """The CSRC says who it is; plain Opus is taken as well as RED."""
    heard = hear(downlink, packets(red=red))
    assert heard.size > 0.8 * RATE
    loudness = np.sqrt(np.mean(heard[RATE // 2 :].astype(float) ** 2))
    assert loudness == pytest.approx(10_000 / np.sqrt(2), rel=0.1)
    assert levels.read("ana", 101.0).dbov == -13
    assert levels.read("ana", 101.0).talking


@pytest.mark.parametrize("speakers", [None, {"ana"}, {"ben"}, set()])
def test_the_word_of_who_is_muted_ends_where_it_was_cut(downlink, speakers):
    """A host has muted ana, and the room says so before the cut is reached: what came before it is
    heard to its end, and nothing is made up behind it. Of whoever may be heard a loss is hidden."""
    wire = list(packets(seconds=0.4))
    before = hear(downlink, wire)
    downlink.speakers = speakers
    after = [downlink.pull(100.41 + number * 0.02) for number in range(20)]
    heard = np.concatenate([before, *(frame for frames in after for frame in frames)])
    loud = np.sqrt(np.mean(heard[: heard.size // 240 * 240].reshape(-1, 240) ** 2.0, axis=1)) > 500
    drawn_out = np.flatnonzero(loud)[-1] * 240 - 0.4 * RATE
    if speakers is None or "ana" in speakers:
        assert drawn_out > RATE / 20
    else:
        assert -RATE / 100 < drawn_out < RATE / 100


def test_levels_need_no_listening(downlink, levels):
    """A deafened or device-less listener still sees who speaks, and nothing piles up."""
    downlink.listening = False
    heard = hear(downlink, packets())
    assert heard.size == 0
    assert levels.read("ana", 101.0).dbov == -13
    assert all(slot.stream.statistics.received == 0 for slot in downlink.slots.values())


@pytest.mark.parametrize(
    ("level", "voice", "talking"), [(-40, False, False), (-40, True, True), (-20, False, True)]
)
def test_a_hum_is_no_talk_unless_it_is_loud(downlink, levels, level, voice, talking):
    """The sender's flag tells a quiet voice from a noisy room; who never flags must be loud."""
    packet = RtpPacket(OPUS_PT, 1, 960, SLOTS[0], b"xxx", csrcs=(ANA,), level=level, voice=voice)
    downlink.on_rtp(packet.serialize(), 100.0)
    assert levels.read("ana", 100.0).talking is talking


def test_packets_of_other_streams_are_dropped(downlink, levels):
    """Only the offer's slots are heard."""
    assert hear(downlink, packets(ssrc=4711)).size == 0
    assert downlink.packets == 0
    assert levels.read_all(101.0) == {}


def test_an_unknown_speaker_is_heard_but_nobodys_meter_moves(downlink, levels):
    """The name may come later than the sound."""
    assert hear(downlink, packets(source=99)).size > 0
    assert levels.read_all(101.0) == {}


def test_loss_is_counted_for_the_report_and_mended_by_red(downlink):
    """One packet in ten lost: the reports say so, and the repetitions fill every hole."""
    lost = range(5, 50, 10)
    hear(downlink, packets(), lose=lost)
    assert downlink.interval_loss(101.0) == pytest.approx(0.1, abs=0.01)
    statistics = downlink.slots[SLOTS[0]].stream.statistics
    assert statistics.repaired == len(lost)
    (block,) = downlink.reports(now=101.0)
    assert (block.ssrc, block.lost) == (SLOTS[0], len(lost))
    assert downlink.interval_loss(101.0) == 0.0


def test_who_has_fallen_silent_loses_nothing_any_more(downlink):
    """Too few packets for a report, some of them lost: a few seconds later it is no figure of
    now, and when they talk again it counts for their next report."""
    wire = list(packets(seconds=0.4))
    hear(downlink, wire[:10], lose=[5, 6])
    assert downlink.interval_loss(100.2) == pytest.approx(0.2)
    assert downlink.interval_loss(103.0) == 0.0
    downlink.on_rtp(wire[10], 103.0)
    assert downlink.interval_loss(103.0) == pytest.approx(2 / 11)


@given(st.lists(st.binary(max_size=80)))
def test_random_bytes_harm_nothing(junk):
    """Whatever a packet holds, the downlink goes on."""
    downlink = Downlink(SLOTS, LevelTable())
    downlink.listening = True
    for number, data in enumerate(junk):
        downlink.on_rtp(data, 100 + number * 0.02)
        downlink.on_rtp(b"\x80\x3f" + bytes(6) + SLOTS[0].to_bytes(4, "big") + data, 100.0)
        downlink.pull(100 + number * 0.02)
    heard = hear(downlink, packets(seconds=0.4))
    assert heard.any()


def test_a_level_element_of_two_bytes_is_passed_over(downlink, levels):
    """The packet is heard; its level is unknown."""
    wire = [
        # The element's length field counts one less than its bytes (RFC 8285): 0x11 is two.
        packet.replace(b"\xbe\xde\x00\x01\x10\x8d", b"\xbe\xde\x00\x01\x11\x8d")
        for packet in packets(seconds=0.4)
    ]
    assert all(b"\x11\x8d" in packet for packet in wire)
    assert hear(downlink, wire).any()
    assert levels.read_all(101.0) == {}
