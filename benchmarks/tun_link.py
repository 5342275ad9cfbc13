"""A link between two network namespaces that loses, delays and cuts as it is told.

    python benchmarks/tun_link.py PID_A ADDRESS_A PID_B ADDRESS_B [--seed 1]   started by benchmarks

Two TUN devices, and this process in between: not every kernel has `sch_netem`. It prints a line
when it stands. Each line of its input is JSON with what is to change: `loss` (share of all packets,
each way), `delay` (seconds, each way), `cut`, `drop_udp`. It ends with its input.
"""

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import random
import struct
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import Final

_TUNSETIFF: Final = 0x400454CA
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
_UDP: Final = 17
_AT_ONCE: Final = 64
"""Packets that are passed on before the other way has its turn."""


@dataclass(frozen=True)
class Weather:
    """What happens to packets now."""

    loss: float = 0.0
    delay: float = 0.0
    cut: bool = False
    drop_udp: bool = False

    def spares(self, packet: bytes, chance: random.Random) -> bool:
        """Whether it gets through. Of IPv4 only, the rest of what a kernel says is dropped."""
        if self.cut or packet[0] >> 4 != 4 or (self.drop_udp and packet[9] == _UDP):
            return False
        return not self.loss or chance.random() >= self.loss


class Link:
    """Passes packets on."""

    def __init__(self, seed: int) -> None:
        self.weather = Weather()
        self._chance = random.Random(seed)

    def way(self, source: int, target: int) -> None:
        """From one device to the other."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            for _ in range(_AT_ONCE):
                try:
                    packet = os.read(source, 65_535)
                except OSError:
                    return
                if not self.weather.spares(packet, self._chance):
                    continue
                if self.weather.delay:
                    loop.call_later(self.weather.delay, _put, target, packet)
                else:
                    _put(target, packet)

        loop.add_reader(source, read)


def _put(target: int, packet: bytes) -> None:
    with contextlib.suppress(OSError):  # its queue is full: lost, as elsewhere
        os.write(target, packet)


def _device(name: str, pid: str, address: str) -> int:
    """A TUN device in that namespace; the end of it that is ours."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    flags = _IFF_TUN | _IFF_NO_PI
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22s", name.encode(), flags, b""))
    subprocess.run(["ip", "link", "set", name, "netns", pid], check=True)
    for words in (f"addr add {address}/24 dev {name}", f"link set {name} up"):
        inside = ["nsenter", f"--net=/proc/{pid}/ns/net"]
        subprocess.run([*inside, "ip", *words.split()], check=True)
    return device


async def main() -> None:
    """Make both ends, and pass on until the input ends."""
    parser = argparse.ArgumentParser()
    for word in ("pid_a", "address_a", "pid_b", "address_b"):
        parser.add_argument(word)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    link = Link(args.seed)
    first = _device(device_name(os.getpid(), "a"), args.pid_a, args.address_a)
    second = _device(device_name(os.getpid(), "b"), args.pid_b, args.address_b)
    link.way(first, second)
    link.way(second, first)
    print("up", flush=True)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        link.weather = replace(link.weather, **json.loads(line))


def device_name(pid: int, end: str) -> str:
    """Of the device that the process made for its end "a" or "b"."""
    return f"tun{pid}{end}"


if __name__ == "__main__":
    asyncio.run(main())
