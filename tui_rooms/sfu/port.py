"""The port between the rooms and the media engine: plain data in, plain data out.

Nothing above this file may know which engine stands behind it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.wire.quality import ConnectionQuality


@dataclass(frozen=True, slots=True)
class Admission:
    """What a new peer needs to connect."""

    sdp: str
    """The server's one offer: one microphone section and K slots."""
    source: int
    """The peer's number (32 bits) in the CSRC of the slots."""


@dataclass(frozen=True, slots=True)
class Connected:
    """A peer's media path is up: ICE, DTLS and SRTP keys."""

    peer: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A peer's media path is lost; the peer has been removed."""

    peer: str
    reason: str
    """A sentence a person can read."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of everyone in a room who may be heard, ten times a second while anyone is."""

    room: str
    dbov: Mapping[str, int]
    """By peer: 0 (loudest) down to -127 (silence), RFC 6464 with its sign."""
    talking: frozenset[str]
    slots: tuple[str | None, ...]
    """Which peer is in each slot now."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a sender needs to choose its redundancy, about twice a second while it sends."""

    peer: str
    uplink: float
    """Share of its packets lost on the way to the engine, 0 to 1."""
    downlink: float
    """The 90th percentile of its listeners' losses from the engine on, 0 to 1."""


@dataclass(frozen=True, slots=True)
class PathJudged:
    """A peer's path has become better or worse; before the first one it is excellent."""

    peer: str
    quality: ConnectionQuality
    """Never LOST: that is `Gone`."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A peer hears where it is, and cannot be heard: admit it anew, under another name.

    It goes on hearing until its client takes the new offer.
    """

    peer: str


class EngineError(Exception):
    """The engine cannot run; the text is for the operator."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


EngineEvent: TypeAlias = Connected | Gone | Levels | Loss | Misplaced | PathJudged


class MediaEngine(Protocol):
    """Carries sound between the peers of rooms. Peers and rooms are named by the caller."""

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """Begin; events come on this loop until `close`.

        Raises:
            EngineError: it cannot.
        """

    async def close(self) -> None:
        """Drop every peer and room and let the port go."""

    async def open_room(self, room: str) -> None:
        """Make a room with no peers. A second time changes nothing."""

    async def close_room(self, room: str) -> None:
        """Remove the room and its peers, without `Gone`."""

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """Make a place for a peer and its offer. A peer of that name is replaced.

        Args:
            may_send: whether its sound goes through now.
            on_stage: whether it is of those who may be let through any moment.
        """

    async def answer(self, peer: str, sdp: str) -> None:
        """Take the peer's answer.

        Raises:
            ProtocolError: the answer cannot be used; the sentence says which line.
        """

    async def permit(self, peer: str, *, may_send: bool, on_stage: bool = False) -> None:
        """From now on let a peer's sound through, or drop it; `on_stage` as in `admit`.

        Where a peer is that cannot be heard from there, `Misplaced` follows.
        """

    async def remove(self, peer: str) -> None:
        """Forget a peer, without `Gone`. An unknown peer changes nothing."""

    def figures(self) -> Sequence[EngineFigures]:
        """What the processes that carry the sound have last said of themselves, in order."""
