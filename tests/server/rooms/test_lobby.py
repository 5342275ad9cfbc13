"""Finding rooms: the list, the search, the preview, and reading what has ended."""

import time
from itertools import count

import pytest

from tests.support.dialogue import Dialogue, dialogue
from tests.support.server import Server
from tui_rooms.server.rooms.telling.summaries import here_sentence

_rooms = count(1)
SESAME, GUESS = "open sesame", "open barley"


def make(talk: Dialogue, title: str, **fields) -> str:
    """A room of its own id."""
    room = f"lobby-{next(_rooms)}"
    made = talk.ask("create_room", room=room, title=title, **fields)
    assert made["type"] == "ack", made
    return room


def found(talk: Dialogue, **query) -> list[str]:
    """The titles that a search finds."""
    return [room["title"] for room in talk.ask("find_rooms", **query)["rooms"]]


def test_rooms_are_found_by_state_and_words(door: Server):
    """Upcoming, live and ended; case does not count."""
    with dialogue(door.url, name="Ana") as ana:
        make(ana, "Crow Morning", live=True)
        make(ana, "Crow Evening", starts_at=time.time() + 3600, description="late crows")
        over = make(ana, "Crow Yesterday", live=True)
        assert ana.ask("do", room=over, command={"kind": "end_room"})["type"] == "ack"
        assert found(ana, text="CROW", state="live") == ["Crow Morning"]
        assert found(ana, text="crow", state="upcoming") == ["Crow Evening"]
        assert found(ana, text="crow", state="ended") == ["Crow Yesterday"]
        assert len(found(ana, text="crow")) == 3
        assert found(ana, text="late crows") == ["Crow Evening"]


def test_a_search_comes_in_pages(door: Server):
    """Each says where the next begins."""
    with dialogue(door.url, name="Ana") as ana:
        for number in range(5):
            make(ana, f"Heron {number}", live=True)
        titles, cursor = [], None
        for _ in range(3):
            page = ana.ask("find_rooms", text="heron", limit=2, cursor=cursor)
            titles += [room["title"] for room in page["rooms"]]
            cursor = page["next"]
        assert sorted(titles) == [f"Heron {number}" for number in range(5)]
        assert cursor is None
        assert ana.ask("find_rooms", cursor="nonsense")["code"] == "bad-cursor"


def test_a_private_room_is_in_no_list_and_open_to_its_link(door: Server):
    """Neither searched nor watched; whoever knows its id may come."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = make(ana, "Secret Owl", live=True, private=True)
        assert found(ben, text="owl") == []
        ben.ask("watch_rooms", text="owl")
        assert ben.hear("rooms")["rooms"] == []
        assert ben.ask("join_room", room=room, media=False)["room"] == room


def test_a_watcher_is_told_of_what_it_watches(door: Server):
    """By state and words, again when a room changes."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        ben.ask("watch_rooms", state="live", text="plover")
        assert ben.hear("rooms")["rooms"] == []
        room = make(ana, "Plover")
        ana.ask("join_room", room=room, media=False)
        ana.do("go_live")
        while not (rooms := ben.hear("rooms")["rooms"]):
            pass
        assert [(r["room"], r["life"]) for r in rooms] == [(room, "live")]
        ana.do("stop_live")
        while ben.hear("rooms")["rooms"]:
            pass


def test_a_preview_says_who_is_there_without_joining(door: Server):
    """Names of the first, and how many more; behind a password only how many."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = make(ana, "Tea", live=True)
        assert ben.ask("preview_room", room=room)["sentence"] == "nobody is here yet"
        ana.ask("join_room", room=room, media=False)
        preview = ben.ask("preview_room", room=room)
        assert preview["sentence"] == "Ana is here"
        assert preview["room"]["speakers"] == ["Ana"]
        ana.do("update_room", password=SESAME)
        assert ben.ask("preview_room", room=room)["sentence"] == "1 person is here"
        ana.do("end_room")
        assert ben.ask("preview_room", room=room)["sentence"] == (
            "room 'Tea' has ended: it can be read"
        )
        assert ben.ask("preview_room", room="nowhere")["code"] == "unknown-room"


@pytest.mark.parametrize(
    ("names", "count", "sentence"),
    [
        ([], 0, "nobody is here yet"),
        (["ana"], 1, "ana is here"),
        (["ana", "ben"], 2, "ana and ben are here"),
        (["ana", "ben", "cora"], 3, "ana, ben and cora are here"),
        (["ana", "ben"], 3, "ana, ben and 1 other are here"),
        (["ana", "ben"], 5, "ana, ben and 3 others are here"),
        ([], 1, "1 person is here"),
        ([], 7, "7 people are here"),
    ],
)
def test_a_sentence_about_who_is_here_is_good_english(names, count, sentence):
    """One, two, many, and those that are not named."""
    assert here_sentence(names, count) == sentence


def test_a_password_opens_the_door_and_a_wrong_one_does_not(door: Server):
    """Whoever was invited by role needs none; tries are limited."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = make(ana, "Vault", live=True, password=SESAME)
        assert ana.ask("join_room", room=room, media=False)["type"] == "ack"
        assert ben.ask("join_room", room=room)["code"] == "password-required"
        assert ben.ask("join_room", room=room, password=GUESS)["code"] == "wrong-password"
        joined = ben.ask("join_room", room=room, password=SESAME, media=False)
        assert joined["type"] == "ack"
        ben.do("leave_room")
        codes = {ben.ask("join_room", room=room, password=GUESS)["code"] for _ in range(8)}
        assert "too-many-tries" in codes


def test_participants_come_in_pages(door: Server):
    """The stage first; a search by name finds somebody in a crowd."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben Nightjar") as ben:
        room = make(ana, "Tea", live=True)
        ana.ask("join_room", room=room, media=False)
        ben.ask("join_room", room=room, media=False)
        page = ana.ask("list_participants", limit=1)
        assert (page["total"], page["participants"][0]["name"]) == (2, "Ana")
        page = ana.ask("list_participants", offset=1)
        assert [who["name"] for who in page["participants"]] == ["Ben Nightjar"]
        page = ana.ask("list_participants", text="NIGHTJAR")
        assert (page["total"], page["participants"][0]["role"]) == (1, "listener")
        with dialogue(door.url, name="Cora") as cora:
            refused = cora.ask("list_participants", room=room)
            assert refused["code"] == "not-here"
            assert "join it to read it" in refused["reason"]


def test_older_messages_come_on_request(door: Server):
    """Page by page, back to the first."""
    with dialogue(door.url, name="Ana") as ana:
        room = make(ana, "Tea", live=True)
        ana.ask("join_room", room=room, media=False)
        for number in range(5):
            ana.do("send_message", text=f"word {number}")
        page = ana.ask("read_chat", limit=2)
        assert [message["text"] for message in page["messages"]] == ["word 3", "word 4"]
        page = ana.ask("read_chat", limit=3, before=page["messages"][0]["message_id"])
        assert [message["text"] for message in page["messages"]] == ["word 0", "word 1", "word 2"]
        assert page["more"] is False
        assert ana.ask("read_chat", before="nothing")["code"] == "unknown-message"


def test_an_ended_room_can_be_read(door: Server):
    """Its chat by everyone, its audit log and reports by those who were in charge."""
    with dialogue(door.url, name="Ana") as ana, dialogue(door.url, name="Ben") as ben:
        room = make(ana, "Tea", live=True)
        for who in (ana, ben):
            who.ask("join_room", room=room, media=False)
        ben.do("send_message", text="for all")
        to = {"kind": "roles", "roles": ["host"]}
        ben.do("send_message", text="for hosts", to=to)
        ben.do("report", identity=ana.welcome["identity"], reason="rude")
        ana.do("block", identity=ben.welcome["identity"], reason="noise")
        ana.do("end_room")
        texts = [m["text"] for m in ana.ask("read_chat", room=room)["messages"]]
        assert texts == ["for all", "for hosts"]
        entries = ana.ask("read_audit", room=room)["entries"]
        assert [entry["action"] for entry in entries[:2]] == ["room_ended", "blocked"]
        assert entries[1]["detail"] == "noise"
        assert entries[1]["by"] == ana.welcome["identity"]
        assert ana.ask("read_reports", room=room)["reports"][0]["reason"] == "rude"
        assert ben.ask("read_chat", room=room)["code"] == "blocked"
        with dialogue(door.url, name="Cora") as cora:
            texts = [m["text"] for m in cora.ask("read_chat", room=room)["messages"]]
            assert texts == ["for all"]
            assert cora.ask("read_audit", room=room)["code"] == "not-allowed"


def test_the_audit_log_comes_in_pages(door: Server):
    """The newest first; `before` goes on where the last page ended."""
    with dialogue(door.url, name="Ana") as ana:
        room = make(ana, "Tea", live=True)
        ana.ask("join_room", room=room, media=False)
        for seconds in range(1, 6):
            ana.do("set_slow_mode", seconds=seconds)
        seen, before = [], None
        while True:
            page = ana.ask("read_audit", limit=2, before=before)
            seen += [entry["detail"] for entry in page["entries"]]
            before = page["before"]
            if before is None:
                break
        assert seen[:5] == ["5 s", "4 s", "3 s", "2 s", "1 s"]


def test_a_host_acts_on_a_room_without_being_in_it(door: Server):
    """With a token; nobody sees them come. A guest may not."""
    with (
        dialogue(door.url, name="Ana") as ana,
        dialogue(door.url, token=door.host_token) as host,
        dialogue(door.url, name="Ben") as ben,
    ):
        room = make(ana, "Tea", live=True)
        ana.ask("join_room", room=room, media=False)
        mute = {"kind": "set_slow_mode", "seconds": 3}
        assert host.ask("do", room=room, command=mute)["type"] == "ack"
        assert ana.event("slow_mode_set")["by"] == host.welcome["identity"]
        assert host.ask("do", room=room, command={"kind": "raise_hand"})["code"] == "not-here"
        assert host.ask("do", room=room, command={"kind": "leave_room"})["code"] == "not-here"
        assert ben.ask("do", room=room, command=mute)["code"] == "not-here"
        assert host.ask("list_participants", room=room)["total"] == 1


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ({"kind": "send_message", "text": "x"}, "more than 2 messages a second, or 10 at once"),
        ({"kind": "react", "emoji": "🔥"}, "more than 4 reactions a second, or 10 at once"),
        ({"kind": "send_event", "type": "x", "data": "1"}, "more than 10 events a second"),
    ],
)
def test_talk_has_limits_of_its_own(door: Server, command: dict, says: str):
    """Refused by name; other requests go through meanwhile."""
    with dialogue(door.url, name="Ana") as ana:
        room = make(ana, "Tea", live=True)
        ana.ask("join_room", room=room, media=False)
        for number in range(1000, 1040):  # all at once: nobody waits for the answers
            ana.send({"type": "do", "id": number, "command": command})
        assert ana.do("unmute")["type"] == "ack"
        refused = ana.hear("refused")
        assert refused["code"] == "too-fast"
        assert says in refused["reason"]
