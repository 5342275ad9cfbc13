"""The figures of the sound's path."""

import pytest

from tests.client.sound.test_downlink import ANA, SLOTS, hear, packets
from tui_rooms.client.sound.counts import Counts
from tui_rooms.client.sound.downlink import Downlink
from tui_rooms.client.sound.levels import LevelTable


def _downlink() -> Downlink:
    downlink = Downlink(SLOTS, LevelTable())
    downlink.sources, downlink.listening = {ANA: "ana"}, True
    return downlink


def test_each_stream_has_its_speaker_its_losses_and_its_bit_rate():
    """One packet in ten lost and mended by its copy: lost before repair, nothing after it."""
    downlink = _downlink()
    downlink.measure(100.0)
    hear(downlink, packets(), lose=range(5, 50, 10))
    downlink.measure(101.0)
    (ana,) = downlink.streams()
    assert ana.identity == "ana"
    assert ana.loss == pytest.approx(0.1, abs=0.01)
    assert ana.loss_left == 0.0
    assert ana.jitter_ms < 1
    assert 10 < ana.held_ms < 60
    assert ana.bitrate > 16_000


def test_what_copies_do_not_mend_is_left_and_concealed():
    """Without RED the same losses stay."""
    downlink = _downlink()
    hear(downlink, packets(red=False), lose=range(5, 50, 10))
    (ana,) = downlink.streams()
    assert ana.loss_left == ana.loss > 0.05
    assert ana.concealed_share > 0.05


def test_a_slot_nobody_spoke_in_has_no_figures():
    """And sums over nothing are zero."""
    assert _downlink().streams() == ()
    nothing = Counts.total([])
    assert (nothing.loss, nothing.loss_left, nothing.held_ms, nothing.concealed_share) == (0,) * 4


def test_sums_go_over_all_streams_and_paths():
    """Shares are of the sums, not means of shares."""
    both = Counts.total([Counts(expected=90, lost=9, repaired=9), Counts(expected=10, lost=5)])
    assert both.loss == pytest.approx(0.14)
    assert both.loss_left == pytest.approx(0.05)
