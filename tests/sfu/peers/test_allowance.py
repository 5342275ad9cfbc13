"""What one sender may send."""

from tests.support.peers import open_house
from tui_rooms.sfu.peers.allowance import BURST, BYTES_A_SECOND, PACKETS_A_SECOND, Allowance

FRAME = 0.02


def test_a_voice_passes_for_ever():
    """50 packets a second with four earlier frames in each, and again after a held-back second."""
    allowance = Allowance()
    for frame in range(50 * 600):
        assert allowance.takes(460, frame * FRAME)
    late = 601.0
    assert all(allowance.takes(460, late) for _ in range(50))


def test_a_flood_gets_no_more_than_the_rate():
    """Of 5,000 small packets a second as many as the bucket and the time hold."""
    allowance = Allowance()
    passed = sum(allowance.takes(60, i / 5000) for i in range(50_000))
    assert passed <= PACKETS_A_SECOND * (10 + BURST) + 1


def test_large_packets_are_counted_by_their_bytes():
    """50 a second of 1,400 bytes are more than a voice."""
    allowance = Allowance()
    passed = sum(allowance.takes(1400, i * FRAME) for i in range(500))
    assert passed * 1400 <= BYTES_A_SECOND * (10 + BURST)


async def test_what_is_too_much_is_dropped_at_the_door_and_counted():
    """Others are not sent it, and what the sender is let through is a voice's worth."""
    async with open_house() as house:
        eve, ben = await house.join("eve", may_send=True), await house.join("ben")
        for _ in range(1000):
            eve.speak()
        await eve.check()
        most = int(PACKETS_A_SECOND * (BURST + 5))
        assert len(ben.received) <= most
        assert house.engine.counters.excess >= 1000 - most
