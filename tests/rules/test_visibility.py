"""Who may see what, event by event, and what somebody gets who comes back."""

from dataclasses import replace
from typing import get_args

import pytest

from tests.rules.scenes import ANA, BEN, CORA, LENA, LILY, SAM, TOM, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.address import ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.evolve import CHANGES, evolve
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.view import AUDIENCE_SHOWN, view
from tui_rooms.rules.visibility import concerned, is_public, missed, sees, visibility, visible

HASH = "$argon2id$x"
WHO = ("ana", "cora", "sam", "lena", "lily", "theo")
"""Host, cohost, speaker, two listeners, and a stranger."""


def message(to: object) -> commands.SendMessage:
    """From whoever sends it, to somebody."""
    return commands.SendMessage(message_id="x", text="hi", to=to)


ASK = commands.RequestPermission(capability=Capability.SEND_EVENT)
OFFER = commands.OfferStage(identity="lena")
REPORT = commands.Report(report_id="r", identity="tom", reason="spam")


@pytest.mark.parametrize(
    ("command", "actor", "seen_by"),
    [
        (message(ToEveryone()), LENA, set(WHO)),
        (message(ToPerson(identity="sam")), LENA, {"lena", "sam"}),
        (message(ToRoles(roles=frozenset({Role.HOST}))), LENA, {"lena", "ana"}),
        (message(ToRoles(roles=frozenset({Role.LISTENER}))), SAM, {"sam", "lena", "lily"}),
        (commands.DeleteMessage(message_id="m1"), CORA, set(WHO)),
        (REPORT, LENA, {"ana", "cora"}),
        (commands.SettleReport(report_id="old"), CORA, {"ana", "cora"}),
        (commands.Block(identity="tom"), CORA, {"ana", "cora"}),
        (commands.SetEntry(entry=Entry.LOCKED), CORA, set(WHO)),
        (commands.MuteAll(may_unmute=False), CORA, set(WHO)),
        (commands.Unblock(identity="bob"), CORA, {"ana", "cora"}),
        (ASK, LENA, {"lena", "ana", "cora"}),
        (OFFER, CORA, {"lena", "ana", "cora"}),
        (commands.DeclineOffer(), LILY, {"lily", "ana", "cora"}),
        (commands.RaiseHand(), LENA, set(WHO)),
        (commands.Mute(identity="tom"), CORA, set(WHO)),
        (commands.Kick(identity="tom"), CORA, {"ana", "cora"}),
        (commands.UpdateRoom(title="Blues"), CORA, set(WHO)),
        (commands.UpdateRoom(password_hash=HASH), CORA, set(WHO)),
        (commands.React(emoji="👏"), LENA, set(WHO)),
    ],
)
def test_an_event_is_seen_by_those_it_is_for(command, actor, seen_by):
    """The first event of each command; what follows has a row of its own, or is public."""
    scene = full_scene(Life.LIVE)
    first = scene.do(command, actor)[0]
    assert {who for who in WHO if visible(scene.room, who, first)} == seen_by
    assert is_public(first) == (seen_by == set(WHO))


def test_nobody_is_told_a_passwords_hash():
    """Not even the host who set it; views say only that there is one."""
    scene = full_scene(Life.LIVE)
    _, secret = scene.do(commands.UpdateRoom(password_hash=HASH), ANA)
    assert not any(visible(scene.room, who, secret) for who in WHO)
    assert view(scene.room, "ana").password_hash is None
    assert view(scene.room, "ana").has_password


def test_somebody_who_is_kicked_may_see_it():
    """The reason is for them too."""
    scene = full_scene(Life.LIVE)
    kicked, *_ = scene.do(commands.Kick(identity="lena", reason="noise"), CORA)
    assert visible(scene.room, "lena", kicked)


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (commands.ChangeRole(identity="sam", role=Role.COHOST), ANA),
        (commands.GrantCapability(identity="sam", capability=Capability.READ_REPORTS), ANA),
        (commands.ChangeRole(identity="sam", role=Role.LISTENER), ANA),
    ],
)
def test_a_change_of_what_somebody_may_see_concerns_them_alone(command, actor):
    """They need a fresh view; for all others nothing has changed."""
    scene = full_scene(Life.LIVE)
    before = {who: visibility(scene.room, who) for who in WHO}
    [event] = scene.do(command, actor)
    changed = {who for who in WHO if visibility(scene.room, who) != before[who]}
    assert changed == {"sam"} == set(concerned(event))


def test_a_promoted_moderator_sees_what_was_hidden():
    """Reports, blocks, requests, offers and messages to hosts, all at once."""
    scene = full_scene(Life.LIVE)
    scene.do(REPORT, LENA)
    scene.do(message(ToRoles(roles=frozenset({Role.COHOST}))), LENA)
    hidden = view(scene.room, "sam")
    assert (hidden.reports, hidden.blocked, hidden.requests, hidden.offers) == ({}, {}, {}, {})
    assert "x" not in hidden.chat
    scene.do(commands.ChangeRole(identity="sam", role=Role.COHOST), ANA)
    seen = view(scene.room, "sam")
    assert set(seen.reports) == {"old", "r"}
    assert set(seen.blocked) == {"bob"}
    assert set(seen.requests) == set(seen.offers) == {"lily"}
    assert "x" in seen.chat


def test_whoever_comes_back_gets_what_they_missed_and_no_more():
    """Their old view, evolved with it, is the view of now."""
    scene = full_scene(Life.LIVE)
    mirror, was = view(scene.room, "lena"), visibility(scene.room, "lena")
    upto = len(scene.log)
    scene.do(message(ToPerson(identity="sam")), TOM)
    scene.do(REPORT, LILY)
    scene.do(commands.Mute(identity="tom"), ANA)
    news = missed(scene.room, "lena", was, scene.log[upto:])
    assert [event.kind for event in news] == ["muted"]
    for event in news:
        evolve(mirror, event)
    assert replace(mirror, empty_since=None) == view(scene.room, "lena")


def test_whoever_comes_back_with_other_rights_gets_a_fresh_view():
    """What became visible meanwhile is not among the events, what became hidden would be."""
    scene = full_scene(Life.LIVE)
    was, upto = visibility(scene.room, "sam"), len(scene.log)
    scene.do(commands.ChangeRole(identity="sam", role=Role.COHOST), ANA)
    assert missed(scene.room, "sam", was, scene.log[upto:]) is None


def test_a_host_who_is_away_keeps_their_standing():
    """Reading the room by HTTP shows them what their remembered role shows."""
    scene = full_scene(Life.LIVE)
    before = visibility(scene.room, "ana")
    scene.do(commands.LeaveRoom(), ANA)
    assert visibility(scene.room, "ana") == before


def test_a_view_of_a_view_is_the_view():
    """Nothing is lost or won by looking twice."""
    room = full_scene(Life.LIVE).room
    for who in WHO:
        assert view(view(room, who), who) == view(room, who)


def test_a_client_knows_the_first_of_a_large_audience_and_always_itself():
    """So that it can tell what it may do."""
    scene = Scene(live=True)
    for number in range(AUDIENCE_SHOWN + 5):
        scene.join(replace(BEN, identity=f"l{number}"))
    scene.join(BEN)
    seen = view(scene.room, "ben")
    assert len(seen.audience) == AUDIENCE_SHOWN + 1
    assert seen.audience_count == AUDIENCE_SHOWN + 6
    assert seen.may("ben", Capability.RAISE_HAND)


def test_every_event_has_a_change_and_is_weighed():
    """A new event cannot be forgotten by evolve."""
    assert set(CHANGES) == {*get_args(events.Event)}
    assert not sees(visibility(full_scene(Life.LIVE).room, "ana"), "ana", events.PasswordSet(
        password_hash=None, at=0.0,
    ))  # fmt: skip
