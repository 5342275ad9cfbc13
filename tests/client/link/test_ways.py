"""The two machines of the link."""

import itertools

from tui_rooms.client.link.ways import (
    LINK,
    MEDIA,
    LinkEvent,
    LinkPhase,
    MediaEvent,
    MediaPhase,
)


def test_from_every_phase_of_the_link_the_end_is_final_and_reachable():
    """Walks every state and event: ENDED always closes, and nothing reopens."""
    for phase, event in itertools.product(LinkPhase, LinkEvent):
        after = LINK.get((phase, event), phase)
        if event is LinkEvent.ENDED or phase is LinkPhase.CLOSED:
            assert after is LinkPhase.CLOSED
        else:
            assert after is not LinkPhase.CLOSED


def test_only_a_link_that_was_up_is_reconnecting():
    """ "Reconnecting" is never shown for a server that was never reached."""
    for phase, event in itertools.product(LinkPhase, LinkEvent):
        if LINK.get((phase, event), phase) is LinkPhase.RECONNECTING:
            assert phase in {LinkPhase.CONNECTED, LinkPhase.RECONNECTING}


def test_media_connects_only_after_an_offer_and_stops_from_everywhere():
    """Walks every state and event of the media path."""
    for phase, event in itertools.product(MediaPhase, MediaEvent):
        after = MEDIA.get((phase, event), phase)
        if event is MediaEvent.STOPPED:
            assert after is MediaPhase.OFF
        if phase is MediaPhase.OFF:
            assert after in {MediaPhase.OFF, MediaPhase.CONNECTING}
        if after is MediaPhase.CONNECTED:
            assert phase is MediaPhase.CONNECTED or event is MediaEvent.CONNECTED
