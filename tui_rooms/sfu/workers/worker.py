"""One media worker: an engine in a process of its own, which its server starts and talks to.

    python -m tui_rooms.sfu.workers.worker CHANNEL UDP INDEX ENDS [PUBLIC_IP]

CHANNEL and UDP are descriptors: one end of a socket pair, and the bound port. INDEX is the worker's
number, and ENDS are descriptors too, with commas between them, one for each worker: at our own
number where the others are heard, at theirs the way to them. The worker ends when
the server's end is gone, however that came about; on Linux the system sees to it where the worker
cannot, so that its port is free for the next server.
"""

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from typing import Final

from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.network.libc import die_with_parent
from tui_rooms.sfu.port import EngineEvent, Levels, Loss
from tui_rooms.sfu.text_log import start_text_log
from tui_rooms.sfu.workers.passing import Passing
from tui_rooms.sfu.workers.talk import Channel, Entry, entry_of, figures_entry
from tui_rooms.wire.errors import ProtocolError

YOUNG_OBJECTS: Final = 20_000
"""So many more objects than before are looked through at once. What a packet leaves behind is freed
without that: only what refers to itself waits for it, and it is rare here."""

log = logging.getLogger(__name__)


class Worker:
    """Does in its engine what the server asks for, in order."""

    def __init__(
        self, channel: Channel, engine: EmbeddedEngine, index: int, ends: Sequence[socket.socket]
    ) -> None:
        self._channel = channel
        self._engine = engine
        self._passing = Passing(
            engine, index, ends[index], {i: end for i, end in enumerate(ends) if i != index}
        )
        self._wishes: asyncio.Queue[Entry] = asyncio.Queue()

    async def run(self) -> None:
        """Until the server is gone."""
        await self._engine.start(self._tell)
        doing = asyncio.create_task(self._do_all())
        try:
            self._channel.say("ready")
            await self._channel.hear(self._heard)
        finally:
            doing.cancel()
            self._passing.close()
            await self._engine.close()
            self._channel.close()

    def _tell(self, event: EngineEvent) -> None:
        # How loud who was is nothing that a server wants to know later.
        if self._channel.is_read or not isinstance(event, Levels | Loss):
            self._channel.say(*entry_of(event))

    def _heard(self, entry: Entry) -> None:
        if entry[0] == "ping":
            # At once: it asks whether the loop runs.
            (figures,) = self._engine.figures()
            self._channel.say("pong", entry[1], figures_entry(figures))
        elif entry[0] == "hush":
            # At once too: nobody may be heard for a moment longer because somebody joins.
            _, room, source, is_silent = entry
            self._passing.hush(room, source, is_silent=is_silent)
        else:
            self._wishes.put_nowait(entry)

    async def _do_all(self) -> None:
        while True:
            entry = await self._wishes.get()
            try:
                await self._do(entry)
            except Exception as exc:  # one wish must not end the sound of all rooms
                log.exception("a media worker could not do '%s'", entry[0])
                if entry[0] in ("admit", "answer"):
                    self._channel.say("failed", entry[1], f"{type(exc).__name__}: {exc}")
            # A queue that is never empty never lets go: sound comes between two wishes.
            await asyncio.sleep(0)

    async def _do(self, entry: Entry) -> None:
        engine = self._engine
        match entry:
            case ["open_room", room]:
                await engine.open_room(room)
            case ["close_room", room]:
                self._passing.closed(room)
                await engine.close_room(room)
            case ["admit", number, room, peer, may_send]:
                admission = await engine.admit(room, peer, may_send=may_send)
                self._channel.say("admitted", number, admission.sdp, admission.source)
            case ["answer", number, peer, sdp]:
                try:
                    await engine.answer(peer, sdp)
                except ProtocolError as refused:
                    self._channel.say("refused", number, refused.code, refused.sentence)
                else:
                    self._channel.say("answered", number)
            case ["permit", peer, may_send]:
                await engine.permit(peer, may_send=may_send)
            case ["remove", peer]:
                await engine.remove(peer)
            case ["feed", room, line, edge]:
                self._passing.feed(room, line, edge)
            case ["unfeed", room, edge]:
                self._passing.unfeed(room, edge)
            case ["fill", room, line, origin]:
                await engine.open_room(room)
                self._passing.fill(room, line, origin)
            case _:
                raise ValueError(f"no wish of a server's: {entry!r}")


async def _work(
    channel: socket.socket,
    udp: socket.socket,
    index: int,
    ends: Sequence[socket.socket],
    public_ip: str | None,
) -> None:
    engine = EmbeddedEngine(sock=udp, public_ip=public_ip)
    await Worker(await Channel.over(channel), engine, index, ends).run()


def _end(number: int) -> socket.socket:
    end = socket.socket(fileno=number)
    end.setblocking(False)
    return end


def main(arguments: list[str]) -> None:
    """Run until the server is gone."""
    start_text_log()
    die_with_parent()
    # A terminal's Ctrl-C and its end go to the server, which says when it is over.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 100)
    channel, udp, index, ends, *public_ip = arguments
    asyncio.run(
        _work(
            socket.socket(fileno=int(channel)),
            socket.socket(fileno=int(udp)),
            int(index),
            [_end(int(number)) for number in ends.split(",")],
            public_ip[0] if public_ip else None,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1:])
