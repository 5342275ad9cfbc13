"""The way to the server: two small machines, each a table; and how the ways of others are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui_rooms.client.link.search import Looking
from tui_rooms.wire.quality import ConnectionQuality


class LinkPhase(StrEnum):
    """Where the signalling stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    CLOSED = "closed"


class LinkEvent(StrEnum):
    """What can happen to the signalling."""

    JOINED = "joined"
    DROPPED = "dropped"
    ENDED = "ended"
    """Left, sent out, or given up."""


LINK: Mapping[tuple[LinkPhase, LinkEvent], LinkPhase] = {
    (LinkPhase.CONNECTING, LinkEvent.JOINED): LinkPhase.CONNECTED,
    (LinkPhase.CONNECTING, LinkEvent.ENDED): LinkPhase.CLOSED,
    (LinkPhase.CONNECTED, LinkEvent.DROPPED): LinkPhase.RECONNECTING,
    (LinkPhase.CONNECTED, LinkEvent.ENDED): LinkPhase.CLOSED,
    (LinkPhase.RECONNECTING, LinkEvent.JOINED): LinkPhase.CONNECTED,
    (LinkPhase.RECONNECTING, LinkEvent.ENDED): LinkPhase.CLOSED,
}
"""A pair that is not here changes nothing."""


class MediaPhase(StrEnum):
    """Where the sound's own path stands."""

    OFF = "off"
    """This client asked for none, or the room is closed."""
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"


class MediaEvent(StrEnum):
    """What can happen to the sound's path."""

    OFFERED = "offered"
    CONNECTED = "connected"
    LOST = "lost"
    STOPPED = "stopped"


MEDIA: Mapping[tuple[MediaPhase, MediaEvent], MediaPhase] = {
    (MediaPhase.OFF, MediaEvent.OFFERED): MediaPhase.CONNECTING,
    (MediaPhase.CONNECTING, MediaEvent.CONNECTED): MediaPhase.CONNECTED,
    (MediaPhase.CONNECTING, MediaEvent.LOST): MediaPhase.RECONNECTING,
    (MediaPhase.CONNECTING, MediaEvent.STOPPED): MediaPhase.OFF,
    # The server's new offer replaces a path that it has given up before we noticed.
    (MediaPhase.CONNECTED, MediaEvent.OFFERED): MediaPhase.RECONNECTING,
    (MediaPhase.CONNECTED, MediaEvent.LOST): MediaPhase.RECONNECTING,
    (MediaPhase.CONNECTED, MediaEvent.STOPPED): MediaPhase.OFF,
    (MediaPhase.RECONNECTING, MediaEvent.CONNECTED): MediaPhase.CONNECTED,
    (MediaPhase.RECONNECTING, MediaEvent.STOPPED): MediaPhase.OFF,
}
"""A pair that is not here changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """The way to the server as the screen shows it."""

    phase: LinkPhase = LinkPhase.CONNECTING
    media: MediaPhase = MediaPhase.OFF
    silent: bool = False
    """Whether nothing has come from the server for more than two seconds; it may yet."""
    looking: Looking | None = None
    """Where the search for it stands, while the link is lost."""
    round_trip_ms: float | None = None
    """There and back, by WebSocket ping; None until the first is answered."""
    loss: float = 0.0
    """Share of packets lost lately on the worse of the two ways, 0 to 1."""
    buffer_ms: float = 0.0
    """How long the slowest jitter buffer holds sound back."""
    lacking: Mapping[str, ConnectionQuality] = field(default_factory=dict)
    """Who of the stage has no excellent connection, as the server tells, ourselves too; by
    identity. It stands while our own link is lost."""

    def connection_of(self, identity: str) -> ConnectionQuality:
        """How somebody on the stage is connected; excellent too while nothing is known of it."""
        return self.lacking.get(identity, ConnectionQuality.EXCELLENT)
