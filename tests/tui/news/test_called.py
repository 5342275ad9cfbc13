"""What people of a visit are called: twins apart wherever they are told of, all others as ever."""

import copy
from dataclasses import replace

from tests.tui.people import a_message, busy, somebody
from tui_rooms.rules.audit import AuditEntry
from tui_rooms.rules.records import Block, Hand, Report
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.tui.news.called import Called
from tui_rooms.wire.messages import Absentee

TWIN = "A\u200bna"


def with_a_twin() -> Room:
    """Ana's room with somebody in the audience who is called like her, and writes and waits."""
    room = copy.deepcopy(busy("ben").room)
    twin = somebody("twin", TWIN, Role.LISTENER)
    room.audience["twin"] = twin
    room.hands["twin"] = Hand(name=TWIN, raised_at=1.0)
    room.chat["m9"] = a_message(9, twin, "I am the host")
    room.blocked["old"] = Block(name="ANA", by="ana", reason="", at=0.0, until=None)
    room.reports["r"] = Report(
        report_id="r",
        identity="twin",
        name=TWIN,
        by="ana",
        by_name="Ana",
        reason="twin",
        text="",
        at=0.0,
    )
    return room


def test_a_room_without_twins_is_told_as_it_is() -> None:
    """The very same object: nothing is copied for it."""
    room = busy("ana").room
    assert Called().room(room) is room


def test_twins_are_told_apart_in_all_that_a_room_says_of_them() -> None:
    """On the stage, in the audience, in the queue, in chat and reports, and among the blocked."""
    before = with_a_twin()
    room = Called().room(before)
    assert room.stage["ana"].name == "Ana (host)"
    assert room.audience["twin"].name == f"{TWIN} (listener)"
    assert room.hands["twin"].name == f"{TWIN} (listener)"
    assert room.chat["m1"].name == "Ana (host)"
    assert room.chat["m9"].name == f"{TWIN} (listener)"
    assert room.pinned is not None
    assert room.pinned.name == "Ana (host)"
    assert room.blocked["old"].name == "ANA (old)"
    assert (room.reports["r"].name, room.reports["r"].by_name) == (
        f"{TWIN} (listener)",
        "Ana (host)",
    )
    assert room.stage["ben"] is before.stage["ben"]
    assert before.stage["ana"].name == "Ana", "the room itself is untouched"


def test_what_is_told_twice_is_the_same_object() -> None:
    """So a log that wraps messages once does not wrap them again."""
    called, before = Called(), with_a_twin()
    first, second = called.room(before), called.room(replace(before, title="Other"))
    assert first.chat["m1"] is second.chat["m1"]


def test_a_twin_that_has_gone_is_told_apart_from_who_is_here() -> None:
    """Older messages and acts tell of them by a part of their identity."""
    called = Called()
    assert called.room(busy("ben").room).stage["ana"].name == "Ana"
    gone = somebody("guest-00112233", "ana")
    (message,) = called.messages([a_message(0, gone, "was here")])
    assert message.name == "ana (…2233)"
    act = AuditEntry(at=0.0, by=None, action="kicked", identity="guest-00112233", name="ana")
    assert called.entries([act])[0].name == "ana (…2233)"
    assert called.room(busy("ben").room).stage["ana"].name == "Ana (host)"
    assert called.name("ana", "Ana") == "Ana (host)"


def test_people_who_are_looked_up_are_told_apart_too() -> None:
    """From each other, and from those whom one knows."""
    called = Called()
    called.room(busy("ben").room)
    found = called.people(
        [somebody("x", "Ana", Role.LISTENER), somebody("y", "Eva", Role.LISTENER)]
    )
    assert [who.name for who in found] == ["Ana (x)", "Eva"]


def test_who_has_left_is_told_apart_before_anything_is_done_to_them() -> None:
    """From who is here, and from another who has left."""
    called = Called()
    called.room(busy("ben").room)
    gone = [
        Absentee(
            identity=identity, name="ANA", role=None, left_at=1.0, sent_out=False, blocked=None
        )
        for identity in ("guest-00112233", "guest-44556677")
    ]
    assert [one.name for one in called.absent(gone)] == ["ANA (…2233)", "ANA (…6677)"]
