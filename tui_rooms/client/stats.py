"""Figures of the sound's path, for the screen and for scripts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStatistics:
    """One voice that comes in: a slot of the path of now, and who was last heard in it."""

    identity: str | None
    """None while nobody has said whose voice it is."""
    jitter_ms: float
    """Smoothed interarrival jitter, RFC 3550 §6.4.1."""
    loss: float
    """Share of packets lost since the start, 0 to 1."""
    loss_left: float
    """The same, without those that redundancy has mended."""
    buffer_ms: float
    """How long the jitter buffer holds sound back now."""
    held_ms: float
    """How long packets have waited in it, on the mean."""
    concealed_share: float
    """Share of the sound that was made up, starts of pauses too, 0 to 1."""
    bitrate: int
    """Bits of payload in the last second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """One look at the counters; they start with the client and go on over reconnections."""

    round_trip_ms: float | None = None
    """By WebSocket ping."""
    media_round_trip_ms: float | None = None
    """By RTCP, RFC 3550 §6.4.1; None while nothing was sent."""
    jitter_ms: float = 0.0
    """Of the stream that has most."""
    loss_in: float = 0.0
    """Share of packets lost from the server to us over the last second, 0 to 1."""
    loss_left: float = 0.0
    """Share of packets that were lost and not mended, since the start, 0 to 1."""
    loss_out: float = 0.0
    """Share of ours lost on the way to listeners, as the server reports it, 0 to 1."""
    concealed: int = 0
    """Frames that were lost and made up."""
    concealed_share: float = 0.0
    """Of all that was heard, 0 to 1."""
    buffer_ms: float = 0.0
    """How long the slowest jitter buffer holds sound back."""
    held_ms: float = 0.0
    """How long packets have waited in the jitter buffers, on the mean."""
    packets_in: int = 0
    packets_out: int = 0
    bitrate_in: int = 0
    """Bits of payload in the last second, of all streams."""
    bitrate_out: int = 0
    voice_bitrate: int = 0
    """Bits a second that the encoder spends on one's own voice, without repetitions."""
    redundancy: int = 1
    """How many earlier frames each packet repeats (RED)."""
    underruns: int = 0
    """Times that the loudspeaker had nothing to play."""
    streams: tuple[StreamStatistics, ...] = ()
