"""A room that is locked, or closed to new guests; and one where all were muted for good."""

import pytest

from tests.rules.acts.test_moderation import refused
from tests.rules.scenes import ANA, BEN, CLEO, CORA, LENA, SAM, TOM, Scene, full_scene
from tui_rooms.rules import commands
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts import entry
from tui_rooms.rules.audit import audit
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.evolve import replay
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import OPEN_MIC

LOCK = commands.SetEntry(entry=Entry.LOCKED)
NO_GUESTS = commands.SetEntry(entry=Entry.NO_GUESTS)
GUEST = Actor(identity="gus", name="Gus", guest=True)
INVITED = Actor(identity="ida", name="Ida", granted=Role.SPEAKER)
SILENCE = commands.MuteAll(may_unmute=False)


@pytest.mark.parametrize("after_restart", [False, True])
def test_a_locked_room_takes_nobody_new(after_restart):
    """Whoever is in it stays, and may come back, after a restart of the server too."""
    scene = full_scene(Life.LIVE)
    scene.do(LOCK, CORA)
    assert scene.do(LOCK, ANA) == []
    if after_restart:
        scene.room = replay(scene.log)
    else:
        scene.do(commands.LeaveRoom(), LENA)
    for actor in (GUEST, INVITED, CLEO):
        error = refused(scene, commands.JoinRoom(), actor)
        assert error.code == "locked"
        assert "takes nobody new until a host unlocks it" in error.sentence
    scene.join(LENA, SAM)
    scene.do(commands.SetEntry(entry=Entry.OPEN), ANA)
    scene.join(GUEST, INVITED, CLEO)


def test_a_locked_room_is_open_to_who_could_unlock_it():
    """A host who was away is not locked out of their own room."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.LeaveRoom(), ANA)
    scene.do(LOCK, CORA)
    scene.join(ANA, Actor(identity="mod", name="Mod", granted=Role.COHOST))
    scene.join(Actor(identity="eva", name="Eva", capabilities=frozenset({Capability.UPDATE_ROOM})))


def test_who_is_kicked_or_blocked_has_been_in_a_closed_room_for_the_last_time():
    """They are not taken for those who were in it."""
    scene = full_scene(Life.LIVE)
    scene.do(LOCK, ANA)
    scene.do(commands.Kick(identity="tom"), ANA)
    scene.do(commands.Block(identity="lena"), ANA)
    scene.do(commands.Unblock(identity="lena"), ANA)
    for actor in (TOM, LENA):
        assert refused(scene, commands.JoinRoom(), actor).code == "locked"


def test_no_new_guests_come_in_while_tokens_and_invitations_do():
    """Guests who are in, and those to whom a host has given the stage, may come back."""
    scene = Scene(OPEN_MIC, live=True)
    here = Actor(identity="hal", name="Hal", guest=True)
    promoted = Actor(identity="pia", name="Pia", guest=True)
    scene.join(here, promoted)
    scene.do(commands.ChangeRole(identity="pia", role=Role.COHOST), ANA)
    scene.do(commands.LeaveRoom(), promoted)
    scene.do(NO_GUESTS, ANA)
    scene.do(commands.LeaveRoom(), here)
    error = refused(scene, commands.JoinRoom(), GUEST)
    assert error.code == "no-guests"
    assert "ask a host for an invitation" in error.sentence
    scene.join(INVITED, BEN, here, promoted)


def test_what_closes_a_room_is_told_and_audited():
    """In the words of the table; nobody is told who was in it."""
    scene = full_scene(Life.LIVE)
    told, noted = scene.do(NO_GUESTS, CORA)
    entry_ = audit(told)
    assert entry_ is not None
    assert (entry_.action, entry_.by, entry_.detail) == ("entry_set", "cora", "no-guests")
    assert audit(noted) is None


def test_kicks_in_the_state_are_bounded(monkeypatch):
    """The log has them all."""
    monkeypatch.setattr(entry, "SENT_OUT_KEPT", 2)
    scene = full_scene(Life.LIVE)
    for who in ("sam", "tom", "lena"):
        scene.do(commands.Kick(identity=who), ANA)
    assert list(scene.room.sent_out) == ["tom", "lena"]


# Muted for good.


def test_mute_all_for_good_holds_for_whoever_comes_later():
    """Who joins, steps up, or was away meanwhile; until it is over, and then all may unmute."""
    scene = Scene(OPEN_MIC, live=True)
    away = Actor(identity="abe", name="Abe")
    scene.join(away)
    scene.do(commands.LeaveRoom(), away)
    scene.do(SILENCE, ANA)
    listener = Actor(identity="lea", name="Lea")
    scene.join(listener, role=Role.LISTENER)
    scene.do(commands.OfferStage(identity="lea"), ANA)
    scene.do(commands.AcceptOffer(), listener)
    by_token = Actor(identity="tia", name="Tia", capabilities=frozenset({Capability.SEND_AUDIO}))
    scene.join(away, BEN, by_token)
    everyone = (away, BEN, listener, by_token)
    for actor in everyone:
        assert refused(scene, commands.Unmute(), actor).code == "not-allowed"
    scene.room = replay(scene.log)
    assert refused(scene, commands.Unmute(), BEN).code == "not-allowed"
    scene.do(commands.AllowUnmuting(), ANA)
    for actor in everyone:
        scene.do(commands.Unmute(), actor)


def test_who_asks_to_speak_may_be_let_while_the_others_may_not():
    """One by one, as in a queue."""
    scene = Scene(OPEN_MIC, live=True)
    scene.join(BEN, CLEO)
    scene.do(SILENCE, ANA)
    scene.do(commands.RequestPermission(capability=Capability.SEND_AUDIO), BEN)
    scene.do(
        commands.AnswerRequest(identity="ben", capability=Capability.SEND_AUDIO, grant=True), ANA
    )
    scene.do(commands.Unmute(), BEN)
    assert refused(scene, commands.Unmute(), CLEO).code == "not-allowed"
    scene.do(SILENCE, ANA)
    assert not scene.room.may_be_heard("ben")
    assert refused(scene, commands.Unmute(), BEN).code == "not-allowed"


def test_only_the_same_rank_or_a_higher_one_lets_all_unmute():
    """And a cohost's mute does not take the host's away."""
    scene = full_scene(Life.LIVE)
    scene.do(SILENCE, ANA)
    assert refused(scene, commands.AllowUnmuting(), CORA).code == "outranked"
    scene.do(SILENCE, CORA)
    assert scene.room.silent_below is Role.HOST
    assert refused(scene, commands.Unmute(), CORA).code == "not-allowed"
    scene.do(commands.Unmute(), ANA)
    scene.do(commands.AllowUnmuting(), ANA)
    assert scene.do(commands.AllowUnmuting(), ANA) == []


def test_an_empty_stage_can_be_muted_for_good_before_anybody_comes():
    """A town hall begins in silence."""
    scene = Scene(OPEN_MIC, live=True)
    [forbidden] = scene.do(SILENCE, ANA)
    entry_ = audit(forbidden)
    assert entry_ is not None
    assert (entry_.action, entry_.detail) == ("unmuting_forbidden", "below host")
    scene.join(BEN)
    assert refused(scene, commands.Unmute(), BEN).code == "not-allowed"
