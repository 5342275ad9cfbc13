"""Sounds that are easy to recognise again."""

import numpy as np

from tui_rooms.audio.frames import RATE, Samples


def chirp(seconds: float) -> Samples:
    """A rising tone, alike nowhere: what is heard tells which part of it was."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (8_000 * np.sin(2 * np.pi * (200 * at + 150 * at**2))).astype(np.int16)


def tone(hertz: float, seconds: float) -> Samples:
    """A steady tone at a quarter of full scale."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (8_000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def likeness(heard: Samples, sent: Samples) -> float:
    """How alike they are, 0 to 1: the median over quarters of a second, each found by itself.

    So a busy machine, on which the jitter buffer has to stretch a moment, changes little.
    """
    pieces = sent[: sent.size // (RATE // 4) * (RATE // 4)].reshape(-1, RATE // 4)
    return float(np.median([_best_correlation(heard, piece) for piece in pieces]))


def _best_correlation(heard: Samples, piece: Samples) -> float:
    size = 1 << (heard.size + piece.size).bit_length()
    spectrum = np.fft.rfft(heard.astype(float), size)
    spectrum *= np.conj(np.fft.rfft(piece.astype(float), size))
    at = int(np.argmax(np.fft.irfft(spectrum)[: heard.size]))
    part = heard[at : at + piece.size].astype(float)
    return float(np.corrcoef(part, piece[: part.size])[0, 1]) if part.any() else 0.0


def strength(heard: Samples, hertz: float) -> float:
    """How much of a tone is in it: near 1 for a tone of `tone` alone, near 0 without it."""
    at = np.arange(heard.size) / RATE
    wave = np.exp(-2j * np.pi * hertz * at)
    return float(abs(np.mean(heard * wave)) * 2 / 8_000)


def loud(samples: Samples) -> list[tuple[float, float]]:
    """From when to when there is something to hear, in seconds, to 10 ms."""
    pieces = samples[: samples.size // 480 * 480].reshape(-1, 480).astype(float)
    heard = np.concatenate(([0], np.sqrt(np.mean(pieces**2, axis=1)) > 1_000, [0]))
    edges = np.flatnonzero(np.diff(heard)) / 100
    return [(float(begin), float(end)) for begin, end in edges.reshape(-1, 2)]
