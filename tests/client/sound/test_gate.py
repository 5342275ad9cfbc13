"""One's own voice before it goes out, and sounds for oneself."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import numpy as np
import pytest

from tui_rooms.audio.frames import FRAME, Frame, silence
from tui_rooms.audio.levels import dbov
from tui_rooms.client.devices.ends import DeviceSink, DeviceSource
from tui_rooms.client.devices.sound_check import DELAY_FRAMES, SoundCheck
from tui_rooms.client.sound.cues import CuedSink, tones
from tui_rooms.client.sound.ends import NextFrame
from tui_rooms.client.sound.gate import HANGS, STALE, GatedSource, VoiceGate


def tone(amplitude: int) -> Frame:
    """A frame of 1 kHz."""
    return (amplitude * np.sin(2 * np.pi * np.arange(FRAME) / 48)).astype(np.int16)


class Said:
    """A source that yields given frames."""

    def __init__(self, *frames: Frame, forever: bool = False) -> None:
        self.is_open = False
        self.finished = asyncio.Event()
        self._frames = frames
        self._forever = forever

    async def open(self) -> None:
        self.is_open = True

    async def frames(self) -> AsyncIterator[Frame]:
        for frame in self._frames:
            yield frame
            await asyncio.sleep(0)
        self.finished.set()
        if self._forever:
            await asyncio.Event().wait()

    async def close(self) -> None:
        self.is_open = False


class Heard:
    """A sink that asks for some frames and keeps them."""

    def __init__(self, wanted: int) -> None:
        self.is_open = False
        self.frames: list[Frame] = []
        self.finished = asyncio.Event()
        self._wanted = wanted

    async def open(self) -> None:
        self.is_open = True

    async def play(self, next_frame: NextFrame) -> None:
        while len(self.frames) < self._wanted:
            await asyncio.sleep(0)
            self.frames.append(next_frame(0.0))
        self.finished.set()

    async def close(self) -> None:
        self.is_open = False


async def test_without_a_threshold_everything_goes_through_as_it_is():
    """Bit by bit."""
    said = [tone(20), tone(9000)]
    passed = [frame async for frame in GatedSource(Said(*said), VoiceGate()).frames()]
    assert all(np.array_equal(a, b) for a, b in zip(said, passed, strict=True))


async def test_what_is_quieter_than_the_threshold_becomes_silence():
    """Until somebody is loud."""
    gate = VoiceGate()
    gate.threshold_dbov = -40.0
    passed = [frame async for frame in GatedSource(Said(tone(50), tone(9000)), gate).frames()]
    assert not passed[0].any()
    assert np.array_equal(passed[1], tone(9000))


def test_a_gate_stays_open_between_words():
    """For as long as it hangs, and no longer."""
    gate = VoiceGate()
    gate.threshold_dbov = -40.0
    assert not gate.lets_through(-60, 0.0)
    assert gate.lets_through(-20, 1.0)
    assert gate.lets_through(-60, 1.0 + HANGS - 0.01)
    assert not gate.lets_through(-60, 1.0 + HANGS + 0.01)


def test_the_gate_knows_how_loud_one_is_although_nothing_is_sent():
    """For one's own meter and for the hint to who is muted; an old level is silence."""
    gate = VoiceGate()
    gate.threshold_dbov = 0.0
    gate.lets_through(-30, 5.0)
    assert gate.level_dbov(5.1) == -30
    assert gate.level_dbov(5.1 + STALE) == -127


async def test_a_cue_is_mixed_into_what_is_heard_and_ends():
    """Nothing else is changed; without a cue, frames pass as they are."""
    heard = Heard(10)
    sink = CuedSink(heard)
    sink.cue(is_open=True)
    await sink.play(lambda now: silence())
    cue = tones(is_open=True)
    sound = np.concatenate(heard.frames)
    assert np.array_equal(sound[: cue.size], cue)
    assert not sound[cue.size :].any()


async def test_a_cue_goes_on_over_frames_of_any_length():
    """Nothing of it is left out where less than a frame is heard."""
    heard = Heard(20)
    sink = CuedSink(heard)
    sink.cue(is_open=True)
    lengths = itertools.cycle([FRAME, 100, 700])
    await sink.play(lambda now: np.zeros(next(lengths), np.int16))
    cue = tones(is_open=True)
    assert np.array_equal(np.concatenate(heard.frames)[: cue.size], cue)


async def test_a_cue_over_a_loud_voice_does_not_wrap_around():
    """The sum is held at full scale."""
    loud = np.full(FRAME, 32_700, np.int16)
    heard = Heard(6)
    sink = CuedSink(heard)
    sink.cue(is_open=False)
    await sink.play(lambda now: loud)
    assert min(int(frame.min()) for frame in heard.frames) > 20_000


@pytest.mark.parametrize("is_open", [True, False])
def test_cues_are_short_quiet_and_without_a_click(is_open: bool):
    """An eighth of a second, below speech, beginning and ending at zero."""
    samples = tones(is_open=is_open)
    assert len(samples) <= 48_000 // 8
    assert all(dbov(frame) < -24 for frame in samples.reshape(-1, FRAME))
    assert abs(int(samples[0])) < 10
    assert abs(int(samples[-1])) < 10
    assert int(np.abs(np.diff(samples.astype(int))).max()) < 400


def test_opening_and_closing_sound_different():
    """Up and down."""
    opened, closed = (tones(is_open=way) for way in (True, False))
    assert not np.array_equal(opened, closed)


async def test_a_sound_check_lets_one_hear_oneself_a_moment_later():
    """First silence, then what was said, in order."""
    said = [tone(100 + number) for number in range(2 * DELAY_FRAMES)]
    heard = Heard(2 * DELAY_FRAMES)
    source = Said(*said, forever=True)
    check = SoundCheck(source, heard)
    await check.open()
    await heard.finished.wait()
    assert source.is_open
    assert heard.is_open
    audible = [frame for frame in heard.frames if frame.any()]
    assert not heard.frames[0].any()
    assert all(np.array_equal(a, b) for a, b in zip(audible, said, strict=False))
    assert len(audible) >= DELAY_FRAMES
    await check.close()
    await check.close()
    assert not source.is_open
    assert not heard.is_open


async def test_a_sound_check_knows_the_level():
    """Without a loudspeaker too."""
    said = Said(tone(9000), forever=True)
    check = SoundCheck(said, None)
    await check.open()
    clock = asyncio.get_running_loop().time
    await said.finished.wait()
    assert check.gate.level_dbov(clock()) == dbov(tone(9000))
    await check.close()


async def test_what_stands_around_a_device_hides_nothing_of_it():
    """Its latency is told to the echo cancellation, its notices to people, through all of it."""
    source = GatedSource(DeviceSource(), VoiceGate())
    sink = CuedSink(DeviceSink())
    said: list[str] = []
    for end in (source, sink):
        assert end.latency == 0.0
        end.tell(said.append)
    assert sink.underruns == 0
    assert source.hears_while_muted
    assert not hasattr(sink, "nonsense")


async def test_a_sound_check_goes_on_when_the_microphone_is_a_moment_late():
    """Only after all was heard it waits for more."""
    check = SoundCheck(Said(), None)
    check._said.extend(tone(100 + number) for number in range(DELAY_FRAMES))
    heard = [check._next_frame(0.0).any() for _ in range(DELAY_FRAMES)]
    assert all(heard)
    assert not check._next_frame(0.0).any(), "all was heard"
    check._said.append(tone(100))
    assert not check._next_frame(0.0).any(), "it fills again"
