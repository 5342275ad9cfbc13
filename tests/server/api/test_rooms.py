"""Rooms over HTTP: find, preview, make, change, command."""

import time
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.server.api.people import make_room
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server


def in_hours(hours: float) -> str:
    """A time to come, as ISO 8601."""
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def found(door: Server, query: str) -> list[str]:
    """The ids of the rooms that a query finds."""
    answer = call(f"{door.url}/api/rooms?{query}")
    assert answer.status == 200, answer.body
    return [room["room"] for room in answer.body["rooms"]]


def test_a_room_is_made_found_and_previewed(door: Server):
    """The three agree with each other."""
    host = make_room(door, title="Green tea", description="with rice")
    assert host.room == "green-tea"
    assert found(door, "text=GREEN+rice") == ["green-tea"]
    preview = host.get().body
    assert (preview["room"]["title"], preview["room"]["life"]) == ("Green tea", "live")
    assert preview["sentence"] == "nobody is here yet"


def test_rooms_with_titles_in_other_scripts_have_ids_that_are_said_and_typed(door: Server):
    """Each its own, over HTTP too; under it the room is found, with its title as it was written."""
    titles = {"Łódź": "lodz", "お茶の時間": "ochanoshijian", "Чай вдвоём": "chay-vdvoem"}
    for title, room_id in titles.items():
        host = make_room(door, title=title)
        assert (host.room, host.get().body["room"]["title"]) == (room_id, title)


def test_a_guests_token_for_a_room_to_come_lasts_until_a_day_after_its_start(door: Server):
    """Whoever made it comes in as its host then."""
    for hours in (0, 5 * 24):
        fields = {"starts_at": in_hours(hours)} if hours else {}
        made = make_room(door, title="To come", **fields)
        claims = jwt.decode(made.token, options={"verify_signature": False})
        assert claims["exp"] - time.time() == pytest.approx((hours + 24) * 3600, abs=60)


def test_whoever_makes_a_room_without_a_name_is_called_what_they_choose(door: Server):
    """By the room's token: a name that was given stays, one that was not is theirs to choose."""
    for name, called in ((None, "Zoe"), ("Ada", "Ada")):
        host = make_room(door, title="Named", name=name)
        assert host.get().body["room"]["host"] == (name or "host")
        with dialogue(door.url, token=host.token, name="Zoe") as talk:
            assert talk.welcome["name"] == called
    made = call(f"{door.url}/api/rooms", {"title": "T", "name": "Hanna"}, token=door.host_token)
    assert made.body["room"]["host"] == "Hanna"


def test_a_preview_says_who_is_there(door: Server):
    """As people on the door would: the stage first."""
    host = make_room(door, title="Preview", room_type="open_mic")
    with dialogue(door.url, name="Ben") as ben, dialogue(door.url, name="Cleo") as cleo:
        ben.ask("join_room", room=host.room, media=False)
        cleo.ask("join_room", room=host.room, media=False)
        assert host.get().body["sentence"] == "Ben and Cleo are here"


def test_rooms_are_found_by_state_and_time(door: Server):
    """Upcoming ones the soonest first; what has ended is found as such."""
    late = make_room(door, title="Late quiz", starts_at=in_hours(5))
    soon = make_room(door, title="Soon quiz", starts_at=in_hours(2))
    live = make_room(door, title="Live quiz")
    over = make_room(door, title="Old quiz")
    assert over.do("end_room").status == 200
    assert found(door, "state=upcoming&text=quiz") == [soon.room, late.room]
    assert found(door, "state=live&text=quiz") == [live.room]
    assert found(door, "state=ended&text=quiz") == [over.room]
    until = in_hours(3).replace("+", "%2B")
    assert found(door, f"state=upcoming&text=quiz&until={until}") == [soon.room]
    assert found(door, f"state=upcoming&text=quiz&since={until}") == [late.room]


def test_rooms_are_found_by_host(door: Server):
    """By the whole name, whatever the case."""
    made = make_room(door, title="Hosted", name="Dora Dorn")
    assert found(door, "host=dora+dorn") == [made.room]
    assert found(door, "host=dora") == []


def test_pages_of_rooms_are_whole_and_without_doubles(door: Server):
    """The cursor leads from page to page."""
    made = {make_room(door, title=f"Paged {number}").room for number in range(5)}
    seen: list[str] = []
    query = "text=paged&limit=2"
    cursor = ""
    while cursor is not None:
        page = call(f"{door.url}/api/rooms?{query}{cursor and '&cursor=' + cursor}").body
        assert len(page["rooms"]) <= 2
        seen += [room["room"] for room in page["rooms"]]
        cursor = page["next"]
    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=sleeping", "bad-request"),
        ("limit=0", "bad-request"),
        ("since=yesterday", "bad-request"),
        ("colour=red", "bad-request"),
        ("cursor=nonsense", "bad-cursor"),
    ],
)
def test_a_query_that_cannot_be_is_refused(door: Server, query: str, code: str):
    """It is not answered with everything instead."""
    assert call(f"{door.url}/api/rooms?{query}").code == code


def test_a_private_room_is_not_found_but_shown_to_whoever_has_its_link(door: Server):
    """Its id cannot be guessed from the title."""
    host = make_room(door, title="Secret garden", private=True)
    assert "garden" not in host.room
    assert found(door, "text=secret") == []
    assert call(host.url).body["room"]["title"] == "Secret garden"


def test_a_password_is_asked_for_and_stays_out_of_every_answer(door: Server):
    """Wrong, right, and what is told in front of the door."""
    host = make_room(door, title="Locked", password="open sesame", room_type="open_mic")
    with dialogue(door.url, name="Ben") as ben:
        assert ben.ask("join_room", room=host.room)["code"] == "password-required"
        wrong = ben.ask("join_room", room=host.room, password="sesame")
        assert wrong["code"] == "wrong-password"
        ben.ask("join_room", room=host.room, password="open sesame", media=False)
        preview = host.get()
        assert preview.body["room"]["has_password"]
        assert preview.body["sentence"] == "1 person is here"
        assert "argon2" not in str(preview.body)
        assert "argon2" not in str(ben.hear("snapshot"))


def test_a_room_is_changed_over_http(door: Server):
    """Title, privacy and password; those inside learn of it at once."""
    host = make_room(door, title="Before", room_type="open_mic", password="old")
    with dialogue(door.url, name="Ben") as ben:
        ben.ask("join_room", room=host.room, password="old", media=False)
        change = {"title": "After", "password": ""}
        changed = call(host.url, change, method="PATCH", token=host.token)
        assert changed.body["room"]["title"] == "After"
        assert not changed.body["room"]["has_password"]
        assert ben.event("room_updated")["title"] == "After"
    assert call(host.url, {"title": "x"}, method="PATCH").code == "not-here"


def test_commands_act_from_outside_with_a_hosts_token_alone(door: Server):
    """A host's token mutes somebody; a guest without one is told to join first."""
    host = make_room(door, room_type="open_mic")
    with dialogue(door.url, name="Ben") as ben:
        ben.ask("join_room", room=host.room, media=False)
        ben.do("unmute")
        who = ben.welcome["identity"]
        command = {"command": {"kind": "mute", "identity": who}}
        assert call(f"{host.url}/commands", command).code == "not-here"
        assert host.do("mute", identity=who).status == 200
        assert ben.event("muted")["identity"] == who


def test_commands_act_as_whoever_is_inside(door: Server):
    """A session's token raises that person's own hand."""
    host = make_room(door)
    with dialogue(door.url, name="Ben") as ben:
        ben.ask("join_room", room=host.room, media=False)
        answer = call(
            f"{host.url}/commands",
            {"command": {"kind": "raise_hand"}},
            token=ben.welcome["session"],
        )
        assert answer.status == 200, answer.body
        assert ben.event("hand_raised")["identity"] == ben.welcome["identity"]
        left = {"command": {"kind": "leave_room"}}
        refused = call(f"{host.url}/commands", left, token=ben.welcome["session"])
        assert (refused.status, refused.code) == (409, "not-by-http")


@pytest.mark.parametrize(
    "command",
    [
        {"kind": "expire"},
        {"kind": "resume_room"},
        {"kind": "join_room"},
        {"kind": "update_room", "password_hash": "$argon2id$"},
        {"kind": "mute_all", "may_unmute": "no"},
        {"kind": "send_message", "message_id": "mine", "text": "x"},
        {},
    ],
)
def test_what_no_participant_may_say_is_not_understood(door: Server, command: dict[str, str]):
    """The system's commands, the server's own fields, and loose values."""
    host = make_room(door)
    answer = call(f"{host.url}/commands", {"command": command}, token=host.token)
    assert (answer.status, answer.code) == (400, "bad-request")


def test_an_unknown_room_is_404_and_an_ended_one_can_only_be_read(door: Server):
    """The codes are the same as on the WebSocket."""
    nowhere = call(f"{door.url}/api/rooms/nowhere")
    assert (nowhere.status, nowhere.code) == (404, "unknown-room")
    host = make_room(door)
    host.do("end_room")
    assert host.get().body["room"]["life"] == "ended"
    assert (host.do("go_live").status, host.do("go_live").code) == (409, "room-ended")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"room_type": "party"}, "bad-room-type"),
        ({"title": "\x1b[31mred"}, "bad-text"),
        ({"title": "\u200b\u2800"}, "bad-text"),
        ({"title": "\U000e0067"}, "bad-text"),
        ({"starts_at": "2000-01-01T00:00:00Z"}, "bad-time"),
        ({"starts_at": "9999-12-31T23:59:59+00:00"}, "bad-time"),
        ({"name": " "}, "bad-text"),
    ],
)
def test_values_that_the_rules_do_not_take_are_422(door: Server, fields, code):
    """Understood, but refused."""
    answer = call(f"{door.url}/api/rooms", {"title": "Tea"} | fields)
    assert (answer.status, answer.code) == (422, code)


def test_guests_of_one_address_have_so_many_rooms(proxied: Server):
    """The next one is refused until one has ended; a token lifts the limit."""
    crowd = {"X-Forwarded-For": "203.0.113.20"}
    url = f"{proxied.url}/api/rooms"
    made = [call(url, {"title": "Many"}, headers=crowd) for _ in range(5)]
    assert all(answer.status == 201 for answer in made)
    refused = call(url, {"title": "Many"}, headers=crowd)
    assert (refused.status, refused.code) == (429, "room-limit")
    with_token = call(url, {"title": "Many"}, headers=crowd, token=proxied.host_token)
    assert with_token.status == 201
    room, token = made[0].body["room"]["room"], made[0].body["token"]
    call(f"{url}/{room}/commands", {"command": {"kind": "end_room"}}, token=token)
    assert call(url, {"title": "Many"}, headers=crowd).status == 201


def test_the_token_of_a_guests_room_lifts_no_limit(proxied: Server):
    """Whoever has one room comes no further with its token than without."""
    crowd = {"X-Forwarded-For": "203.0.113.21"}
    url = f"{proxied.url}/api/rooms"
    token = call(url, {"title": "First"}, headers=crowd).body["token"]
    made = [call(url, {"title": "More"}, headers=crowd, token=token) for _ in range(5)]
    assert [answer.status for answer in made] == [201] * 4 + [429]
    assert made[-1].code == "room-limit"


def test_the_room_types_are_listed(door: Server):
    """Those that are built in, for whoever wants to choose."""
    names = [kind["name"] for kind in call(f"{door.url}/api/room-types").body]
    assert names == ["audio_room", "open_mic", "town_hall"]
