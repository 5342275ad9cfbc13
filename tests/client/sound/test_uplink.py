"""One's own sound on its way out."""

import numpy as np

from tui_rooms.audio.frames import FRAME, RATE
from tui_rooms.client.sound.bitrate import MOST
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.rtc.red import split_red
from tui_rooms.rtc.rtp import RED_PT, RtpPacket, parse_rtp


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
    await uplink.run(Frames(tone(50)))
    assert len(path.sent) == 50
    first = path.sent[0]
    assert (first.payload_type, first.ssrc, first.marker) == (RED_PT, 4711, True)
    assert first.level == -13
    assert not any(packet.marker for packet in path.sent[1:])
    for number, packet in enumerate(path.sent):
        assert packet.sequence == (first.sequence + number) % 2**16
        assert packet.timestamp == (first.timestamp + number * FRAME) % 2**32
    assert [len(split_red(packet.payload)) for packet in path.sent] == [1] + [2] * 49
    assert levels.read("ana").dbov == -13


async def test_nothing_is_sent_while_muted_and_time_goes_on():
    """Receivers see a pause, not a loss: numbers without a gap, timestamps with one."""
    uplink, path, levels = opened()

    def mute() -> None:
        uplink.is_open = False

    def unmute() -> None:
        assert len(path.sent) == 10
        levels.forget("ana")
        uplink.is_open = True

    await uplink.run(Frames(tone(60), {10: mute, 40: unmute}))
    assert len(path.sent) == 30
    before, after = path.sent[9], path.sent[10]
    assert (after.sequence - before.sequence) % 2**16 == 1
    assert (after.timestamp - before.timestamp) % 2**32 == 31 * FRAME
    assert after.marker


async def test_silence_is_not_sent_but_for_a_sign_of_life():
    """DTX: after the speech a few packets a second at most."""
    uplink, path, _ = opened()
    quiet = [np.zeros(FRAME, np.int16)] * 100
    await uplink.run(Frames(tone(10) + quiet))
    assert 10 <= len(path.sent) < 40


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
