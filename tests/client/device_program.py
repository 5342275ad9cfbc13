"""A program that hears and plays through `client.devices`, for tests of what happens to devices.

    python -m tests.client.device_program sink NAME SECONDS [SECOND:CHOICE]
    python -m tests.client.device_program source NAME SECONDS FILE.wav
    python -m tests.client.device_program release
    python -m tests.client.device_program stage
    python -m tests.client.device_program strain

NAME "-" is the system's default. It plays a tone of 440 Hz, and prints JSON: each notice as it
comes with the seconds since the start, and at last {"done": …}.
"""

import asyncio
import ctypes
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.speech import write_wav
from tui_rooms.audio.frames import FRAME, RATE, Frame
from tui_rooms.client.devices.ends import DeviceSink, DeviceSource


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


class _Tone:
    def __init__(self) -> None:
        self.frames = 0

    def next(self, _now: float) -> Frame:
        at = (np.arange(FRAME) + self.frames * FRAME) / RATE
        self.frames += 1
        return (8_000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)


async def _sink(name: str, seconds: str, *choices: str) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    sink, tone = DeviceSink(_name(name)), _Tone()
    sink.tell(lambda sentence: _say(notice=sentence, at=round(loop.time() - begin, 2)))
    await sink.open()
    playing = asyncio.create_task(sink.play(tone.next))
    _say(playing=True)
    for choice in choices:
        at, _, other = choice.partition(":")
        loop.call_later(float(at), sink.choose, _name(other))
    await asyncio.sleep(float(seconds))
    await sink.close()
    await playing
    _say(done={"frames": tone.frames})


async def _source(name: str, seconds: str, file: str) -> None:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    source = DeviceSource(_name(name))
    source.tell(lambda sentence: _say(notice=sentence, at=round(loop.time() - begin, 2)))
    await source.open()
    _say(listening=True)
    loop.call_later(float(seconds), lambda: asyncio.ensure_future(source.close()))
    heard = [frame async for frame in source.frames()]
    write_wav(Path(file), np.concatenate(heard))
    _say(done={"frames": len(heard)})


async def _release() -> None:
    """Muted, unmuted, muted; each is said, and the next comes with a line on standard input."""
    source = DeviceSource(release_while_muted=True)
    await _change(
        source,
        [{"may_speak": True, "is_open": is_open} for is_open in (False, True, False)],
        lambda state: {"open": state["is_open"]},
    )


async def _stage() -> None:
    """On the stage, off it, on it again, always muted; as above."""
    await _change(
        DeviceSource(),
        [{"may_speak": may_speak, "is_open": False} for may_speak in (True, False, True)],
        lambda state: {"may_speak": state["may_speak"]},
    )


async def _change(
    source: DeviceSource,
    states: list[dict[str, bool]],
    said: Callable[[dict[str, bool]], dict[str, bool]],
) -> None:
    await source.open()

    async def take() -> None:
        async for _ in source.frames():
            pass

    taking = asyncio.create_task(take())
    for state in states:
        source.set_microphone(**state)
        _say(**said(state))
        await asyncio.to_thread(sys.stdin.readline)
    await source.close()
    await taking
    _say(done=True)


async def _strain() -> None:
    """Another thread takes the GIL for longer than the card can wait, again and again."""
    sink, tone = DeviceSink(), _Tone()
    await sink.open()
    playing = asyncio.create_task(sink.play(tone.next))
    await asyncio.sleep(1.5)
    assert sink._kept is not None
    before = sink._kept.device
    assert before is not None
    latency = before.device_latency
    while before is sink._kept.device:
        # PyDLL, unlike CDLL, keeps the GIL during the call.
        await asyncio.to_thread(ctypes.PyDLL(None).usleep, 100_000)
        await asyncio.sleep(0.3)
    assert sink._kept.device is not None
    after, left = sink._kept.device, before._ring.fill
    while before.running:
        left = before._ring.fill
        await asyncio.sleep(0.001)
    _say(before=latency, after=after.device_latency, running=after.running, left=left)
    await sink.close()
    await playing


def _name(word: str) -> str | None:
    return None if word == "-" else word


if __name__ == "__main__":
    commands = {
        "sink": _sink,
        "source": _source,
        "release": _release,
        "stage": _stage,
        "strain": _strain,
    }
    asyncio.run(commands[sys.argv[1]](*sys.argv[2:]))
