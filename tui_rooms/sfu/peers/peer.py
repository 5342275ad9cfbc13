"""What the engine keeps of one peer: its secrets, its path, its keys."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from tui_rooms.rtc.dtls import DtlsServer
from tui_rooms.rtc.sdp import Answer
from tui_rooms.rtc.srtp import InboundSrtp, OutboundSrtp
from tui_rooms.sfu.network.udp import Address
from tui_rooms.sfu.peers.liveness import Liveness
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.room import Room

MAX_WAITING: Final = 8
"""DTLS datagrams of a peer that wait for their turn; more are dropped, DTLS repeats itself."""
MAX_ADDRESSES: Final = 4
"""Addresses from which a peer may have been heard."""


@dataclass(slots=True, eq=False)
class Peer:
    """From its admission to its end."""

    name: str
    room: Room
    source: int
    may_send: bool
    admitted: float
    """When, in the engine's seconds."""
    ufrag: str = field(default_factory=lambda: secrets.token_hex(4))
    pwd: str = field(default_factory=lambda: secrets.token_hex(16))
    answer: Answer | None = None
    address: Address | None = None
    """Where it is sent to: the path that it has nominated last."""
    local: bytes | None = None
    """Our address on that path, when there are several."""
    addresses: dict[Address, None] = field(default_factory=dict)
    """All that have passed a check, the oldest first."""
    last_check: float = 0.0
    """When it last proved its consent."""
    checked_here: float = 0.0
    """The same, by a check on the path that it is sent to."""
    liveness: Liveness = field(default_factory=Liveness)
    dtls: DtlsServer | None = None
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=MAX_WAITING))
    inbound: InboundSrtp | None = None
    outbound: OutboundSrtp | None = None
    """Both once it is connected."""
    listener: Listener | None = None

    @property
    def key(self) -> bytes:
        """Of its connectivity checks."""
        return self.pwd.encode()
