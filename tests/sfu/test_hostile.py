"""What an enemy on the network, or in the room, cannot do."""

import random
import socket
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.peers import House, MediaPeer, open_house, with_level_element
from tui_rooms.rtc.rtp import RtpPacket
from tui_rooms.rtc.srtp import MAX_SSRCS
from tui_rooms.sfu.peers.paths import MAX_PATHS
from tui_rooms.sfu.peers.peer import MAX_WAITING


async def heard_by(house: House, speaker: str, listener: str) -> None:
    """Assert that sound still goes from one to the other."""
    ana, ben = house.peers[speaker], house.peers[listener]
    before = len(ben.received)
    packet = ana.speak()
    await ben.until(lambda: len(ben.received) > before)
    assert ben.received[-1].payload == packet.payload
    assert house.gone() == {}


def stranger() -> socket.socket:
    """Another program's socket on this machine."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


async def test_a_listener_that_sends_anyway_is_heard_by_nobody():
    """Its RTP is dropped before it is even decrypted, and it takes no slot and no level."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        eve = await house.join("eve")
        for _ in range(100):
            eve.speak(level=0)
        await eve.check()  # answered after all of them
        assert house.engine.counters.forbidden == 100
        await heard_by(house, "ana", "ben")
        assert [p.csrcs for p in ben.received] == [(house.sources["ana"],)]
        assert ana.received == eve.heard(house.sources["eve"]) == []
        await house.until(lambda: bool(house.levels()))
        assert "eve" not in house.levels()[-1].dbov


@pytest.mark.parametrize("size", [2, 80])
async def test_a_claim_of_full_level_does_not_keep_others_out(size):
    """0 dBov for ever, in frames of silence or of noise: the quiet speaker gets the one slot."""
    async with open_house(slots=1) as house:
        await house.join("liar", may_send=True)
        await house.join("ana", may_send=True)
        ben = await house.join("ben")
        # From now on: the rest of the engine would take them for dead since another time.
        clock = [house.engine._reception._clock()]
        house.engine._reception._clock = lambda: clock[0]
        liar, ana = house.peers["liar"], house.peers["ana"]
        for i in range(200):
            liar.speak(bytes(size), level=0)
            if i >= 100:
                ana.speak(level=-45 + i % 9)
            await liar.check()
            clock[0] += 0.02
        last = ben.received[-1]
        assert last.csrcs == (house.sources["ana"],)
        assert len(ben.heard(house.sources["ana"])) > 80


async def test_strangers_datagrams_harm_nobody():
    """Empty, short, random, and of every protocol: none is answered."""
    chance = random.Random(1)
    async with open_house() as house:
        await house.join("ana", may_send=True)
        await house.join("ben")
        with stranger() as sock:
            for i in range(2000):
                first = bytes((chance.choice((0, 1, 20, 22, 63, 64, 128, 144, 191, 255)),))
                data = first + chance.randbytes(chance.randrange(60)) if i % 10 else b""
                sock.sendto(data, ("127.0.0.1", house.engine.port))
                if i % 50 == 0:
                    await house.peers["ana"].check()
            await heard_by(house, "ana", "ben")
            with pytest.raises(BlockingIOError):
                sock.recv(100)


async def test_any_bytes_from_anywhere_leave_the_sessions_alone():
    """Hypothesis chooses them, from a stranger's address and from those of the peers."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        addresses = [ana.socket.getsockname(), ben.socket.getsockname(), ("127.0.0.1", 9)]
        receive = house.engine._reception.datagram

        @settings(max_examples=400)
        @given(
            st.binary(max_size=100)
            | st.builds(
                bytes.__add__,
                st.sampled_from([b"\x80\x6f", b"\x80\xc8", b"\x16\xfe\xfd"]),
                st.binary(max_size=60),
            ),
            st.sampled_from(addresses),
        )
        def probe(data, address):
            receive(data, address, None)

        probe()
        await heard_by(house, "ana", "ben")


async def test_authentic_rtp_with_anything_in_it_harms_nobody():
    """A speaker's own client may send malformed headers, levels and RED inside good SRTP."""
    chance = random.Random(2)
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        await house.join("ben")
        element = with_level_element(ana.packet(), bytes((0x11, 0x80, 0x80)))  # two bytes
        ana.send_plain(element)
        for i in range(150):  # no more than one may send
            packet = ana.packet(chance.randbytes(chance.randrange(40)), payload_type=63)
            if i % 2:
                junk = bytes(chance.choices((0x10, 0x11, 0x1F, 0x00, 0xF0, 0x5E), k=6))
                ana.send_plain(with_level_element(packet, junk))
            else:
                ana.send(packet)
            if i % 50 == 0:
                await ana.check()
        assert ana.tx is not None
        for data in (b"\x80\xc9\x00\xff" + bytes(4), b"\x9f\xc8\x00\x01" + bytes(4)):
            ana.send_raw(ana.tx.protect_rtcp(data))
        await heard_by(house, "ana", "ben")
        assert house.engine.counters.refused >= 2


async def test_a_level_of_two_bytes_is_still_heard():
    """The element is passed over, the sound is not."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ana.send_plain(with_level_element(ana.packet(b"a" * 50), bytes((0x11, 0x80, 0x80))))
        await ben.until(lambda: bool(ben.received))
        assert ben.received[0].payload == b"a" * 50


async def test_captured_sound_sent_again_is_heard_once():
    """From the speaker's address, and from another one not at all."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        assert ana.tx is not None
        captured = ana.tx.protect(ana.packet().serialize())
        with stranger() as sock:
            sock.sendto(captured, ana.server)
        await ana.check()
        assert house.engine.counters.stray == 1
        for _ in range(5):
            ana.send_raw(captured)
        await heard_by(house, "ana", "ben")
        assert len(ben.received) == 2
        assert house.engine.counters.refused == 4


async def test_a_forged_check_moves_nobody_and_is_not_answered():
    """The ufrag travels in the open; without the password it is worth nothing."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        with stranger() as sock:
            for password in ("", "x" * 32):
                sock.sendto(ben.check_message(password=password or "y"), ben.server)
            await ana.check()
            assert house.engine.counters.bad_checks == 2
            assert house.engine._directory.at(sock.getsockname()) is None
            await heard_by(house, "ana", "ben")
            with pytest.raises(BlockingIOError):
                sock.recv(100)


async def test_a_flood_of_dtls_does_not_grow_memory():
    """From a peer's own address the queue is short; from a stranger's there is none."""
    async with open_house() as house:
        await house.join("ana", may_send=True)
        await house.join("ben")
        waiting = await house.admit("eve")  # its answer never comes
        await waiting.check()
        peer = house.engine._directory.named("eve")
        assert peer is not None
        receive = house.engine._reception.datagram
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for i in range(20_000):
            data = b"\x16\xfe\xfd" + i.to_bytes(4, "big") + bytes(1000)
            receive(data, waiting.socket.getsockname(), None)
            receive(data, ("127.0.0.1", 1 + i % 60_000), None)
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert len(peer.waiting) == MAX_WAITING
        assert house.engine.counters.crowded == 20_000 - MAX_WAITING
        assert grown < 100_000
        await heard_by(house, "ana", "ben")


async def test_a_flood_during_a_session_costs_the_flooder_only():
    """DTLS junk from a connected peer: it and the others go on."""
    async with open_house() as house:
        await house.join("ana", may_send=True)
        ben = await house.join("ben")
        for i in range(500):
            kind = (b"\x15", b"\x16", b"\x17")[i % 3]
            ben.send_raw(
                kind + b"\xfe\xfd\x00\x01" + i.to_bytes(6, "big") + b"\x00\x20" + bytes(32)
            )
            if i % 5 == 0:
                await ben.check()
        await heard_by(house, "ana", "ben")
        counters = house.engine.counters
        assert counters.late > 0
        assert counters.late + counters.crowded <= 500
        assert house.gone() == {}


async def test_a_peer_keeps_few_addresses():
    """Checks from ever new ports do not fill the table, and the nominated one stays."""
    async with open_house() as house:
        await house.join("ana", may_send=True)
        ben = await house.join("ben")
        peer = house.engine._directory.named("ben")
        assert peer is not None
        socks = [stranger() for _ in range(30)]
        for sock in socks:
            sock.sendto(ben.check_message(nominate=False), ben.server)
        await ben.check(nominate=False)
        assert len(peer.paths) <= MAX_PATHS
        assert house.engine._directory.at(ben.socket.getsockname()) is peer
        found = [house.engine._directory.at(sock.getsockname()) for sock in socks]
        assert found.count(peer) == MAX_PATHS - 1
        await heard_by(house, "ana", "ben")
        for sock in socks:
            sock.close()


async def test_only_a_few_streams_of_one_peer_are_heard():
    """A client that changes its SSRC with each packet cannot fill libsrtp's memory."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        for ssrc in range(1, 51):
            ana.send(replace(ana.packet(), ssrc=ssrc))
        await ana.check()
        assert house.engine.counters.refused == 50 - MAX_SSRCS
        await ben.until(lambda: len(ben.received) == MAX_SSRCS)
        numbers = [p.sequence for p in ben.received]
        assert numbers == list(range(numbers[0], numbers[0] + MAX_SSRCS))


async def test_when_encryption_fails_that_listener_is_gone_and_nothing_plain_was_sent():
    """Everything that leaves the port is captured; the others never notice."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        ears = [await house.join(f"ear {i}") for i in range(5)]
        secret = b"said in confidence " * 3
        ana.speak(secret)
        for ear in ears:
            await ear.until(lambda ear=ear: len(ear.received) == 1)
        victim = house.engine._directory.named("ear 2")
        assert victim is not None
        assert victim.outbound is not None
        # libsrtp is made to believe that the stream is far ahead.
        heard = ears[2].received[0]
        ahead = RtpPacket(111, (heard.sequence + 20_000) & 0xFFFF, 0, heard.ssrc)
        assert victim.outbound.protect(ahead.serialize()) is not None
        ana.speak(secret)
        await house.until(lambda: "ear 2" in house.gone())
        assert "could not be encrypted" in house.gone()["ear 2"]
        await ears[2].until(lambda: ears[2].goodbye)
        for i in (0, 1, 3, 4):
            await ears[i].until(lambda i=i: len(ears[i].received) == 2)
        everything = [data for peer in house.peers.values() for data in peer.raw]
        assert len(everything) >= 9
        assert not any(b"confidence" in data for data in everything)
        assert len(ears[2].received) == 1
        assert house.engine.counters.unprotected == 1


async def test_rtp_before_the_handshake_is_dropped():
    """An address alone is no session."""
    async with open_house() as house:
        eve: MediaPeer = await house.admit("eve", may_send=True)
        await eve.check()
        eve.send_raw(eve.packet().serialize())
        await eve.check()
        assert house.engine.counters.stray == 1
