"""One's own sound through processing, in a client."""

import asyncio

import numpy as np

from tests.client.sound.test_uplink import Frames, Path
from tui_rooms.audio.frames import FRAME
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.uplink import Uplink
from tui_rooms.client.sound.voice import Voice


async def test_the_meter_and_the_packets_level_are_of_the_processed_sound():
    """What is taken out moves no meter, neither here nor there."""
    levels, path = LevelTable(), Path()
    uplink = Uplink(levels, clean=lambda frame: frame // 100)
    uplink.identity, uplink.is_open = "ana", True
    uplink.attach(path)
    loud = (10_000 * np.sin(2 * np.pi * 300 * np.arange(FRAME * 5) / 48_000)).astype(np.int16)
    await uplink.run(Frames(list(loud.reshape(-1, FRAME))))
    assert levels.read("ana").dbov == path.sent[4].level
    assert path.sent[4].level is not None
    assert path.sent[4].level < -50


async def test_a_client_without_the_library_says_so_and_goes_on(monkeypatch):
    """A platform without a wheel: a notice, and sound is sent as it comes."""
    import sys

    monkeypatch.setitem(sys.modules, "livekit", None)
    monkeypatch.delitem(sys.modules, "livekit.rtc", raising=False)
    monkeypatch.delitem(sys.modules, "livekit.rtc.apm", raising=False)
    notices: list[str] = []
    voice = Voice(LevelTable(), None, None, notices.append, processing=True)
    assert len(notices) == 1
    assert notices[0].startswith("no echo cancellation")
    frame = np.ones(FRAME, np.int16)
    assert voice._clean(frame) is frame
    await asyncio.wait_for(voice.close(), 5)


async def test_the_delay_of_both_devices_is_told_and_only_an_open_microphone_costs():
    """Echo cancellation needs to know how far apart playing and hearing are."""

    class End:
        latency = 0.03

        async def open(self) -> None:
            await asyncio.Event().wait()

        async def close(self) -> None:
            pass

    class Spy:
        def __init__(self) -> None:
            self.delays: list[float] = []
            self.plays = 0

        def captured(self, frame, delay):
            self.delays.append(delay)
            return frame

        def played(self, frame):
            self.plays += 1

    voice = Voice(LevelTable(), End(), End(), print, processing=True)
    spy = voice._processing = Spy()
    voice._clean(np.zeros(FRAME, np.int16))
    assert spy.delays == [0.06]
    voice._next_frame(1.0)
    assert spy.plays == 0
    voice.set_microphone("ana", may_speak=True, is_open=True)
    voice._next_frame(1.02)
    assert spy.plays == 1
    await voice.close()
