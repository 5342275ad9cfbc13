"""How a connection looks and what it is called: one's own in the head, others' on their tiles."""

from typing import Final

from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.wire.quality import ConnectionQuality, judged

# The wire has the field's words. These are shorter, as the head's line is narrow.
_WORDS: Final = {
    ConnectionQuality.EXCELLENT: "good",
    ConnectionQuality.GOOD: "fair",
    ConnectionQuality.POOR: "poor",
    ConnectionQuality.LOST: "lost",
}
_BARS: Final = {
    ConnectionQuality.EXCELLENT: "▃▅█",
    ConnectionQuality.GOOD: "▃▅",
    ConnectionQuality.POOR: "▃",
    ConnectionQuality.LOST: "↻",
}
_EXPLAINED: Final = {
    ConnectionQuality.GOOD: "fair: a gap now and then",
    ConnectionQuality.POOR: "poor: sound may break up or come late",
    ConnectionQuality.LOST: "lost: nothing comes through for now",
}


def bars(quality: ConnectionQuality) -> str:
    """One to three cells; told apart by their number, not by a colour."""
    return _BARS[quality]


def word(quality: ConnectionQuality) -> str:
    """One short word."""
    return _WORDS[quality]


def explained(quality: ConnectionQuality) -> str:
    """What it means for others."""
    return _EXPLAINED.get(quality, _WORDS[quality])


def quality(link: LinkState) -> tuple[str, str]:
    """One's own way to the server in bars and in a word."""
    if link.phase is LinkPhase.CONNECTED and link.silent:
        return "↻", "silent"
    if link.phase is LinkPhase.CONNECTED:
        seen = judged(loss=link.loss, round_trip_ms=link.round_trip_ms or 0.0)
        return bars(seen).ljust(3), word(seen)
    return {
        LinkPhase.CONNECTING: ("…", "connecting"),
        LinkPhase.RECONNECTING: ("↻", "reconnecting"),
        LinkPhase.CLOSED: ("×", "closed"),
    }[link.phase]
