"""Roles and single capabilities: given, taken, asked for, and never beyond the giver's own."""

import pytest

from tests.rules.scenes import ANA, BEN, CORA, LILY, SAM, TOM, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import Actor
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, ROOM_TYPES, RoomType, Settings

AUDIO = Capability.SEND_AUDIO


def grant(identity: str, capability: Capability) -> commands.GrantCapability:
    """Short for the table of commands."""
    return commands.GrantCapability(identity=identity, capability=capability)


def revoke(identity: str, capability: Capability) -> commands.RevokeCapability:
    """Short for the table of commands."""
    return commands.RevokeCapability(identity=identity, capability=capability)


def test_a_cohost_runs_the_room_but_does_not_end_or_record_it():
    """All but what ends, records or broadcasts it for all."""
    may = AUDIO_ROOM.capabilities
    assert may[Role.HOST] - may[Role.COHOST] == {
        Capability.END_ROOM,
        Capability.START_RECORDING,
        Capability.STOP_RECORDING,
        Capability.START_BROADCAST,
        Capability.STOP_BROADCAST,
    }


def test_every_capability_of_the_field_is_there():
    """The names are the field's, unchanged."""
    assert {str(one) for one in Capability} == {
        "join-room", "join-backstage", "send-audio", "raise-hand", "send-message",
        "create-reaction", "send-event", "mute-users", "kick-users", "block-users",
        "update-roles", "update-permissions", "update-room", "go-live", "end-room",
        "pin-for-everyone", "start-recording", "stop-recording", "start-broadcast",
        "stop-broadcast", "read-reports",
    }  # fmt: skip


def test_a_granted_capability_works_at_once():
    """No rejoining: the next command is allowed."""
    scene = full_scene(Life.LIVE)
    with pytest.raises(RoomError):
        scene.do(commands.Mute(identity="tom"), SAM)
    scene.do(grant("sam", Capability.MUTE_USERS), ANA)
    scene.do(commands.Mute(identity="tom"), SAM)
    assert scene.room.stage["tom"].muted


def test_revoked_audio_is_silent_at_once_and_stays_so_until_granted_again():
    """Muted is not enough: a client that unmutes is refused, leaving and coming back too."""
    scene = full_scene(Life.LIVE)
    scene.do(revoke("tom", AUDIO), ANA)
    assert not scene.room.may_be_heard("tom")
    for _ in range(2):
        with pytest.raises(RoomError, match="send-audio was revoked"):
            scene.do(commands.Unmute(), TOM)
        scene.do(commands.LeaveRoom(), TOM)
        scene.join(TOM)
    scene.do(grant("tom", AUDIO), ANA)
    assert not scene.room.may_be_heard("tom"), "nobody is suddenly heard"
    scene.do(commands.Unmute(), TOM)
    assert scene.room.may_be_heard("tom")


def test_audio_that_is_granted_again_begins_muted():
    """Whoever was open when it was revoked is not suddenly heard."""
    scene = full_scene(Life.LIVE)
    assert scene.room.may_be_heard("tom")
    for take in (revoke("tom", AUDIO), commands.MuteAll(may_unmute=False)):
        scene.do(take, ANA)
        scene.do(grant("tom", AUDIO), ANA)
        assert scene.room.stage["tom"].muted
        scene.do(commands.Unmute(), TOM)


def test_a_grant_ends_with_the_role_in_which_it_was_given():
    """A demoted helper does not keep the keys."""
    scene = full_scene(Life.LIVE)
    scene.do(grant("sam", Capability.KICK_USERS), ANA)
    scene.do(commands.ChangeRole(identity="sam", role=Role.LISTENER), ANA)
    assert not scene.room.may("sam", Capability.KICK_USERS)


def test_a_revocation_outlives_a_change_of_role():
    """A promotion by somebody who does not know of it gives nothing back."""
    scene = full_scene(Life.LIVE)
    scene.do(revoke("lena", AUDIO), ANA)
    scene.do(commands.ChangeRole(identity="lena", role=Role.SPEAKER), CORA)
    assert not scene.room.may("lena", AUDIO)


def test_nobody_grants_what_they_do_not_have():
    """A cohost gives no right to end the room, also not by answering a request."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.RequestPermission(capability=Capability.END_ROOM), SAM)
    yes = commands.AnswerRequest(identity="sam", capability=Capability.END_ROOM, grant=True)
    for command in (grant("sam", Capability.END_ROOM), yes):
        with pytest.raises(RoomError, match="without having it"):
            scene.do(command, CORA)
    scene.do(yes, ANA)
    assert scene.room.may("sam", Capability.END_ROOM)


def test_audio_is_not_granted_to_the_audience():
    """The stage is offered instead, so that both people have agreed."""
    scene = full_scene(Life.LIVE)
    with pytest.raises(RoomError, match="offer them the stage"):
        scene.do(grant("lena", AUDIO), ANA)


def test_a_request_is_granted_or_declined():
    """Both take it off the list; only one gives the capability."""
    scene = full_scene(Life.LIVE)
    pin, event = Capability.PIN_FOR_EVERYONE, Capability.SEND_EVENT
    scene.do(commands.RequestPermission(capability=event), LILY)
    assert scene.room.requests["lily"].capabilities == {pin, event}
    scene.do(commands.AnswerRequest(identity="lily", capability=event, grant=False), CORA)
    scene.do(commands.AnswerRequest(identity="lily", capability=pin, grant=True), CORA)
    assert scene.room.requests == {}
    assert scene.room.may("lily", pin)
    assert not scene.room.may("lily", event)


def test_a_direct_grant_answers_a_request():
    """Nothing that is settled stays on the list."""
    scene = full_scene(Life.LIVE)
    scene.do(grant("lily", Capability.PIN_FOR_EVERYONE), ANA)
    assert scene.room.requests == {}


def test_a_token_may_bring_capabilities_but_not_one_that_was_revoked_here():
    """Rejoining with the same token does not undo a host's word."""
    helper = Actor(
        identity="ben", name="Ben", capabilities=frozenset({Capability.SEND_EVENT, AUDIO})
    )
    scene = Scene(live=True)
    scene.join(helper)
    assert scene.room.may("ben", Capability.SEND_EVENT)
    assert not scene.room.may("ben", AUDIO), "not from the audience"
    scene.do(revoke("ben", Capability.SEND_EVENT), ANA)
    scene.do(commands.LeaveRoom(), helper)
    scene.join(helper)
    assert not scene.room.may("ben", Capability.SEND_EVENT)


def test_a_room_type_without_join_room_is_by_invitation():
    """Guests stay out; a token with the capability opens it."""
    roles = {**AUDIO_ROOM.capabilities, Role.LISTENER: frozenset({Capability.SEND_MESSAGE})}
    scene = Scene(RoomType("invited", "by invitation", Role.LISTENER, roles), live=True)
    with pytest.raises(RoomError, match="it takes join-room"):
        scene.join(BEN)
    scene.join(Actor(identity="ben", name="Ben", capabilities=frozenset({Capability.JOIN_ROOM})))
    assert "ben" in scene.room.audience


def test_a_cohost_acts_neither_against_a_host_nor_above_their_own_role():
    """Nobody takes over a room."""
    scene = full_scene(Life.LIVE)
    for command in (
        commands.ChangeRole(identity="ana", role=Role.LISTENER),
        commands.ChangeRole(identity="cora", role=Role.HOST),
        commands.ChangeRole(identity="tom", role=Role.HOST),
        commands.OfferStage(identity="lena", role=Role.HOST),
        commands.Kick(identity="ana"),
        commands.Block(identity="ana"),
        revoke("ana", AUDIO),
    ):
        with pytest.raises(RoomError) as refused:
            scene.do(command, CORA)
        assert refused.value.code == "outranked"


def test_a_host_who_is_away_cannot_be_blocked_by_a_cohost():
    """Their role is remembered."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.LeaveRoom(), ANA)
    with pytest.raises(RoomError) as refused:
        scene.do(commands.Block(identity="ana"), CORA)
    assert refused.value.code == "outranked"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor(identity="mod", name="Mod", granted=Role.COHOST, outside=True), None),
        (Actor(identity="mod", name="Mod", granted=Role.COHOST), "not-here"),
        (Actor(identity="mod", name="Mod", granted=Role.SPEAKER, outside=True), "not-here"),
        (Actor(identity="mod", name="Mod", outside=True), "not-here"),
        (Actor(identity="bob", name="Bob", granted=Role.HOST, outside=True), "not-here"),
    ],
)
def test_only_hosts_and_cohosts_act_from_outside(actor, code):
    """Everyone else has to be in the room; whoever is blocked (Bob) does nothing in it at all."""
    scene = full_scene(Life.LIVE)
    command = commands.SendMessage(message_id="x", text="hi")
    if code is None:
        assert scene.do(command, actor) != []
    else:
        with pytest.raises(RoomError) as refused:
            scene.do(command, actor)
        assert refused.value.code == code


def test_the_role_of_somebody_who_is_away_can_be_changed():
    """They come back as what they have been made."""
    scene = Scene(live=True)
    scene.join(BEN)
    scene.do(commands.ChangeRole(identity="ben", role=Role.COHOST), ANA)
    scene.do(commands.LeaveRoom(), BEN)
    [remembered] = scene.do(commands.ChangeRole(identity="ben", role=Role.SPEAKER), ANA)
    assert isinstance(remembered, events.RoleRemembered)
    scene.join(BEN)
    assert scene.room.stage["ben"].role is Role.SPEAKER


@pytest.mark.parametrize(
    "way",
    [
        commands.ChangeRole(identity="cora", role=Role.SPEAKER),
        revoke("cora", Capability.UPDATE_ROLES),
        commands.Block(identity="cora"),
    ],
)
def test_an_offer_dies_with_the_right_to_make_it(way):
    """What a demoted cohost has offered cannot be accepted any more."""
    scene = Scene(live=True)
    scene.join(CORA, BEN)
    scene.do(commands.OfferStage(identity="ben", role=Role.COHOST), CORA)
    scene.do(way, ANA)
    with pytest.raises(RoomError) as refused:
        scene.do(commands.AcceptOffer(), BEN)
    assert refused.value.code == "no-offer"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"offer_life_s": 0}, "offer_life_s is 0"),
        ({"host_grace_s": 400}, "hostless_end_s is 300.0, expected host_grace_s"),
        ({"slow_mode_s": -1}, "slow_mode_s is -1"),
        ({"empty_grace_s": float("nan")}, "empty_grace_s is nan"),
        ({"stage_size": 0}, "stage_size is 0"),
        ({"chat_history": 0}, "chat_history is 0, expected 1 to 1000"),
        ({"max_duration_s": 0}, "max_duration_s is 0"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(change, says):
    """An operator's mistake is found at the start, with the field and the range."""
    with pytest.raises(ValueError, match=says):
        Settings(**change)


def test_the_built_in_room_types_differ_as_they_say():
    """An open mic is open, a town hall keeps its hands closed."""
    assert ROOM_TYPES["open_mic"].joins_as is Role.SPEAKER
    assert ROOM_TYPES["audio_room"].joins_as is Role.LISTENER
    assert ROOM_TYPES["town_hall"].settings.hands == frozenset()
    assert ROOM_TYPES["town_hall"].settings.slow_mode_s > 0
