"""The life of a room: its table, its diagram, and what each step does to people."""

import itertools
from pathlib import Path

import pytest

from tests.rules.scenes import ANA, BEN, CORA, LENA, SAM, START, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import Actor, decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import evolve, replay
from tui_rooms.rules.life import LIFE, EndReason, Life, LifeEvent
from tui_rooms.rules.records import Revision
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room_types import ROOM_TYPES, RoomType, Settings
from tui_rooms.rules.standing import STANDINGS, Standing

HASH, OTHER_HASH, NO_HASH = "$argon2id$x", "$argon2id$y", ""
ROOT = Path(__file__).parents[2]
MOVES: dict[LifeEvent, events.Event] = {
    LifeEvent.BACKSTAGE_OPENED: events.BackstageOpened(by=None, at=START),
    LifeEvent.WENT_LIVE: events.WentLive(by="ana", at=START),
    LifeEvent.LIVE_STOPPED: events.LiveStopped(by="ana", at=START),
    LifeEvent.ROOM_ENDED: events.RoomEnded(by="ana", at=START),
}


@pytest.mark.parametrize(("life", "event"), list(itertools.product(Life, LifeEvent)))
def test_a_room_moves_as_its_table_says_and_not_otherwise(life, event):
    """What is not in the table is a broken log, and says so."""
    room = full_scene(life).room
    if (life, event) in LIFE:
        evolve(room, MOVES[event])
        assert room.life is LIFE[life, event]
    else:
        with pytest.raises(KeyError):
            evolve(room, MOVES[event])


def test_both_diagrams_are_drawn_from_the_tables():
    """Every state and every word of the tables is on the page of the rules."""
    drawn = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for state in (*Life, *Standing):
        assert f'state "{state.value}" as {state.name}' in drawn
    for (old, event), new in (*LIFE.items(), *STANDINGS.items()):
        arrows = [a for a in drawn.splitlines() if f"{old.name} --> {new.name}:" in a]
        assert len(arrows) == 1
        assert event.value.replace("_", " ") in arrows[0]


def test_a_scheduled_room_lets_hosts_in_early_and_opens_by_itself():
    """Others wait until its time; at that time it is backstage, not live."""
    scene = full_scene(Life.SCHEDULED)
    with pytest.raises(RoomError, match="opens at 1970-01-12 14:46 UTC") as refused:
        scene.join(SAM)
    assert refused.value.code == "not-started"
    scene.expire(after=3599)
    assert scene.room.life is Life.SCHEDULED
    scene.expire(after=1)
    assert scene.room.life is Life.BACKSTAGE
    scene.join(SAM)
    assert "sam" in scene.room.stage


def test_going_live_early_opens_the_backstage_on_the_way():
    """The path of the table is kept."""
    scene = full_scene(Life.SCHEDULED)
    happened = scene.do(commands.GoLive(), ANA)
    assert [event.kind for event in happened] == ["backstage_opened", "went_live"]


def test_back_to_backstage_sends_listeners_out_with_a_reason():
    """The stage stays; hands, offers and requests of listeners are void; they wait outside."""
    scene = full_scene(Life.LIVE)
    happened = scene.do(commands.StopLive(), ANA)
    sent_out = happened[-1]
    assert isinstance(sent_out, events.ListenersSentOut)
    assert "'Ana' has taken room 'Jazz' back to its backstage" in sent_out.reason
    room = scene.room
    assert (room.life, room.live_since, room.audience, room.audience_count) == (
        Life.BACKSTAGE, None, {}, 0,
    )  # fmt: skip
    assert set(room.stage) == {"ana", "cora", "sam", "tom"}
    assert (room.hands, room.offers, room.requests) == ({}, {}, {})
    with pytest.raises(RoomError) as refused:
        scene.join(LENA)
    assert refused.value.code == "not-live"
    scene.do(commands.GoLive(), ANA)
    scene.join(LENA)


def test_a_room_type_without_backstage_is_live_from_start_to_end():
    """It cannot go back, and a scheduled one goes live at its time."""
    plain = ROOM_TYPES["audio_room"]
    kind = RoomType(
        "always_live", "no backstage", Role.LISTENER, plain.capabilities, Settings(backstage=False)
    )
    scene = Scene(kind)
    assert scene.room.life is Life.LIVE
    with pytest.raises(RoomError) as refused:
        scene.do(commands.StopLive(), ANA)
    assert refused.value.code == "no-backstage"
    later = Scene(kind, starts_at=START + 60)
    later.expire(after=60)
    assert later.room.life is Life.LIVE


def test_an_ended_room_can_be_read():
    """Chat, reports and who was blocked stay; who was here does not."""
    room = full_scene(Life.ENDED).room
    assert [message.text for message in room.chat.values()] == ["welcome"]
    assert set(room.blocked) == {"bob"}
    assert (room.stage, room.audience_count, room.hands, room.offers) == ({}, 0, {}, {})
    assert (room.end_reason, room.ended_at) == (EndReason.ENDED, START)


def test_a_room_is_described_scheduled_hidden_and_locked_at_once():
    """Everything that creating takes is in the room, and the password's hash in no event shown."""
    scene = Scene(
        inside=False, description="two\nlines", starts_at=START + 60, private=True,
        password_hash=HASH,
    )  # fmt: skip
    room = scene.room
    assert (room.description, room.starts_at, room.private) == ("two\nlines", START + 60, True)
    assert (room.has_password, room.password_hash) == (True, HASH)
    assert HASH not in repr(scene.log[0])


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"starts_at": START - 1}, "bad-time"),
        ({"starts_at": START + 400 * 86_400}, "bad-time"),
        ({"starts_at": float("nan")}, "bad-time"),
        ({"starts_at": START + 60, "live": True}, "bad-time"),
        ({"description": "x" * 501}, "bad-text"),
    ],
)
def test_a_room_that_cannot_be_is_refused(wish, code):
    """Times in the past, too far off or none at all; texts that are too long."""
    with pytest.raises(RoomError) as refused:
        Scene(**wish)
    assert refused.value.code == code


def test_updating_tells_only_what_has_changed():
    """The same title again is no news; an empty password hash takes the password off."""
    scene = Scene(password_hash=HASH)
    assert scene.do(commands.UpdateRoom(title="Jazz", private=False), ANA) == []
    [news] = scene.do(commands.UpdateRoom(title="Blues", private=False), ANA)
    assert isinstance(news, events.RoomUpdated)
    assert (news.title, news.private) == ("Blues", None)
    scene.do(commands.UpdateRoom(password_hash=NO_HASH), ANA)
    assert (scene.room.has_password, scene.room.password_hash) == (False, None)
    scene.do(commands.UpdateRoom(password_hash=HASH), ANA)
    [changed] = scene.do(commands.UpdateRoom(password_hash=OTHER_HASH), ANA)
    assert changed.kind == "password_set"


def test_only_a_scheduled_room_can_be_moved():
    """Once it is open its start is history."""
    scene = full_scene(Life.SCHEDULED)
    scene.do(commands.UpdateRoom(starts_at=START + 60), ANA)
    scene.expire(after=60)
    with pytest.raises(RoomError) as refused:
        scene.do(commands.UpdateRoom(starts_at=START + 900), ANA)
    assert refused.value.code == "bad-time"


def test_a_password_keeps_strangers_out_and_lets_the_invited_in():
    """It takes the password, an invitation, or a role on the stage that is remembered."""
    scene = Scene(live=True, password_hash=HASH)
    with pytest.raises(RoomError) as refused:
        scene.join(BEN)
    assert refused.value.code == "password-required"
    scene.join(Actor(identity="ben", name="Ben", knows_password=True), SAM)
    scene.do(commands.ChangeRole(identity="ben", role=Role.SPEAKER), ANA)
    for actor in (ANA, BEN):
        scene.do(commands.LeaveRoom(), actor)
        scene.join(actor)
    assert set(scene.room.stage) == {"ana", "ben", "sam"}


def test_a_full_stage_takes_hosts_and_cohosts_but_no_speaker():
    """An open mic's newcomers listen then; promotion and offers are refused with the number."""
    plain = ROOM_TYPES["open_mic"]
    kind = RoomType("tiny", "two places", Role.SPEAKER, plain.capabilities, Settings(stage_size=2))
    scene = Scene(kind, live=True)
    scene.join(SAM, BEN, CORA)
    assert set(scene.room.stage) == {"ana", "sam", "cora"}
    assert set(scene.room.audience) == {"ben"}
    for command in (
        commands.ChangeRole(identity="ben", role=Role.SPEAKER),
        commands.OfferStage(identity="ben"),
    ):
        with pytest.raises(RoomError, match="all 2 places are taken"):
            decide(scene.room, command, ANA, scene.now)
    with pytest.raises(RoomError, match="all 2 places"):
        scene.join(LENA, role=Role.SPEAKER)


def test_what_calendars_show_is_counted():
    """Title, description and start; not who finds the room, and not what stays as it is."""
    scene = Scene(starts_at=START + 60)
    assert scene.room.revision == Revision(at=START)
    for number, change in enumerate(
        ({"title": "Tea"}, {"description": "x"}, {"starts_at": START + 90}, {"title": "Tee"}), 1
    ):
        scene.do(commands.UpdateRoom(**change), ANA, after=1)
        assert scene.room.revision == Revision(number=number, at=scene.now)
    for change in ({"title": "Tee"}, {"private": True}, {"password_hash": HASH}):
        before = scene.room.revision
        scene.do(commands.UpdateRoom(**change), ANA, after=1)
        assert scene.room.revision == before
    assert replay(scene.log).revision == scene.room.revision


def test_a_room_is_called_off_that_will_not_be_at_its_start():
    """Ended before it, whether it was live early or not; that is a change too."""
    early = Scene(starts_at=START + 60)
    early.do(commands.EndRoom(), ANA)
    assert (early.room.called_off, early.room.revision.number) == (True, 1)
    was_live = Scene(starts_at=START + 60)
    was_live.do(commands.GoLive(), ANA)
    was_live.do(commands.EndRoom(), ANA, after=30)
    assert (was_live.room.called_off, was_live.room.revision.number) == (True, 1)


def test_a_room_that_was_live_is_not_called_off():
    """Though it went back to its backstage, and ended there; nor is one without a start."""
    scene = Scene(starts_at=START + 60)
    scene.expire(after=60)
    scene.do(commands.GoLive(), ANA)
    scene.do(commands.StopLive(), ANA, after=60)
    scene.do(commands.EndRoom(), ANA)
    assert (scene.room.called_off, scene.room.revision.number) == (False, 0)
    at_once = Scene(live=True)
    at_once.do(commands.EndRoom(), ANA)
    assert not at_once.room.called_off


def test_a_room_that_nobody_came_to_is_called_off():
    """It opened at its time, and ended empty."""
    scene = Scene(inside=False, starts_at=START + 60)
    scene.expire(after=60)
    scene.expire(after=10_000)
    assert (scene.room.life, scene.room.called_off) == (Life.ENDED, True)
