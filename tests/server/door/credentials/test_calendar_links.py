"""Calendar links on the disk."""

from pathlib import Path

import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.credentials import calendar_links
from tui_rooms.server.door.credentials.calendar_links import CalendarLink, CalendarLinks
from tui_rooms.server.door.credentials.keys import load_keys


@pytest.fixture
def links(tmp_path):
    """Those of a new server."""
    made = CalendarLinks(tmp_path, load_keys(tmp_path))
    yield made
    made.close()


def of(
    links: CalendarLinks, who: str, *, room: str = "tea", life: float = 1.0, guest: bool = False
) -> CalendarLink:
    """Somebody's link into a room."""
    return links.make(room=room, room_made_at=life, made_by=who, guest=guest, now=5.0)


def test_a_link_is_one_persons_into_one_room_of_one_life(links):
    """A later room of that name has others."""
    same = {of(links, "ana").link_id, of(links, "ana").link_id}
    assert len(same) == 1
    others = {of(links, "ana", life=2.0), of(links, "ana", room="jazz"), of(links, "ben")}
    assert len({link.link_id for link in others} | same) == 4
    assert {link.made_by for link in links.of_room("tea", 1.0)} == {"ana", "ben"}


def test_a_secret_is_of_this_servers_key(links, tmp_path):
    """The file alone, beside other keys, leads nowhere."""
    secret = links.secret(of(links, "ana"))
    assert links.look_up(secret) == of(links, "ana")
    (tmp_path / "keys.json").unlink()
    stolen = CalendarLinks(tmp_path, load_keys(tmp_path))
    assert stolen.look_up(secret) is None
    assert stolen.secret(of(stolen, "ana")) != secret
    stolen.close()


@pytest.mark.parametrize("secret", ["", "x", "\ud800" * 48, "é" * 48, "0" * 16, "0" * 10_000])
def test_what_nobody_has_signed_is_no_secret(links, secret):
    """Whatever it is."""
    assert links.look_up(secret) is None


def test_rooms_have_room_for_everybody_but_not_for_ever(links, monkeypatch):
    """Guests take no place from those with tokens; who has a link already keeps it."""
    monkeypatch.setattr(calendar_links, "GUESTS_PER_ROOM", 2)
    monkeypatch.setattr(calendar_links, "LIMIT_PER_ROOM", 4)
    for number in range(2):
        of(links, f"guest-{number}", guest=True)
    with pytest.raises(RoomError, match="has 2 calendar links of guests already"):
        of(links, "guest-2", guest=True)
    of(links, "ana")
    of(links, "ben")
    with pytest.raises(RoomError, match="has 4 calendar links already"):
        of(links, "cleo")
    assert of(links, "ana").made_by == "ana"
    links.revoke(of(links, "ben"))
    of(links, "cleo")


def test_links_into_forgotten_rooms_are_forgotten(links, tmp_path: Path):
    """The others stay, also for the next server."""
    of(links, "ana")
    secret = links.secret(of(links, "ana", room="jazz"))
    assert set(links.rooms()) == {"tea", "jazz"}
    links.forget(["tea"])
    again = CalendarLinks(tmp_path, load_keys(tmp_path))
    assert again.rooms() == ["jazz"]
    assert again.look_up(secret) is not None
    again.close()
