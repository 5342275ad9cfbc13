"""What the engine has done and refused since it started."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Datagrams and packets; nothing of this is an event, floods included."""

    datagrams: int = 0
    """All that came in."""
    octets: int = 0
    """Bytes of them."""
    stray: int = 0
    """Datagrams of no protocol, or from an address that passed no check."""
    bad_checks: int = 0
    """Connectivity checks that were malformed or not authentic."""
    forbidden: int = 0
    """RTP from peers that may not send; dropped unread."""
    refused: int = 0
    """SRTP and SRTCP that was forged, replayed, malformed, or of too many streams."""
    malformed: int = 0
    """Of these: authentic, and neither RTP nor RTCP that can be read."""
    crowded: int = 0
    """DTLS datagrams that were dropped because enough of the same peer's waited already."""
    late: int = 0
    """DTLS datagrams that came after the handshake and said nothing: replayed, forged, or of the
    handshake that is over."""
    failed_handshakes: int = 0
    """DTLS handshakes that came to no keys, for what the other side has sent or not sent."""
    handshakes: int = 0
    """DTLS handshakes that are complete."""
    received: int = 0
    """RTP packets of those who may send."""
    excess: int = 0
    """RTP packets beyond what one sender may send; dropped at the door."""
    unusable: int = 0
    """RTP packets that were too large, too late, or not sound."""
    unchosen: int = 0
    """RTP packets of speakers for whom there was no slot: others were louder."""
    forwarded: int = 0
    """Copies of RTP packets that went out to listeners."""
    unsent: int = 0
    """Copies that the system did not take: its buffer was full, or there is no way."""
    passed: int = 0
    """Packets, and figures on them, that went to another worker with listeners of the room."""
    unpassed: int = 0
    """The same that it did not take, or took too late: it had too much to do."""
    unprotected: int = 0
    """Packets that could not be encrypted for a listener; they were not sent."""
