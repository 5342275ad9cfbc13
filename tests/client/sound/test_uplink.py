"""One's own sound on its way out."""

import asyncio

import numpy as np
import pytest

from tests.client.sounds import chirp
from tests.support.speech import speech
from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE
from tui_rooms.audio.receiving.receiver import IncomingStream
from tui_rooms.client.sound.bitrate import MOST
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.rtc.red import split_red
from tui_rooms.rtc.rtp import RED_PT, RtpPacket, parse_rtp

TAIL = 3
"""Packets that end a word, with one repetition in each."""


class Path:
    """A media path that keeps what is sent on it."""

    ssrc = 4711

    def __init__(self) -> None:
        self.sent: list[RtpPacket] = []

    async def send_rtp(self, packet: bytes) -> None:
        parsed = parse_rtp(packet)
        assert parsed is not None
        self.sent.append(parsed)


class Frames:
    """A source without a clock, with something to do before some frames."""

    def __init__(self, frames, before=None) -> None:
        self._frames = frames
        self._before = before or {}

    async def open(self) -> None:
        pass

    async def frames(self):
        for number, frame in enumerate(self._frames):
            if number in self._before:
                self._before[number]()
            yield frame

    async def close(self) -> None:
        pass


def tone(count: int) -> list[np.ndarray]:
    at = np.arange(count * FRAME) / RATE
    return list((10_000 * np.sin(2 * np.pi * 300 * at)).astype(np.int16).reshape(-1, FRAME))


def _close(uplink: Uplink) -> None:
    uplink.is_open = False


def received(packets: list[RtpPacket], *, without: int | None) -> np.ndarray:
    """What is heard of them on a network without delay that loses one."""
    stream, first, heard = IncomingStream(), packets[0].timestamp, []
    by_frame = {(packet.timestamp - first) % 2**32 // FRAME: packet for packet in packets}
    for number in range(max(by_frame) + 40):
        now = number * FRAME_SECONDS
        packet = by_frame.get(number)
        if packet is not None and number != without:
            blocks = split_red(packet.payload)
            frames = [
                ((packet.timestamp - block.timestamp_offset) % 2**32, block.payload, bool(later))
                for later, block in zip(range(len(blocks) - 1, -1, -1), blocks, strict=True)
            ]
            stream.packet(frames, now)
        played = stream.pull(now + 0.001)
        heard.append(np.zeros(FRAME) if played is None else played.astype(float))
    return np.concatenate(heard)


def opened() -> tuple[Uplink, Path, LevelTable]:
    levels, path = LevelTable(), Path()
    uplink = Uplink(levels)
    uplink.identity = "ana"
    uplink.is_open = True
    uplink.attach(path)
    return uplink, path, levels


async def test_an_open_microphone_sends_a_packet_a_frame_with_its_level():
    """RED with one repetition, ordered numbers, the path's SSRC and the level of RFC 6464."""
    uplink, path, levels = opened()
    end = {50: lambda: _close(uplink)}
    await uplink.run(Frames([*tone(50), *tone(1)], end))
    spoken = path.sent[:50]
    first = spoken[0]
    assert (first.payload_type, first.ssrc, first.marker) == (RED_PT, 4711, True)
    assert first.level == -13
    assert not any(packet.marker for packet in path.sent[1:])
    for number, packet in enumerate(spoken):
        assert packet.sequence == (first.sequence + number) % 2**16
        assert packet.timestamp == (first.timestamp + number * FRAME) % 2**32
    assert [len(split_red(packet.payload)) for packet in spoken] == [1] + [2] * 49
    assert levels.read("ana").dbov == -13


async def test_nothing_is_sent_while_muted_and_time_goes_on():
    """Receivers see a pause, not a loss: numbers without a gap, timestamps with one. What follows
    the last word is its end, and then nothing."""
    uplink, path, _ = opened()

    def unmute() -> None:
        assert len(path.sent) == 10 + TAIL
        uplink.is_open = True

    await uplink.run(Frames(tone(60), {10: lambda: _close(uplink), 40: unmute}))
    assert len(path.sent) == 10 + TAIL + 20 + TAIL
    before, after = path.sent[9 + TAIL], path.sent[10 + TAIL]
    assert (after.sequence - before.sequence) % 2**16 == 1
    assert (after.timestamp - before.timestamp) % 2**32 == (31 - TAIL) * FRAME
    assert after.marker
    assert [packet.level for packet in path.sent[10 : 10 + TAIL]] == [-127] * TAIL


async def test_silence_is_not_sent_but_for_a_sign_of_life():
    """DTX: after the speech a few packets a second at most."""
    uplink, path, _ = opened()
    quiet = [np.zeros(FRAME, np.int16)] * 100
    await uplink.run(Frames(tone(10) + quiet))
    assert 10 <= len(path.sent) < 40


@pytest.mark.parametrize(
    ("said", "how", "lost"),
    [
        ("speech", "ends", None),
        ("speech", "is muted", None),
        ("tone", "is muted", None),
        *[("tone", "ends", lost) for lost in (None, -2, -1, 0, 1)],
    ],
)
async def test_a_word_that_ends_suddenly_is_heard_to_its_last_sample_and_nothing_after_it(
    said: str, how: str, lost: int | None
):
    """A file ends within a sound, or a microphone is muted: listeners hear the last 20 ms, and no
    ringing, whichever packet about its end is lost."""
    words = speech("Good evening, and welcome to the room.")[RATE // 2 : RATE // 2 + 40 * FRAME]
    sound = words if said == "speech" else chirp(40 * FRAME / RATE)
    frames, before = list(sound.reshape(-1, FRAME)), {}
    uplink, path, _ = opened()
    if how == "is muted":
        before[40] = lambda: _close(uplink)
        frames += tone(20)  # what is said after it, and is not heard
    await uplink.run(Frames(frames, before))
    heard = received(path.sent, without=None if lost is None else 39 + lost)
    first = sound[: RATE // 10].astype(float)
    begin = int(np.argmax(np.correlate(heard[: RATE // 4], first, "valid")))
    end = begin + sound.size
    last, there = sound[-FRAME:].astype(float), heard[end - FRAME : end]
    assert np.corrcoef(last, there)[0, 1] > 0.7
    loudness = np.sqrt(np.mean(sound.astype(float) ** 2))
    after = heard[end + RATE // 200 :]  # 5 ms in which a codec may die away
    assert np.sqrt(np.mean(after[: RATE // 10] ** 2)) < 0.01 * loudness


async def test_silence_needs_no_end():
    """Who has paused before the microphone closes leaves nothing to be ended."""
    uplink, path, _ = opened()
    quiet = [np.zeros(FRAME, np.int16)] * 60
    await uplink.run(Frames(tone(10) + quiet + quiet[:20], {70: lambda: _close(uplink)}))
    sent = len(path.sent)
    assert sent < 40
    await uplink.fallen_silent()
    assert len(path.sent) == sent


async def test_whoever_closes_the_microphone_can_wait_for_the_end_of_the_word():
    """Until the last of it is sent; not at all where nobody listens, and never for long."""
    uplink, path, _ = opened()
    waits: list[asyncio.Task[None]] = []

    def close() -> None:
        _close(uplink)
        waits.append(asyncio.create_task(uplink.fallen_silent()))

    running = asyncio.create_task(uplink.run(Frames(tone(30), {10: close})))
    await running
    await waits[0]
    assert len(path.sent) == 10 + TAIL
    uplink.is_open = True
    await uplink.run(Frames(tone(5), {5: lambda: None, 4: lambda: uplink.attach(None)}))
    await asyncio.wait_for(uplink.fallen_silent(), 0.01)


async def test_a_deeper_redundancy_is_used_from_the_next_packet_on():
    """The server reports 30 % loss: four earlier frames in each packet."""
    uplink, path, _ = opened()
    deepen = {20: lambda: uplink.report(0.0, 0.3, None)}
    await uplink.run(Frames(tone(30), deepen))
    assert {len(split_red(packet.payload)) for packet in path.sent[1:20]} == {2}
    assert {len(split_red(packet.payload)) for packet in path.sent[20:]} == {5}


async def test_without_a_path_frames_are_taken_and_none_is_sent():
    """While media is lost the microphone does not fill up."""
    uplink, path, _ = opened()
    lose = {5: lambda: uplink.attach(None)}
    await uplink.run(Frames(tone(20), lose))
    assert len(path.sent) == 5
    assert uplink.all_packets == 5


def test_loss_is_told_of_until_there_was_no_report_for_a_while():
    """Whoever is muted loses nothing."""
    uplink, _, _ = opened()
    uplink.report(0.1, 0.3, None)
    for second in range(3):
        uplink.measure(50.0 + second)
        assert uplink.loss == 0.3
    uplink.measure(53.0)
    assert uplink.loss == 0.0


def test_a_longer_way_over_another_network_is_no_congestion():
    """From a cable to a radio link that loses some packets: on the new path the voice gets all."""
    uplink, _, _ = opened()
    for path, loss, round_trip in ((Path(), 0.0, 0.020), (Path(), 0.03, 0.150)):
        uplink.attach(path)
        for _ in range(20):
            uplink.report(loss, 0.0, round_trip)
    assert uplink.bitrate == MOST
