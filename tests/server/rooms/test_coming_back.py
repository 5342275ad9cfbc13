"""A client that was away gets what it has missed."""

from itertools import count

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server

_rooms = count(1)


def join(talk: Dialogue, room: str, upto: int | None = None) -> None:
    assert talk.ask("join_room", room=room, media=False, upto=upto)["type"] == "ack"


def open_room(ana: Dialogue, *, room_type: str = "audio_room") -> str:
    room = f"back-{next(_rooms)}"
    assert ana.ask("create_room", room=room, title="T", room_type=room_type, live=True)["room"]
    join(ana, room)
    return room


def test_missed_events_come_instead_of_the_whole_room(door: Server):
    """In order, with those of now as `upto`; the audience comes whole."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = open_room(ana)
        join(ben, room)
        upto = ben.hear("snapshot")["upto"]
        ben.socket.socket.close()  # no goodbye
        for text in ("one", "two"):
            ana.do("send_message", text=text)
        with dialogue(door.url, session=ben.welcome["session"]) as back:
            join(back, room, upto)
            missed = back.hear("events")
            assert [event["text"] for event in missed["events"]] == ["one", "two"]
            assert missed["upto"] == upto + 2
            assert back.hear("audience")["whole"] is True
            assert not any('"snapshot"' in text for text in back.texts)


def test_whoever_knows_nothing_gets_a_snapshot(door: Server):
    """Without `upto`, or with one that this log has not reached."""
    with dialogue(door.url, name="Ana") as ana:
        room = open_room(ana)
        for upto in (None, 10_000):
            with dialogue(door.url, session=ana.welcome["session"]) as back:
                join(back, room, upto)
                assert back.hear("snapshot")["room"]["room_id"] == room


def test_a_snapshot_comes_where_the_events_would_be_longer(door: Server):
    """Two dozen changes of two things say less than the room."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = open_room(ana)
        join(ben, room)
        upto = ben.hear("snapshot")["upto"]
        ben.socket.socket.close()
        for number in range(9):
            ana.do("set_attribute", key="notes", value=f"{number}" * 1000)
        for number in range(12):
            ana.do("set_slow_mode", seconds=number + 1)
        with dialogue(door.url, session=ben.welcome["session"]) as back:
            join(back, room, upto)
            shown = back.hear("snapshot")["room"]
            assert "8" * 1000 in str(shown)


def test_whoever_comes_back_to_their_place_needs_no_password(door: Server):
    """Also when a host has changed it meanwhile; whoever has left needs the new one."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = open_room(ana)
        ana.do("update_room", password="old")
        ben.ask("join_room", room=room, media=False, password="old")
        ana.do("update_room", password="new")
        ben.socket.socket.close()
        with dialogue(door.url, session=ben.welcome["session"]) as back:
            again = {"room": room, "media": False, "password": "old"}
            assert back.ask("join_room", **again)["type"] == "ack"
            back.do("leave_room")
            assert back.ask("join_room", **again)["code"] == "wrong-password"


def test_whoever_was_kicked_while_away_stays_out_until_they_come_by_themselves(door: Server):
    """A client that comes back by itself is told why; a person who joins is let in."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = open_room(ana)
        join(ben, room)
        upto = ben.hear("snapshot")["upto"]
        ben.socket.socket.close()
        ana.do("kick", identity=ben.welcome["identity"], reason="noise")
        with dialogue(door.url, session=ben.welcome["session"]) as back:
            refused = back.ask("join_room", room=room, media=False, upto=upto)
            assert refused["code"] == "kicked"
            assert "was sent out of room 'T' while away (noise)" in refused["reason"]
            join(back, room)
            assert ben.welcome["identity"] in back.hear("snapshot")["room"]["audience"]
