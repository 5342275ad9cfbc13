"""Speech to send through the program: espeak-ng's, at 48 kHz mono."""

import functools
import random
import struct
import subprocess
import wave
from pathlib import Path

import av
import numpy as np

from tests.support.tools import require_tool
from tui_rooms.audio.frames import RATE, Samples

_SENTENCES = (
    "Good evening, and welcome to the room.",
    "The ferry leaves the harbour at a quarter past seven.",
    "Please raise your hand when you would like to speak.",
    "She found nine old maps in a box beneath the stairs.",
    "A thin blue smoke rose from the chimney of the bakery.",
    "We measured the voltage twice, and wrote both figures down.",
    "His brother keeps bees behind the railway station.",
    "Nobody heard the question, so he asked it again.",
    "The choir sings on Thursday, unless the heating fails.",
    "Fresh bread and strong coffee were waiting in the kitchen.",
    "It rained so hard that the cellar filled with water.",
    "Most of the audience had joined before the music stopped.",
)


def sentences(seed: int, count: int = 3) -> str:
    """Some sentences in a row, always the same for a seed; three take at least eight seconds."""
    return " ".join(random.Random(seed).sample(_SENTENCES, count))


@functools.cache
def speech(text: str, voice: str = "en-us") -> Samples:
    """What espeak-ng says for `text`, shape (n,), 48 kHz mono; not to be written to.

    Each text is spoken once in a process.
    """
    espeak = require_tool("espeak-ng")
    spoken = subprocess.run(
        [espeak, "-v", voice, "-s", "155", "--stdout", text],
        check=True,
        capture_output=True,
        timeout=30,
    ).stdout
    # The length in the header is a placeholder, as espeak-ng cannot seek in a pipe; the rest of the
    # header has its canonical 44 bytes.
    (rate,) = struct.unpack_from("<I", spoken, 24)
    samples = _at_48_khz(np.frombuffer(spoken, "<i2", offset=44), rate)
    samples.flags.writeable = False
    return samples


def _at_48_khz(samples: Samples, rate: int) -> Samples:
    frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts])


def speak_to_file(text: str, path: Path, voice: str = "en-us", lead: float = 0) -> Samples:
    """Write the spoken text as a 48 kHz mono WAV.

    Args:
        lead: seconds of silence in the file before the first word.

    Returns:
        The speech without that silence.
    """
    samples = speech(text, voice)
    write_wav(path, np.concatenate([np.zeros(round(lead * RATE), np.int16), samples]))
    return samples


def write_wav(path: Path, samples: Samples) -> None:
    """Write 48 kHz mono samples, shape (n,), as 16-bit PCM."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def read_wav(path: Path) -> Samples:
    """The samples, shape (n,), of a 16-bit 48 kHz mono WAV; any other is an AssertionError.

    Not by the program's own reader, which tests would then be checking with itself.
    """
    with wave.open(str(path), "rb") as file:
        form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
        assert form == (RATE, 1, 2), f"{path.name} is (rate, channels, bytes) {form}"
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)
