"""What a person would think of received speech: PESQ-WB (ITU-T P.862.2), 1.0 to 4.64."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pesq import pesq

from tui_rooms.audio.frames import FRAME, RATE, Samples

_PESQ_RATE = 16_000
_DOWN = RATE // _PESQ_RATE


class Score(NamedTuple):
    """A judgement on a recording that holds the reference somewhere."""

    mos: float
    """PESQ-WB: 1.0 to 4.64."""
    lag: float
    """Seconds from the start of the recording to the start of the reference in it; below 0 when
    the recording began later."""


def score(reference: Samples, recording: Samples) -> Score:
    """Find the reference in the recording, and judge what became of it.

    Args:
        reference: speech as sent, shape (n,), 48 kHz mono, at least a quarter of a second.
        recording: shape (m,), 48 kHz mono; what it holds before and after does not count, and
            where it ends early silence is judged.
    """
    wanted = _at_16_khz(reference)
    heard = _at_16_khz(recording)
    lag = _lag(wanted, heard)
    part = np.zeros_like(wanted)
    start, end = max(lag, 0), min(lag + len(wanted), len(heard))
    if start < end:
        part[start - lag : end - lag] = heard[start:end]
    if not part.any():
        return Score(1.0, lag / _PESQ_RATE)  # pesq divides by the recording's power
    return Score(float(pesq(_PESQ_RATE, wanted, part, "wb")), lag / _PESQ_RATE)


def libopus_alone(reference: Samples) -> Samples:
    """The reference after our encoder and decoder, with nothing between them: the best there is."""
    from tui_rooms.audio.opus.codec import OpusDecoder, OpusEncoder

    encoder, decoder = OpusEncoder(), OpusDecoder()
    whole = np.concatenate([reference, np.zeros(-len(reference) % FRAME, np.int16)])
    heard = []
    for frame in whole.reshape(-1, FRAME):
        payload = encoder.encode(frame)
        # DTX: what is not worth sending is concealed at the other end.
        heard.append(decoder.decode(payload) if len(payload) > 2 else decoder.conceal())
    return np.concatenate(heard)


def _at_16_khz(samples: Samples) -> NDArray[np.float64]:
    """Every third sample, after a low-pass at 7.5 kHz (windowed sinc, linear phase)."""
    taps = 241
    at = np.arange(taps) - taps // 2
    cutoff = 7_500 / RATE
    kernel = 2 * cutoff * np.sinc(2 * cutoff * at) * np.kaiser(taps, 8.0)
    return np.convolve(samples.astype(np.float64), kernel, mode="same")[::_DOWN]


def _lag(wanted: NDArray[np.float64], heard: NDArray[np.float64]) -> int:
    """Samples to skip in `heard` so that it matches `wanted` best."""
    size = 1 << (len(wanted) + len(heard) - 1).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    best = int(np.argmax(np.fft.irfft(spectrum, size)))
    return best if best < len(heard) else best - size
