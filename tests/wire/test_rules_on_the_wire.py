"""Commands, events and rooms of the rules go over the wire as they are."""

from typing import Annotated, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Discriminator, TypeAdapter, ValidationError

from tests.rules.scenes import full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.audit import AuditEntry, audit
from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import ROOM_TYPES, RoomType, Settings
from tui_rooms.rules.view import view

COMMAND: TypeAdapter[commands.Command] = TypeAdapter(
    Annotated[commands.Command, Discriminator("kind")]
)
EVENT: TypeAdapter[events.Event] = TypeAdapter(Annotated[events.Event, Discriminator("kind")])
ROOM = TypeAdapter(Room)

# What the wire carries is UTF-8, and no number that JSON has not.
st.register_type_strategy(str, st.text(st.characters(codec="utf-8"), max_size=20))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(RoomType, st.sampled_from([*ROOM_TYPES.values()]))


def kinds(union: object) -> list[type]:
    """The dataclasses of a union."""
    return list(get_args(union))


@pytest.mark.parametrize("kind", kinds(commands.Command), ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_command_survives_the_wire(kind, data):
    """What is read back is what was sent, of the same type, known by its kind alone."""
    command = data.draw(st.from_type(kind))
    text = COMMAND.dump_json(command)
    assert COMMAND.validate_json(text) == command
    assert type(COMMAND.validate_json(text)) is kind


@pytest.mark.parametrize("kind", kinds(events.Event), ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_event_survives_the_wire(kind, data):
    """The log and the clients read the events that happened, to the last field."""
    event = data.draw(st.from_type(kind))
    text = EVENT.dump_json(event)
    assert EVENT.validate_json(text) == event
    assert type(EVENT.validate_json(text)) is kind


def test_kinds_are_told_apart_by_one_word():
    """No two commands and no two events share their kind; it is the class's name in small."""
    for union in (commands.Command, events.Event):
        names = [kind.__dataclass_fields__["kind"].default for kind in kinds(union)]
        assert len(set(names)) == len(names)
        for kind, name in zip(kinds(union), names, strict=True):
            assert name.replace("_", "") == kind.__name__.lower()


@pytest.mark.parametrize("life", Life)
@pytest.mark.parametrize("viewer", ["ana", "lily", "theo"])
def test_a_full_room_survives_the_wire_in_every_view(life, viewer):
    """Queues in their order, the room's type whole."""
    seen = view(full_scene(life).room, viewer)
    back = ROOM.validate_json(ROOM.dump_json(seen))
    assert back == seen
    assert list(back.hands) == list(seen.hands)
    assert list(back.stage) == list(seen.stage)
    assert back.capabilities("ana") == seen.capabilities("ana")


def test_a_log_survives_the_wire():
    """Stored as JSON and read again it is the same log, and so is what the audit says of it."""
    log = full_scene(Life.ENDED).log
    again = [EVENT.validate_json(EVENT.dump_json(event)) for event in log]
    assert again == log
    entries = [entry for event in log if (entry := audit(event))]
    adapter = TypeAdapter(list[AuditEntry])
    assert adapter.validate_json(adapter.dump_json(entries)) == entries


def test_settings_are_checked_where_they_are_read():
    """A room type from a file or a log that cannot work is refused with its field."""
    with pytest.raises(ValidationError, match="stage_size is 0"):
        TypeAdapter(Settings).validate_python({"stage_size": 0})
