"""Nothing goes to an address that has not shown that it receives."""

import asyncio
import contextlib
import socket

from tests.support.peers import SPEECH, House, MediaPeer, open_house
from tui_rooms.sfu.engine import EmbeddedEngine, Timing


class Bystander:
    """A socket whose address others claim; it counts, and answers nothing."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.sent = 0

    def send(self, data: bytes, peer: MediaPeer) -> None:
        """As if forged: the engine sees our address as the source."""
        self.sent += len(data)
        self.socket.sendto(data, peer.server)

    def received(self) -> int:
        """Bytes."""
        total = 0
        try:
            while True:
                total += len(self.socket.recv(2048))
        except BlockingIOError:
            return total

    def close(self) -> None:
        self.socket.close()


async def _speak(house: House[EmbeddedEngine], speaker: MediaPeer, listener: MediaPeer) -> None:
    """A second of sound, all of which arrives."""
    before = len(listener.received)
    for _ in range(50):
        speaker.speak(SPEECH)
    await listener.until(lambda: len(listener.received) == before + 50)


async def test_a_forged_check_moves_no_stream_and_gets_no_more_than_it_sent():
    """Whoever knows their own secrets cannot have the sound sent to somebody else."""
    async with open_house() as house:
        ana, eve = await house.join("ana", may_send=True), await house.join("eve")
        victim = Bystander()
        for _ in range(3):
            victim.send(eve.check_message(nominate=True), eve)
            await eve.check(nominate=False)  # the engine has seen it
            await _speak(house, ana, eve)
        assert 0 < victim.received() <= victim.sent
        victim.close()


async def test_a_handshake_waits_until_the_address_is_proven():
    """A certificate is ten times a ClientHello: it does not go to an unproven address."""
    async with open_house() as house:
        eve = await house.admit("eve")
        eve.answers_checks = False
        await house.engine.answer("eve", eve.answer_sdp)
        eve.send_raw(eve.check_message())
        eve.hello()
        await eve.until(lambda: bool(eve.raw))
        ana = await house.join("ana")  # meanwhile the engine has shaken another's hand
        assert ana.tx is not None
        assert not any(20 <= data[0] < 64 for data in eve.raw)
        eve.answers_checks = True
        eve.send_raw(eve.check_message())
        await eve.until(lambda: any(20 <= data[0] < 64 for data in eve.raw))


async def test_who_claims_anothers_address_does_not_get_their_packets():
    """An address that was proven stays its owner's until somebody else proves it."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        eve = await house.join("eve")
        # From Ana's own address, with Eve's secrets.
        ana.send_raw(eve.check_message(nominate=True))
        await ana.check()
        await _speak(house, ana, ben)
        await _speak(house, ana, eve)


async def test_who_no_longer_answers_has_withdrawn_their_consent():
    """Their own checks alone show that they send, not that they receive (RFC 7675)."""
    async with open_house(timing=Timing(consent=2.0)) as house:
        ben = await house.join("ben")
        ben.answers_checks = False
        async with asyncio.timeout(20):
            while "ben" not in house.gone():
                ben.send_raw(ben.check_message())
                with contextlib.suppress(TimeoutError):
                    await house.until(lambda: "ben" in house.gone(), timeout=0.25)
        assert house.gone() == {"ben": "no sign of life for 2 s"}


async def test_a_check_is_answered_once_its_address_has_answered_ours():
    """One datagram from a new address is enough to move there: nothing has to be sent again."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ben.close_socket()
        ben.open_socket()
        ben.stun_answers.clear()
        ben.send_raw(ben.check_message())
        await ben.until(lambda: bool(ben.stun_answers))
        await _speak(house, ana, ben)
