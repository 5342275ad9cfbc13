"""The least that forwarding can cost: AES-GCM for each copy, and one `sendmmsg` for all of them."""

import os
import socket
import statistics
import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tui_rooms.sfu.network.outbox import Outbox
from tui_rooms.sfu.network.udp import UdpSocket
from tui_rooms.sfu.network.vectors import STRIDE, Vector

_PACKET = bytes(112)
"""As long as a forwarded packet of `load_traffic`, without its tag."""
_ROUNDS = 60
_NONCE = bytes(12)
_HEAD = bytes(24)


def measure(core: int) -> dict[str, float]:
    """Microseconds of CPU for a copy, by scenario."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        return {"400 × 3": _cost(400), "50 × 3": _cost(50), "20 of 5 × 1": _cost(5)}
    finally:
        os.sched_setaffinity(0, before)


def _cost(listeners: int) -> float:
    udp = UdpSocket.bind("127.0.0.1", 0)
    vector = Vector(Outbox(udp), listeners)
    sockets = []
    for _ in range(listeners):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        sockets.append(sock)
        vector.append(None, sock.getsockname(), None)
    ciphers = [AESGCM(index.to_bytes(16, "big")) for index in range(listeners)]
    body = _PACKET[len(_HEAD) :]
    costs = []
    for _ in range(_ROUNDS):
        begin = time.process_time()
        for cipher in ciphers:
            cipher.encrypt(_NONCE, body, _HEAD)
        costs.append(time.process_time() - begin)
        vector.fill(_PACKET.ljust(128, b"\x01"))
        begin = time.process_time()
        vector.send(0, listeners)
        costs[-1] += time.process_time() - begin
        for sock in sockets:
            sock.recv(STRIDE)
    for sock in sockets:
        sock.close()
    udp.close()
    return 1e6 * statistics.median(costs) / listeners
