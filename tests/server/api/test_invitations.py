"""Invitation links over HTTP."""

import time
from typing import Any

import pytest

from tests.server.api.people import Host, make_room
from tests.support.dialogue import dialogue
from tests.support.http import Reply, call
from tests.support.server import Server, running_server


def invite(host: Host, **fields: Any) -> dict[str, Any]:
    """A new invitation."""
    made = call(f"{host.url}/invitations", fields, token=host.token)
    assert made.status == 201, made.body
    return dict(made.body)


def use(door: Server, link: str, **fields: Any) -> Reply:
    """What a client does with a link: the secret goes into the body, never into a URL."""
    secret = link.partition("#invite=")[2]
    return call(f"{door.url}/api/invitations/use", {"secret": secret, **fields})


def test_an_invitation_brings_somebody_in_with_its_role(door: Server):
    """The link's path is the room; its secret stands where no server logs it."""
    host = make_room(door)
    made = invite(host, role="speaker")
    assert made["link"].startswith(f"{door.url}/r/{host.room}#invite=")
    came = use(door, made["link"], name="Ben").body
    assert (came["room"], came["role"], came["name"]) == (host.room, "speaker", "Ben")
    with dialogue(door.url, token=came["token"]) as ben:
        ben.ask("join_room", room=host.room, media=False)
        stage = ben.hear("snapshot")["room"]["stage"]
        assert stage[came["identity"]]["role"] == "speaker"


def test_whoever_is_invited_may_be_called_differently_later(door: Server):
    """As any guest may; a name that a token gave stays with its bearer."""
    host = make_room(door, name="Ana")
    link = invite(host)["link"]
    ben = use(door, link, name="Ben").body["token"]
    named = call(
        f"{door.url}/api/invitations/use",
        {"secret": link.partition("#invite=")[2], "name": "Zoe"},
        token=host.token,
    ).body
    assert named["name"] == "Ana"
    for token, name in ((ben, "Benedict"), (named["token"], "Ana")):
        with dialogue(door.url, token=token, name="Benedict") as talk:
            assert talk.welcome["name"] == name


def test_an_invitation_opens_a_locked_room_on_a_server_without_guests():
    """No password and no token but the one that it gives; it counts in that room alone."""
    with running_server("--no-guests") as guarded:
        made = call(
            f"{guarded.url}/api/rooms",
            {"title": "Tea", "password": "x", "live": True},
            token=guarded.host_token,
        ).body
        other = call(
            f"{guarded.url}/api/rooms", {"title": "Jazz", "live": True}, token=guarded.host_token
        ).body
        host = Host("tea", made["token"], f"{guarded.url}/api/rooms/tea")
        came = use(guarded, invite(host)["link"]).body
        with dialogue(guarded.url, token=came["token"]) as ben:
            refused = ben.ask("join_room", room=other["room"]["room"])
            assert refused["code"] == "wrong-room"
            assert ben.ask("join_room", room="tea", media=False)["type"] == "ack"


def test_uses_are_counted_and_listed(door: Server):
    """As often as it was made for; the list never shows a secret."""
    host = make_room(door)
    made = invite(host, uses=1)
    assert use(door, made["link"]).status == 200
    again = use(door, made["link"])
    assert (again.status, again.code) == (403, "bad-invitation")
    assert "for 1 uses" in again.reason
    listed = host.get("/invitations")
    assert [(i["uses"], i["uses_limit"]) for i in listed.body["invitations"]] == [(1, 1)]
    assert made["link"].partition("#invite=")[2] not in str(listed.body)


def test_who_is_refused_at_the_door_has_used_up_nothing(door: Server):
    """Too early, then in time: the same link, which was for one use."""
    host = make_room(door, live=False)
    link = invite(host, uses=1)["link"]
    early = use(door, link)
    assert early.code == "not-live"
    assert host.get("/invitations").body["invitations"][0]["uses"] == 0
    assert host.do("go_live").status == 200
    assert use(door, link).status == 200
    assert use(door, link).code == "bad-invitation"


def test_a_revoked_invitation_is_useless(door: Server):
    """204, then the link opens nothing."""
    host = make_room(door)
    made = invite(host)
    one = f"{host.url}/invitations/{made['invitation']['invitation']}"
    assert call(one, b"", method="DELETE", token=host.token).status == 204
    assert use(door, made["link"]).code == "bad-invitation"
    assert call(one, b"", method="DELETE", token=host.token).status == 404


def test_a_listener_invites_nobody_and_nobody_invites_above_themself(door: Server):
    """It takes update-roles, and the role that is given."""
    host = make_room(door)
    with dialogue(door.url, name="Ben") as ben:
        ben.ask("join_room", room=host.room, media=False)
        session = ben.welcome["session"]
        refused = call(f"{host.url}/invitations", {}, token=session)
        assert (refused.status, refused.code) == (403, "not-allowed")
        assert call(f"{host.url}/invitations", token=session).code == "not-allowed"
    cohost = use(door, invite(host, role="cohost")["link"]).body["token"]
    assert call(f"{host.url}/invitations", {"role": "cohost"}, token=cohost).status == 201
    above = call(f"{host.url}/invitations", {"role": "host"}, token=cohost)
    assert (above.status, above.code) == (403, "outranked")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("change_role", {"role": "listener"}),
        ("change_role", {"role": "speaker"}),
        ("revoke_capability", {"capability": "update-roles"}),
        ("block", {}),
    ],
)
def test_a_link_ends_with_its_makers_right_to_make_it(door: Server, kind, fields):
    """Whoever was put down does not come back by a link of their own; leaving ends none."""
    host = make_room(door)
    came = use(door, invite(host, role="cohost")["link"]).body
    made = call(f"{host.url}/invitations", {"role": "speaker"}, token=came["token"])
    link = made.body["link"]
    with dialogue(door.url, token=came["token"]) as cohost:
        cohost.ask("join_room", room=host.room, media=False)
        cohost.do("leave_room")
        assert use(door, link).status == 200
        cohost.ask("join_room", room=host.room, media=False)
        assert host.do(kind, identity=came["identity"], **fields).status == 200
        refused = use(door, link)
        assert (refused.status, refused.code) == (403, "bad-invitation")
        assert "may not invite a speaker any more" in refused.reason


def test_a_link_made_by_a_servers_token_does_not_need_its_maker(door: Server):
    """Their right is from outside: they need not have been in the room."""
    host = make_room(door)
    operator = Host(host.room, door.host_token, host.url)
    assert use(door, invite(operator, role="host")["link"]).status == 200


def test_a_link_made_by_a_token_alone_ends_with_it(door: Server):
    """Whatever was wished; one of a host whom the room knows by name does not."""
    host = make_room(door)
    operator = Host(host.room, door.host_token, host.url)
    week = 7 * 86_400
    for fields in ({}, {"expires_at": "2100-01-01T00:00:00Z"}):
        ends = invite(operator, **fields)["invitation"]["expires_at"]
        assert ends == pytest.approx(time.time() + week, abs=600)
    assert invite(host)["invitation"]["expires_at"] is None


def test_whoever_has_a_token_stays_who_they_are(door: Server):
    """The invitation adds a role to an identity that is known."""
    host = make_room(door)
    secret = invite(host, role="speaker")["link"].partition("#invite=")[2]
    with dialogue(door.url, name="Ben") as ben:
        came = call(
            f"{door.url}/api/invitations/use", {"secret": secret}, token=ben.welcome["session"]
        ).body
        assert (came["identity"], came["name"]) == (ben.welcome["identity"], "Ben")


def test_an_invitation_ends_with_its_room(door: Server):
    """Nobody comes into a room that has ended."""
    host = make_room(door)
    made = invite(host)
    host.do("end_room")
    assert use(door, made["link"]).code == "room-ended"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"uses": 0}, 400),
        ({"uses": "1"}, 400),
        ({"role": "boss"}, 400),
        ({"expires_at": "tomorrow"}, 400),
        ({"expires_at": "2000-01-01T00:00:00Z"}, 422),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(door: Server, fields, status):
    """Before anything is made."""
    host = make_room(door)
    assert call(f"{host.url}/invitations", fields, token=host.token).status == status
    assert host.get("/invitations").body["invitations"] == []


def test_uses_survive_a_restart(tmp_path):
    """The next server on the data directory goes on counting."""
    data = ("--data", str(tmp_path / "data"))
    with running_server(*data) as first:
        host = make_room(first)
        link = invite(host, uses=2)["link"]
        assert use(first, link).status == 200
    with running_server(*data) as second:
        assert use(second, link).status == 200
        assert use(second, link).code == "bad-invitation"
