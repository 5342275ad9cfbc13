"""What the engine has done and refused since it started."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Datagrams and packets; nothing of this is an event, floods included."""

    stray: int = 0
    """Datagrams of no protocol, or from an address that passed no check."""
    bad_checks: int = 0
    """Connectivity checks that were malformed or not authentic."""
    forbidden: int = 0
    """RTP from peers that may not send; dropped unread."""
    refused: int = 0
    """SRTP and SRTCP that was forged, replayed, malformed, or of too many streams."""
    received: int = 0
    """RTP packets of those who may send."""
    excess: int = 0
    """RTP packets beyond what one sender may send; dropped at the door."""
    unprotected: int = 0
    """Packets that could not be encrypted for a listener; they were not sent."""
