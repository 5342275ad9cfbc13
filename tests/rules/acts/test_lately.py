"""Whoever has left lately: dealt with while away, and recognised when they come back."""

import pytest

from tests.rules.acts.test_moderation import refused
from tests.rules.scenes import ANA, BEN, CORA, LENA, TOM, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts import lately
from tui_rooms.rules.acts.lately import LATELY
from tui_rooms.rules.evolve import logged, replay
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import OPEN_MIC
from tui_rooms.rules.view import view

AGAIN = commands.JoinRoom(again=True)


def guest(identity: str, network: str = "cafe") -> Actor:
    """Somebody whom nobody vouches for, from a network address."""
    return Actor(identity=identity, name=identity.title(), guest=True, network=network)


def open_mic() -> Scene:
    """A live room of Ana's where everyone may talk."""
    return Scene(OPEN_MIC, live=True)


@pytest.mark.parametrize("away", [0.0, 20.0, LATELY - 1])
def test_who_has_left_can_be_muted_and_finds_it_so(away):
    """Also after their place was given up; once, and until they open it themselves."""
    scene = open_mic()
    scene.join(BEN)
    scene.do(commands.Unmute(), BEN)
    scene.do(commands.LeaveRoom(), BEN)
    [muted] = scene.do(commands.Mute(identity="ben"), ANA, after=away)
    assert (muted.identity, muted.by) == ("ben", "ana")
    assert scene.do(commands.Mute(identity="ben"), ANA) == []
    scene.do(AGAIN, BEN)
    assert scene.room.stage["ben"].muted
    assert view(scene.room, "ben").muted_by["ben"].by == "ana"
    scene.do(commands.Unmute(), BEN)
    assert "ben" not in scene.room.muted_by


@pytest.mark.parametrize("role", [Role.LISTENER, Role.SPEAKER])
@pytest.mark.parametrize("is_away", [False, True])
def test_who_was_kicked_stays_out_until_they_join_by_themselves(role, is_away):
    """A client that comes back by itself is told why; it is the person who decides."""
    scene = open_mic()
    scene.join(BEN, role=role)
    if is_away:
        scene.do(commands.LeaveRoom(), BEN)
    scene.do(commands.Kick(identity="ben", reason="noise"), ANA, after=60)
    error = refused(scene, AGAIN, BEN)
    assert error.code == "kicked"
    assert error.sentence == (
        "'Ben' was sent out of room 'Jazz' while away (noise): join it again to come back"
    )
    scene.join(BEN, role=role)
    scene.do(commands.LeaveRoom(), BEN)
    scene.do(AGAIN, BEN)  # only once
    assert scene.room.find("ben") is not None


def test_a_kick_outlives_the_server():
    """It is in the log, and so is the return."""
    scene = open_mic()
    scene.join(BEN, role=Role.LISTENER)
    scene.do(commands.Kick(identity="ben"), ANA)
    scene.room = replay(scene.log)
    assert refused(scene, AGAIN, BEN).code == "kicked"
    scene.join(BEN, role=Role.LISTENER)
    scene.room = replay(scene.log)
    scene.do(AGAIN, BEN)


@pytest.mark.parametrize(
    "command",
    [
        commands.Mute(identity="Bne"),
        commands.Kick(identity="Bne"),
        commands.Block(identity="Bne"),
        commands.Unblock(identity="Bne"),
        commands.LowerHand(identity="Bne"),
        commands.WithdrawOffer(identity="Bne"),
        commands.RevokeCapability(identity="Bne", capability=Capability.SEND_MESSAGE),
    ],
    ids=lambda command: command.kind,
)
def test_a_name_that_nobody_has_is_said(command):
    """A typo never looks like a deed done, whoever has left since."""
    scene = full_scene(Life.LIVE)
    scene.join(BEN)
    scene.do(commands.LeaveRoom(), BEN)
    error = refused(scene, command, ANA)
    assert error.code == "not-here"
    assert "nobody called 'Bne' is in room 'jazz', or was there lately" in error.sentence


def test_whoever_may_not_deal_with_people_learns_nothing_of_who_has_left():
    """The refusal is the same for a stranger's identity as for one who was here."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.LeaveRoom(), TOM)
    for act in (commands.Mute, commands.Kick, commands.Block):
        told = {
            refused(scene, act(identity=who), LENA).sentence.replace(who, "X")
            for who in ("tom", "bne")
        }
        assert len(told) == 1


def test_a_capability_is_taken_from_who_has_left_and_given_back():
    """They come back without it."""
    scene = open_mic()
    scene.join(BEN)
    scene.do(commands.LeaveRoom(), BEN)
    audio = {"identity": "ben", "capability": Capability.SEND_AUDIO}
    scene.do(commands.RevokeCapability(**audio), ANA)
    scene.join(BEN)
    assert refused(scene, commands.Unmute(), BEN).code == "not-allowed"
    scene.do(commands.LeaveRoom(), BEN)
    scene.do(commands.GrantCapability(**audio), ANA)
    scene.join(BEN)
    scene.do(commands.Unmute(), BEN)


def test_nobody_deals_with_a_higher_rank_that_has_left():
    """A cohost does not keep the host out by waiting until they are away."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.ChangeRole(identity="tom", role=Role.HOST), ANA)
    scene.do(commands.LeaveRoom(), ANA)
    for act in (commands.Kick, commands.Block):
        assert refused(scene, act(identity="ana"), CORA).code == "outranked"


def test_another_client_of_the_same_person_starts_muted():
    """Whoever takes a place over has not opened the microphone; whoever comes back has."""
    scene = open_mic()
    scene.join(BEN)
    scene.do(commands.Unmute(), BEN)
    assert scene.do(AGAIN, BEN) == []
    assert scene.room.may_be_heard("ben")
    [muted] = scene.do(commands.JoinRoom(), BEN)
    assert (muted.identity, muted.by) == ("ben", "ben")
    assert scene.room.muted_by == {}


# Whom nobody vouches for is another one each time.


def test_a_block_holds_for_new_guests_of_the_address_for_ten_minutes():
    """Told until when; not for other addresses, tokens, or after it was lifted."""
    scene = open_mic()
    scene.join(guest("ben"))
    scene.do(commands.Block(identity="ben", reason="noise"), ANA)
    error = refused(scene, commands.JoinRoom(), guest("benny"))
    assert error.code == "blocked"
    assert "somebody from the same network address was blocked" in error.sentence
    assert error.sentence.endswith("until 1970-01-12 13:56 UTC")
    scene.join(guest("cleo", "elsewhere"), TOM)
    scene.do(commands.Unblock(identity="ben"), ANA)
    scene.join(guest("benny"))
    scene.do(commands.Block(identity="benny"), ANA, after=1)
    assert refused(scene, commands.JoinRoom(), guest("ben")).code == "blocked"
    scene.do(commands.JoinRoom(), guest("benedict"), after=LATELY + 1)


def test_a_block_of_who_has_left_holds_for_the_address_from_then_on():
    """Ten minutes from the block, not from their leaving."""
    scene = open_mic()
    scene.join(guest("ben"))
    scene.do(commands.LeaveRoom(), guest("ben"))
    scene.do(commands.Block(identity="ben"), ANA, after=LATELY - 60)
    scene.now += LATELY - 60
    assert refused(scene, commands.JoinRoom(), guest("benny")).code == "blocked"


def test_a_block_that_is_shorter_ends_for_the_address_with_it():
    """Also before the clock has rung."""
    scene = open_mic()
    scene.join(guest("ben"))
    scene.do(commands.Block(identity="ben", seconds=30), ANA)
    assert refused(scene, commands.JoinRoom(), guest("benny")).code == "blocked"
    scene.do(commands.JoinRoom(), guest("benny"), after=30)


def test_others_who_are_here_from_the_address_stay_and_may_come_back():
    """They are told apart by being here with the blocked one; the host is told how many."""
    scene = open_mic()
    scene.join(guest("ben"), guest("cleo"), guest("dora"), guest("finn", "elsewhere"))
    scene.do(commands.Block(identity="ben"), ANA)
    assert lately.sharing(scene.room, "ben") == 2
    assert lately.sharing(scene.room, "ana") is None
    scene.do(commands.LeaveRoom(), guest("cleo"), after=60)
    scene.join(guest("cleo"))
    scene.do(commands.LeaveRoom(), guest("dora"))
    assert refused(scene, commands.JoinRoom(), guest("benny")).code == "blocked"


def test_a_second_identity_from_before_does_not_help():
    """Whoever was here under another name, and not together with the blocked one, is refused."""
    scene = open_mic()
    scene.join(guest("spare"))
    scene.do(commands.LeaveRoom(), guest("spare"))
    scene.do(commands.JoinRoom(), guest("ben"), after=1)
    scene.do(commands.Block(identity="ben"), ANA)
    assert refused(scene, commands.JoinRoom(), guest("spare")).code == "blocked"


def test_the_host_of_a_room_shares_an_address_with_impunity():
    """A guest who has a role by name is known by it: who made the room, or was promoted."""
    scene = open_mic()
    scene.join(BEN)
    scene.do(commands.ChangeRole(identity="ben", role=Role.COHOST), ANA)
    scene.do(commands.LeaveRoom(), BEN)
    scene.do(commands.JoinRoom(), guest("theo"), after=1)
    scene.do(commands.Block(identity="theo"), ANA)
    scene.join(guest("ben"))
    assert scene.room.stage["ben"].role is Role.COHOST


def test_what_was_taken_from_a_guest_is_missing_to_the_next_one_of_the_address():
    """Until it is granted; whoever was here beside them keeps it."""
    scene = open_mic()
    scene.join(guest("ben"), guest("cleo"))
    taken = commands.RevokeCapability(identity="ben", capability=Capability.SEND_MESSAGE)
    scene.do(taken, ANA)
    scene.do(commands.LeaveRoom(), guest("ben"))
    *_, revoked = scene.do(commands.JoinRoom(), guest("benny"))
    assert (revoked.kind, revoked.capability, revoked.by) == (
        "capability_revoked",
        "send-message",
        "",
    )
    said = commands.SendMessage(message_id="m", text="hi")
    assert refused(scene, said, guest("benny")).code == "not-allowed"
    scene.do(said, guest("cleo"))
    scene.do(commands.GrantCapability(identity="benny", capability=Capability.SEND_MESSAGE), ANA)
    scene.do(commands.SendMessage(message_id="n", text="hi"), guest("benny"))


def test_slow_mode_goes_on_for_the_next_guest_of_the_address():
    """Leaving and coming back as somebody else gains no message; who was here waits for nobody."""
    scene = open_mic()
    scene.do(commands.SetSlowMode(seconds=60), ANA)
    scene.join(guest("ben"), guest("cleo"))
    scene.do(commands.SendMessage(message_id="1", text="hi"), guest("ben"), after=1)
    scene.do(commands.LeaveRoom(), guest("ben"))
    scene.join(guest("benny"), guest("finn", "elsewhere"))
    second = commands.SendMessage(message_id="2", text="hi again")
    assert refused(scene, second, guest("benny")).code == "slow-mode"
    scene.do(commands.SendMessage(message_id="3", text="hi"), guest("cleo"))
    scene.do(commands.SendMessage(message_id="4", text="hi"), guest("finn", "elsewhere"))
    scene.do(second, guest("benny"), after=60)


def test_where_people_come_from_is_in_no_log_and_no_view():
    """Nor who has left: it is the server's own, of the moment."""
    scene = open_mic()
    scene.join(guest("ben"), guest("cleo"))
    scene.do(commands.LeaveRoom(), guest("cleo"))
    assert scene.room.networks == {"ben": "cafe"}
    assert scene.room.departures["cleo"].network == "cafe"
    assert not any(isinstance(event, events.CameFrom) for event in scene.log)
    assert "cafe" not in repr([*scene.log, view(scene.room, "ana"), logged(scene.room)])


def test_who_has_left_is_forgotten_in_time_and_in_number(monkeypatch):
    """Nothing grows for ever."""
    monkeypatch.setattr(lately, "DEPARTURES_KEPT", 3)
    scene = open_mic()
    for number in range(5):
        scene.join(guest(f"g{number}"))
        scene.do(commands.LeaveRoom(), guest(f"g{number}"))
    assert list(scene.room.departures) == ["g2", "g3", "g4"]
    scene.do(commands.JoinRoom(), BEN, after=LATELY + 1)
    scene.do(commands.LeaveRoom(), BEN)
    assert list(scene.room.departures) == ["ben"]
