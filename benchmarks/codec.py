"""Time for each frame of 20 ms in the sound path, on one core.

    python benchmarks/codec.py [--repeats 15] [--frames 500]

A voice-like signal (a gliding pitch with syllables, seeded noise). Each step runs over all
frames and is timed as a whole; the table shows the median and the spread of the repeats.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from sys import path

import numpy as np

path.insert(0, str(Path(__file__).resolve().parent.parent))

from tui_rooms.audio.frames import FRAME, FRAME_SECONDS, RATE, Frame
from tui_rooms.audio.levels import dbov
from tui_rooms.audio.mixer import Mixer
from tui_rooms.audio.opus.codec import OpusDecoder, OpusEncoder
from tui_rooms.audio.receiving.receiver import IncomingStream
from tui_rooms.audio.receiving.stretch import shorten


def voice(frames: int) -> list[Frame]:
    """Something that costs a codec as much as speech does."""
    time_axis = np.arange(frames * FRAME) / RATE
    pitch = 130 + 40 * np.sin(2 * np.pi * 0.7 * time_axis)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(k * phase) / k for k in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time_axis) + 0.6, 0, 1)
    noise = np.random.default_rng(1).normal(0, 0.05, time_axis.size)
    return list((6_000 * syllables * (sound + noise)).astype(np.int16).reshape(-1, FRAME))


def each(step: Callable[[int], object], frames: int) -> float:
    """Microseconds a frame of one run over all frames."""
    begin = time.perf_counter()
    for number in range(frames):
        step(number)
    return (time.perf_counter() - begin) / frames * 1e6


def steps(frames: list[Frame]) -> dict[str, Callable[[int], object]]:
    """What is measured, by name; each is called with the number of a frame."""
    encoder, decoder, concealer = OpusEncoder(dtx=False), OpusDecoder(), OpusDecoder()
    packets = [encoder.encode(frame) for frame in frames]
    for packet in packets[:20]:
        concealer.decode(packet)
    streams = [IncomingStream() for _ in range(4)]
    elapsed = iter(range(1 << 40))
    quiet, loud = Mixer(), Mixer()

    def receive(_: int) -> None:
        count = next(elapsed)
        now = count * FRAME_SECONDS
        packet = packets[count % len(packets)]
        for stream in streams:
            stream.packet([((count * FRAME) & 0xFFFF_FFFF, packet, False)], now, 1)
            stream.pull(now + 0.005)

    return {
        "encode": lambda n: encoder.encode(frames[n]),
        "decode": lambda n: decoder.decode(packets[n]),
        "conceal": lambda n: concealer.conceal(),
        "level": lambda n: dbov(frames[n]),
        "shorten a voice": lambda n: shorten(frames[n]),
        "mix 1": lambda n: quiet.mix([frames[n]]),
        "mix 4": lambda n: quiet.mix([frames[n - k] // 4 for k in range(4)]),
        "mix 4, limiting": lambda n: loud.mix([frames[n]] * 4),
        "receive 4 voices": receive,
    }


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--frames", type=int, default=500)
    options = parser.parse_args()
    measured = steps(voice(options.frames))
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(options.repeats):  # in turn, so that a slow moment hits all alike
        for name, step in measured.items():
            times[name].append(each(step, options.frames))
    print(f"{'step':<18}{'median µs':>10}{'min':>8}{'max':>8}{'% of 20 ms':>12}")
    for name, values in times.items():
        median = statistics.median(values)
        print(
            f"{name:<18}{median:>10.1f}{min(values):>8.1f}{max(values):>8.1f}{median / 200:>12.2f}"
        )


if __name__ == "__main__":
    main()
