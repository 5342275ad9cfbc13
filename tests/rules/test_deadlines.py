"""Every expiry and grace time, in virtual time: nothing before it, the right thing at it."""

from dataclasses import replace

import pytest

from tests.rules.scenes import ANA, BEN, CLEO, CORA, LENA, LILY, SAM, START, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.people import awaited
from tui_rooms.rules.decide import SYSTEM, decide, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import EndReason, Life
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room_types import AUDIO_ROOM

TIMES = AUDIO_ROOM.settings


def passes(scene: Scene, seconds: float) -> list[events.Event]:
    """The deadline is so many seconds away, nothing is due just before it; what happens at it."""
    assert next_deadline(scene.room) == scene.now + seconds
    assert scene.expire(after=seconds - 0.01) == []
    happened = scene.expire(after=0.01)
    later = next_deadline(scene.room)
    assert later is None or later > scene.now
    return happened


def live_scene() -> Scene:
    """A live room of Ana's, who is inside."""
    return Scene(live=True)


def test_a_room_with_people_in_it_waits_for_nothing():
    """No deadline, no wake-up."""
    assert next_deadline(live_scene().room) is None


def test_an_offer_expires_and_takes_its_hand_along():
    """Whoever does not answer leaves the queue."""
    scene = live_scene()
    scene.join(BEN)
    scene.do(commands.RaiseHand(), BEN)
    scene.do(commands.OfferStage(identity="ben"), ANA)
    happened = passes(scene, TIMES.offer_life_s)
    assert [event.kind for event in happened] == ["offer_expired", "hand_lowered"]
    assert (scene.room.offers, scene.room.hands) == ({}, {})


def test_an_offer_cannot_be_accepted_at_its_end_even_before_the_clock_has_rung():
    """The time in the offer counts, not the wake-up."""
    scene = live_scene()
    scene.join(BEN)
    scene.do(commands.OfferStage(identity="ben"), ANA)
    with pytest.raises(RoomError) as refused:
        scene.do(commands.AcceptOffer(), BEN, after=TIMES.offer_life_s)
    assert refused.value.code == "offer-expired"


def test_a_block_ends_with_its_time():
    """Then they may come in again."""
    scene = live_scene()
    scene.do(commands.BlockStranger(identity="ben", seconds=90), ANA)
    [unblocked] = passes(scene, 90)
    assert unblocked == events.Unblocked(identity="ben", name="ben", by=None, at=START + 90)
    scene.join(BEN)


def test_somebody_blocked_may_join_at_the_end_even_before_the_clock_has_rung():
    """The block goes with their joining, so the log stays true."""
    scene = live_scene()
    scene.do(commands.BlockStranger(identity="ben", seconds=90), ANA)
    happened = scene.do(commands.JoinRoom(), BEN, after=90)
    assert [event.kind for event in happened] == ["unblocked", "came_back", "audience_joined"]


def test_a_block_without_time_waits_for_nobody():
    """It is no deadline."""
    scene = live_scene()
    scene.do(commands.BlockStranger(identity="ben"), ANA)
    assert next_deadline(scene.room) is None


def test_a_scheduled_room_opens_its_backstage_at_its_time_and_waits_there():
    """Nobody has come yet: it waits the longer grace time of a start, then ends."""
    scene = Scene(inside=False, starts_at=START + 600)
    [opened] = passes(scene, 600)
    assert opened.kind == "backstage_opened"
    [ended] = passes(scene, TIMES.start_grace_s)
    assert ended == events.RoomEnded(by=None, reason=EndReason.EMPTY, at=scene.now)


def test_a_scheduled_room_that_moves_wakes_at_its_new_time():
    """The deadline follows the update."""
    scene = Scene(starts_at=START + 600)
    scene.do(commands.UpdateRoom(starts_at=START + 900), ANA)
    assert next_deadline(scene.room) == START + 900


@pytest.mark.parametrize("ahead", [-3600.0, 300.0, 700.0])
def test_a_start_follows_the_wall_clock_and_all_else_the_rooms(ahead):
    """The shell says how far that is ahead."""
    scene = Scene(starts_at=START + 600)
    scene.do(commands.BlockStranger(identity="ben", seconds=10_000), ANA)
    assert next_deadline(scene.room, wall_ahead=ahead) == START + 600 - ahead
    early = commands.Expire(wall_ahead=ahead)
    assert scene.do(early, SYSTEM, after=600 - ahead - 1) == []
    [opened] = scene.do(early, SYSTEM, after=1)
    assert (opened.kind, opened.at) == ("backstage_opened", scene.now)
    assert next_deadline(scene.room, wall_ahead=ahead) == START + 10_000


def test_a_start_is_to_come_by_the_wall_clock():
    """When a room is made, and when it is moved."""
    make = {"room_id": "x", "title": "X", "starts_at": START + 60}
    with pytest.raises(RoomError, match="choose a time to come"):
        decide(None, commands.CreateRoom(**make, wall_ahead=61.0), ANA, START)
    assert decide(None, commands.CreateRoom(**make, wall_ahead=59.0), ANA, START)
    scene = Scene(starts_at=START + 60)
    over = commands.UpdateRoom(starts_at=START + 30, wall_ahead=31.0)
    with pytest.raises(RoomError, match="choose a time to come"):
        scene.do(over, ANA)
    scene.do(commands.UpdateRoom(starts_at=START - 30, wall_ahead=-31.0), ANA)
    assert scene.room.starts_at == START - 30


def test_a_room_nobody_is_in_ends_after_its_grace_time():
    """Whoever left last, from the stage or the audience."""
    scene = live_scene()
    scene.join(BEN)
    scene.do(commands.LeaveRoom(), ANA)
    scene.do(commands.LeaveRoom(), BEN, after=1)
    [ended] = passes(scene, TIMES.empty_grace_s)
    assert ended == events.RoomEnded(by=None, reason=EndReason.EMPTY, at=scene.now)
    assert (scene.room.life, next_deadline(scene.room)) == (Life.ENDED, None)


def test_coming_back_in_time_saves_an_empty_room():
    """A listener is enough."""
    scene = live_scene()
    scene.do(commands.LeaveRoom(), ANA)
    scene.join(BEN)
    assert next_deadline(scene.room) == START + TIMES.hostless_end_s


def test_a_room_whose_last_host_left_passes_to_the_longest_cohost():
    """After the grace time; the others stay what they are."""
    scene = live_scene()
    scene.join(CORA)
    scene.do(commands.JoinRoom(), replace(SAM, granted=Role.COHOST), after=1)
    scene.do(commands.LeaveRoom(), ANA)
    [passed] = passes(scene, TIMES.host_grace_s)
    assert passed == events.RoleChanged(
        identity="cora", name="Cora", role=Role.HOST, by=None, at=scene.now
    )
    assert scene.room.stage["sam"].role is Role.COHOST
    assert next_deadline(scene.room) is None


def test_a_host_who_comes_back_in_time_keeps_the_room():
    """The grace time is for them."""
    scene = live_scene()
    scene.join(CORA)
    scene.do(commands.LeaveRoom(), ANA)
    scene.do(commands.JoinRoom(), ANA, after=TIMES.host_grace_s - 1)
    assert next_deadline(scene.room) is None
    assert scene.room.stage["cora"].role is Role.COHOST


def test_a_room_without_host_and_cohost_ends():
    """With the reason; listeners and speakers alone do not carry it."""
    scene = live_scene()
    scene.join(SAM, LENA)
    scene.do(commands.LeaveRoom(), ANA)
    [ended] = passes(scene, TIMES.hostless_end_s)
    assert ended == events.RoomEnded(by=None, reason=EndReason.NO_HOST, at=scene.now)


def test_a_cohost_who_comes_after_the_grace_time_has_the_room_at_once():
    """The deadline is in the past, so the shell rings immediately."""
    scene = live_scene()
    scene.join(LENA)
    scene.do(commands.LeaveRoom(), ANA)
    scene.do(commands.JoinRoom(), CORA, after=TIMES.host_grace_s + 10)
    assert next_deadline(scene.room) == scene.now - 10
    scene.expire()
    assert scene.room.stage["cora"].role is Role.HOST


def test_a_backstage_without_host_waits():
    """Only a live room needs somebody in charge."""
    scene = Scene()
    scene.join(SAM)
    scene.do(commands.LeaveRoom(), ANA)
    assert next_deadline(scene.room) is None


def test_a_room_ends_at_its_longest_duration():
    """Counted from going live."""
    kind = replace(AUDIO_ROOM, settings=replace(TIMES, max_duration_s=3600))
    scene = Scene(kind)
    scene.do(commands.GoLive(), ANA, after=100)
    [ended] = passes(scene, 3600)
    assert ended == events.RoomEnded(by=None, reason=EndReason.TIME_OVER, at=scene.now)


def test_what_is_due_together_happens_together():
    """One wake-up clears all: no deadline is left in the past."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.BlockStranger(identity="cleo", seconds=10), ANA)
    happened = scene.expire(after=10_000)
    assert {event.kind for event in happened} == {"offer_expired", "hand_lowered", "unblocked"}
    assert next_deadline(scene.room) is None


def test_a_restart_begins_the_grace_times_anew():
    """People need time to reconnect: neither emptiness nor a missing host counts the outage."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.LeaveRoom(), ANA)
    scene.do(commands.ResumeRoom(), SYSTEM, after=5000)
    assert scene.room.audience_count == 0
    assert scene.room.hostless_since == scene.now
    for actor in (CORA, SAM):
        scene.do(commands.LeaveRoom(), actor)
    scene.do(commands.LeaveRoom(), replace(SAM, identity="tom", name="Tom"))
    scene.do(commands.ResumeRoom(), SYSTEM, after=5000)
    assert scene.room.empty_since == scene.now


def test_a_listener_who_does_not_come_back_after_a_restart_loses_the_hand():
    """The shell lets them leave, though the room does not know them any more."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.ResumeRoom(), SYSTEM)
    assert awaited(scene.room) == {"ana", "cora", "sam", "tom", "lily"}
    [dropped] = scene.do(commands.LeaveRoom(), LILY)
    assert dropped.kind == "claims_dropped"
    assert scene.do(commands.LeaveRoom(), CLEO) == []


def test_whoever_comes_back_on_the_stage_has_no_hand_and_no_offer_left():
    """A speaker who had come to listen, and was offered the stage before the restart."""
    scene = live_scene()
    scene.do(commands.JoinRoom(role=Role.LISTENER), SAM)
    scene.do(commands.RaiseHand(), SAM)
    scene.do(commands.OfferStage(identity="sam"), ANA)
    scene.do(commands.ResumeRoom(), SYSTEM)
    scene.join(SAM)
    assert "sam" in scene.room.stage
    assert (scene.room.hands, scene.room.offers) == ({}, {})
