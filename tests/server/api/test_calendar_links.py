"""Secret links for calendars, which cannot send tokens, over HTTP."""

import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from tests.server.api.people import Host
from tests.support.http import Reply, call
from tests.support.server import Server, running_server
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.calendar_links import FILE
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint


class House:
    """A server that lets nobody in without a token, and whoever has one."""

    def __init__(self, server: Server, data: Path) -> None:
        self.server = server
        self.data = data

    def token(self, identity: str, role: Role | None = None, *rooms: str) -> str:
        """Of somebody who may be that in these rooms, or in all."""
        grant = Grant(identity=identity, name=identity.title(), role=role, rooms=rooms or ("*",))
        return mint(load_keys(self.data), grant, now=time.time(), life=3600)

    def room(self, **fields: object) -> Host:
        """A room that is scheduled by Ana."""
        token = self.token("ana", Role.HOST)
        start = (datetime.now(UTC) + timedelta(days=3)).isoformat()
        wanted = {"title": "Later", "starts_at": start} | fields
        made = call(f"{self.server.url}/api/rooms", wanted, token=token).body["room"]["room"]
        return Host(made, token, f"{self.server.url}/api/rooms/{made}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """For all tests here: each uses rooms of its own."""
    data = tmp_path_factory.mktemp("data")
    with running_server("--no-guests", "--data", str(data)) as running:
        yield House(running, data)


def link(room: Host, token: str) -> str:
    """Of whoever has that token."""
    made = call(f"{room.url}/calendar-links", b"", token=token)
    assert made.status == 201, made.body
    return str(made.body["link"])


def summary(file: Reply) -> str:
    """What the calendar shows."""
    [event] = icalendar.Calendar.from_ical(file.body).walk("VEVENT")
    return str(event["summary"])


def test_a_calendar_reads_by_a_link_what_it_cannot_by_itself(house: House) -> None:
    """The file of that room, as it is at the time; without a token only the link leads there."""
    room, ben = house.room(), house.token("ben")
    assert call(f"{room.url}/calendar.ics").status == 401
    assert call(f"{room.url}/calendar-links", b"").status == 401
    followed = link(room, ben)
    file = call(followed)
    assert (file.status, summary(file)) == (200, "Later")
    assert file.headers["content-type"].startswith("text/calendar")
    assert file.headers["content-disposition"] == f'inline; filename="{room.room}.ics"'
    assert file.headers["cache-control"] == "no-store"
    assert file.body == call(f"{room.url}/calendar.ics", token=ben).body
    room.do("update_room", title="Sooner")
    assert summary(call(followed)) == "Sooner"


def test_a_link_is_its_owners_own_and_the_same_whenever_they_ask(house: House) -> None:
    """Nobody else's, nor that of another room; nobody could make one up."""
    room, other = house.room(), house.room()
    ben, cleo = house.token("ben"), house.token("cleo")
    links = [link(room, ben), link(room, cleo), link(other, ben)]
    assert len(set(links)) == 3
    assert [link(room, ben), link(room, cleo), link(other, ben)] == links
    whole = links[0].rpartition("/")[2].removesuffix(".ics")
    for wrong in (whole[:-1], whole + "x", whole[:16], whole.swapcase(), "x" * 48, "é"):
        where = f"{house.server.url}/api/calendars/{wrong}.ics".replace("é", "%C3%A9")
        assert (call(where).status, call(where).code) == (404, "unknown-calendar-link")


def test_links_are_listed_without_their_secrets(house: House) -> None:
    """To each their own; to whoever gives roles all."""
    room, ben = house.room(), house.token("ben")
    secrets = [link(room, token) for token in (ben, house.token("cleo"))]

    def owners(token: str) -> list[str]:
        listed = call(f"{room.url}/calendar-links", token=token)
        assert not any(secret.rpartition("/")[2] in str(listed.body) for secret in secrets)
        return [one["made_by"] for one in listed.body["calendar_links"]]

    assert owners(ben) == ["ben"]
    assert owners(room.token) == ["ben", "cleo"]
    assert owners(house.token("dan")) == []


def test_a_link_that_is_revoked_leads_nowhere(house: House) -> None:
    """By its owner or a host, by nobody else; its owner gets another one."""
    room, ben, dan = house.room(), house.token("ben"), house.token("dan")

    def revoke(token: str, of: str) -> Reply:
        [found] = [
            one["calendar_link"]
            for one in call(f"{room.url}/calendar-links", token=room.token).body["calendar_links"]
            if one["made_by"] == of
        ]
        return call(f"{room.url}/calendar-links/{found}", method="DELETE", token=token)

    first = link(room, ben)
    refused = revoke(dan, "ben")
    assert (refused.status, refused.code) == (404, "unknown-calendar-link")
    assert revoke(ben, "ben").status == 204
    assert call(first).status == 404
    second = link(room, ben)
    assert second != first
    assert call(second).status == 200
    assert revoke(room.token, "ben").status == 204
    assert call(second).status == 404


def test_a_link_ends_with_its_owners_welcome_and_not_with_the_room(house: House) -> None:
    """Whoever is blocked reads nothing more; the others read that it was called off."""
    room, ben, cleo = house.room(), house.token("ben"), house.token("cleo")
    bens, cleos = link(room, ben), link(room, cleo)
    assert room.do("block_stranger", identity="ben").status == 200
    assert call(bens).status == 404
    another = call(f"{room.url}/calendar-links", b"", token=ben)
    assert (another.status, another.code) == (403, "blocked")
    room.do("end_room")
    assert "STATUS:CANCELLED" in call(cleos).body
    over = call(f"{room.url}/calendar-links", b"", token=cleo)
    assert (over.status, over.code) == (409, "room-ended")


def test_only_scheduled_rooms_have_links_and_only_for_those_whom_the_token_lets_in(
    house: House,
) -> None:
    """The sentences say what is missing."""
    unscheduled = house.room(starts_at=None, live=True)
    refused = call(f"{unscheduled.url}/calendar-links", b"", token=unscheduled.token)
    assert (refused.status, refused.code) == (409, "not-scheduled")
    room = house.room()
    elsewhere = call(f"{room.url}/calendar-links", b"", token=house.token("eve", None, "elsewhere"))
    assert (elsewhere.status, elsewhere.code) == (403, "wrong-room")


def test_the_links_lie_where_nobody_else_reads_and_lead_nowhere_from_there(house: House) -> None:
    """0600, and no secret in it."""
    secret = link(house.room(), house.token("ben")).rpartition("/")[2].removesuffix(".ics")
    for file in house.data.glob(f"{FILE}*"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert secret[16:].encode() not in file.read_bytes()


def test_a_link_of_a_guests_is_good_while_guests_are(tmp_path: Path) -> None:
    """It outlives a restart, and a stranger cannot fill the room with them."""
    data = ("--data", str(tmp_path / "data"))
    with running_server(*data) as server:
        start = (datetime.now(UTC) + timedelta(days=3)).isoformat()
        made = call(f"{server.url}/api/rooms", {"title": "Later", "starts_at": start})
        room = Host("later", made.body["token"], f"{server.url}/api/rooms/later")
        answers = [call(f"{room.url}/calendar-links", b"") for _ in range(101)]
        assert [answer.status for answer in answers] == [201] * 100 + [409]
        assert answers[-1].code == "too-many-calendar-links"
        links = {
            who: path.rpartition("/api/")[2]
            for who, path in (
                ("guest", answers[0].body["link"]),
                ("host", link(room, room.token)),
            )
        }
    for options, expected in (((), (200, 200)), (("--no-guests",), (404, 200))):
        with running_server(*data, *options) as server:
            found = [call(f"{server.url}/api/{links[who]}").status for who in ("guest", "host")]
            assert tuple(found) == expected
