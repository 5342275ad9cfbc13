"""What --plain says of connections: troubles, and each once."""

from dataclasses import replace

from tests.tui.people import jazz
from tests.tui.rooms import LINK
from tui_rooms.client.link.ways import LinkState
from tui_rooms.tui.plain.narrator import connection_lines
from tui_rooms.wire.quality import ConnectionQuality

ROOM = jazz().room
EXCELLENT, GOOD, POOR, LOST = ConnectionQuality


def said(before: LinkState | None, **lacking: ConnectionQuality) -> list[str]:
    """The lines about a change, as Ana reads them."""
    return list(connection_lines(before, replace(LINK, lacking=lacking), ROOM, "ana"))


def link(**lacking: ConnectionQuality) -> LinkState:
    """How it was."""
    return replace(LINK, lacking=lacking)


def test_a_connection_that_becomes_poor_or_is_lost_is_said_once() -> None:
    """By name; of oneself as of oneself."""
    assert said(link(), ben=POOR) == ["Ben's connection is poor: sound may break up or come late"]
    assert said(link(ben=POOR), ben=POOR) == []
    assert said(link(ben=POOR), ben=LOST, ana=POOR) == [
        "Ben's connection is lost: nothing comes through for now",
        "your connection is poor: sound may break up or come late",
    ]


def test_a_fair_connection_and_one_that_mends_are_not_said() -> None:
    """Lines are for troubles."""
    assert said(link(), ben=GOOD) == []
    assert said(link(ben=LOST), ben=POOR) == []
    assert said(link(ben=POOR)) == []


def test_whoever_comes_is_told_of_the_troubles_there_are() -> None:
    """Not of people who are not here."""
    assert said(None, ben=LOST, zed=LOST) == [
        "Ben's connection is lost: nothing comes through for now"
    ]
