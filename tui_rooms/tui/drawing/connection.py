"""How a connection looks and what it is called: one's own in the head, others' on their tiles."""

from typing import Final

from tui_rooms.wire.quality import ConnectionQuality

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
