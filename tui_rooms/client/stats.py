"""Figures of the sound's path, for the screen and for scripts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """One look at the counters; they start with the client and go on over reconnections."""

    round_trip_ms: float | None = None
    """By WebSocket ping."""
    media_round_trip_ms: float | None = None
    """By RTCP, RFC 3550 §6.4.1; None while nothing was sent."""
    loss_in: float = 0.0
    """Share of packets lost from the server to us over the last second, 0 to 1."""
    loss_out: float = 0.0
    """Share of ours lost on the way to listeners, as the server reports it, 0 to 1."""
    concealed: int = 0
    """Frames that were lost and made up."""
    buffer_ms: float = 0.0
    """How long the slowest jitter buffer holds sound back."""
    packets_in: int = 0
    packets_out: int = 0
    redundancy: int = 1
    """How many earlier frames each packet repeats (RED)."""
