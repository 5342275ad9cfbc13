"""What --plain says of connections: troubles, and each once."""

from dataclasses import replace

from tests.tui.people import jazz
from tests.tui.rooms import LINK
from tui_rooms.client.link.search import Looking
from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.tui.plain.narrator import (
    connection_lines,
    link_lines,
    missing_line,
    room_lines,
)
from tui_rooms.tui.plain.regulars import SETTLES, Regulars
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


def heard(before: LinkState, after: LinkState) -> list[str]:
    """The lines about one's own link."""
    return list(link_lines(before, after))


def test_the_search_for_a_server_is_said_once_a_minute() -> None:
    """With the word that makes it quicker; each try would be too much."""
    lost = replace(LINK, phase=LinkPhase.RECONNECTING)
    at = [replace(lost, looking=Looking(next_at, 600.0)) for next_at in (1.0, 5.0, 59.0, 61.0)]
    first = "looking for the server for 10 min more; to look at once, type: now"
    assert heard(LINK, at[0]) == ["link: reconnecting", first]
    assert heard(at[0], at[1]) == heard(at[1], at[2]) == []
    assert heard(at[2], at[3]) == [first.replace("10", "9")]
    trying = replace(lost, looking=Looking(None, 600.0))
    assert heard(at[0], trying) == heard(trying, at[1]) == []


def test_silence_and_lost_sound_are_said_and_that_they_are_over() -> None:
    """Where nothing is seen, nothing tells it otherwise."""
    silent = replace(LINK, silent=True)
    assert heard(LINK, silent) == ["link: nothing comes from the server"]
    assert heard(silent, LINK) == ["link: connected"]
    deaf = replace(LINK, media=MediaPhase.RECONNECTING)
    assert heard(LINK, deaf) == ["sound does not come through: it is being connected again"]
    assert heard(deaf, LINK) == ["sound comes through again"]


def test_who_goes_and_comes_with_the_link_is_no_news() -> None:
    """A server that starts again has lost its listeners for a while; who stays away is told."""
    now = 0.0
    regulars = Regulars(lambda: now)
    before = jazz().room
    empty, one = before.copy(), before.copy()
    empty.stage, empty.audience = {"ana": before.stage["ana"]}, {}
    one.audience = {}
    regulars.lost(before)
    regulars.back()
    assert not list(room_lines(before, empty, "ana", regulars.is_one))
    assert not list(room_lines(empty, one, "ana", regulars.is_one))
    assert not list(connection_lines(LINK, link(ben=LOST), one, "ana", regulars.is_one))
    assert not list(regulars.missing(one))
    now = SETTLES
    missing = tuple(regulars.missing(one))
    assert {who.identity for who in missing} == set(before.audience)
    assert missing_line(missing).startswith("not back: ")
    assert not list(regulars.missing(one))
    assert list(room_lines(before, empty, "ana", regulars.is_one))
