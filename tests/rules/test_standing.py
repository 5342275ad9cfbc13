"""The participant's table, walked: every standing × everything that may happen to somebody."""

import contextlib
import itertools

import pytest

from tests.rules.scenes import ANA, BEN, Scene
from tui_rooms.rules import commands
from tui_rooms.rules.decide import SYSTEM, Actor
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.standing import STANDINGS, ParticipantEvent, Standing, standing

BEN_ON_STAGE = Actor(identity="ben", name="Ben", granted=Role.SPEAKER)
AUDIO = Capability.SEND_AUDIO

Step = tuple[commands.Command, Actor]

WAYS: dict[Standing, list[Step]] = {
    Standing.AWAY: [(commands.JoinRoom(), BEN), (commands.LeaveRoom(), BEN)],
    Standing.LISTENING: [(commands.JoinRoom(), BEN)],
    Standing.HAND_UP: [(commands.JoinRoom(), BEN), (commands.RaiseHand(), BEN)],
    Standing.INVITED: [(commands.JoinRoom(), BEN), (commands.OfferStage(identity="ben"), ANA)],
    Standing.CALLED_UP: [
        (commands.JoinRoom(), BEN),
        (commands.RaiseHand(), BEN),
        (commands.OfferStage(identity="ben"), ANA),
    ],
    Standing.MUTED: [(commands.JoinRoom(), BEN_ON_STAGE)],
    Standing.OPEN: [(commands.JoinRoom(), BEN_ON_STAGE), (commands.Unmute(), BEN)],
    Standing.SILENCED: [
        (commands.JoinRoom(), BEN_ON_STAGE),
        (commands.RevokeCapability(identity="ben", capability=AUDIO), ANA),
    ],
    Standing.BLOCKED: [(commands.BlockStranger(identity="ben"), ANA)],
}
"""How Ben comes to stand so."""

CAUSES: dict[ParticipantEvent, list[Step]] = {
    ParticipantEvent.JOINED_AUDIENCE: [(commands.JoinRoom(role=Role.LISTENER), BEN)],
    ParticipantEvent.JOINED_STAGE: [(commands.JoinRoom(), BEN_ON_STAGE)],
    ParticipantEvent.RAISED_HAND: [(commands.RaiseHand(), BEN)],
    ParticipantEvent.LOWERED_HAND: [
        (commands.LowerHand(identity="ben"), BEN),
        (commands.LowerHand(identity="ben"), ANA),
        (commands.LowerAllHands(), ANA),
    ],
    ParticipantEvent.OFFERED: [(commands.OfferStage(identity="ben"), ANA)],
    ParticipantEvent.OFFER_ENDED: [(commands.DeclineOffer(), BEN)],
    ParticipantEvent.OFFER_WITHDRAWN: [(commands.WithdrawOffer(identity="ben"), ANA)],
    ParticipantEvent.STEPPED_UP: [
        (commands.ChangeRole(identity="ben", role=Role.SPEAKER), ANA),
    ],
    ParticipantEvent.STEPPED_DOWN: [
        (commands.ChangeRole(identity="ben", role=Role.LISTENER), ANA),
        (commands.ChangeRole(identity="ben", role=Role.LISTENER), BEN),
    ],
    ParticipantEvent.UNMUTED: [(commands.Unmute(), BEN)],
    ParticipantEvent.MUTED: [
        (commands.Mute(identity="ben"), BEN),
        (commands.Mute(identity="ben"), ANA),
        (commands.MuteAll(), ANA),
    ],
    ParticipantEvent.REVOKED: [
        (commands.RevokeCapability(identity="ben", capability=AUDIO), ANA),
        (commands.MuteAll(may_unmute=False), ANA),
    ],
    ParticipantEvent.GRANTED: [
        (commands.GrantCapability(identity="ben", capability=AUDIO), ANA),
    ],
    ParticipantEvent.LEFT: [(commands.LeaveRoom(), BEN), (commands.Kick(identity="ben"), ANA)],
    ParticipantEvent.BLOCKED: [(commands.Block(identity="ben"), ANA)],
    ParticipantEvent.UNBLOCKED: [(commands.Unblock(identity="ben"), ANA)],
}
"""The commands that bring an event about, each in its own right."""


def scene_with_ben(how: Standing) -> Scene:
    """A live room of Ana's in which Ben stands so."""
    scene = Scene(live=True)
    for command, actor in WAYS[how]:
        scene.do(command, actor)
    assert standing(scene.room, "ben") is how
    return scene


@pytest.mark.parametrize("how", Standing)
def test_whatever_happens_somebody_stands_as_the_table_says(how):
    """A pair that is not in the table leaves Ben as he stands, refused or without effect."""
    for event in ParticipantEvent:
        for command, actor in CAUSES[event]:
            scene = scene_with_ben(how)
            with contextlib.suppress(RoomError):
                scene.do(command, actor)
            expected = STANDINGS.get((how, event), how)
            assert standing(scene.room, "ben") is expected, (event, command)


@pytest.mark.parametrize("how", [Standing.INVITED, Standing.CALLED_UP])
def test_accepting_an_offer_leads_to_the_stage_muted(how):
    """Both people have agreed, and nobody is heard by surprise."""
    scene = scene_with_ben(how)
    scene.do(commands.AcceptOffer(), BEN)
    assert standing(scene.room, "ben") is STANDINGS[how, ParticipantEvent.STEPPED_UP]
    assert "ben" not in scene.room.hands


@pytest.mark.parametrize("how", [Standing.INVITED, Standing.CALLED_UP])
def test_an_offer_that_expires_is_one_that_was_declined(how):
    """Also for the hand that led to it."""
    scene = scene_with_ben(how)
    scene.expire(after=scene.room.kind.settings.offer_life_s)
    assert standing(scene.room, "ben") is STANDINGS[how, ParticipantEvent.OFFER_ENDED]


def test_a_block_whose_time_is_over_leaves_no_trace():
    """The same as an unblock."""
    scene = Scene(live=True)
    scene.do(commands.BlockStranger(identity="ben", seconds=30), ANA)
    scene.do(commands.Expire(), SYSTEM, after=30)
    assert standing(scene.room, "ben") is Standing.AWAY


def test_every_standing_can_be_reached_and_left():
    """No state of the diagram is an island or a trap."""
    for how in Standing:
        others = {(old, new) for (old, _), new in STANDINGS.items() if old is not new}
        assert any(new is how for _, new in others), how
        assert any(old is how for old, _ in others), how
    assert len(STANDINGS) < len(list(itertools.product(Standing, ParticipantEvent)))
