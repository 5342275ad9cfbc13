"""Messages: who reads them, how many are kept, how fast they may come."""

import json

import pytest

from tests.rules.scenes import ANA, BEN, CLEO, CORA, LENA, LILY, Scene, full_scene
from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.chat import CHAT_KEPT
from tui_rooms.rules.acts.signals import ATTRIBUTES_KEPT
from tui_rooms.rules.address import ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.decide import Actor
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import evolve
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import TOWN_HALL
from tui_rooms.rules.view import view

HOSTS = ToRoles(roles=frozenset({Role.HOST, Role.COHOST}))


def say(message_id: str, text: str = "hi", **to: object) -> commands.SendMessage:
    """A message to everyone unless `to` says otherwise."""
    return commands.SendMessage(message_id=message_id, text=text, **to)


def reads(scene: Scene, identity: str) -> list[str]:
    """The ids of the messages that somebody has on their screen."""
    return list(view(scene.room, identity).chat)


def refused(scene: Scene, command: commands.Command, actor: object) -> RoomError:
    """The error of a refused command."""
    with pytest.raises(RoomError) as error:
        scene.do(command, actor)
    return error.value


def test_a_message_is_read_by_those_it_is_for():
    """Everyone, one person, or those who hold a role; the sender always."""
    scene = full_scene(Life.LIVE)
    scene.do(say("all"), LENA)
    scene.do(say("one", to=ToPerson(identity="tom")), LENA)
    scene.do(say("role", to=HOSTS), LENA)
    assert reads(scene, "lena") == ["m1", "all", "one", "role"]
    assert reads(scene, "tom") == ["m1", "all", "one"]
    assert reads(scene, "cora") == ["m1", "all", "role"]
    assert reads(scene, "ana") == ["m1", "all", "role"]
    assert reads(scene, "lily") == ["m1", "all"]


def test_a_promoted_cohost_reads_what_hosts_were_written():
    """Those who hold the role now; and no longer when they do not."""
    scene = full_scene(Life.LIVE)
    scene.do(say("role", to=HOSTS), LENA)
    scene.do(commands.ChangeRole(identity="tom", role=Role.COHOST), ANA)
    assert "role" in reads(scene, "tom")
    scene.do(commands.ChangeRole(identity="tom", role=Role.SPEAKER), ANA)
    assert "role" not in reads(scene, "tom")


def test_late_joiners_get_the_newest_messages():
    """As many as the room's type says, in order."""
    scene = Scene(live=True)
    for number in range(250):
        scene.do(say(f"m{number}"), ANA)
    scene.join(BEN)
    assert reads(scene, "ben") == [f"m{number}" for number in range(50, 250)]


def test_the_servers_state_stays_bounded():
    """The older half goes at the limit; a client's mirror follows the same event."""
    scene = Scene(live=True)
    scene.join(BEN)
    mirror = view(scene.room, "ben")
    for number in range(2 * CHAT_KEPT):
        for event in scene.do(say(f"m{number}"), ANA, after=1):
            evolve(mirror, event)
        assert len(scene.room.chat) <= CHAT_KEPT
    assert mirror.chat == view(scene.room, "ben").chat
    assert sum(isinstance(event, events.ChatTrimmed) for event in scene.log) == 2


def test_the_same_message_twice_is_one():
    """A client that is not sure repeats it with its id; nobody else may use the id."""
    scene = full_scene(Life.LIVE)
    assert len(scene.do(say("x"), LENA)) == 1
    assert scene.do(say("x"), LENA) == []
    assert refused(scene, say("x"), LILY).code == "message-exists"


def test_a_message_is_deleted_by_its_author_or_a_moderator_and_keeps_its_place():
    """The text is gone for everyone, who deleted it is said."""
    scene = full_scene(Life.LIVE)
    scene.do(say("x", "secret"), LENA)
    assert (
        "it takes kick-users"
        in refused(scene, commands.DeleteMessage(message_id="x"), LILY).sentence
    )
    scene.do(commands.DeleteMessage(message_id="x"), LENA)
    assert (scene.room.chat["x"].text, scene.room.chat["x"].deleted_by) == ("", "lena")
    assert scene.do(commands.DeleteMessage(message_id="x"), CORA) == []
    scene.do(say("y"), LENA)
    scene.do(commands.DeleteMessage(message_id="y"), CORA)
    assert scene.room.chat["y"].deleted_by == "cora"


def test_a_moderator_finds_no_private_message_of_others():
    """It is refused in the same words as one that does not exist."""
    scene = full_scene(Life.LIVE)
    scene.do(say("x", to=ToPerson(identity="tom")), LENA)
    there = refused(scene, commands.DeleteMessage(message_id="x"), ANA)
    missing = refused(scene, commands.DeleteMessage(message_id="z"), ANA)
    assert there.sentence == missing.sentence.replace("'z'", "'x'")
    assert refused(scene, commands.PinMessage(message_id="x"), ANA).code == "unknown-message"


def test_a_message_is_pinned_until_it_is_unpinned_or_deleted():
    """Only one that everyone may read."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.PinMessage(message_id="m1"), ANA)
    assert scene.do(commands.PinMessage(message_id="m1"), CORA) == []
    assert view(scene.room, "lily").pinned.text == "welcome"
    scene.do(commands.PinMessage(message_id=None), CORA)
    assert scene.room.pinned is None
    scene.do(commands.PinMessage(message_id="m1"), ANA)
    scene.do(commands.DeleteMessage(message_id="m1"), ANA)
    assert scene.room.pinned is None
    assert refused(scene, commands.PinMessage(message_id="m1"), ANA).code == "not-for-everyone"
    scene.do(say("role", to=HOSTS), ANA)
    assert refused(scene, commands.PinMessage(message_id="role"), ANA).code == "not-for-everyone"


def test_the_id_of_a_pinned_message_stays_taken():
    """Also when the message itself is in the log only: deleting another would unpin it."""
    scene = Scene(live=True)
    scene.join(BEN)
    scene.do(say("first"), ANA)
    scene.do(commands.PinMessage(message_id="first"), ANA)
    for number in range(CHAT_KEPT):
        scene.do(say(f"m{number}"), ANA, after=1)
    assert "first" not in scene.room.chat
    assert refused(scene, say("first", to=ToPerson(identity="ana")), BEN).code == "message-exists"


def test_slow_mode_makes_people_wait_but_not_those_who_moderate():
    """The refusal says how long; turning it off ends the wait."""
    scene = Scene(TOWN_HALL, live=True)
    scene.join(LENA)
    scene.do(say("a"), LENA)
    error = refused(scene, say("b"), LENA)
    assert error.sentence == (
        "'Lena' may write again in 10 s: slow mode allows one message in 10 s"
    )
    scene.do(say("b"), LENA, after=10)
    scene.do(say("c"), ANA)
    scene.do(say("d"), ANA)
    scene.do(commands.SetSlowMode(seconds=0), ANA)
    scene.do(say("e"), LENA)
    assert scene.do(commands.SetSlowMode(seconds=0), ANA) == []
    for wrong in (-1.0, float("nan"), 1e9):
        assert refused(scene, commands.SetSlowMode(seconds=wrong), ANA).code == "bad-time"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("x" * 2001, "2001 characters, limit 2000"),
        ("x" * 100_000, "100000 characters, limit 2000"),
        ("a\x1b[2J", "U+001B at place 2"),
        ("a\0b", "U+0000 at place 2"),
        ("\u200d\u2066", "U+2066 at place 2"),
        ("\u3164\u200b\u2800", "is empty"),
        ("\u200d", "shows nothing: U+200D"),
        ("line\nb\u202e", "U+202E at place 7"),
    ],
)
def test_a_message_that_a_terminal_would_act_on_is_refused(text, says):
    """Sizes, control and direction characters; lines are fine."""
    error = refused(Scene(live=True), say("x", text), ANA)
    assert error.code == "bad-text"
    assert says in error.sentence


@pytest.mark.parametrize(
    "text", ["two\nlines", "https://a.example/?q=1", "👩‍👩‍👧 café ਪੰਜਾਬੀ", "שלום"]
)
def test_links_lines_and_all_scripts_are_kept_as_text(text):
    """Nothing is taken out, nothing is put in."""
    scene = Scene(live=True)
    scene.do(say("x", text), ANA)
    assert scene.room.chat["x"].text == text


def test_a_message_needs_somebody_to_read_it():
    """Not oneself, nobody who is away, no empty set of roles."""
    scene = full_scene(Life.LIVE)
    for to, code in (
        (ToPerson(identity="lena"), "yourself"),
        (ToPerson(identity="cleo"), "not-here"),
        (ToRoles(roles=frozenset()), "bad-address"),
    ):
        assert refused(scene, say("x", to=to), LENA).code == code


def test_without_send_message_nobody_writes():
    """One capability taken, one person quiet."""
    scene = full_scene(Life.LIVE)
    scene.do(commands.RevokeCapability(identity="lena", capability=Capability.SEND_MESSAGE), CORA)
    assert "send-message was revoked" in refused(scene, say("x"), LENA).sentence
    scene.do(say("x"), LILY)


def test_a_clock_that_goes_back_does_not_reorder_the_chat():
    """Messages stand in the order in which they were decided."""
    scene = Scene(live=True)
    scene.do(say("a"), ANA)
    scene.do(say("b"), ANA, after=-50)
    a, b = scene.room.chat.values()
    assert a.at <= b.at


def test_reactions_come_from_the_rooms_own_set():
    """Others are refused with the choices."""
    scene = full_scene(Life.LIVE)
    [reacted] = scene.do(commands.React(emoji="👏"), LENA)
    assert isinstance(reacted, events.PRESENCE)
    error = refused(scene, commands.React(emoji="💀"), LENA)
    assert error.code == "bad-reaction"
    assert "👏" in error.sentence


@pytest.mark.parametrize(
    "data", ["", "{", "NaN", "[" * 4000, '"' + "é" * 2100 + '"', " " * 5000, "\ud800"]
)
def test_an_event_that_is_no_json_or_too_long_is_refused(data):
    """Nothing that another client could stumble over is passed on."""
    scene = Scene(live=True)
    command = commands.SendEvent(type="poll", data=data)
    assert refused(scene, command, ANA).code == "bad-event"


def test_an_event_is_passed_on_as_it_is():
    """Not logged, not changed."""
    scene = Scene(live=True)
    data = json.dumps({"question": "tea?", "answers": ["yes", "no"]})
    [sent] = scene.do(commands.SendEvent(type="poll", data=data), ANA)
    assert (sent.type, sent.data) == ("poll", data)
    assert sent not in scene.log


def test_attributes_are_compared_and_set():
    """Two writers cannot both win, and a version never comes twice."""
    scene = Scene(live=True)

    def put(value: str | None, expected: int | None) -> list[events.Event]:
        return scene.do(
            commands.SetAttribute(key="topic", value=value, expected_version=expected), ANA
        )

    put("a", 0)
    error = refused(scene, commands.SetAttribute(key="topic", value="b", expected_version=0), ANA)
    assert (error.code, "has version 1" in error.sentence) == ("version-conflict", True)
    put("b", 1)
    assert put("b", None) == []
    put(None, 2)
    put("c", 0)
    assert scene.room.attributes["topic"].version == 4


def test_attributes_are_few_and_small():
    """Their number and their size are bounded, by name."""
    scene = Scene(live=True)
    for number in range(ATTRIBUTES_KEPT):
        scene.do(commands.SetAttribute(key=f"k{number}", value="v"), ANA)
    one_more = commands.SetAttribute(key="more", value="v")
    assert refused(scene, one_more, ANA).code == "too-many-attributes"
    too_long = commands.SetAttribute(key="k1", value="v" * 1025)
    assert "1025 characters, limit 1024" in refused(scene, too_long, ANA).sentence
    scene.do(commands.SetAttribute(key="k1", value=None), ANA)
    scene.do(one_more, ANA)


def test_somebody_from_outside_writes_in_the_role_that_they_hold():
    """A host's bot posts by HTTP, without a seat."""
    scene = full_scene(Life.LIVE)
    bot = Actor(identity="bot", name="Bot", granted=Role.HOST, outside=True)
    scene.do(say("x", to=ToEveryone()), bot)
    assert scene.room.chat["x"].name == "Bot"
    for stranger in (CLEO, BEN):
        assert refused(scene, say("y"), stranger).code == "not-here"
