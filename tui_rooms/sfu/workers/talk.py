"""What a server and its media worker say to each other: plain data, several entries a message.

A message is a length (4 bytes, big endian) and a JSON list of entries; an entry is a list that
begins with a word. Nothing else than the two processes ever holds the socket pair.

    server → worker                                worker → server
    ["open_room", room]                            ["ready"]
    ["close_room", room]                           ["admitted", number, sdp, source]
    ["admit", number, room, peer, may_send]        ["answered", number]
    ["answer", number, peer, sdp]                  ["refused", number, code, sentence]
    ["permit", peer, may_send]                     ["failed", number, words]
    ["remove", peer]                               ["connected", peer], ["gone", …], ["levels", …],
    ["ping", number]                               ["loss", …], ["judged", …],
    ["feed", room, line, edge]                     ["pong", number, figures]
    ["unfeed", room, edge]
    ["fill", room, line, origin]
    ["hush", room, source, is_silent]

The last four are for rooms that are larger than a worker; see `passing`.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Connected, EngineEvent, Gone, Levels, Loss, Misplaced, PathJudged
from tui_rooms.wire.quality import ConnectionQuality

Entry: TypeAlias = list[Any]

UNREAD: Final = 1 << 16
"""Bytes that wait for the other end, beyond what the system keeps for it, before it counts as one
that does not read."""
_LENGTH: Final = struct.Struct("!I")


class Channel:
    """One end: entries that are said in one turn of the loop go together."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._unsaid: list[Entry] = []
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def over(cls, sock: socket.socket) -> "Channel":
        """Take over one end of a socket pair."""
        return cls(*await asyncio.open_connection(sock=sock))

    @property
    def is_read(self) -> bool:
        """Whether the other end takes what is said. While it stands still, only that ought to be
        said which it has to know afterwards: all of it waits in memory."""
        transport = self._writer.transport
        return transport.is_closing() or transport.get_write_buffer_size() < UNREAD

    def say(self, *entry: Any) -> None:
        """Never waits; what is said to an end that is gone is lost."""
        if not self._unsaid:
            self._loop.call_soon(self._flush)
        self._unsaid.append(list(entry))

    async def hear(self, on_entry: Callable[[Entry], None]) -> None:
        """Hand over what comes, in order, until the other end is gone."""
        try:
            while True:
                (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
                for entry in json.loads(await self._reader.readexactly(length)):
                    on_entry(entry)
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    def close(self) -> None:
        """Say what is unsaid, and let the socket go."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if not self._unsaid:
            return
        message = json.dumps(self._unsaid, separators=(",", ":")).encode()
        self._unsaid = []
        if not self._writer.is_closing():
            self._writer.write(_LENGTH.pack(len(message)) + message)


def entry_of(event: EngineEvent) -> Entry:
    """An event of the engine's, as it is said."""
    match event:
        case Connected():
            return ["connected", event.peer]
        case Gone():
            return ["gone", event.peer, event.reason]
        case Levels():
            return ["levels", event.room, dict(event.dbov), list(event.talking), event.slots]
        case Loss():
            return ["loss", event.peer, event.uplink, event.downlink]
        case Misplaced():
            return ["misplaced", event.peer]
        case PathJudged():
            return ["judged", event.peer, event.quality]


def event_of(entry: Entry) -> EngineEvent | None:
    """The event that an entry tells of; None when it is something else."""
    match entry:
        case ["connected", peer]:
            return Connected(peer)
        case ["gone", peer, reason]:
            return Gone(peer, reason)
        case ["levels", room, dbov, talking, slots]:
            return Levels(room, dbov, frozenset(talking), tuple(slots))
        case ["loss", peer, uplink, downlink]:
            return Loss(peer, uplink, downlink)
        case ["misplaced", peer]:
            return Misplaced(peer)
        case ["judged", peer, quality]:
            return PathJudged(peer, ConnectionQuality(quality))
        case _:
            return None


def figures_entry(figures: EngineFigures) -> Entry:
    """What a worker says of itself, as it is said."""
    lag = figures.lag
    return [figures.rooms, figures.peers, dict(figures.counts), lag.counts, lag.total]


def figures_of(entry: Entry, *, pid: int, alive: bool) -> EngineFigures:
    """The figures that were said; empty before the first."""
    if not entry:
        return EngineFigures(pid, alive, 0, 0, {}, Durations())
    rooms, peers, counts, lag, total = entry
    return EngineFigures(pid, alive, rooms, peers, counts, Durations(lag, total))
