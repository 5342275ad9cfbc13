"""A server whose rooms are each behind a bad network, the same one for everyone in the room.

    python benchmarks/bad_network.py [--loss 0.1 | --burst-ms 80] [--jitter-ms 20] [--seed 1]
                                     [--way up] [--rooms '{"tea": {"loss": 0.2}}']

Prints one line of JSON once it listens, as `tui-rooms serve --json`. Between every peer and the
engine is a relay that loses and delays packets of sound, on their way to listeners or, with
`--way up`, on the speaker's way to the server; the other way is clean. What happens to a packet
follows from its time since the first one in the room and the seed alone. So all listeners lose the
same ones, and whoever speaks in the next run with this seed loses them too. `--rooms` gives rooms
networks of their own, by their ids; what is said there stays there, as do reports of loss.
"""

import argparse
import asyncio
import json
import random
import tempfile
from collections.abc import Callable, Mapping
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
    way: str = "down"
    """"down": what the server sends, "up": what is sent to it."""

    def fate(self, frame: int) -> float | None:
        """Seconds that the packet is delayed, or None when it is lost.

        Args:
            frame: its time since the first one, in units of 20 ms.
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


class Network:
    """A trace, and the packet from which it counts."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._first: dict[int, int] = {}
        """The first timestamp of each stream (SSRC)."""

    def delay(self, data: bytes, way: str) -> float | None:
        """Seconds that a datagram is delayed on its way "up" or "down", or None: it is lost."""
        if way != self._trace.way or not 128 <= data[0] < 192 or is_rtcp(data):
            return 0.0
        timestamp, ssrc = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8))
        first = self._first.setdefault(ssrc, timestamp)
        return self._trace.fate(((timestamp - first) & 0xFFFF_FFFF) // FRAME)


class Relay(asyncio.DatagramProtocol):
    """Between one peer and the engine."""

    def __init__(self, engine: tuple[str, int], network: Network) -> None:
        self._engine = engine
        self._network = network
        self._peer: Any = None
        self._transport: asyncio.DatagramTransport | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        if address == self._engine:
            to, way = self._peer, "down"
        else:
            self._peer = address
            to, way = self._engine, "up"
        delay = self._network.delay(data, way)
        if to is None or delay is None:
            return
        if delay:
            self._loop.call_later(delay, self._send, data, to)
        else:
            self._send(data, to)

    def _send(self, data: bytes, to: Any) -> None:
        if self._transport is not None:
            self._transport.sendto(data, to)

    def close(self) -> None:
        """Let the port go."""
        if self._transport is not None:
            self._transport.close()


class BadNetworkEngine:
    """A `MediaEngine` that puts a relay before each peer."""

    def __init__(self, inner: EmbeddedEngine, trace: Trace, rooms: Mapping[str, Trace]) -> None:
        self._inner = inner
        self._trace = trace
        self._traces = rooms
        self._networks: dict[str, Network] = {}
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

    async def admit(
        self, room: str, peer: str, *, may_send: bool, on_stage: bool = False
    ) -> Admission:
        """As the inner one, with the relay's address in the offer."""
        admission = await self._inner.admit(room, peer, may_send=may_send)
        if room not in self._networks:
            self._networks[room] = Network(self._traces.get(room, self._trace))
        engine, network = ("127.0.0.1", self._inner.port), self._networks[room]
        transport, relay = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Relay(engine, network), local_addr=("127.0.0.1", 0)
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
    parser.add_argument("--way", choices=["down", "up"], default="down")
    parser.add_argument("--rooms", type=json.loads, default={}, metavar="JSON")
    options = vars(parser.parse_args())
    rooms = {room: Trace(**given) for room, given in options.pop("rooms").items()}
    trace = Trace(**options)

    def engine(ports: BoundPorts, public_ip: str | None) -> BadNetworkEngine:
        inner = EmbeddedEngine(public_ip=public_ip, sock=ports.udp[0])
        return BadNetworkEngine(inner, trace, rooms)

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
