"""Every command, as a table of who may and what follows."""

import pytest

from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import SYSTEM, Actor, decide, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Room
from tui_rooms.rules.room_types import AUDIO_ROOM, ROOM_TYPES

ANA = Actor(identity="ana", name="Ana")
BEN = Actor(identity="ben", name="Ben")
CLEO = Actor(identity="cleo", name="Cleo")


def do(room: Room, command: commands.Command, actor: Actor, now: float = 1.0) -> list[events.Event]:
    """Decide, then apply."""
    happened = decide(room, command, actor, now)
    for event in happened:
        evolve(room, event)
    return happened


def new_room(room_type: str = "audio_room", *, live: bool = True) -> Room:
    """A room made by Ana, who is inside."""
    command = commands.CreateRoom(
        room_id="jazz", title="Jazz", room_type=ROOM_TYPES[room_type], live=live
    )
    first, *rest = decide(None, command, ANA, 0.0)
    assert isinstance(first, events.RoomCreated)
    room = created(first)
    for event in rest:
        evolve(room, event)
    do(room, commands.JoinRoom(), ANA)
    return room


def refusal(room: Room | None, command: commands.Command, actor: Actor) -> RoomError:
    """The error that a refused command gives, after checking that nothing changed."""
    before = repr(room)
    with pytest.raises(RoomError) as refused:
        decide(room, command, actor, 1.0)
    assert repr(room) == before
    return refused.value


def test_whoever_makes_a_room_is_its_host():
    """The maker joins as host without any grant."""
    room = new_room()
    assert room.stage["ana"].role is Role.HOST
    assert room.life is Life.LIVE


def test_a_guest_joins_an_audio_room_as_listener_and_an_open_mic_as_speaker():
    """The room's type says what a newcomer is."""
    quiet, open_mic = new_room("audio_room"), new_room("open_mic")
    do(quiet, commands.JoinRoom(), BEN)
    do(open_mic, commands.JoinRoom(), BEN)
    assert quiet.audience["ben"].role is Role.LISTENER
    assert open_mic.stage["ben"].role is Role.SPEAKER


def test_everyone_joins_muted():
    """Nobody is heard before they opened their microphone themselves."""
    room = new_room()
    assert room.stage["ana"].muted
    assert not room.may_be_heard("ana")
    do(room, commands.Unmute(), ANA)
    assert room.may_be_heard("ana")


def test_a_guest_cannot_ask_for_more_than_the_room_gives():
    """Asking for the stage of an audio room is refused with the reason."""
    error = refusal(new_room(), commands.JoinRoom(role=Role.SPEAKER), BEN)
    assert error.code == "not-allowed"
    assert "'Ben' may join room 'jazz' as listener, not as speaker" in error.sentence


def test_a_token_may_grant_the_stage():
    """A granted role counts above the room's type."""
    room = new_room()
    do(room, commands.JoinRoom(), Actor(identity="ben", name="Ben", granted=Role.SPEAKER))
    assert room.stage["ben"].role is Role.SPEAKER


def test_one_may_join_as_less_than_one_is():
    """A speaker may come to listen only."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(role=Role.LISTENER), BEN)
    assert "ben" in room.audience


def test_listeners_wait_until_a_room_is_live():
    """Backstage is for hosts and speakers."""
    room = new_room(live=False)
    assert refusal(room, commands.JoinRoom(), BEN).code == "not-live"
    do(room, commands.GoLive(), ANA)
    do(room, commands.JoinRoom(), BEN)
    assert room.audience_count == 1


def test_joining_twice_tells_nobody():
    """A second join of somebody who is here changes nothing."""
    room = new_room()
    assert do(room, commands.JoinRoom(), ANA) == []


def test_muting_twice_tells_nobody():
    """A second mute changes nothing, so no event is sent."""
    room = new_room()
    assert do(room, commands.Mute(identity="ana"), ANA) == []


def test_a_host_mutes_a_speaker_who_may_unmute_again():
    """Muting takes no right away."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(), BEN)
    do(room, commands.Unmute(), BEN)
    do(room, commands.Mute(identity="ben"), ANA)
    assert not room.may_be_heard("ben")
    do(room, commands.Unmute(), BEN)
    assert room.may_be_heard("ben")


def test_a_speaker_cannot_mute_another():
    """Muting others takes mute-users, and the refusal says so."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(), BEN)
    error = refusal(room, commands.Mute(identity="ana"), BEN)
    assert "'Ben' may not mute 'Ana': it takes mute-users" in error.sentence


def test_a_listener_cannot_unmute():
    """Without send-audio no microphone opens."""
    room = new_room()
    do(room, commands.JoinRoom(), BEN)
    assert refusal(room, commands.Unmute(), BEN).code == "not-allowed"


def test_a_demoted_speaker_is_silent_at_once():
    """Back in the audience nobody is heard, and a promotion starts muted."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(), BEN)
    do(room, commands.Unmute(), BEN)
    do(room, commands.ChangeRole(identity="ben", role=Role.LISTENER), ANA)
    assert not room.may_be_heard("ben")
    assert room.audience_count == 1
    do(room, commands.ChangeRole(identity="ben", role=Role.SPEAKER), ANA)
    assert room.audience_count == 0
    assert room.stage["ben"].muted


def test_one_may_step_down_but_not_up():
    """Leaving the stage needs nobody's leave; coming up does."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(), BEN)
    do(room, commands.ChangeRole(identity="ben", role=Role.LISTENER), BEN)
    up = commands.ChangeRole(identity="ben", role=Role.SPEAKER)
    assert refusal(room, up, BEN).code == "not-allowed"


def test_the_last_host_stays_host():
    """A room is never without somebody in charge by demotion."""
    room = new_room()
    demote = commands.ChangeRole(identity="ana", role=Role.SPEAKER)
    assert refusal(room, demote, ANA).code == "last-host"


def test_a_role_is_remembered_while_its_owner_is_away():
    """A promoted listener who comes back is still a speaker; the host is still host."""
    room = new_room()
    do(room, commands.JoinRoom(), BEN)
    do(room, commands.ChangeRole(identity="ben", role=Role.SPEAKER), ANA)
    for who in (ANA, BEN):
        do(room, commands.LeaveRoom(), who)
        do(room, commands.JoinRoom(), who)
    assert [p.role for p in room.stage.values()] == [Role.HOST, Role.SPEAKER]


def test_an_empty_room_ends_after_its_grace_time():
    """The deadline is told, and nothing happens before it."""
    room = new_room()
    assert next_deadline(room) is None
    do(room, commands.LeaveRoom(), ANA, now=10.0)
    assert next_deadline(room) == 10.0 + AUDIO_ROOM.settings.empty_grace_s
    assert do(room, commands.Expire(), SYSTEM, now=69.9) == []
    do(room, commands.Expire(), SYSTEM, now=70.0)
    assert room.life is Life.ENDED
    assert next_deadline(room) is None


def test_only_the_system_expires():
    """A participant cannot end a room through the clock's own command."""
    assert refusal(new_room(), commands.Expire(), ANA).code == "not-allowed"


def test_an_ended_room_refuses_everything():
    """Nothing happens in a room that has ended."""
    room = new_room()
    do(room, commands.EndRoom(), ANA)
    assert room.stage == {}
    for command in (commands.JoinRoom(), commands.GoLive(), commands.Unmute()):
        assert refusal(room, command, ANA).code == "room-ended"


def test_whoever_is_not_in_the_room_can_do_nothing_in_it():
    """Commands need presence; leaving twice is no error."""
    room = new_room()
    assert refusal(room, commands.EndRoom(), BEN).code == "not-here"
    assert do(room, commands.LeaveRoom(), BEN) == []


def test_only_those_with_the_capability_go_live_or_end():
    """A speaker may do neither."""
    room = new_room("open_mic")
    do(room, commands.JoinRoom(), BEN)
    for command in (commands.GoLive(), commands.EndRoom()):
        assert refusal(room, command, BEN).code == "not-allowed"


def test_commands_about_somebody_who_is_away_are_refused_by_name():
    """The refusal says who is not here."""
    for command in (
        commands.Mute(identity="cleo"),
        commands.ChangeRole(identity="cleo", role=Role.SPEAKER),
    ):
        assert "'cleo'" in refusal(new_room(), command, ANA).sentence


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("", "empty"),
        ("x" * 81, "81 characters, limit 80"),
        ("a\x1b[31mb", "U+001B at place 2"),
        ("a\u202eb", "U+202E at place 2"),
    ],
)
def test_a_title_that_a_terminal_would_act_on_is_refused(title, says):
    """Control characters and direction overrides never reach other people's screens."""
    error = refusal(None, commands.CreateRoom(room_id="r", title=title), ANA)
    assert error.code == "bad-text"
    assert says in error.sentence


def test_a_room_cannot_be_made_twice():
    """The id is taken."""
    assert refusal(new_room(), commands.CreateRoom(room_id="jazz", title="t"), BEN).code == (
        "room-exists"
    )


def test_a_host_holds_every_capability_and_a_listener_few():
    """The two ends of the table of roles."""
    room = new_room()
    do(room, commands.JoinRoom(), CLEO)
    assert room.capabilities("ana") == frozenset(Capability)
    assert Capability.SEND_AUDIO not in room.capabilities("cleo")
    assert room.capabilities("nobody") == frozenset()
