"""A program that uses a sound card through `tui_rooms.audio.cards.devices`, for tests.

PortAudio reads its environment once, so each test's sound card needs a process of its own. It
answers with a line of JSON.

    python -m tests.audio.card_program list
    python -m tests.audio.card_program open microphone|loudspeaker [NAME]
    python -m tests.audio.card_program play FILE.wav [RATE]
    python -m tests.audio.card_program listen FRAMES FILE.wav [RATE]     ("listening" comes first)
    python -m tests.audio.card_program starve                      (a loudspeaker, twice)
    python -m tests.audio.card_program neglect                     (a microphone)
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from tests.support.speech import read_wav, write_wav
from tests.support.waiting import wait_until
from tui_rooms.audio.cards.devices import open_loudspeaker, open_microphone
from tui_rooms.audio.cards.listing import list_devices
from tui_rooms.audio.errors import DeviceError
from tui_rooms.audio.frames import FRAME, RATE, silence

_TURN_SECONDS = 0.005


def _list() -> Any:
    return [asdict(device) for device in list_devices()]


def _open(kind: str, name: str | None = None) -> Any:
    device = open_microphone(name) if kind == "microphone" else open_loudspeaker(name)
    running = device.running
    device.close()
    device.close()
    return {"opened": device.device.name, "running": running, "afterwards": device.running}


def _play(file: str, rate: str = str(RATE)) -> Any:
    samples = read_wav(Path(file))
    frames = iter(samples[: samples.size // FRAME * FRAME].reshape(-1, FRAME))
    loudspeaker = open_loudspeaker(rate=int(rate))
    left = samples.size // FRAME
    while left:
        for _ in range(min(loudspeaker.wanted(), left)):
            loudspeaker.write(next(frames))
            left -= 1
        time.sleep(_TURN_SECONDS)
    underruns = loudspeaker.underruns
    while loudspeaker.underruns == underruns:  # the ring has run dry: all is with the card
        time.sleep(_TURN_SECONDS)
    time.sleep(0.3)  # what the card still holds; it does not say when that is out
    loudspeaker.close()
    return {"underruns": underruns}


def _listen(count: str, file: str, rate: str = str(RATE)) -> Any:
    microphone = open_microphone(rate=int(rate))
    print("listening", flush=True)
    frames: list[Any] = []
    while len(frames) < int(count):
        while (frame := microphone.read()) is not None:
            frames.append(frame)
        time.sleep(_TURN_SECONDS)
    microphone.close()
    write_wav(Path(file), np.concatenate(frames))
    return {"overruns": microphone.overruns}


def _starve() -> Any:
    loudspeaker = open_loudspeaker()
    wanted = [loudspeaker.wanted()]
    for count in (1, 2, 3):
        loudspeaker.write(silence())
        wait_until(lambda count=count: loudspeaker.underruns == count, "the sound to run out")
        wanted.append(loudspeaker.wanted())
    loudspeaker.close()
    return {"wanted": wanted}


def _neglect() -> Any:
    microphone = open_microphone()
    wait_until(lambda: microphone.overruns > 0, "more sound than the ring holds")
    kept = 0
    while microphone.read() is not None:
        kept += 1
    wait_until(lambda: microphone.read() is not None, "sound after the ring was emptied")
    microphone.close()
    return {"kept": kept}


def main(command: str, *arguments: str) -> None:
    """Run one command; a DeviceError is an answer."""
    commands: dict[str, Callable[..., Any]] = {
        "list": _list,
        "open": _open,
        "play": _play,
        "listen": _listen,
        "starve": _starve,
        "neglect": _neglect,
    }
    try:
        answer = commands[command](*arguments)
    except DeviceError as problem:
        answer = {"code": problem.code, "sentence": problem.sentence}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
