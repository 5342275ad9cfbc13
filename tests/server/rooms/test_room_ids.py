"""Ids of rooms, made from titles."""

import re
import shlex
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.people import actor, open_room
from tui_rooms.rules import commands
from tui_rooms.server.rooms.room_ids import by_chance, id_from
from tui_rooms.wire import messages


@pytest.mark.parametrize(
    ("title", "room_id"),
    [
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("お茶の時間", "ochanoshijian"),
        ("Café Übung!", "cafe-ubung"),
        ("茶会", "chahui"),
        ("Чай и книги", "chay-i-knigi"),
        ("Ærøskøbing", "aeroskobing"),
        ("Ελληνικά", "ellinika"),
        ("한국어 방", "hangugeo-bang"),
        ("قهوة", "qhwh"),
        ("नमस्ते", "nmste"),
        ("Đặng", "dang"),
        ("İstanbul", "istanbul"),
        ("☕ & talk", "coffee-talk"),
        ("ＴＥＡ", "tea"),
        ("𝒯𝑒𝒶", "tea"),
        ("Tea", "tea"),
        ("  --  ", "room"),
        ("", "room"),
        ("a" * 80, "a" * 32),
    ],
)
def test_a_title_in_any_script_gives_an_id_that_can_be_typed(title, room_id):
    """What it sounds like, in plain letters; `room` when it says nothing."""
    assert id_from(title) == room_id


@given(st.text(max_size=80))
def test_every_title_gives_an_id_that_links_shells_and_the_wire_take_as_it_is(title):
    """Also when it is taken, and something by chance has to come behind it."""
    for room_id in (id_from(title), by_chance(id_from(title))):
        assert re.fullmatch("[a-z0-9][a-z0-9-]{0,39}", room_id)
        assert quote(room_id) == shlex.quote(room_id) == room_id
        assert messages.PreviewRoom(id=1, room=room_id).room == room_id


@given(st.text(max_size=20))
def test_it_does_not_matter_how_a_keyboard_composes_its_accents(title):
    """One letter with its mark, or two signs: the same id."""
    composed, apart = (unicodedata.normalize(form, title) for form in ("NFC", "NFD"))
    assert id_from(composed) == id_from(apart)


async def test_two_titles_that_sound_alike_are_two_rooms():
    """The second one's id begins with the same word and goes on by chance."""
    registry, _ = await open_room()
    ids = []
    for title in ("茶会", "查会"):
        wanted = commands.CreateRoom(room_id="", title=title)
        made = await registry.create(wanted, room_type="audio_room", actor=actor("ana"))
        ids.append(made.room_id)
    assert ids[0] == "chahui"
    assert re.fullmatch("chahui-[0-9a-f]{6}", ids[1])
    await registry.close()
