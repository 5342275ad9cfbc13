"""Opus through libopus: encoding, decoding, concealing, and bad bytes."""

import contextlib
import ctypes
import random

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pesq_score import libopus_alone, score
from tests.support.speech import sentences, speech
from tui_rooms.audio.errors import CodecError
from tui_rooms.audio.frames import FRAME, RATE, Samples, silence
from tui_rooms.audio.levels import level_dbfs
from tui_rooms.audio.opus import toc
from tui_rooms.audio.opus.codec import DTX_BYTES, OpusDecoder, OpusEncoder

_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS = 4014


@pytest.fixture(scope="module")
def said() -> Samples:
    """One sentence."""
    return speech(sentences(4, count=1))


def _frames(samples: Samples) -> list[Samples]:
    return list(samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME))


def test_speech_survives_the_codec(said: Samples):
    """At the bitrate that is sent with, DTX included."""
    assert score(said, libopus_alone(said)).mos > 3.8


def test_silence_becomes_packets_that_need_not_be_sent():
    """With DTX on; with it off every packet has something in it."""
    sparing, steady = OpusEncoder(dtx=True), OpusEncoder(dtx=False)
    short = [len(sparing.encode(silence())) <= DTX_BYTES for _ in range(100)]
    assert sum(short) > 75
    assert all(len(steady.encode(silence())) > DTX_BYTES for _ in range(100))


def test_the_bitrate_can_be_changed_while_talking(said: Samples):
    """Half the bits, half the bytes, about."""
    encoder = OpusEncoder(bitrate=40_000)
    rich = sum(len(encoder.encode(frame)) for frame in _frames(said))
    encoder.bitrate = 16_000
    poor = sum(len(encoder.encode(frame)) for frame in _frames(said))
    assert encoder.bitrate == 16_000
    assert poor < 0.6 * rich


def test_our_packets_carry_no_fec(said: Samples):
    """RED is better; FEC would take bits from the voice."""
    encoder = OpusEncoder()
    assert not any(toc.has_fec(encoder.encode(frame)) for frame in _frames(said))


@pytest.mark.parametrize("wrong", [np.zeros(480, np.int16), np.zeros(FRAME, np.float32)])
def test_what_is_no_frame_is_not_encoded(wrong: Samples):
    """The message says what a frame is."""
    with pytest.raises(ValueError, match=r"a frame is int16 of shape \(960,\)"):
        OpusEncoder().encode(wrong)


def test_every_second_sample_of_a_stereo_track_is_encoded_as_a_frame():
    """A view into another array is as good as an array of its own."""
    stereo = np.zeros(2 * FRAME, np.int16)
    stereo[::2] = 1000 * np.sin(np.arange(FRAME) / 20)
    assert OpusEncoder().encode(stereo[::2]) == OpusEncoder().encode(stereo[::2].copy())


def test_a_bitrate_that_opus_does_not_have_is_refused():
    """With the value in the sentence."""
    with pytest.raises(CodecError, match="= -7") as refused:
        OpusEncoder(bitrate=-7)
    assert refused.value.code == "codec-refused"


def test_a_lost_frame_of_a_tone_is_made_up_for():
    """Concealment goes on with what was heard, and lasts as long as asked."""
    encoder, decoder = OpusEncoder(), OpusDecoder()
    tone = (8_000 * np.sin(2 * np.pi * 200 * np.arange(50 * FRAME) / RATE)).astype(np.int16)
    for frame in _frames(tone):
        decoder.decode(encoder.encode(frame))
    assert level_dbfs(decoder.conceal()) > -20
    assert decoder.conceal(480).shape == (480,)


@pytest.mark.parametrize("samples", [0, 100, 5_880])
def test_only_what_opus_can_conceal_is_asked_of_it(samples: int):
    """Multiples of 2.5 ms up to 120 ms."""
    with pytest.raises(ValueError, match=f"^{samples} samples cannot be concealed"):
        OpusDecoder().conceal(samples)


def test_fec_brings_a_lost_frame_back_better_than_concealment(said: Samples):
    """Other senders use it: every fourth packet is lost, and the one after it repairs it."""
    encoder = OpusEncoder(dtx=False)
    for request, value in ((_SET_INBAND_FEC, 1), (_SET_PACKET_LOSS, 25)):
        assert not encoder._library.opus_encoder_ctl(encoder._state, request, ctypes.c_int32(value))
    packets = [encoder.encode(frame) for frame in _frames(said)]
    assert any(toc.has_fec(packet) for packet in packets)
    repaired, concealed = OpusDecoder(), OpusDecoder()
    with_fec, without_fec = [], []
    for number, packet in enumerate(packets):
        if number % 4 == 3 and number + 1 < len(packets):
            with_fec.append(repaired.decode_fec(packets[number + 1]))
            without_fec.append(concealed.conceal())
        else:
            with_fec.append(repaired.decode(packet))
            without_fec.append(concealed.decode(packet))
    better = score(said, np.concatenate(with_fec)).mos
    assert better > score(said, np.concatenate(without_fec)).mos + 0.3


def test_stereo_becomes_mono():
    """Browsers may send two channels: one voice comes out, of the same length."""
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = RATE, "stereo", "s16"
    tone = (8_000 * np.sin(2 * np.pi * 440 * np.arange(20 * FRAME) / RATE)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[np.newaxis], "s16", "stereo")
    frame.sample_rate = RATE
    packets = [bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)]]
    assert packets[0][0] & 0x04
    decoder = OpusDecoder()
    heard = [decoder.decode(packet) for packet in packets]
    assert {piece.shape for piece in heard} == {(FRAME,)}
    assert level_dbfs(heard[10]) == pytest.approx(level_dbfs(tone), abs=1)


def test_a_reset_decoder_has_forgotten_the_voice_before(said: Samples):
    """It decodes like a new one."""
    encoder, used, new = OpusEncoder(), OpusDecoder(), OpusDecoder()
    packets = [encoder.encode(frame) for frame in _frames(said)]
    for packet in packets[:50]:
        used.decode(packet)
    assert not np.array_equal(used.decode(packets[50]), OpusDecoder().decode(packets[50]))
    used.reset()
    for packet in packets[50:60]:
        assert np.array_equal(used.decode(packet), new.decode(packet))


@pytest.mark.parametrize("payload", [b"", b"\xff", b"\x03\x00", b"\xf9" + bytes(3)])
def test_bytes_that_are_no_packet_are_refused(payload: bytes):
    """With how many they were; libopus would take no bytes for a loss."""
    with pytest.raises(CodecError, match=f"packet of {len(payload)} bytes") as refused:
        OpusDecoder().decode(payload)
    assert refused.value.code == "bad-packet"


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_random_bytes_are_decoded_or_refused_and_never_worse(payloads: list[bytes]):
    """One decoder sees them all, as it would on a hostile network."""
    decoder = OpusDecoder()
    for payload in payloads:
        for decode in (decoder.decode, decoder.decode_fec):
            try:
                samples = decode(payload)
            except CodecError:
                continue
            assert samples.dtype == np.int16
            assert 0 < samples.size <= 5_760


def test_large_random_packets_are_decoded_or_refused():
    """Up to more than any packet may have."""
    chance = random.Random(3)
    decoder = OpusDecoder()
    decoded = 0
    for size in (1_275, 1_276, 4_000, 65_535) * 10:
        with contextlib.suppress(CodecError):
            decoded += decoder.decode(chance.randbytes(size)).size <= 5_760
    assert 0 < decoded < 40
