"""Promises that hold for every sequence of commands."""

from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import SYSTEM, Actor, decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import created, evolve, replay
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import ROOM_TYPES
from tui_rooms.rules.view import view

NAMES = ("ana", "ben", "cleo")
names = st.sampled_from(NAMES)
actors = st.builds(
    Actor, identity=names, name=names, granted=st.sampled_from([None, None, None, Role.SPEAKER])
)
any_command = st.one_of(
    st.builds(commands.JoinRoom, role=st.sampled_from([None, *Role])),
    st.just(commands.LeaveRoom()),
    st.just(commands.GoLive()),
    st.just(commands.Unmute()),
    st.builds(commands.Mute, identity=names),
    st.builds(commands.ChangeRole, identity=names, role=st.sampled_from(Role)),
    st.just(commands.Expire()),
)
steps = st.lists(st.tuples(any_command, actors), max_size=40)


def play(room_type: str, script: list[tuple[commands.Command, Actor]]) -> tuple[Room, list]:
    """Run commands against a new room of Ana's; refused ones change nothing."""
    make = commands.CreateRoom(room_id="r", title="t", room_type=ROOM_TYPES[room_type])
    log = decide(None, make, Actor(identity="ana", name="ana"), 0.0)
    assert isinstance(log[0], events.RoomCreated)
    room = created(log[0])
    for now, (command, actor) in enumerate(script, start=1):
        who = SYSTEM if isinstance(command, commands.Expire) else actor
        before = repr(room)
        try:
            happened = decide(room, command, who, float(now))
        except RoomError:
            happened = []
        assert repr(room) == before, "decide changed the room"
        for event in happened:
            evolve(room, event)
        log += happened
    return room, log


@given(steps)
def test_only_the_stage_is_ever_heard(script):
    """Whatever anyone does, a listener never holds send-audio and nobody muted is heard."""
    room, _ = play("audio_room", script)
    for name in NAMES:
        if room.may_be_heard(name):
            assert room.stage[name].role is not Role.LISTENER
            assert not room.stage[name].muted


@given(steps)
def test_nobody_gives_roles_but_who_was_made_to_by_a_host(script):
    """That right comes from making the room or from a promotion by its holder, never by oneself."""
    room, log = play("open_mic", script)
    holders = {"ana"}
    for event in log:
        if isinstance(event, events.RoleChanged) and event.role in (Role.HOST, Role.COHOST):
            assert event.by in holders
            holders.add(event.identity)
    for name in NAMES:
        if room.may(name, Capability.UPDATE_ROLES):
            assert name in holders


@given(steps)
def test_replaying_the_log_rebuilds_the_logged_state(script):
    """The log alone, without presence, tells the stage, the roles and the life of the room."""
    room, log = play("audio_room", script)
    again = replay(e for e in log if not isinstance(e, events.PRESENCE))
    assert again.stage == room.stage
    assert again.roles == room.roles
    assert (again.life, again.live_since) == (room.life, room.live_since)


@given(steps)
def test_the_counts_of_the_audience_agree(script):
    """The exact count and the known listeners are the same on the server; nobody is twice here."""
    room, _ = play("audio_room", script)
    assert room.audience_count == len(room.audience)
    assert not room.stage.keys() & room.audience.keys()
    assert (room.empty_since is None) == bool(room.stage or room.audience)


@given(steps, names)
def test_a_view_shares_nothing_that_changes(script, viewer):
    """Changing a client's mirror leaves the server's room alone, and hides remembered roles."""
    room, _ = play("audio_room", script)
    before = repr(room)
    seen = view(room, viewer)
    assert set(seen.roles) <= {viewer}
    seen.stage.clear()
    seen.audience.clear()
    seen.roles.clear()
    assert repr(room) == before
