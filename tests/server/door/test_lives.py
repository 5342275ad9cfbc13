"""Rights belong to a room's life: of whoever had an earlier room of that id nothing is left."""

import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.server.door.visits import NOON, House, Visit, house
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import running_server
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.server.rooms.lives import Lives
from tui_rooms.server.storage.database import Database
from tui_rooms.server.storage.forgotten import MARKS_KEPT, Forgotten, mark_of

LIFE = 86_400.0
"""Seconds of every token here."""
GONE = "your token was for an earlier room 'tea', which is over: ask for a new one"


def in_a_house(tmp_path: Path, scenario: Callable[[House], Awaitable[None]], **how: Any) -> None:
    """Let it happen there, in virtual time."""

    async def whole() -> None:
        async with house(tmp_path, **how) as server:
            await scenario(server)

    run_virtual(whole())


def of_tea(server: House, who: str) -> str:
    """A host's token for that id, whatever has it."""
    return server.token(who, life=LIFE, role=Role.HOST, rooms=("tea",))


async def with_room(server: House, token: str) -> Visit:
    """Somebody who has made the room and sits in it."""
    come = await server.visit(token=token)
    assert (await come.ask("create_room", room="tea", title="Tea", live=True))["type"] == "ack"
    assert (await come.ask("join_room", room="tea", media=False))["type"] == "ack"
    return come


async def forget(server: House, host: Visit) -> None:
    """The room ends, and its id is free again."""
    assert (await host.do("end_room"))["type"] == "ack"
    await pass_time(60)
    assert await server.door.registry.kept.forget_before(2 * NOON, now=server.wall()) == 1
    await pass_time(60)


def test_an_old_hosts_token_and_session_are_worth_nothing_in_the_next_room(tmp_path: Path) -> None:
    """They name its id; a token that is made after the old room was forgotten is good."""

    async def scenario(server: House) -> None:
        token = of_tea(server, "olga")
        olga = await with_room(server, token)
        session = olga.session
        await forget(server, olga)
        for shown in ({"token": token}, {"session": session}):
            again = await server.visit(**shown)
            made = await again.ask("create_room", room="tea", title="Mine")
            assert made["reason"] == GONE
        await with_room(server, of_tea(server, "nora"))
        for shown in ({"token": token}, {"session": session}):
            again = await server.visit(**shown)
            for kind, fields in (
                ("join_room", {}),
                ("preview_room", {}),
                ("read_chat", {}),
                ("do", {"command": {"kind": "end_room"}}),
            ):
                refused = await again.ask(kind, room="tea", **fields)
                assert (refused["code"], refused["reason"]) == ("wrong-room", GONE)
            assert (await again.ask("find_rooms"))["rooms"] == []
            await again.ask("watch_rooms")
            assert (await again.hear(lambda told: told["type"] == "rooms"))["rooms"] == []

    in_a_house(tmp_path, scenario)


def test_a_new_token_counts_beside_an_old_session_of_the_same_person(tmp_path: Path) -> None:
    """They are who they were; what they may is what the new one says."""

    async def scenario(server: House) -> None:
        olga = await with_room(server, of_tea(server, "olga"))
        session = olga.session
        await forget(server, olga)
        again = await server.visit(token=of_tea(server, "olga"), session=session)
        assert (await again.ask("create_room", room="tea", title="Tea"))["type"] == "ack"
        await again.ask("join_room", room="tea", media=False)
        assert (await again.do("end_room"))["type"] == "ack"

    in_a_house(tmp_path, scenario)


def test_the_connection_of_an_old_host_rules_nothing_either(tmp_path: Path) -> None:
    """It was open all the while."""

    async def scenario(server: House) -> None:
        olga = await with_room(server, of_tea(server, "olga"))
        await forget(server, olga)
        await with_room(server, of_tea(server, "nora"))
        assert (await olga.ask("join_room", room="tea"))["reason"] == GONE

    in_a_house(tmp_path, scenario)


def test_where_guests_are_let_in_an_old_host_is_a_guest(tmp_path: Path) -> None:
    """Like everybody whom the new room's host has not chosen."""

    async def scenario(server: House) -> None:
        token = of_tea(server, "olga")
        await forget(server, await with_room(server, token))
        await with_room(server, of_tea(server, "nora"))
        olga = await server.visit(token=token)
        assert (await olga.ask("do", room="tea", command={"kind": "end_room"}))[
            "code"
        ] == "not-here"
        assert (await olga.ask("join_room", room="tea", media=False))["type"] == "ack"
        person = server.door.registry.find("tea").room.find("olga")
        assert person is not None
        assert person.role is Role.LISTENER

    in_a_house(tmp_path, scenario, guests=True)


def test_a_token_that_was_made_before_its_room_is_good_in_it(tmp_path: Path) -> None:
    """As `tui-rooms token --room` makes it: also long after, and when others have come and gone."""

    async def scenario(server: House) -> None:
        await forget(server, await with_room(server, of_tea(server, "olga")))
        early = of_tea(server, "nora")
        await pass_time(LIFE / 2)
        await with_room(server, early)
        late = await server.visit(token=of_tea(server, "hugo"))
        for who in (late, await server.visit(token=early)):
            done = await who.ask("do", room="tea", command={"kind": "set_hands", "roles": []})
            assert done["type"] == "ack"

    in_a_house(tmp_path, scenario)


@pytest.mark.parametrize(
    ("given_at", "created_at", "is_for"),
    [
        (60.0, 50.0, True),  # made while the room was there
        (40.0, 50.0, True),  # before it, and nothing was forgotten since
        (30.0, 50.0, False),  # for the one that was forgotten at 30
        (5.0, 50.0, False),  # of a time of which nothing is known
        (40.0, None, True),
        (20.0, None, False),
        (30.0, 20.0, False),  # as well, though the room's clock is behind
        (None, 2.0, False),
        (None, 3.5, False),
        (None, None, False),
    ],
)
def test_a_right_is_for_the_room_of_its_time_or_the_next(
    given_at: float | None, created_at: float | None, is_for: bool
) -> None:
    """Until 10 nothing is known but that rooms may have been forgotten; marks begin at 3."""
    lives = Lives(Forgotten({mark_of("tea"): 30.0}, complete_since=10.0, began=3.0))
    assert lives.is_for("tea", created_at, given_at=given_at) is is_for
    assert lives.is_for("jazz", 50.0, given_at=30.0)
    assert lives.is_for("jazz", 4.0, given_at=5.0)
    assert lives.is_for("jazz", 2.0, given_at=None)  # of before rights had a date, both
    assert not lives.is_for("jazz", 3.5, given_at=None)


def test_a_clock_that_was_ahead_when_a_room_was_forgotten_bars_nobody_for_good() -> None:
    """What is said to be in the future was at the latest now."""
    known = Forgotten({mark_of("tea"): 9_000.0}, complete_since=8_000.0)
    lives = Lives(known, now=100.0)
    assert not lives.is_for("tea", 200.0, given_at=99.0)
    assert lives.is_for("tea", 200.0, given_at=150.0)


def test_what_is_known_of_forgotten_rooms_is_kept_and_bounded(tmp_path: Path) -> None:
    """Marks, no ids; the oldest give way, and it is known that they did."""
    path = tmp_path / "rooms.db"
    marks = ((mark_of(f"room-{number}"), 1e9 + number) for number in range(MARKS_KEPT + 5))
    with closing(Database(path, "normal")) as database:
        database._connection.executemany("INSERT INTO forgotten VALUES (?, ?)", marks)
        database._connection.execute("UPDATE forgetting SET complete_since = 0")
        database.forget(0.0, 0.0, 1)
    with closing(Database(path, "normal")) as database:
        known = database.forgotten()
        assert (len(known.at), known.complete_since) == (MARKS_KEPT, 1e9 + 4)
        assert known.began == pytest.approx(time.time(), abs=60)
        assert database.forgotten_at("room-4") is None
        assert database.forgotten_at("room-5") == 1e9 + 5
    assert b"room-5" not in path.read_bytes()


def test_nothing_of_an_old_room_leads_into_the_next_one(tmp_path: Path) -> None:
    """The token that its maker got, invitation, calendar link, session; a restart between."""
    data = tmp_path / "data"
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    with running_server("--no-guests", "--data", str(data)) as first:
        maker = mint(
            load_keys(data), Grant(identity="olga", role=Role.HOST), now=time.time(), life=60
        )
        made = call(
            f"{first.url}/api/rooms",
            {"title": "Tea", "room": "tea", "starts_at": soon},
            token=maker,
        ).body["token"]
        room = f"{first.url}/api/rooms/tea"
        invited = call(f"{room}/invitations", {"role": "host"}, token=made).body["link"]
        secret = {"secret": invited.partition("#invite=")[2]}
        came = call(f"{first.url}/api/invitations/use", secret, token=made).body["token"]
        link = call(f"{room}/calendar-links", b"", token=made).body["link"]
        with dialogue(first.url, token=came) as talk:
            session = talk.welcome["session"]
        assert call(room, token=session).status == 200
        end = {"command": {"kind": "end_room"}}
        assert call(f"{room}/commands", end, token=made).status == 200
    with running_server("--no-guests", "--data", str(data), "--keep-days", "0") as second:
        room = f"{second.url}/api/rooms/tea"
        before = [call(room, token=token).body for token in (made, came, session)]
        nora = mint(
            load_keys(data), Grant(identity="nora", role=Role.HOST), now=time.time(), life=60
        )
        new = call(
            f"{second.url}/api/rooms",
            {"title": "Chai", "room": "tea", "starts_at": soon},
            token=nora,
        )
        assert new.status == 201
        after = [call(room, token=token).body for token in (made, came, session)]
        assert before == after == [{"code": "wrong-room", "reason": GONE}] * 3
        assert call(f"{second.url}/api/invitations/use", secret).code == "bad-invitation"
        assert call(second.url + link.removeprefix(first.url)).status == 404
        assert call(f"{room}/invitations", token=new.body["token"]).body == {"invitations": []}
        assert call(room, token=new.body["token"]).status == 200
        twice = {"title": "Again", "room": "tea"}
        again = call(f"{second.url}/api/rooms", twice, token=new.body["token"])
        assert again.code == "room-exists"


def test_a_token_of_an_earlier_version_rules_what_was_there_before_it(tmp_path: Path) -> None:
    """It has no date: no room that is made now is its business."""
    data = tmp_path / "data"
    with running_server("--no-guests", "--data", str(data)) as server:
        keys = load_keys(data)
        claims = {"iss": keys.api_key, "sub": "ana", "rooms": ["tea"], "exp": time.time() + 60}
        old = jwt.encode(claims | {"role": "host"}, keys.secret, algorithm="HS256")
        url = f"{server.url}/api/rooms"
        refused = call(url, {"title": "Tea", "room": "tea"}, token=old)
        assert refused.code == "wrong-room"
        assert "does not say when it was made (iat)" in refused.reason
        everywhere = jwt.encode(
            claims | {"role": "host", "rooms": ["*"]}, keys.secret, algorithm="HS256"
        )
        assert call(url, {"title": "Tea", "room": "tea"}, token=everywhere).status == 201
