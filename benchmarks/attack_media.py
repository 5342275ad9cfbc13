"""Attacks over UDP: floods, forged addresses, and one sender who sends too much.

python benchmarks/attack_media.py NAME HOST PORT ME VICTIM TOKEN SECONDS     started by `attack.py`
"""

import asyncio
import json
import secrets
import socket
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aioice import stun

from benchmarks.attack_kinds import FAILURES, KINDS, Attack, Target
from benchmarks.load_socket import SmallWebSocket
from tests.support.peers import MediaPeer

A_SECOND: Final = 5_000


def _binding() -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{secrets.token_hex(4)}:{secrets.token_hex(4)}"
    message.attributes["PRIORITY"] = 1_845_501_695
    message.attributes["ICE-CONTROLLING"] = 1
    message.add_message_integrity(secrets.token_bytes(20))
    message.add_fingerprint()
    return bytes(message)


def _client_hello() -> bytes:
    """A record of DTLS 1.2 with a ClientHello that nobody means."""
    body = b"\xfe\xfd" + secrets.token_bytes(32) + b"\x00\x00\x00\x02\xc0\x2b\x01\x00"
    size = len(body).to_bytes(3, "big")
    shake = b"\x01" + size + b"\x00\x00" + b"\x00\x00\x00" + size + body
    return b"\x16\xfe\xfd" + bytes(8) + len(shake).to_bytes(2, "big") + shake


async def _flood(target: Target, datagrams: list[bytes]) -> None:
    """5,000 a second, from changing ports; what comes back is counted."""
    ends = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(20)]
    for end in ends:
        end.bind((target.me, 0))
        end.setblocking(False)
    begin, sent = time.monotonic(), 0
    while target.goes_on:
        due = int((time.monotonic() - begin) * A_SECOND)
        # What is not made in time is left out, not made up for in one burst.
        for number in range(sent, min(due, sent + 500)):
            data = datagrams[number % len(datagrams)]
            try:
                ends[number % len(ends)].sendto(data, (target.host, target.port))
            except BlockingIOError:
                continue
            target.done["datagrams"] += 1
            target.done["bytes_in"] += len(data)
        sent = due
        for end in ends:
            target.done["bytes_out"] += _received(end)
        await asyncio.sleep(0.002)
    for end in ends:
        end.close()


def _received(end: socket.socket) -> int:
    size = 0
    try:
        while data := end.recv(4096):
            size += len(data)
    except OSError:
        pass
    return size


async def stun_flood(target: Target) -> None:
    """Checks of nobody, 5,000 a second."""
    await _flood(target, [_binding() for _ in range(200)])


async def dtls_flood(target: Target) -> None:
    """ClientHellos from addresses that no check has shown, 5,000 a second."""
    await _flood(target, [_client_hello() for _ in range(200)])


async def junk_flood(target: Target) -> None:
    """Datagrams that are nothing, or look like sound, 5,000 a second."""
    firsts = [0x80 if number % 2 else number for number in range(200)]
    await _flood(target, [bytes([first]) + secrets.token_bytes(20 + 2 * first) for first in firsts])


async def _within(target: Target, room: str, **hello: str) -> tuple[SmallWebSocket, MediaPeer]:
    """A peer with a path and keys in that room."""
    own = await target.visit(**hello)
    await own.say({"type": "join_room", "id": 1, "room": room})
    told = await _hears(own, "media_offer")
    peer = MediaPeer(told["sdp"], host=target.me)
    peer.server = (target.host, target.port)
    await own.say({"type": "answer_media", "id": 2, "sdp": peer.answer_sdp})
    await peer.check()
    await peer.handshake()
    return own, peer


async def _hears(own: SmallWebSocket, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while True:
            told = await own.hear()
            if told["type"] == kind:
                return told
            if told["type"] == "refused":
                raise ValueError(f"refused: {told}")


async def forged(target: Target) -> None:
    """A listener's checks come from the address of somebody who answers nothing."""
    own, peer = await _within(target, "tone")
    victim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    victim.bind((target.victim, 0))
    victim.setblocking(False)
    while target.goes_on:
        check = peer.check_message()
        if target.done["checks"] < 20:
            victim.sendto(check, (target.host, target.port))
            target.done["checks"] += 1
            target.done["bytes_in"] += len(check)
        target.done["bytes_out"] += _received(victim)
        own.skip()
        await asyncio.sleep(0.05)
    peer.close()
    own.close()


async def sender(target: Target) -> None:
    """Somebody on the stage sends 2,000 packets a second."""
    own, peer = await _within(target, "open-4", token=target.token)
    await own.say({"type": "do", "id": 3, "command": {"kind": "unmute"}})
    begin, sent = time.monotonic(), 0
    while target.goes_on:
        due = int((time.monotonic() - begin) * 2_000)
        for _ in range(sent, min(due, sent + 200)):
            try:
                peer.speak()
                target.done["packets"] += 1
            except BlockingIOError:
                break
        sent = due
        peer.received.clear()
        peer.raw.clear()
        own.skip()
        await asyncio.sleep(0.002)
    peer.close()
    own.close()


MEDIA: Final[dict[str, Attack]] = {
    made.__name__: made for made in (stun_flood, dtls_flood, junk_flood, forged, sender)
}


async def _attack(name: str, target: Target) -> None:
    try:
        await (KINDS | MEDIA)[name](target)
    except FAILURES as exc:
        target.done[f"ended early: {type(exc).__name__} {exc}"[:80]] += 1


def main(name: str, *where: str) -> None:
    """Attack, and say what was done."""
    host, port, me, victim, token, seconds = where
    until = time.monotonic() + float(seconds)
    target = Target(host, int(port), me, victim, token, until, Counter())
    print("begun", flush=True)
    asyncio.run(_attack(name, target))
    print(json.dumps(target.done), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
