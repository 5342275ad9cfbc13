"""Room types from the operator's own files."""

import pytest

from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, ROOM_TYPES
from tui_rooms.server.rooms.room_types import RoomTypesError, load_room_types

PANEL = """\
[panel]
summary = "a few talk"

[panel.capabilities]
listener = ["join-room", "send-message"]

[panel.settings]
hands = ["speaker"]
stage_size = 8
max_duration_s = 3600
"""


def test_a_type_takes_over_what_its_table_leaves_out(tmp_path):
    """Roles and settings that are not named are those of the type it is like."""
    (tmp_path / "mine.toml").write_text(PANEL)
    kind = load_room_types(tmp_path / "mine.toml")["panel"]
    assert kind.summary == "a few talk"
    assert kind.joins_as is AUDIO_ROOM.joins_as
    assert kind.capabilities[Role.LISTENER] == {Capability.JOIN_ROOM, Capability.SEND_MESSAGE}
    assert kind.capabilities[Role.HOST] == AUDIO_ROOM.capabilities[Role.HOST]
    assert kind.settings.hands == {Role.SPEAKER}
    assert (kind.settings.stage_size, kind.settings.max_duration_s) == (8, 3600)
    assert kind.settings.reactions == AUDIO_ROOM.settings.reactions


def test_a_directory_gives_all_its_files_and_the_built_in_stay(tmp_path):
    """A type may build on one of an earlier file."""
    (tmp_path / "a.toml").write_text(PANEL)
    (tmp_path / "b.toml").write_text('[quiz]\nlike = "panel"\nsummary = "who knows?"\n')
    (tmp_path / "notes.txt").write_text("not a room type")
    kinds = load_room_types(tmp_path)
    assert set(kinds) == {*ROOM_TYPES, "panel", "quiz"}
    assert kinds["quiz"].settings.stage_size == 8
    assert kinds["audio_room"] is AUDIO_ROOM


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[panel\n", "line 1"),
        ('[panel]\nsummary = "x\n', "line 2"),
        ("panel = 3\n", "line 1: panel: expected a table"),
        ("[audio_room]\n", "line 1: audio_room: there is a room type 'audio_room' already"),
        ("[Panel]\n", "line 1: Panel: a name has"),
        ('[panel]\nlike = "tea"\n', "line 2: panel.like: no room type of that name"),
        ('[panel]\ncolour = "red"\n', "line 2: panel.colour: there is no such field"),
        ('[panel]\njoins_as = "boss"\n', "line 2: panel.joins_as: expected one of: host, cohost"),
        (PANEL + "tea = 1\n", "line 11: panel.settings.tea"),
        (PANEL.replace("= 8", "= 0"), "line 9: panel.settings.stage_size: stage_size is 0"),
        (PANEL.replace('"join-room"', '"fly"'), "line 5: panel.capabilities.listener"),
        (PANEL.replace("listener =", "boss ="), "line 5: panel.capabilities.boss"),
        ('[panel]\nsettings = "none"\n', "line 2: panel.settings"),
        ("[panel]\nsettings.stage_size = 0\n", "line 2: panel.settings.stage_size"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_the_reason(tmp_path, text, says):
    """The operator finds the place without searching."""
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(RoomTypesError) as refused:
        load_room_types(tmp_path / "bad.toml")
    assert "bad.toml" in refused.value.sentence
    assert says in refused.value.sentence


def test_one_bad_file_of_several_refuses_them_all(tmp_path):
    """Nothing is half loaded: there is no answer at all."""
    (tmp_path / "a.toml").write_text(PANEL)
    (tmp_path / "b.toml").write_text("[quiz]\nstage = 3\n")
    with pytest.raises(RoomTypesError, match=r"b\.toml"):
        load_room_types(tmp_path)
    assert "panel" not in ROOM_TYPES


@pytest.mark.parametrize("make", [None, "directory", "bytes"])
def test_a_path_without_room_types_is_a_sentence(tmp_path, make):
    """Missing, empty, and not text at all."""
    path = tmp_path / "types"
    if make == "directory":
        path.mkdir()
    elif make == "bytes":
        path.write_bytes(b"\xff\xfe[panel]")
    with pytest.raises(RoomTypesError, match="types"):
        load_room_types(path)


def test_tables_within_tables_without_end_are_refused(tmp_path):
    """As any other mistake, with the file's name."""
    file = tmp_path / "types.toml"
    file.write_text(f"[{'.'.join(['a'] * 1200)}]")
    with pytest.raises(RoomTypesError) as refused:
        load_room_types(file)
    assert refused.value.sentence == f"{file}: its tables lie too deep within each other"
