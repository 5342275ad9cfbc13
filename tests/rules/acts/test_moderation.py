"""Muting, sending out, keeping out, reporting, and the audit log of it all."""

import pytest

from tests.rules.scenes import (
    ANA,
    BEN,
    CLEO,
    CORA,
    LENA,
    LILY,
    SAM,
    STRANGER,
    TOM,
    Scene,
    full_scene,
)
from tui_rooms.rules import commands, events
from tui_rooms.rules.acts import moderation
from tui_rooms.rules.acts.moderation import REPORTS_KEPT
from tui_rooms.rules.audit import AuditEntry, audit
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role


def refused(scene: Scene, command: commands.Command, actor: object) -> RoomError:
    """The error of a refused command."""
    with pytest.raises(RoomError) as error:
        scene.do(command, actor)
    return error.value


def test_mute_all_closes_every_microphone_but_ones_own():
    """Those who were open are named; whoever may talk may open again."""
    scene = full_scene(Life.LIVE)
    for actor in (ANA, CORA, SAM):
        scene.do(commands.Unmute(), actor)
    [all_muted] = scene.do(commands.MuteAll(), CORA)
    assert (all_muted.muted, all_muted.revoked) == (("ana", "sam", "tom"), ())
    assert [who for who in scene.room.stage if scene.room.may_be_heard(who)] == ["cora"]
    scene.do(commands.Unmute(), SAM)
    assert scene.room.may_be_heard("sam")


def test_mute_all_for_good_takes_send_audio_from_lower_ranks():
    """They cannot unmute until somebody grants it again; hosts are only muted."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.Unmute(), ANA)
    scene.do(commands.MuteAll(may_unmute=False), CORA)
    for actor in (SAM, TOM):
        error = refused(scene, commands.Unmute(), actor)
        assert "all below cohost are muted until that is over" in error.sentence
    scene.do(commands.Unmute(), ANA)
    scene.do(commands.GrantCapability(identity="sam", capability=Capability.SEND_AUDIO), CORA)
    scene.do(commands.Unmute(), SAM)
    assert scene.do(commands.MuteAll(may_unmute=False), CORA) != []
    assert scene.do(commands.MuteAll(may_unmute=False), CORA) == []


def test_whoever_is_kicked_is_out_and_may_come_back():
    """From the stage and from the audience; what they asked for is void."""
    scene = full_scene(Life.LIVE)
    kicked, left = scene.do(commands.Kick(identity="tom", reason="noise"), CORA)
    assert (kicked.reason, left.kind) == ("noise", "stage_left")
    happened = scene.do(commands.Kick(identity="lily"), CORA)
    assert [event.kind for event in happened] == ["kicked", "claims_dropped", "audience_left"]
    assert (scene.room.hands, scene.room.offers, scene.room.requests) == ({}, {}, {})
    scene.join(TOM, LILY)


def test_whoever_is_blocked_stays_out_with_the_reason():
    """The sentence says why and until when; unblocking lets them in."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.Block(identity="tom", reason="noise", seconds=3600), CORA)
    assert "tom" not in scene.room.stage
    error = refused(scene, commands.JoinRoom(), TOM)
    assert error.code == "blocked"
    assert "blocked (noise) until 1970-01-12 14:46 UTC" in error.sentence
    scene.do(commands.Unblock(identity="tom"), CORA)
    scene.join(TOM)
    assert scene.do(commands.Unblock(identity="tom"), CORA) == []


def test_somebody_who_is_not_here_can_be_blocked():
    """Whoever runs away before the block does not escape it; nor does who was never here."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.LeaveRoom(), TOM)
    [blocked, _] = scene.do(commands.Block(identity="tom"), ANA, after=60)
    assert blocked.name == "Tom"
    assert refused(scene, commands.JoinRoom(), TOM).code == "blocked"
    [blocked] = scene.do(commands.BlockStranger(identity="theo"), ANA)
    assert blocked.name == "theo"
    assert refused(scene, commands.JoinRoom(), STRANGER).code == "blocked"


def test_a_blocked_cohost_comes_back_as_a_listener():
    """A block ends what was given by name."""
    scene = Scene(live=True)
    scene.join(BEN)
    scene.do(commands.ChangeRole(identity="ben", role=Role.COHOST), ANA)
    scene.do(commands.Block(identity="ben"), ANA)
    scene.do(commands.Unblock(identity="ben"), ANA)
    scene.join(BEN)
    assert "ben" in scene.room.audience


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf"), 1e12])
def test_a_block_has_a_time_that_makes_sense(seconds):
    """Or none at all."""
    scene = full_scene(Life.LIVE)
    command = commands.Block(identity="tom", seconds=seconds)
    assert refused(scene, command, ANA).code == "bad-time"


def test_a_report_keeps_who_about_whom_when_and_why():
    """Once a report id; about somebody who is here or has left a trace."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.SendMessage(message_id="x", text="hi"), LENA)
    scene.do(commands.LeaveRoom(), LENA)
    command = commands.Report(report_id="r", identity="lena", reason="spam", text="all\nday")
    scene.do(command, LILY)
    kept = scene.room.reports["r"]
    assert (kept.name, kept.by_name, kept.reason, kept.text) == ("Lena", "Lily", "spam", "all\nday")
    assert scene.do(command, LILY) == []
    nobody = commands.Report(report_id="s", identity="cleo", reason="spam")
    assert "left no trace" in refused(scene, nobody, LILY).sentence
    oneself = commands.Report(report_id="s", identity="lily", reason="spam")
    assert refused(scene, oneself, LILY).code == "yourself"


def test_a_settled_report_stays_and_says_who_has_seen_to_it():
    """Once; and only a report that is known."""
    scene = full_scene(Life.LIVE)
    settle = commands.SettleReport(report_id="old")
    (event,) = scene.do(settle, ANA)
    assert (event.name, event.by_name) == ("bob", "Ana")
    assert scene.room.reports["old"].settled_by == "Ana"
    assert scene.do(settle, CORA) == []
    unknown = refused(scene, commands.SettleReport(report_id="x"), ANA)
    assert (unknown.code, "there is no report 'x'" in unknown.sentence) == ("unknown-report", True)


def test_reports_in_the_state_are_bounded():
    """The log has them all."""
    scene = full_scene(Life.LIVE)
    for number in range(REPORTS_KEPT + 3):
        scene.do(commands.Report(report_id=f"r{number}", identity="tom", reason="spam"), LENA)
    assert len(scene.room.reports) == REPORTS_KEPT
    assert "r2" not in scene.room.reports


def test_a_flood_of_reports_drives_out_no_one_elses(monkeypatch):
    """Settled ones go first, then the oldest of whoever has reported most."""
    monkeypatch.setattr(moderation, "REPORTS_KEPT", 4)
    scene = full_scene(Life.LIVE)
    for number in range(4):
        scene.do(commands.Report(report_id=f"r{number}", identity="tom", reason="spam"), LENA)
    assert list(scene.room.reports) == ["old", "r1", "r2", "r3"]
    scene.do(commands.SettleReport(report_id="r2"), ANA)
    scene.do(commands.Report(report_id="s", identity="tom", reason="spam"), LILY)
    assert list(scene.room.reports) == ["old", "r1", "r3", "s"]


def test_the_audit_log_says_who_did_what_to_whom():
    """With reasons; what people do to themselves and say is not in it."""
    scene = full_scene(Life.LIVE)
    start = len(scene.log)
    for command, actor in (
        (commands.Mute(identity="tom"), CORA),
        (commands.Kick(identity="lena", reason="noise"), CORA),
        (commands.Block(identity="tom", reason="spam", seconds=60), ANA),
        (commands.GrantCapability(identity="sam", capability=Capability.MUTE_USERS), ANA),
        (commands.SendMessage(message_id="x", text="hi"), SAM),
        (commands.DeleteMessage(message_id="x"), SAM),
        (commands.SetSlowMode(seconds=5), ANA),
        (commands.LeaveRoom(), SAM),
        (commands.EndRoom(), ANA),
    ):
        scene.do(command, actor)
    entries = [entry for event in scene.log[start:] if (entry := audit(event))]
    assert [(e.by, e.action, e.identity, e.detail) for e in entries] == [
        ("cora", "muted", "tom", ""),
        ("cora", "kicked", "lena", "noise"),
        ("ana", "blocked", "tom", "for 60 s: spam"),
        ("ana", "role_remembered", "tom", "listener"),
        ("ana", "capability_granted", "sam", "mute-users"),
        ("ana", "slow_mode_set", None, "5 s"),
        ("ana", "room_ended", None, "ended"),
    ]
    assert entries[1].name == "Lena"


def test_what_the_room_does_by_itself_is_in_the_audit_log_too():
    """A room that passes to a cohost is no secret."""
    scene = Scene(live=True)
    scene.join(CORA)
    scene.do(commands.LeaveRoom(), ANA)
    [passed] = scene.expire(after=120)
    assert audit(passed) == AuditEntry(
        at=scene.now, by=None, action="role_changed", identity="cora", name="Cora", detail="host"
    )


def test_the_queue_of_hands_keeps_its_order_and_tells_positions():
    """Whoever raised first is first; raising twice gains nothing."""
    scene = full_scene(Life.LIVE)
    scene.join(BEN, CLEO)
    for actor in (BEN, LENA, CLEO, BEN):
        scene.do(commands.RaiseHand(), actor, after=1)
    room = scene.room
    assert [room.hand_position(who) for who in ("lily", "ben", "lena", "cleo", "ana")] == [
        1, 2, 3, 4, None,
    ]  # fmt: skip
    scene.do(commands.DeclineHand(identity="ben"), CORA)
    scene.do(commands.RaiseHand(), BEN)
    assert list(room.hands) == ["lily", "lena", "cleo", "ben"]
    assert room.hands["lena"].raised_at == scene.now - 2


def test_declining_a_hand_takes_its_offer_back():
    """No and yes at once cannot be."""
    scene = full_scene(Life.LIVE)
    happened = scene.do(commands.DeclineHand(identity="lily"), CORA)
    assert [event.kind for event in happened] == ["hand_declined", "offer_withdrawn"]
    assert refused(scene, commands.AcceptOffer(), LILY).code == "no-offer"
    assert refused(scene, commands.DeclineHand(identity="lily"), CORA).code == "no-hand"


def test_hands_are_open_closed_or_for_some_roles():
    """Closing them leaves those that are up."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.SetHands(roles=frozenset()), CORA)
    error = refused(scene, commands.RaiseHand(), LENA)
    assert "hands are closed until a host opens them" in error.sentence
    assert "lily" in scene.room.hands
    scene.do(commands.SetHands(roles=frozenset({Role.SPEAKER})), CORA)
    assert "open for speaker only" in refused(scene, commands.RaiseHand(), LENA).sentence
    scene.do(commands.RaiseHand(), SAM)
    assert scene.do(commands.SetHands(roles=frozenset({Role.SPEAKER})), CORA) == []


def test_an_offer_in_vain_is_refused_with_what_would_do():
    """Somebody on the stage, a role that is none, somebody who is away."""
    scene = full_scene(Life.LIVE)
    for command, code in (
        (commands.OfferStage(identity="tom"), "already-on-stage"),
        (commands.OfferStage(identity="lena", role=Role.LISTENER), "bad-role"),
        (commands.OfferStage(identity="cleo"), "not-here"),
    ):
        assert refused(scene, command, CORA).code == code
    assert scene.do(commands.OfferStage(identity="lily"), CORA) == []
    [other] = scene.do(commands.OfferStage(identity="lily", role=Role.COHOST), CORA)
    assert isinstance(other, events.StageOffered)
    scene.do(commands.AcceptOffer(), LILY)
    assert scene.room.stage["lily"].role is Role.COHOST
    assert scene.room.stage["lily"].muted
