"""A server whose listeners are behind a bad network, the same one for all of them.

    python benchmarks/bad_network.py [--loss 0.1 | --burst-ms 80] [--jitter-ms 20] [--seed 1]

Prints one line of JSON once it listens, as `tui-rooms serve --json`. Media to listeners passes a
relay that loses and delays packets of sound. What happens to a packet follows from its time in
the stream and the seed alone, so all listeners lose the same ones.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from sys import path
from typing import Any

path.insert(0, str(Path(__file__).resolve().parent.parent))

from tui_rooms.rtc.rtp import is_rtcp
from tui_rooms.server.ports import BoundPorts
from tui_rooms.server.serve import ServeOptions, serve
from tui_rooms.sfu.engine import EmbeddedEngine
from tui_rooms.sfu.port import Admission, EngineEvent

FRAME = 960
BURST_EVERY = 100
"""Packets (2 s) of which one burst is lost."""


@dataclass(frozen=True)
class Trace:
    """What a network does to each packet."""

    loss: float = 0.0
    burst_ms: int = 0
    jitter_ms: int = 0
    seed: int = 1

    def fate(self, frame: int) -> float | None:
        """Seconds that the packet is delayed, or None when it is lost.

        Args:
            frame: its timestamp in units of 20 ms.
        """
        chance = random.Random(self.seed << 40 | frame)
        lost = chance.random() < self.loss
        delay = chance.random() * self.jitter_ms / 1000
        if self.burst_ms:
            length = self.burst_ms // 20
            turn, place = divmod(frame, BURST_EVERY)
            begin = random.Random(self.seed << 40 | turn).randrange(BURST_EVERY - length)
            lost = begin <= place < begin + length
        return None if lost else delay


class Relay(asyncio.DatagramProtocol):
    """Between one peer and the engine; what the engine sends of sound meets the trace."""

    def __init__(self, engine: tuple[str, int], trace: Trace) -> None:
        self._engine = engine
        self._trace = trace
        self._peer: Any = None
        self._transport: asyncio.DatagramTransport | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        if address != self._engine:
            self._peer = address
            self._send(data, self._engine)
        elif self._peer is not None:
            self._to_peer(data)

    def _to_peer(self, data: bytes) -> None:
        is_sound = 128 <= data[0] < 192 and not is_rtcp(data)
        delay = self._trace.fate(int.from_bytes(data[4:8], "big") // FRAME) if is_sound else 0.0
        if delay is not None:
            self._loop.call_later(delay, self._send, data, self._peer)

    def _send(self, data: bytes, to: Any) -> None:
        if self._transport is not None:
            self._transport.sendto(data, to)

    def close(self) -> None:
        """Let the port go."""
        if self._transport is not None:
            self._transport.close()


class BadNetworkEngine:
    """A `MediaEngine` that puts a relay before each peer that may not send."""

    def __init__(self, inner: EmbeddedEngine, trace: Trace) -> None:
        self._inner = inner
        self._trace = trace
        self._relays: list[Relay] = []
        self.open_room = inner.open_room
        self.close_room = inner.close_room
        self.answer = inner.answer
        self.permit = inner.permit
        self.remove = inner.remove

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """As the inner one."""
        await self._inner.start(on_event)

    async def close(self) -> None:
        """As the inner one, and the relays."""
        for relay in self._relays:
            relay.close()
        await self._inner.close()

    async def admit(self, room: str, peer: str, *, may_send: bool) -> Admission:
        """As the inner one, with the relay's address in the offer of a listener."""
        admission = await self._inner.admit(room, peer, may_send=may_send)
        if may_send:
            return admission
        engine = ("127.0.0.1", self._inner.port)
        transport, relay = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Relay(engine, self._trace), local_addr=("127.0.0.1", 0)
        )
        self._relays.append(relay)
        port = transport.get_extra_info("sockname")[1]
        sdp = admission.sdp.replace(f" 127.0.0.1 {engine[1]} typ", f" 127.0.0.1 {port} typ")
        assert sdp != admission.sdp
        return replace(admission, sdp=sdp)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loss", type=float, default=0.0)
    parser.add_argument("--burst-ms", type=int, default=0)
    parser.add_argument("--jitter-ms", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    trace = Trace(**vars(parser.parse_args()))

    def engine(ports: BoundPorts, public_ip: str | None) -> BadNetworkEngine:
        inner = EmbeddedEngine(ports.host, ports.port, public_ip, sock=ports.udp)
        return BadNetworkEngine(inner, trace)

    with tempfile.TemporaryDirectory() as data:
        asyncio.run(
            serve(
                ServeOptions(port=0, data=Path(data)),
                engine,
                lambda listening: print(json.dumps(asdict(listening)), flush=True),
            )
        )


if __name__ == "__main__":
    main()
