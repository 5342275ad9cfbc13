"""Parts of the program's own show a ticket of the running server; loopback is trusted by nobody."""

import asyncio
import json
import stat
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import jwt
import pytest
from websockets.exceptions import InvalidStatus

from tests.server.serving import served
from tests.support.dialogue import Dialogue, dialogue
from tests.support.http import Reply, call
from tests.support.server import running_server
from tui_rooms.cli.embedded import _running
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.server.door.own_parts import TICKET_LIMIT, OwnParts, Part
from tui_rooms.wire.own_parts import HEADER

FAR = "203.0.113.9"
HOUR = 3600.0


@dataclass(frozen=True)
class House:
    """A server in this process, whose tickets a test can make."""

    url: str
    parts: OwnParts

    def shown(self, **part: object) -> dict[str, str]:
        """The header of a part that asks on that behalf."""
        ticket = self.parts.ticket(Part(**part), now=time.time(), life=HOUR)  # type: ignore[arg-type]
        return {HEADER: ticket}

    def call(self, path: str, body: object = None, **part: object) -> Reply:
        """A request of such a part."""
        return call(self.url + path, body, headers=self.shown(**part))


async def in_a_house(
    data: Path, scenario: Callable[[House], None], *, guests: bool = False, local: bool = False
) -> None:
    """Let it happen at a server that listens."""
    async with served(data, guests=guests, local_guests=local) as (shared, url):
        await asyncio.to_thread(scenario, House(url, shared.door.parts))


def hello(
    house: House, session: str | None = None, **part: object
) -> AbstractContextManager[Dialogue]:
    """A WebSocket of such a part."""
    return dialogue(house.url, session=session, headers=house.shown(**part))


def person(name: str, **grant: object) -> Grant:
    """Somebody whom a shell session knows by their key."""
    return Grant(identity=f"shell-{name}", name=name.title(), **grant)  # type: ignore[arg-type]


async def test_a_part_says_for_whom_it_asks_and_what_they_may(tmp_path: Path) -> None:
    """On a server that lets nobody in: over HTTP and on the WebSocket, without any token."""

    def scenario(house: House) -> None:
        hanna = person("hanna", role=Role.HOST)
        made = house.call("/api/rooms", {"title": "Tea", "room": "tea", "live": True}, person=hanna)
        assert made.status == 201
        with hello(house, person=person("lena", rooms=("tea",)), address=FAR) as lena:
            assert (lena.welcome["identity"], lena.welcome["name"]) == ("shell-lena", "Lena")
            assert lena.ask("join_room", room="tea", media=False)["type"] == "ack"
            assert lena.do("end_room")["code"] == "not-allowed"
            assert lena.ask("preview_room", room="jazz")["code"] == "wrong-room"
        ended = {"command": {"kind": "end_room"}}
        assert house.call("/api/rooms/tea/commands", ended, person=hanna).status == 200
        assert house.call("/api/rooms").code == "token-required"

    await in_a_house(tmp_path, scenario)


async def test_what_a_part_vouches_for_ends_with_it(tmp_path: Path) -> None:
    """Their session is theirs, to be the same person; without the ticket it opens nothing."""

    def scenario(house: House) -> None:
        hanna = person("hanna", role=Role.HOST)
        with hello(house, person=hanna) as talk:
            session = talk.welcome["session"]
        assert call(f"{house.url}/api/rooms", token=session).code == "token-required"
        with dialogue(house.url, session=session) as alone:
            assert alone.welcome["code"] == "token-required"
        with hello(house, session, person=hanna) as again:
            made = again.ask("create_room", room="tea", title="Tea")
            assert (again.welcome["identity"], made["type"]) == ("shell-hanna", "ack")

    await in_a_house(tmp_path, scenario)


async def test_who_comes_from_afar_by_a_part_is_no_guest_of_this_machine(tmp_path: Path) -> None:
    """Though the part itself connects from loopback."""

    def scenario(house: House) -> None:
        assert house.call("/api/rooms").status == 200
        assert house.call("/api/rooms", address=FAR).code == "token-required"

    await in_a_house(tmp_path, scenario, local=True)


async def test_limits_go_by_the_address_that_a_part_names(tmp_path: Path) -> None:
    """The fifth room of guests from there is the last; others are not held to account for it."""

    def scenario(house: House) -> None:
        made = [house.call("/api/rooms", {"title": "Tea"}, address=FAR) for _ in range(6)]
        assert [answer.status for answer in made] == [201] * 5 + [429]
        assert f"guests from {FAR} have 5 rooms open already" in made[-1].reason
        for more in ({"address": "203.0.113.10"}, {}):
            assert house.call("/api/rooms", {"title": "Tea"}, **more).status == 201

    await in_a_house(tmp_path, scenario, guests=True)


def forged(parts: OwnParts) -> list[str]:
    """What somebody might show who has seen everything but the secret."""
    now = time.time()
    good = parts.ticket(Part(person=person("eve", role=Role.HOST)), now=now, life=HOUR)
    head, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    return [
        "",
        "x",
        "é",
        good[:-2],
        f"{head}.{body}.",
        f"{head}.{body}x.{signature}",
        f"{good},{good}",
        jwt.encode(claims, "another secret of thirty-two letters", algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        claims["person"],
        OwnParts().ticket(Part(), now=now, life=HOUR),
        parts.ticket(Part(), now=now - 2 * HOUR, life=HOUR),
        parts.ticket(Part(person=person("eve", rooms=("x" * TICKET_LIMIT,))), now=now, life=HOUR),
    ]


def test_nobody_makes_a_ticket_but_the_run_that_reads_it() -> None:
    """The sentence repeats nothing of what was shown."""
    parts = OwnParts()
    for ticket in forged(parts):
        with pytest.raises(RoomError) as refused:
            parts.read(ticket, now=time.time())
        assert refused.value.code == "bad-part"
        assert not ticket or len(ticket) < 3 or ticket not in refused.value.sentence


async def test_a_wrong_ticket_is_worse_than_none(tmp_path: Path) -> None:
    """It is refused before anything else is looked at, where anybody else would come in."""

    def scenario(house: House) -> None:
        token = mint(
            load_keys(tmp_path), Grant(identity="ada", role=Role.HOST), now=time.time(), life=60
        )
        for ticket in (token, OwnParts().ticket(Part(), now=time.time(), life=HOUR), "x"):
            refused = call(f"{house.url}/api/health", headers={HEADER: ticket})
            assert (refused.status, refused.code) == (403, "bad-part")
            with (
                pytest.raises(InvalidStatus, match="403"),
                dialogue(house.url, headers={HEADER: ticket}),
            ):
                pass
        assert call(f"{house.url}/api/health").status == 200
        # A person's part of a ticket is no token, and a ticket is none either.
        ticket = house.shown(person=person("eve", role=Role.HOST))[HEADER]
        inner = jwt.decode(ticket, options={"verify_signature": False})["person"]
        for shown in (ticket, inner):
            assert call(f"{house.url}/api/rooms", token=shown).code == "bad-token"

    await in_a_house(tmp_path, scenario, guests=True)


def test_the_state_file_has_a_ticket_that_only_its_owner_reads(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """By it a program finds out that the very server answers there; the next run knows it not."""
    state, data = tmp_path / "server.json", str(tmp_path / "data")
    options = ("--data", data, "--state-file", str(state))
    with running_server(*options) as first:
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        shown = {HEADER: json.loads(state.read_text())["ticket"]}
        assert call(f"{first.url}/api/health", headers=shown).status == 200
        call(f"{first.url}/api/health", headers={HEADER: shown[HEADER] + "x"})
        assert _running(state) == first.url
        stale = tmp_path / "stale.json"
        stale.write_text(json.dumps({"url": first.url, "ticket": shown[HEADER] + "x"}))
        assert _running(stale) is None
    assert not state.exists()
    with running_server(*options) as second:
        assert call(f"{second.url}/api/health", headers=shown).code == "bad-part"
    said = capfd.readouterr()
    assert "server's errors" in said.out
    assert shown[HEADER] not in said.out + said.err
