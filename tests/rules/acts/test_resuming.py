"""A room after a restart, by a clock that tells less than before."""

from dataclasses import replace

import pytest

from tests.rules.scenes import ANA, BEN, LILY, START, Scene, full_scene
from tui_rooms.rules import commands
from tui_rooms.rules.decide import SYSTEM, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import evolve, replay
from tui_rooms.rules.life import EndReason, Life
from tui_rooms.rules.room_types import AUDIO_ROOM
from tui_rooms.rules.view import view

HOUR = 3600.0
TIMES = AUDIO_ROOM.settings


def restarted(scene: Scene, by: float) -> Scene:
    """The room from its log, on a server that starts with the clock set by so much."""
    scene.room = replay(scene.log)
    scene.now += by
    scene.do(commands.ResumeRoom(), SYSTEM)
    return scene


def busy_scene() -> Scene:
    """As full as can be, with slow mode, and somebody who is blocked for a while."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.BlockStranger(identity="cleo", seconds=90.0), ANA)
    scene.do(commands.SetSlowMode(seconds=10.0), ANA)
    scene.do(commands.SendMessage(message_id="m2", text="hi"), LILY)
    return scene


def test_what_lasts_lasts_no_longer_than_it_was_meant_to():
    """An offer and a block end after their own time, not an hour later."""
    scene = restarted(busy_scene(), -HOUR)
    assert scene.room.offers["lily"].expires_at == scene.now + TIMES.offer_life_s
    assert scene.room.blocked["cleo"].until == scene.now + 90
    assert next_deadline(scene.room) == scene.now + TIMES.offer_life_s
    assert "offer_expired" in [event.kind for event in scene.expire(after=TIMES.offer_life_s)]
    scene.expire(after=90 - TIMES.offer_life_s)
    assert set(scene.room.blocked) == {"bob"}


def test_slow_mode_makes_nobody_wait_for_the_clock():
    """At most its own time, also from one message to the next; the chat stays in order."""
    scene = restarted(busy_scene(), -HOUR)
    scene.join(LILY)
    with pytest.raises(RoomError, match="may write again in 10 s"):
        scene.do(commands.SendMessage(message_id="m3", text="hi"), LILY)
    for number in range(3):
        scene.do(commands.SendMessage(message_id=f"n{number}", text="hi"), LILY, after=10)
    times = [message.at for message in scene.room.chat.values()]
    assert times == sorted(times)
    assert times[-1] == scene.now


def test_a_longest_duration_is_counted_from_the_restart_at_the_latest():
    """A room that went live in what is the future now ends after its own time."""
    kind = replace(AUDIO_ROOM, settings=replace(TIMES, max_duration_s=600.0))
    scene = restarted(Scene(kind, live=True), -HOUR)
    [ended] = scene.expire(after=600)
    assert (ended.reason, ended.at) == (EndReason.TIME_OVER, scene.now)


def test_nobody_has_waited_or_talked_in_the_future():
    """What is shown as waiting for so long begins now."""
    room = restarted(busy_scene(), -HOUR).room
    now = START - HOUR
    shown = [
        *(hand.raised_at for hand in room.hands.values()),
        *(asked.at for asked in room.requests.values()),
        *(report.at for report in room.reports.values()),
        *(message.at for message in room.chat.values()),
        *(who.since for who in room.stage.values()),
    ]
    assert set(shown) == {now}


@pytest.mark.parametrize("viewer", ["ana", "cora", "sam", "lily", "theo"])
@pytest.mark.parametrize("by", [-HOUR, -1.0, 0.0, HOUR])
def test_a_client_that_is_told_of_it_knows_what_the_server_knows(viewer, by):
    """The law of views: evolving what somebody sees gives what they see of the evolved room."""
    scene = busy_scene()
    scene.room = replay(scene.log)
    seen = view(scene.room, viewer)
    scene.now += by
    [resumed] = scene.do(commands.ResumeRoom(), SYSTEM)
    evolve(seen, resumed)
    assert seen == view(scene.room, viewer)
    assert replay(scene.log) == replace(scene.room, empty_since=None)


def test_after_a_restart_by_a_clock_that_went_on_nothing_is_moved():
    """An offer and a block end when they would have."""
    before = busy_scene()
    offers, blocked = dict(before.room.offers), dict(before.room.blocked)
    chat = dict(before.room.chat)
    room = restarted(before, 5.0).room
    assert (room.offers, room.blocked, room.chat) == (offers, blocked, chat)


def test_a_start_is_no_duration():
    """It stays where the wall clock will show it."""
    scene = restarted(Scene(starts_at=START + HOUR), -HOUR)
    assert next_deadline(scene.room) == START + HOUR
    scene.do(commands.LeaveRoom(), ANA)
    scene.join(ANA)
    with pytest.raises(RoomError, match="opens at"):
        scene.join(BEN)
