"""Over HTTP: who is dealt with though they are not here, and who does not come in."""

from tests.server.api.people import Host, make_room
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import Server


def test_an_unknown_identity_is_said(door: Server):
    """Whatever is asked about it; a stranger is blocked when that is said."""
    host = make_room(door)
    for kind in ("block", "unblock", "kick", "mute", "lower_hand", "withdraw_offer"):
        refused = host.do(kind, identity="Bne")
        assert (refused.status, refused.code) == (409, "not-here"), kind
        assert "nobody called 'Bne'" in refused.reason
    assert host.do("block_stranger", identity="Bne").status == 200
    assert host.do("unblock", identity="Bne").status == 200


def test_a_block_says_who_shares_the_address_and_holds_for_invitations(door: Server):
    """Whoever comes by a link is as unknown as a guest: from that address nobody new comes in."""
    host = make_room(door)
    link = host_invites(host)
    with dialogue(door.url, name="Ben") as ben, dialogue(door.url, name="Cleo") as cleo:
        for talk in (ben, cleo):
            talk.ask("join_room", room=host.room, media=False)
        done = host.do("block", identity=ben.welcome["identity"])
        assert done.body["told"].endswith("1 other person here comes from it, and stays")
        assert host.do("mute", identity=cleo.welcome["identity"]).body["told"] is None
        [one] = host.get("/absent").body["absent"]
        assert (one["name"], one["sent_out"]) == ("Ben", True)
        used = call(f"{door.url}/api/invitations/use", {"secret": link, "name": "Benny"})
        assert (used.status, used.code) == (403, "blocked")
        elsewhere = call(
            f"{door.url}/api/invitations/use",
            {"secret": link, "name": "Dora"},
            headers={"X-Forwarded-For": "203.0.113.9"},
        )
        assert elsewhere.status == 200
        seen = call(f"{host.url}/absent", token=cleo.welcome["session"])
        assert (seen.status, seen.code) == (403, "not-allowed")


def test_behind_a_proxy_people_are_told_apart_by_their_own_addresses(proxied: Server):
    """A proxy that is trusted says for whom it asks."""
    host = make_room(proxied)

    with (
        dialogue(proxied.url, name="Ben", behind="203.0.113.7") as ben,
        dialogue(proxied.url, name="Benny", behind="203.0.113.7") as again,
        dialogue(proxied.url, name="Cleo", behind="203.0.113.8") as other,
    ):
        ben.ask("join_room", room=host.room, media=False)
        host.do("block", identity=ben.welcome["identity"])
        assert again.ask("join_room", room=host.room, media=False)["code"] == "blocked"
        assert other.ask("join_room", room=host.room, media=False)["type"] == "ack"


def test_a_room_is_locked_and_shown_as_locked(door: Server):
    """In its preview and in lists; an invitation is not used up in front of it."""
    host = make_room(door, title="Locked away")
    link = host_invites(host)
    assert host.do("set_entry", entry="locked").status == 200
    assert host.get().body["room"]["entry"] == "locked"
    [found] = call(f"{door.url}/api/rooms?text=locked+away").body["rooms"]
    assert found["entry"] == "locked"
    used = call(f"{door.url}/api/invitations/use", {"secret": link, "name": "Dora"})
    assert (used.status, used.code) == (403, "locked")
    assert host.get("/invitations").body["invitations"][0]["uses"] == 0
    assert host.do("set_entry", entry="wide").status == 400


def host_invites(host: Host) -> str:
    """The secret of a link for listeners."""
    made = call(f"{host.url}/invitations", {"role": "listener"}, token=host.token)
    assert made.status == 201, made.body
    return str(made.body["link"]).partition("#invite=")[2]
