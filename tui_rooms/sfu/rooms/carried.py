"""A packet of the stage on its way to whoever listens: plain, and with nobody's numbers yet."""

from typing import NamedTuple


class Carried(NamedTuple):
    """One packet that has a slot; every group puts it into its own."""

    slot: int
    """Of the room: which of the loudest this is."""
    turn: int
    """Grows with each change of speaker in that slot."""
    sequence: int
    """Extended, of the speaker's stream: gaps of it are losses on the speaker's way up."""
    timestamp: int
    """Of the speaker's packet."""
    source: int
    """The speaker's number, for the CSRC."""
    level: int
    """Of the packet as far as it is believed, dBov."""
    voice: bool
    marker: bool
    payload_type: int
    payload: bytes
