"""Attacks over UDP by those who are in a room and have a path and keys."""

import asyncio
import secrets
import socket
from typing import Any

from benchmarks.attacks.floods import A_SECOND, HEADERS, bound, client_hello, paced, received
from benchmarks.attacks.target import SOCKETS, Target, Visit, attack, crowd
from tests.support.peers import MediaPeer
from tui_rooms.rtc.rtcp import ReceiverReport, ReportBlock


async def hears(own: Visit, kind: str) -> dict[str, Any]:
    """The next message of that kind.

    Raises:
        ConnectionError: it is refused.
    """
    async with asyncio.timeout(10):
        while True:
            told = await own.hear()
            if told["type"] == kind:
                return told
            if told["type"] == "refused":
                own.done[f"refused {told['code']}"] += 1
                raise ConnectionError(f"refused: {told}")


async def _offered(target: Target, room: str, **hello: str) -> tuple[Visit, MediaPeer]:
    own = await target.visit(**hello)
    try:
        await own.say({"type": "join_room", "id": 1, "room": room})
        told = await hears(own, "media_offer")
        peer = MediaPeer(told["sdp"], host=target.me)
    except BaseException:
        own.close()
        raise
    peer.server = (target.host, peer.server[1])
    return own, peer


async def within(target: Target, room: str, **hello: str) -> tuple[Visit, MediaPeer]:
    """Somebody with a path and keys in that room."""
    own, peer = await _offered(target, room, **hello)
    try:
        await own.say({"type": "answer_media", "id": 2, "sdp": peer.answer_sdp})
        await peer.check()
        await peer.handshake()
    except BaseException:
        peer.close()
        own.close()
        raise
    return own, peer


def _forget(own: Visit, peer: MediaPeer) -> None:
    """What came is of no interest."""
    own.skip()
    peer.received.clear()
    peer.reports.clear()
    peer.stun_answers.clear()
    peer.raw.clear()


async def _sends(target: Target, own: Visit, peer: MediaPeer, send: Any) -> None:
    try:
        await paced(target, A_SECOND, lambda _: send(), lambda: _forget(own, peer))
    finally:
        peer.close()
        own.close()


@attack("server excess", least=500)
async def sender(target: Target) -> None:
    """Somebody on the stage sends 5,000 packets a second."""
    own, peer = await within(target, "open-4", token=target.token)
    await own.say({"type": "do", "id": 3, "command": {"kind": "unmute"}})
    await asyncio.sleep(0.3)
    await _sends(target, own, peer, peer.speak)


@attack("server datagrams", least=1_000)
async def checks(target: Target) -> None:
    """Somebody in a room sends 5,000 checks of theirs a second, all authentic."""
    own, peer = await within(target, "tone")
    check = peer.check_message()
    await _sends(target, own, peer, lambda: peer.send_raw(check))


@attack("server datagrams", least=1_000)
async def receiver_reports(target: Target) -> None:
    """Somebody in a room sends 5,000 reports of loss a second, as long as they may be."""
    own, peer = await within(target, "tone")
    blocks = [ReportBlock(ssrc, 255, 99, 99, 99) for ssrc in peer.offer.slots] * 8
    report = ReceiverReport(peer.ssrc, tuple(blocks[:31]))
    await _sends(target, own, peer, lambda: peer.send_rtcp([report]))


@attack("server datagrams", least=1_000)
async def hellos(target: Target) -> None:
    """Somebody in a room begins DTLS again and again, 5,000 times a second."""
    own, peer = await within(target, "tone")
    many = [client_hello() for _ in range(100)]
    await _sends(target, own, peer, lambda: peer.send_raw(secrets.choice(many)))


@attack("checks", least=100)
async def forged(target: Target) -> None:
    """A listener's nominating checks come from 20 ports of somebody who never asked."""
    own, peer = await within(target, "tone")
    ends = bound(target.victim, 20)
    hello = client_hello()

    def send(number: int) -> None:
        data = hello if number % 5 == 4 else peer.check_message()
        ends[number // 50 % len(ends)].sendto(data, peer.server)
        target.done["checks"] += 1
        target.done["bytes_in"] += len(data) + HEADERS

    def count() -> None:
        target.done["bytes_out"] += received(ends)
        _forget(own, peer)

    try:
        await paced(target, 500, send, count)
    finally:
        for end in ends:
            end.close()
        peer.close()
        own.close()


@attack("handshakes", least=2)
async def handshakes(target: Target) -> None:
    """40 guests come into a room with sound, and leave it, again and again."""

    async def one(number: int) -> None:
        own, peer = await within(target, "open-7")
        target.done["handshakes"] += 1
        peer.close()
        own.close()

    await crowd(target, 40, one)


@attack("messages", least=100)
async def answers(target: Target) -> None:
    """90 guests in a room ask for offers, and answer with 30 kB that are no answer."""
    sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
    sdp += "a=candidate:1 1 udp 1 10.0.0.1 5 typ host\r\n" * 690

    async def one(number: int) -> None:
        own = await target.guest_in("open-8")
        try:
            n = 1
            while target.goes_on:
                n += 2
                await own.say({"type": "offer_media", "id": n})
                await own.say({"type": "answer_media", "id": n + 1, "sdp": sdp})
                target.done["messages"] += 2
                own.skip()
                await asyncio.sleep(0.1)
        finally:
            own.close()

    await crowd(target, SOCKETS, one)


@attack("checks", least=500)
async def wanderer(target: Target) -> None:
    """Somebody in a room has another address with each check, 2,000 times a second."""
    own, peer = await within(target, "tone")
    ends: list[socket.socket] = bound(target.me, 250)

    def send(number: int) -> None:
        ends[number % len(ends)].sendto(peer.check_message(), peer.server)
        target.done["checks"] += 1

    try:
        await paced(target, 2_000, send, lambda: _forget(own, peer))
    finally:
        for end in ends:
            end.close()
        peer.close()
        own.close()
