"""What workers pass on to each other, as bytes: a datagram has a head and then one item or more.

    head    !Bd    the sender's number, and when it was sent (the machine's monotonic clock)
    voice   a packet of the stage, for a slot
    way     how the one who speaks in a slot reaches the server
    losses  what the listeners of a slot have lost lately, in per cent: how many lost how much

Every item names a line: one room on its way from one worker to another. Nobody else can send here.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from tui_rooms.sfu.rooms.carried import Carried

HEAD: Final = struct.Struct("!Bd")
_VOICE: Final = struct.Struct("!BIBIqIIbBBH")
_WAY: Final = struct.Struct("!BIB?ff")
_LOSSES: Final = struct.Struct("!BIBB")
_LOSS: Final = struct.Struct("!BH")
_KIND_VOICE, _KIND_WAY, _KIND_LOSSES = 1, 2, 3
_SPOKEN, _MARKED = 1, 2
_MOST: Final = 0xFFFF


class Way(NamedTuple):
    """How a speaker of another worker reaches it."""

    uplink: float
    jitter_ms: float


class Voice(NamedTuple):
    """A packet of the stage."""

    line: int
    carried: Carried


class WayOf(NamedTuple):
    """Of the one who speaks in a slot; None: nobody does."""

    line: int
    slot: int
    way: Way | None


class Losses(NamedTuple):
    """Of the listeners of a slot, 0 to 1 each."""

    line: int
    slot: int
    losses: list[float]


Item: TypeAlias = Voice | WayOf | Losses


def voice(line: int, carried: Carried) -> bytes:
    """A packet of the stage, as it is passed on."""
    flags = _SPOKEN * carried.voice | _MARKED * carried.marker
    return _VOICE.pack(
        _KIND_VOICE,
        line,
        carried.slot,
        carried.turn,
        carried.sequence,
        carried.timestamp,
        carried.source,
        carried.level,
        flags,
        carried.payload_type,
        len(carried.payload),
    ) + carried.payload  # fmt: skip


def way(line: int, slot: int, uplink: float, jitter_ms: float) -> bytes:
    """How the one who speaks in a slot reaches the server."""
    return _WAY.pack(_KIND_WAY, line, slot, True, uplink, jitter_ms)


def no_way(line: int, slot: int) -> bytes:
    """Nobody speaks in that slot."""
    return _WAY.pack(_KIND_WAY, line, slot, False, 0.0, 0.0)


def losses(line: int, slot: int, lost: Sequence[float]) -> bytes:
    """What so many listeners have lost, however many: at most 101 steps."""
    steps: dict[int, int] = {}
    for share in lost:
        percent = round(100 * share)
        steps[percent] = min(_MOST, steps.get(percent, 0) + 1)
    parts = [_LOSS.pack(percent, count) for percent, count in steps.items()]
    return _LOSSES.pack(_KIND_LOSSES, line, slot, len(parts)) + b"".join(parts)


def items(data: bytes) -> Iterator[Item]:
    """Those of a datagram, behind its head.

    Raises:
        struct.error, ValueError: it was cut, or is of another version of this program.
    """
    at = HEAD.size
    while at < len(data):
        kind = data[at]
        if kind == _KIND_VOICE:
            (_, line, slot, turn, sequence, timestamp, source, level, flags, payload_type, size) = (
                _VOICE.unpack_from(data, at)
            )
            at += _VOICE.size + size
            carried = Carried(
                slot,
                turn,
                sequence,
                timestamp,
                source,
                level,
                bool(flags & _SPOKEN),
                bool(flags & _MARKED),
                payload_type,
                data[at - size : at],
            )
            yield Voice(line, carried)
        elif kind == _KIND_WAY:
            _, line, slot, is_some, uplink, jitter_ms = _WAY.unpack_from(data, at)
            at += _WAY.size
            yield WayOf(line, slot, Way(uplink, jitter_ms) if is_some else None)
        elif kind == _KIND_LOSSES:
            _, line, slot, count = _LOSSES.unpack_from(data, at)
            at += _LOSSES.size
            lost: list[float] = []
            for _ in range(count):
                percent, listeners = _LOSS.unpack_from(data, at)
                at += _LOSS.size
                lost += [percent / 100] * listeners
            yield Losses(line, slot, lost)
        else:
            raise ValueError(f"no kind of item that workers pass on: {kind}")
