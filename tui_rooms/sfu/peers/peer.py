"""What the engine keeps of one peer: its secrets, its path, its keys."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from tui_rooms.rtc.dtls import DtlsServer
from tui_rooms.rtc.sdp import Answer
from tui_rooms.rtc.srtp import InboundSrtp, OutboundSrtp
from tui_rooms.sfu.peers.allowance import Allowance, of_control
from tui_rooms.sfu.peers.liveness import Liveness
from tui_rooms.sfu.peers.paths import Path, Paths
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.group import Group
from tui_rooms.sfu.rooms.room import Room

MAX_WAITING: Final = 8
"""DTLS datagrams of a peer that wait for their turn; more are dropped, DTLS repeats itself."""


@dataclass(slots=True, eq=False)
class Peer:
    """From its admission to its end."""

    name: str
    room: Room
    group: Group
    """Of the room: what it hears, and in which form."""
    source: int
    may_send: bool
    admitted: float
    """When, in the engine's seconds."""
    ufrag: str = field(default_factory=lambda: secrets.token_hex(4))
    pwd: str = field(default_factory=lambda: secrets.token_hex(16))
    answer: Answer | None = None
    paths: Paths = field(default_factory=Paths)
    last_check: float = 0.0
    """When its last check came, from wherever."""
    liveness: Liveness = field(default_factory=Liveness)
    dtls: DtlsServer | None = None
    waiting: deque[bytes] = field(default_factory=lambda: deque(maxlen=MAX_WAITING))
    inbound: InboundSrtp | None = None
    outbound: OutboundSrtp | None = None
    """Both once it is connected."""
    listener: Listener | None = None
    allowance: Allowance = field(default_factory=Allowance)
    """Of its sound."""
    control: Allowance = field(default_factory=of_control)
    """Of its checks and reports."""

    @property
    def path(self) -> Path | None:
        """Where it is sent to."""
        return self.paths.current

    @property
    def key(self) -> bytes:
        """Of its connectivity checks."""
        return self.pwd.encode()

    @property
    def remote_key(self) -> bytes:
        """Of ours, once its answer is known."""
        return self.answer.pwd.encode() if self.answer else b""
