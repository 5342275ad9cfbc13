"""What a client knows of its room."""

from tui_rooms.client.link.mirror import KEPT_AUDIENCE, Mirror
from tui_rooms.rules import events
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.wire.messages import Audience, AudienceMember, Events, Snapshot


def mirror() -> Mirror:
    made = Mirror()
    room = Room(room_id="tea", title="Tea", room_type="audio_room", created_at=1.0, host_name="ana")
    made.snapshot(Snapshot(room=room, upto=1))
    return made


def member(number: int) -> AudienceMember:
    return AudienceMember(identity=f"l{number}", name=f"Listener {number}", since=2.0)


def test_events_are_applied_in_order():
    """The mirror runs the same `evolve` as the server."""
    known = mirror()
    ana = {"identity": "ana", "at": 2.0}
    joined = events.StageJoined(name="Ana", role=Role.HOST, **ana)
    known.events(Events(events=(joined, events.Unmuted(**ana)), upto=3))
    assert known.room is not None
    assert not known.room.stage["ana"].muted


def test_a_room_that_was_given_out_never_changes():
    """Another thread may draw it while the next event comes in."""
    known = mirror()
    before = known.room
    known.audience(Audience(count=1, joined=(member(1),)))
    assert before is not None
    assert before.audience == {}
    assert before.audience_count == 0
    assert known.room is not None
    assert list(known.room.audience) == ["l1"]


def test_the_audience_is_counted_exactly_and_known_up_to_a_cap():
    """Memory does not grow with the audience; the number shown is still right."""
    known = mirror()
    crowd = tuple(member(number) for number in range(KEPT_AUDIENCE + 100))
    known.audience(Audience(count=len(crowd), joined=crowd))
    assert known.room is not None
    assert known.room.audience_count == KEPT_AUDIENCE + 100
    assert len(known.room.audience) == KEPT_AUDIENCE
    known.audience(Audience(count=7, left=tuple(who.identity for who in crowd[7:])))
    assert known.room.audience_count == 7
    assert list(known.room.audience) == [f"l{number}" for number in range(7)]


def test_what_comes_before_the_first_snapshot_is_left_out():
    """It is in the snapshot already."""
    known = Mirror()
    known.events(Events(events=(), upto=1))
    known.audience(Audience(count=3))
    assert known.room is None
