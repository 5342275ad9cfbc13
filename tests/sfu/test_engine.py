"""The engine as its callers see it, with real clients on 127.0.0.1."""

import asyncio
import random
import socket
import sys

import pytest

from tests.support.peers import DTX, SPEECH, MediaPeer, open_house
from tui_rooms.rtc.sdp import Offer
from tui_rooms.sfu.engine import EmbeddedEngine, Timing
from tui_rooms.sfu.network.libc import HAS_SENDMMSG
from tui_rooms.sfu.port import Connected, Gone
from tui_rooms.wire.errors import ProtocolError


@pytest.mark.parametrize("profile", [b"SRTP_AEAD_AES_128_GCM", b"SRTP_AEAD_AES_256_GCM"])
@pytest.mark.parametrize("sendmmsg", [HAS_SENDMMSG, False])
async def test_two_peers_connect_and_one_hears_the_other(profile, sendmmsg):
    """ICE, DTLS, SRTP, a slot: with both profiles, and without sendmmsg too."""
    async with open_house(sendmmsg=sendmmsg) as house:
        ana = await house.join("ana", may_send=True)
        ben = await (await house.admit("ben", profiles=profile)).connect(house.engine, "ben")
        assert house.events[:2] == [Connected("ana"), Connected("ben")]
        sent = [ana.speak(level=-20 - i) for i in range(10)]
        await ben.until(lambda: len(ben.received) == 10)
        heard = ben.heard(house.sources["ana"])
        assert [p.payload for p in heard] == [p.payload for p in sent]
        assert [p.level for p in heard] == [p.level for p in sent]
        assert {p.ssrc for p in heard} <= set(ben.offer.slots)
        assert ana.received == []


async def test_three_speak_and_each_hears_the_other_two():
    """Through real sockets, and never themself."""
    async with open_house() as house:
        peers = [await house.join(name, may_send=True) for name in ("ana", "ben", "cid")]
        for i in range(50):
            for peer in peers:
                peer.speak(level=-15 - i % 11)
        for name, peer in zip(house.sources, peers, strict=True):
            await peer.until(lambda peer=peer: len(peer.received) == 100)
            others = {source for other, source in house.sources.items() if other != name}
            assert {p.csrcs[0] for p in peer.received} == others
            assert peer.undecryptable == 0


async def test_levels_tell_who_talks_and_when_it_ends():
    """Ten times a second while anyone is audible, and once more when nobody is."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        await house.join("ben", may_send=True)
        ana.speak(level=-17)
        await house.until(lambda: bool(house.levels()))
        first = house.levels()[0]
        assert (first.room, first.dbov) == ("den", {"ana": -17, "ben": -127})
        assert first.talking == {"ana"}
        assert first.slots == ("ana", None, None, None)
        await house.until(lambda: not house.levels()[-1].talking)
        assert set(house.levels()[-1].dbov.values()) == {-127}


async def test_rooms_do_not_hear_each_other():
    """One port, many rooms."""
    async with open_house("den", "attic") as house:
        ana = await house.join("ana", may_send=True, room="den")
        ben = await house.join("ben", room="attic")
        eve = await house.join("eve", room="den")
        ana.speak()
        await eve.until(lambda: bool(eve.received))
        assert ben.received == []


async def test_permission_is_taken_and_given_at_once():
    """permit(False) drops the next packet, permit(True) lets the one after it through."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ana.speak(b"1" * 60)
        await ben.until(lambda: len(ben.received) == 1)
        await house.engine.permit("ana", may_send=False)
        ana.speak(b"2" * 60)
        await ana.check()  # answered after the packet was dropped
        await house.engine.permit("ana", may_send=True)
        ana.speak(b"3" * 60)
        await ben.until(lambda: len(ben.received) == 2)
        assert [p.payload[:1] for p in ben.received] == [b"1", b"3"]
        assert house.engine.counters.forbidden == 1
        await house.engine.permit("nobody", may_send=True)


async def test_a_listener_who_is_let_on_the_stage_is_heard():
    """And goes on hearing, without its own voice."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ana.speak()
        await ben.until(lambda: len(ben.received) == 1)
        await house.engine.permit("ben", may_send=True)
        ben.speak()
        await ana.until(lambda: len(ana.received) == 1)
        ana.speak()
        await ben.until(lambda: len(ben.received) == 2)
        one, two = ben.received
        assert (one.ssrc, (one.sequence + 1) & 0xFFFF) == (two.ssrc, two.sequence)


async def test_a_wrong_fingerprint_is_refused():
    """A client with another certificate than its answer says is not let in."""
    async with open_house() as house:
        eve = await house.admit("eve", fingerprint=":".join(["AB"] * 32))
        await house.engine.answer("eve", eve.answer_sdp)
        await eve.check()
        shaking = asyncio.create_task(eve.handshake())
        await house.until(lambda: "eve" in house.gone())
        shaking.cancel()
        assert "not the one in the answer's fingerprint" in house.gone()["eve"]
        assert Connected("eve") not in house.events


async def test_without_aead_srtp_nobody_is_let_in():
    """The old profiles are refused, with the ones that are wanted."""
    async with open_house() as house:
        eve = await house.admit("eve", profiles=b"SRTP_AES128_CM_SHA1_80")
        await house.engine.answer("eve", eve.answer_sdp)
        await eve.check()
        shaking = asyncio.create_task(eve.handshake())
        await house.until(lambda: "eve" in house.gone())
        shaking.cancel()
        assert "AEAD_AES_128_GCM" in house.gone()["eve"]


async def test_a_malformed_answer_is_refused_and_a_good_one_still_taken():
    """The sentence names the line; nobody else notices."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        ben = await house.admit("ben")
        broken = ben.answer_sdp.replace("a=setup:active", "a=setup:passive")
        with pytest.raises(ProtocolError, match="setup:passive, expected a=setup:active"):
            await house.engine.answer("ben", broken)
        await ben.connect(house.engine, "ben")
        ana.speak()
        await ben.until(lambda: len(ben.received) == 1)


async def test_an_answer_counts_once():
    """The same again changes nothing, another one is refused, and so is one without an offer."""
    async with open_house() as house:
        ana = await house.join("ana")
        await house.engine.answer("ana", ana.answer_sdp)
        other = ana.answer_sdp.replace(ana.answer.ufrag, "another")
        with pytest.raises(ProtocolError, match="has another answer"):
            await house.engine.answer("ana", other)
        with pytest.raises(ProtocolError, match="ask for a new one"):
            await house.engine.answer("nobody", ana.answer_sdp)


async def test_dtls_may_come_before_the_answer():
    """The answer's way over the WebSocket may be the longer one."""
    async with open_house() as house:
        ana = await house.admit("ana")
        await ana.check()
        shaking = asyncio.create_task(ana.handshake())
        await ana.check()  # answered after the ClientHello has come
        assert not shaking.done()
        await house.engine.answer("ana", ana.answer_sdp)
        await shaking
        await house.until(lambda: Connected("ana") in house.events)


async def test_a_peer_of_the_same_name_replaces_the_first():
    """The new one is heard, the old one is told goodbye and forgotten, without `Gone`."""
    async with open_house() as house:
        eve = await house.join("eve")
        old = await house.join("ana", may_send=True)
        address = old.socket.getsockname()
        admission = await house.engine.admit("den", "ana", may_send=True)
        await old.until(lambda: old.goodbye)
        new = await MediaPeer(admission.sdp).connect(house.engine, "ana")
        new.speak(b"new" * 20)
        await eve.until(lambda: bool(eve.received))
        assert [p.csrcs for p in eve.received] == [(admission.source,)]
        assert house.engine._directory.at(address) is None
        assert house.gone() == {}
        new.close_socket()


async def test_removal_is_silent_and_frees_everything():
    """remove and close_room tell the peer by DTLS and the caller nothing."""
    async with open_house("den", "attic") as house:
        ana = await house.join("ana", may_send=True)
        ben = await house.join("ben", room="attic")
        await house.engine.remove("ana")
        await house.engine.remove("ana")
        await house.engine.close_room("attic")
        await house.engine.close_room("attic")
        await ana.until(lambda: ana.goodbye)
        await ben.until(lambda: ben.goodbye)
        assert list(house.engine._directory) == []
        assert house.gone() == {}
        with pytest.raises(LookupError, match="open it first"):
            await house.engine.admit("attic", "ben", may_send=False)


async def test_a_peer_that_says_goodbye_is_gone():
    """DTLS close_notify needs no time-out."""
    async with open_house() as house:
        ana = await house.join("ana")
        ana.close()
        await house.until(lambda: "ana" in house.gone())
        assert "closed" in house.gone()["ana"]


async def test_without_checks_consent_expires():
    """A peer that vanished is gone; one that goes on checking stays."""
    async with open_house(timing=Timing(consent=2.0)) as house:
        await house.join("ana")
        ben = await house.join("ben")

        async with asyncio.timeout(20):
            while "ana" not in house.gone():
                await ben.check()
        assert house.gone() == {"ana": "no sign of life for 2 s"}


async def test_a_peer_that_never_connects_is_gone():
    """A place is not kept for ever, whether DTLS was begun or not."""
    async with open_house(timing=Timing(connect=0.5)) as house:
        await house.admit("ana")
        ben = await house.admit("ben")
        await house.engine.answer("ben", ben.answer_sdp)
        await ben.check()
        ben.send_raw(b"\x16\xfe\xff" + bytes(30))
        await house.until(lambda: {"ana", "ben"} == set(house.gone()))
        assert house.gone()["ana"] == "no media connection came up in 0.5 s"


async def test_a_lost_flight_is_sent_again():
    """The server's timer runs while the client is silent."""
    async with open_house() as house:
        ana = await house.admit("ana")
        await house.engine.answer("ana", ana.answer_sdp)
        await ana.check()
        ana.hello()

        def server_hellos() -> int:
            return sum(data[0] == 22 and data[13] == 2 for data in ana.raw)

        await ana.until(lambda: server_hellos() == 2)


async def test_a_nominated_new_address_takes_over():
    """A client whose network changes goes on, in both directions."""
    async with open_house() as house:
        ana = await house.join("ana", may_send=True)
        ben = await house.join("ben", may_send=True)
        ben.close_socket()
        ben.open_socket()
        await ben.check()
        ana.speak()
        await ben.until(lambda: len(ben.received) == 1)
        ben.speak()
        await ana.until(lambda: len(ana.received) == 1)


async def test_a_check_without_nomination_moves_nothing():
    """Clients probe other paths; sound stays on the nominated one."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        first = ben.socket
        ben.open_socket()
        await ben.check(nominate=False)
        ana.speak()
        await ana.check()  # by now it has been forwarded
        assert ben.received == []
        assert first.recv(2048)
        asyncio.get_running_loop().remove_reader(first)
        first.close()


async def test_a_path_without_checks_gives_way_to_one_that_has_them():
    """A router has given the client another port, and the client does not know."""
    async with open_house(timing=Timing(moved=0.0)) as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ben.close_socket()
        ben.open_socket()
        await ben.check(nominate=False)
        ana.speak()
        await ben.until(lambda: len(ben.received) == 1)


async def test_a_client_in_the_wrong_role_is_told_to_change():
    """487; a lite server never controls."""
    async with open_house() as house:
        ana = await house.admit("ana")
        ana.send_raw(ana.check_message(controlled=True))
        await ana.until(lambda: bool(ana.stun_answers))
        assert ana.stun_answers[0].attributes["ERROR-CODE"][0] == 487
        assert house.engine._directory.at(ana.socket.getsockname()) is None


async def test_a_bound_socket_can_be_given():
    """The server chooses one number for TCP and UDP."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    async with open_house(sock=sock) as house:
        assert house.engine.port == port
        ana = await house.join("ana")
        assert ana.offer.candidates == (("127.0.0.1", port),)
    assert sock.fileno() == -1


async def test_a_taken_port_is_an_error_at_the_start():
    """Nothing is half open afterwards."""
    async with open_house() as house:
        engine = EmbeddedEngine(port=house.engine.port)
        with pytest.raises(OSError, match="in use"):
            await engine.start(lambda _event: None)
        await engine.close()


async def test_closing_twice_lets_the_port_go_once():
    """Everyone is told, and the port is free."""
    async with open_house() as house:
        ana = await house.join("ana")
        port = house.engine.port
        await house.engine.close()
        await house.engine.close()
        await ana.until(lambda: ana.goodbye)
        again = EmbeddedEngine(port=port)
        await again.start(lambda event: None)
        await again.close()
        assert not any(isinstance(event, Gone) for event in house.events)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127/8")
async def test_on_all_addresses_the_answer_comes_from_the_one_that_was_asked():
    """Checks, DTLS and sound (both ways of sending): a client takes nothing from elsewhere."""
    for sendmmsg in (HAS_SENDMMSG, False):
        async with open_house(host="0.0.0.0", sendmmsg=sendmmsg) as house:
            ana = await house.admit("ana", may_send=True)
            ben = await house.admit("ben")
            assert ana.offer.candidates == ben.offer.candidates
            assert ("0.0.0.0", house.engine.port) not in ana.offer.candidates
            for peer, host in ((ana, "127.0.0.1"), (ben, "127.0.0.2")):
                peer.server = (host, house.engine.port)
                peer.socket.connect(peer.server)  # the system drops what comes from elsewhere
            await ana.connect(house.engine, "ana")
            await ben.connect(house.engine, "ben")
            ana.speak()
            await ben.until(lambda ben=ben: len(ben.received) == 1)


async def test_the_public_address_is_offered_first():
    """Behind a router the machine does not know it."""
    async with open_house(public_ip="203.0.113.9") as house:
        offer: Offer = (await house.admit("ana")).offer
        assert offer.candidates == (
            ("203.0.113.9", house.engine.port),
            ("127.0.0.1", house.engine.port),
        )


async def test_a_storm_of_joins_takes_one_step_a_turn():
    """Twenty handshakes at once, and sound is forwarded between their steps."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        newcomers = [await house.admit(f"n{i}") for i in range(20)]
        for i, peer in enumerate(newcomers):
            await house.engine.answer(f"n{i}", peer.answer_sdp)
            await peer.check()
        steps: list[int] = []
        handshakes = house.engine._handshakes
        step = handshakes._step
        handshakes._step = lambda *arguments: (steps.append(len(ben.received)), step(*arguments))
        shaking = asyncio.gather(*(peer.handshake() for peer in newcomers))
        while not shaking.done():
            before = len(steps)
            ana.speak(SPEECH)
            await asyncio.sleep(0)
            assert len(steps) - before <= 1
        await shaking
        assert len(steps) >= 40
        assert len(set(steps)) > 10  # ben went on hearing meanwhile


async def test_comfort_noise_of_the_holder_is_forwarded():
    """A listener's decoder wants to know that it is still there."""
    async with open_house() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        ana.speak()
        ana.speak(DTX, level=-127)
        await ben.until(lambda: len(ben.received) == 2)
        assert ben.received[1].payload == DTX


async def test_a_number_that_somebody_has_is_given_to_nobody_else_until_they_leave():
    """Listeners know a speaker by it."""
    async with open_house() as house:
        await house.admit("ana")
        directory, number = house.engine._directory, house.sources["ana"]
        house.engine._chance = Repeating([number, number, 7, number])
        await house.admit("ben")
        assert house.sources["ben"] == 7
        await house.engine.remove("ana")
        assert not directory.has_source(number)
        await house.admit("cid")
        assert house.sources["cid"] == number


class Repeating(random.Random):
    """Chance with these numbers."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(0)
        self._numbers = iter(numbers)

    def randrange(self, *_range: int) -> int:  # type: ignore[override]
        return next(self._numbers)
