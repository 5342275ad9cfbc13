"""The places of participants: who sits on each, and what they have been shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tui_rooms.rules.visibility import Visibility
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.wire.quality import ConnectionQuality


@dataclass(slots=True, eq=False)
class Seat:
    """A participant's place, and the connection that sits on it."""

    identity: str
    outbox: Outbox
    evict: Callable[[str, str], None] = field(repr=False, kw_only=True)
    """Tells the connection that it is out: code and sentence."""
    features: frozenset[str] = frozenset()
    """What the client knows beyond version 1 of the wire."""
    silent: bool = False
    """Nothing comes from its client just now."""
    away: bool = False
    """Its connection broke; the place is kept for a while."""

    visibility: Visibility | None = None
    """What decided over the newest snapshot, and over all events since."""
    shown_at: int = 0
    """The log's number at the newest snapshot."""

    peer: str | None = None
    """The engine's name of this seat's media path, from when the engine is asked for it."""
    offered: bool = False
    """Whether the engine has admitted it, and its client is given the offer."""
    source: int | None = None
    """Its number in the CSRC of the slots."""
    media_up: bool = False
    quality: ConnectionQuality = ConnectionQuality.EXCELLENT
    """Of that path; LOST once the engine has given it up."""
