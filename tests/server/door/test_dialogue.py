"""What two clients and one server say to each other."""

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server, running_server


def make_room(talk: Dialogue, room: str, room_type: str = "open_mic") -> None:
    """Create a live room and come in, without media."""
    made = talk.ask("create_room", room=room, title=room.title(), room_type=room_type, live=True)
    assert made["type"] == "ack"
    assert talk.ask("join_room", room=room, media=False)["room"] == room


def test_whoever_joins_gets_the_room_and_then_its_events(door: Server):
    """A snapshot first, then what happens, in the order of the log."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "events")
        seen = ana.hear("snapshot")
        assert seen["room"]["stage"][ana.welcome["identity"]]["role"] == "host"
        ben.ask("join_room", room="events", media=False)
        joined = ana.event("stage_joined")
        assert (joined["name"], joined["role"]) == ("Ben", "speaker")
        ben.do("unmute")
        assert ana.event("unmuted")["identity"] == ben.welcome["identity"]
        assert ben.event("unmuted")["identity"] == ben.welcome["identity"]


def test_the_audience_is_told_as_a_count_with_names(door: Server):
    """Listeners are presence: not an event each."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "audience", "audio_room")
        ben.ask("join_room", room="audience", media=False)
        news = ana.hear("audience")
        assert news["count"] == 1
        assert [member["name"] for member in news["joined"]] == ["Ben"]
        ben.do("leave_room")
        assert ana.hear("audience")["count"] == 0


def test_an_unknown_room_is_refused_with_its_name(door: Server):
    """The sentence names the room and what to do."""
    with dialogue(door.url, name="Ana") as ana:
        refused = ana.ask("join_room", room="nowhere")
        assert refused["code"] == "unknown-room"
        assert "'nowhere'" in refused["reason"]


def test_an_unknown_room_type_is_refused_with_those_that_there_are(door: Server):
    """The sentence lists the choices."""
    with dialogue(door.url, name="Ana") as ana:
        refused = ana.ask("create_room", title="Party", room_type="party")
        assert refused["code"] == "bad-room-type"
        assert "audio_room, open_mic, town_hall" in refused["reason"]


def test_a_refused_command_reaches_nobody_else(door: Server):
    """Ben may not end the room; Ana hears the next real event first."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "refusals")
        ben.ask("join_room", room="refusals", media=False)
        ana.event("stage_joined")
        assert ben.do("end_room")["code"] == "not-allowed"
        ben.do("unmute")
        assert ana.hear("events")["events"][0]["kind"] == "unmuted"


def test_ending_a_room_sends_everyone_out_with_the_reason(door: Server):
    """The connection stays; the room is gone from the lobby."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "short")
        ben.ask("join_room", room="short", media=False)
        assert ana.do("end_room")["type"] == "ack"
        assert not any('"closed"' in text for text in ana.texts), "that comes behind the answer"
        assert ana.hear("closed")["code"] == "room-ended"
        assert ben.hear("closed")["code"] == "room-ended"
        refused = ben.ask("join_room", room="short")
        assert refused["code"] == "room-ended"
        assert "can be read, but not joined" in refused["reason"]


def test_the_lobby_is_pushed_when_it_changes(door: Server):
    """A watcher learns of a new room without asking again."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        assert ben.ask("watch_rooms")["type"] == "ack"
        ana.ask("create_room", room="lobby-news", title="News", room_type="open_mic", live=True)
        while all(r["room"] != "lobby-news" for r in ben.hear("rooms")["rooms"]):
            pass


def test_a_room_gets_an_id_from_its_title(door: Server):
    """Without a wish the id is readable, and a second one of that title differs."""
    with dialogue(door.url, name="Ana") as ana:
        first = ana.ask("create_room", title="Café Übung!", live=True)["room"]
        second = ana.ask("create_room", title="Café Übung!", live=True)["room"]
        assert first == "cafe-ubung"
        assert second != first
        assert second.startswith("cafe-ubung-")


def test_the_session_makes_a_guest_the_same_again(door: Server):
    """Who comes back with the secret keeps identity and seat; without it, it is somebody else."""
    with dialogue(door.url, name="Ana") as ana:
        make_room(ana, "return")
        first = ana.welcome
        ana.socket.socket.close()  # no goodbye: as when a network goes away
    with dialogue(door.url, name="Ana", session=first["session"]) as again:
        assert again.welcome["identity"] == first["identity"]
        again.ask("join_room", room="return", media=False)
        seat = again.hear("snapshot")["room"]["stage"][first["identity"]]
        assert seat["role"] == "host"
    with dialogue(door.url, name="Ana") as other:
        assert other.welcome["identity"] != first["identity"]


def test_joining_from_a_second_place_replaces_the_first(door: Server):
    """One person sits once in a room; the older connection is told."""
    with dialogue(door.url, name="Ana") as ana:
        make_room(ana, "twice")
        with dialogue(door.url, session=ana.welcome["session"]) as second:
            second.ask("join_room", room="twice", media=False)
            assert ana.hear("closed")["code"] == "replaced"
            assert len(second.hear("snapshot")["room"]["stage"]) == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("{", "this is not JSON"),
        ("[]", "expected an object"),
        ('{"type": "dance", "id": 1}', "dance"),
        ('{"type": "join_room", "id": 1, "room": "A B"}', "join_room.room"),
        ('{"type": "watch_rooms", "id": 1, "also": 2}', "watch_rooms.also"),
        ('{"type": "do", "id": 1, "command": {"kind": "expire"}}', "expire"),
    ],
)
def test_a_malformed_message_is_refused_with_the_place(door: Server, sent: str, says: str):
    """The connection lives on and the sender learns what was wrong."""
    with dialogue(door.url, name="Ana") as ana:
        ana.send(sent)
        refused = ana.hear("refused")
        assert refused["code"] == "bad-message"
        assert says in refused["reason"]
        assert ana.ask("watch_rooms")["type"] == "ack"


def test_an_oversized_message_closes_that_connection_alone(door: Server):
    """1009 for the sender; the room of the others is untouched."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "oversize")
        ben.send("x" * 70_000)
        with pytest.raises(ConnectionClosed) as closed:
            ben.hear("refused")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        assert ana.do("unmute")["type"] == "ack"


def test_a_client_that_asks_too_fast_is_slowed_down_by_name(door: Server):
    """Beyond the burst requests are refused, not queued."""
    with dialogue(door.url, name="Ana") as ana:
        for number in range(100):
            ana.send({"type": "do", "id": number, "command": {"kind": "unmute"}})
        answers = [ana.hear("refused")["code"] for _ in range(100)]
        assert "too-fast" in answers
        assert answers[0] == "not-here"


def test_the_first_message_must_be_hello(door: Server):
    """Anything else ends the connection with a sentence."""
    with dialogue(door.url, name="x", type="watch_rooms", id=3, version=1) as talk:
        assert talk.welcome["type"] == "refused"


def test_another_version_is_refused_with_both_numbers(door: Server):
    """The sentence says which side is older."""
    with dialogue(door.url, name="Ana", version=9) as talk:
        assert talk.welcome["code"] == "bad-version"
        assert "version 1" in talk.welcome["reason"]


def test_a_wrong_token_is_refused(door: Server):
    """A token of another server opens nothing."""
    with running_server() as other, dialogue(door.url, token=other.host_token) as talk:
        assert talk.welcome["code"] == "bad-token"


def test_a_name_with_control_characters_is_refused(door: Server):
    """Nobody's terminal is driven by a stranger's name."""
    with dialogue(door.url, name="a\x1b[2Jb") as talk:
        assert talk.welcome["code"] == "bad-text"


@pytest.mark.parametrize("name", ["\u200b", "\u3164\u115f", "\ufe0f", "\u0301", "\u200f"])
def test_a_name_that_shows_nothing_is_refused(door: Server, name: str):
    """Nobody sits in a room unseen; blanks at the ends of a name are no part of it."""
    with dialogue(door.url, name=name) as talk:
        assert talk.welcome["code"] == "bad-text"
    with dialogue(door.url, name=f"{name}Ana\u200b") as talk:
        assert talk.welcome["name"].endswith("Ana")


def test_a_malformed_answer_is_refused_and_the_room_goes_on(door: Server):
    """An SDP that is none is told to its sender only."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        make_room(ana, "sdp")
        ben.ask("join_room", room="sdp", media=True)
        assert ben.hear("media_offer")["sdp"].startswith("v=0")
        refused = ben.ask("answer_media", sdp="v=0\r\nm=nonsense\r\n")
        assert refused["code"] == "bad-sdp"
        assert ana.do("unmute")["type"] == "ack"


def test_an_answer_without_an_offer_is_refused(door: Server):
    """Joined without media there is nothing to answer."""
    with dialogue(door.url, name="Ana") as ana:
        make_room(ana, "no-offer")
        assert ana.ask("answer_media", sdp="v=0\r\n")["code"] == "no-offer"


def test_without_loopback_a_token_is_required():
    """On other addresses guests are turned away, and a host's token opens the door."""
    with running_server("--host", "0.0.0.0") as guarded:
        with dialogue(guarded.url, name="Ana") as talk:
            assert talk.welcome["code"] == "token-required"
        with dialogue(guarded.url, token=guarded.host_token) as host:
            assert host.welcome["type"] == "welcome"
            make_room(host, "guarded")


def test_whoever_bears_the_hosts_token_is_called_what_they_choose(door: Server):
    """In the room too, and by another name the next time; without a wish by their role."""
    with dialogue(door.url, token=door.host_token, name="Hanna") as hanna:
        assert hanna.welcome["name"] == "Hanna"
        make_room(hanna, "named")
        identity = hanna.welcome["identity"]
        assert hanna.hear("snapshot")["room"]["stage"][identity]["name"] == "Hanna"
        session = hanna.welcome["session"]
    for wish, name in ((None, "Hanna"), ("Johanna", "Johanna")):
        with dialogue(door.url, token=door.host_token, session=session, name=wish) as again:
            assert (again.welcome["identity"], again.welcome["name"]) == (identity, name)
    with dialogue(door.url, token=door.host_token) as nobody:
        assert nobody.welcome["name"] == "host"
    with dialogue(door.url, token=door.host_token, name="a\x1bb") as nobody:
        assert nobody.welcome["code"] == "bad-text"


def test_open_lets_guests_in_on_any_address():
    """--open is the operator's word that everyone may come."""
    with running_server("--host", "0.0.0.0", "--open") as wide_open:
        assert wide_open.started["guests"] is True
        with dialogue(wide_open.url, name="Ana") as talk:
            make_room(talk, "everyone")
