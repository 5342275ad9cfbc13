"""What people are called for, and how."""

import copy
from dataclasses import replace

import pytest

from tests.tui.people import a_message, busy, jazz, somebody
from tui_rooms.rules.records import Offer, Report
from tui_rooms.rules.roles import Role
from tui_rooms.tui.app.attention import Call, calls, sequences
from tui_rooms.tui.model.room_view import RoomView
from tui_rooms.tui.settings.schema import Attention

EVERY = Attention(bell=True, notifications=True, title=True)


def after(me: str, **changes: object) -> tuple[RoomView, RoomView]:
    """The room before, and with one's own entry changed."""
    before = jazz(me)
    room = copy.deepcopy(before.room)
    who = room.find(me)
    assert who is not None
    changed = replace(who, **changes)  # type: ignore[arg-type]
    room.stage.pop(me, None)
    room.audience.pop(me, None)
    (room.stage if changed.role.on_stage else room.audience)[me] = changed
    return before, RoomView(room=room, me=me)


@pytest.mark.parametrize(
    ("me", "changes", "wanted_open", "words"),
    [
        ("dan", {"role": Role.SPEAKER, "muted": True}, False, "You are on the stage now"),
        ("ben", {"role": Role.LISTENER}, False, "back in the audience"),
        ("ben", {"muted": True}, True, "A host has muted"),
        ("ben", {"muted": True}, False, ""),
        ("cleo", {"muted": False}, True, ""),
    ],
)
def test_people_are_called_for_what_others_did_to_them(
    me: str, changes: dict[str, object], wanted_open: bool, words: str
) -> None:
    """And not for what they did themselves."""
    told = [call.sentence for call in calls(*after(me, **changes), wanted_open=wanted_open)]
    assert [words in sentence for sentence in told] == ([True] if words else [])


def test_people_are_called_when_the_stage_is_offered_to_them() -> None:
    """Once, and by name."""
    before = busy("dan")
    room = copy.deepcopy(before.room)
    room.offers["dan"] = Offer(name="Dan", role=Role.SPEAKER, by="ana", at=0.0, expires_at=60.0)
    now = RoomView(room=room, me="dan")
    told = [call.sentence for call in calls(before, now, wanted_open=False)]
    assert told == ["Ana offers you the stage."]
    assert list(calls(now, now, wanted_open=False)) == []


def test_those_who_read_reports_are_called_for_a_new_one() -> None:
    """Not the reported, not who reports; nor for old ones after a promotion."""
    before = busy("ana")
    room = copy.deepcopy(before.room)
    room.reports["r"] = Report(
        report_id="r",
        identity="cleo",
        name="Cleo",
        by="ben",
        by_name="Ben",
        reason="spam",
        text="",
        at=0.0,
    )
    told = {
        me: [
            call.sentence
            for call in calls(
                RoomView(room=before.room, me=me), RoomView(room=room, me=me), wanted_open=False
            )
        ]
        for me in ("ana", "ben", "dan")
    }
    assert told == {"ana": ["Ben reports Cleo: spam"], "ben": [], "dan": []}


def test_people_are_called_when_they_are_mentioned() -> None:
    """By others, with an @ before the name."""
    before = busy("ana")
    room = copy.deepcopy(before.room)
    ana, ben = room.stage["ana"], room.stage["ben"]
    written = [
        a_message(7, ben, "@ana, one more?"),
        a_message(8, ben, "banana"),
        a_message(9, ana, "I am @Ana"),
    ]
    room.chat |= {one.message_id: one for one in written}
    told = [
        call.sentence for call in calls(before, RoomView(room=room, me="ana"), wanted_open=False)
    ]
    assert told == ["Ben mentions you: @ana, one more?"]


def test_nobody_is_called_by_a_part_of_a_word_or_of_a_longer_name() -> None:
    """An address of mail, a longer name of somebody who is here, and one's own among two."""
    before = busy("ana")
    room = copy.deepcopy(before.room)
    ben = room.stage["ben"]
    room.audience["bel"] = somebody("bel", "Anabel", Role.LISTENER)
    written = ("@Anabel, are you there?", "write to foo@ana.org", "@Ana and @Anabel!")
    room.chat |= {f"m{n}": a_message(n, ben, text) for n, text in enumerate(written, start=7)}
    after = RoomView(room=room, me="ana")
    told = [call.sentence for call in calls(before, after, wanted_open=False)]
    assert told == ["Ben mentions you: @Ana and @Anabel!"]


def test_nothing_is_written_unless_it_is_wanted() -> None:
    """All of it is off at first."""
    assert sequences(Call("x"), Attention()) == ""


def test_each_way_to_call_has_its_sequence() -> None:
    """Bell, OSC 9 and 777, and the title."""
    assert sequences(Call("x"), Attention(bell=True)) == "\a"
    notified = sequences(Call("x"), Attention(notifications=True))
    assert "\x1b]9;tui-rooms: x\x1b\\" in notified
    assert "\x1b]777;notify;tui-rooms;x\x1b\\" in notified
    assert "\x1b]2;● x\x1b\\" in sequences(Call("x"), Attention(title=True))


def test_a_name_cannot_end_the_sequence_and_begin_another() -> None:
    """Whatever others are called."""
    written = sequences(Call("\x1b\\\x1b]52;c;aGk=\a;" + "x" * 500), EVERY)
    assert "]52" in written, "as words"
    assert "\x1b]52" not in written
    assert written.count("\a") == 1
    assert len(written) < 600
