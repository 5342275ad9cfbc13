"""CPU for each forwarded packet: the engine's forward path beside a plain loop.

    python benchmarks/fanout.py [--listeners 50 200 1000] [--rounds 15]

One process, real SRTP, real sockets on 127.0.0.1. Both ways are measured in turn in each
round, on the same listeners' sockets, which are emptied outside of the measured time.
"""

import argparse
import random
import resource
import socket
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from sys import path

path.insert(0, str(Path(__file__).resolve().parent.parent))

from tui_rooms.rtc.red import RedEncoder
from tui_rooms.rtc.rtp import OPUS_PT, RED_PT, RtpPacket
from tui_rooms.rtc.srtp import AES_128_GCM, OutboundSrtp
from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import Vector
from tui_rooms.sfu.rooms.fanout import Listener
from tui_rooms.sfu.rooms.room import Room

FRAME_BYTES = 80
"""20 ms of Opus at 32 kb/s."""


class Bench:
    """A room with N listeners and one who speaks, and the same listeners for the plain loop."""

    def __init__(self, listeners: int, depth: int) -> None:
        self.udp = UdpSocket.bind("127.0.0.1", 0)
        self.room = Room(
            "bench",
            slots=4,
            new_vector=lambda capacity: Vector(Outbox(self.udp), capacity),
            chance=random.Random(1),
        )
        self.sockets = []
        self.plain: list[tuple[OutboundSrtp, tuple[str, int]]] = []
        for i in range(listeners):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(("127.0.0.1", 0))
            sock.setblocking(False)
            self.sockets.append(sock)
            key = i.to_bytes(28, "big")
            numbers = self.room.everyone.new_numbers()
            address = sock.getsockname()
            srtp = OutboundSrtp(AES_128_GCM, key)
            self.room.everyone.listen(Listener(f"listener {i}", srtp, address, None, numbers))
            self.plain.append((OutboundSrtp(AES_128_GCM, key), address))
        self.room.let_send("speaker", 7)
        self.red = RedEncoder(depth)
        self.depth = depth
        self.sequence = 0

    def packets(self, count: int) -> list[RtpPacket]:
        """The next packets of the speaker."""
        made = []
        for _ in range(count):
            self.sequence += 1
            timestamp = 960 * self.sequence
            frame = bytes(FRAME_BYTES)
            payload = self.red.encode(timestamp, frame) if self.depth else frame
            kind = RED_PT if self.depth else OPUS_PT
            level = -20 - self.sequence % 20
            made.append(
                RtpPacket(
                    kind,
                    self.sequence & 0xFFFF,
                    timestamp & 0xFFFF_FFFF,
                    1,
                    payload,
                    level=level,
                    voice=True,
                )
            )
        return made

    def engine(self, packets: list[RtpPacket]) -> None:
        """The engine's way."""
        for packet in packets:
            self.room.forward("speaker", packet, packet.timestamp / 48_000)

    def loop(self, packets: list[RtpPacket]) -> None:
        """The plain way: encrypt and send, one listener after another."""
        for packet in packets:
            data = packet.serialize() + bytes(4)  # as long as with the CSRC
            for srtp, address in self.plain:
                protected = srtp.protect(data)
                if protected is not None:
                    self.udp.send(protected, address, None)

    def empty(self) -> int:
        """Read everything; how many datagrams there were."""
        count = 0
        for sock in self.sockets:
            try:
                while True:
                    sock.recv(2048)
                    count += 1
            except BlockingIOError:
                pass
        return count

    def close(self) -> None:
        """Let the sockets go."""
        for sock in self.sockets:
            sock.close()
        self.udp.close()


def measure(bench: Bench, way: Callable[[list[RtpPacket]], None], count: int) -> tuple[float, int]:
    """Microseconds of CPU for each listener's packet, and how many did not arrive."""
    packets = bench.packets(count)
    begin = time.process_time()
    way(packets)
    spent = time.process_time() - begin
    wanted = count * len(bench.sockets)
    return spent * 1e6 / wanted, wanted - bench.empty()


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--depths", type=int, nargs="+", default=[0, 1, 4], help="of RED")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    print("µs of CPU for each forwarded packet, medians; min–max in brackets")
    print(f"{'listeners':>9} {'RED':>3} {'engine':>20} {'plain loop':>20} {'ratio':>6} {'lost':>5}")
    for listeners in arguments.listeners:
        for depth in arguments.depths:
            bench = Bench(listeners, depth)
            count = max(4, 4000 // listeners)
            engine, loop, lost = [], [], 0
            measure(bench, bench.engine, count)
            measure(bench, bench.loop, count)
            for _ in range(arguments.rounds):
                cost, missing = measure(bench, bench.engine, count)
                engine.append(cost)
                lost += missing
                cost, missing = measure(bench, bench.loop, count)
                loop.append(cost)
                lost += missing
            bench.close()
            ratio = statistics.median(loop) / statistics.median(engine)
            print(
                f"{listeners:>9} {depth:>3} {spread(engine):>20} {spread(loop):>20}"
                f" {ratio:>6.2f} {lost:>5}"
            )


def spread(values: list[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.2f} [{min(values):.2f}–{max(values):.2f}]"


if __name__ == "__main__":
    main()
