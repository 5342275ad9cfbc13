"""What was decided about somebody holds when they come back, also as another guest."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.server.door.visits import House, Visit, house
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules.acts.lately import LATELY
from tui_rooms.rules.roles import Role
from tui_rooms.server.rooms.away import AWAY_GRACE
from tui_rooms.server.storage.memory import MemoryLog

HOME, CAFE = "198.51.100.7", "203.0.113.9"
Told: TypeAlias = dict[str, Any]


async def joined(visit: Visit, **fields: Any) -> Told:
    """The answer to whoever wants to come in."""
    return await visit.ask("join_room", room="tea", media=False, **fields)


@asynccontextmanager
async def tea(
    keys: Path, kept: MemoryLog | None = None, *, room_type: str = "open_mic"
) -> AsyncIterator[tuple[House, Visit]]:
    """A server with guests, and a host by token in her room."""
    async with house(keys, kept, guests=True) as opened:
        token = opened.token("hanna", life=86_400, role=Role.HOST, rooms=("tea",))
        hanna = await opened.visit(token=token)
        await hanna.ask("create_room", room="tea", title="Tea", room_type=room_type, live=True)
        assert (await joined(hanna))["type"] == "ack"
        yield opened, hanna


def who(visit: Visit) -> str:
    """Their identity."""
    return str(visit.of("welcome")[0]["identity"])


def virtually(test: Callable[[Path], Awaitable[None]]) -> Callable[[Path], None]:
    """A test whose hours pass at once."""

    def run(tmp_path: Path) -> None:
        run_virtual(test(tmp_path))  # type: ignore[arg-type]

    run.__doc__, run.__name__ = test.__doc__, test.__name__
    return run


@virtually
async def test_a_guest_who_is_blocked_stays_blocked_as_another_guest(tmp_path):
    """For ten minutes, from where they came; the host is told how many others are from there."""
    async with tea(tmp_path) as (server, hanna):
        ben, cleo = await server.visit(HOME, name="Ben"), await server.visit(HOME, name="Cleo")
        for visit in (ben, cleo):
            await joined(visit)
        done = await hanna.do("block", identity=who(ben), reason="noise")
        assert done["told"] == (
            "new guests from the network address of 'Ben' are kept out for 10 minutes too; "
            "1 other person here comes from it, and stays"
        )
        again = await server.visit(HOME, name="Benny")
        assert (await joined(again))["code"] == "blocked"
        elsewhere = await server.visit(CAFE, name="Dora")
        assert (await joined(elsewhere))["type"] == "ack"
        by_token = await server.visit(HOME, token=server.token("eve", life=3600))
        assert (await joined(by_token))["type"] == "ack"
        assert (await cleo.do("send_message", text="hi"))["type"] == "ack"
        await pass_time(LATELY + 1)
        assert (await joined(again))["type"] == "ack"


@virtually
async def test_the_next_house_of_an_ipv6_network_is_the_same_address(tmp_path):
    """Whoever has one address of version 6 has a whole network of them."""
    async with tea(tmp_path) as (server, hanna):
        ben = await server.visit("2001:db8:0:1::5", name="Ben")
        await joined(ben)
        await hanna.do("block", identity=who(ben))
        again = await server.visit("2001:db8:0:1:ffff::1", name="Benny")
        assert (await joined(again))["code"] == "blocked"
        other = await server.visit("2001:db8:0:2::5", name="Cleo")
        assert (await joined(other))["type"] == "ack"


@pytest.mark.parametrize("away", [0.0, AWAY_GRACE + 1, LATELY - 1])
def test_who_is_kicked_while_away_stays_out_until_their_person_comes(tmp_path, away):
    """Within the grace and long after it; what the client knows already does not help it."""

    async def happen() -> None:
        async with tea(tmp_path) as (server, hanna):
            ben = await server.visit(HOME, name="Ben")
            await joined(ben)
            await ben.do("unmute")
            upto = ben.of("snapshot")[-1]["upto"]
            ben.break_off()
            await pass_time(away)
            assert (await hanna.do("kick", identity=who(ben), reason="noise"))["type"] == "ack"
            back = await server.visit(HOME, session=ben.session)
            refused = await joined(back, upto=upto)
            assert (refused["code"], "(noise)" in refused["reason"]) == ("kicked", True)
            assert (await joined(back))["type"] == "ack"
            me = back.of("snapshot")[-1]["room"]["stage"][who(back)]
            assert me["muted"]

    run_virtual(happen())


@virtually
async def test_a_kick_outlives_the_server(tmp_path):
    """The next one keeps the client out as well, and so does a locked room the newcomers."""
    kept = MemoryLog()
    async with tea(tmp_path, kept) as (server, hanna):
        ben, cleo = await server.visit(HOME, name="Ben"), await server.visit(HOME, name="Cleo")
        for visit in (ben, cleo):
            await joined(visit, role="listener")
        upto = ben.of("snapshot")[-1]["upto"]
        ben.break_off()
        await hanna.do("kick", identity=who(ben))
        await hanna.do("set_entry", entry="locked")
    async with house(tmp_path, kept, guests=True) as second:
        back = await second.visit(HOME, session=ben.session)
        assert (await joined(back, upto=upto))["code"] == "kicked"
        assert (await joined(back))["code"] == "locked"
        listener = await second.visit(HOME, session=cleo.session)
        assert (await joined(listener, upto=upto, role="listener"))["type"] == "ack"
        await pass_time(AWAY_GRACE + 1)  # hanna has not come back
        host = await second.visit(session=hanna.session)
        assert (await joined(host))["type"] == "ack"
        assert (await host.do("mute", identity=who(hanna)))["type"] == "ack"


@virtually
async def test_slow_mode_and_a_hard_mute_hold_for_whoever_comes_anew(tmp_path):
    """Nobody gains a message or a voice by leaving and coming back as somebody else."""
    async with tea(tmp_path) as (server, hanna):
        await hanna.do("set_slow_mode", seconds=60)
        await hanna.do("mute_all", may_unmute=False)
        ben = await server.visit(HOME, name="Ben")
        await joined(ben)
        assert (await ben.do("unmute"))["code"] == "not-allowed"
        await pass_time(1)
        await ben.do("send_message", text="one")
        await ben.do("leave_room")
        again = await server.visit(HOME, name="Benny")
        await joined(again)
        assert (await again.do("send_message", text="two"))["code"] == "slow-mode"
        assert (await again.do("unmute"))["code"] == "not-allowed"
        await pass_time(60)
        assert (await again.do("send_message", text="two"))["type"] == "ack"
        await hanna.do("allow_unmuting")
        assert (await again.do("unmute"))["type"] == "ack"


@virtually
async def test_who_has_left_is_listed_for_those_who_may_deal_with_them(tmp_path):
    """The last to leave first, and with what was done; nobody else learns of them."""
    async with tea(tmp_path) as (server, hanna):
        ben, cleo = await server.visit(HOME, name="Ben"), await server.visit(CAFE, name="Cleo")
        for visit in (ben, cleo):
            await joined(visit)
            await visit.do("leave_room")
            await pass_time(1)
        await hanna.do("block", identity=who(ben), reason="noise", seconds=60)
        listed = await hanna.ask("list_absent")
        assert [one["name"] for one in listed["absent"]] == ["Ben", "Cleo"]
        first, second = listed["absent"]
        assert (first["sent_out"], first["blocked"]["reason"]) == (True, "noise")
        assert (second["role"], second["sent_out"], second["blocked"]) == ("speaker", False, None)
        assert (await hanna.ask("list_absent", text="CLE"))["total"] == 1
        await joined(cleo)
        assert (await cleo.ask("list_absent"))["code"] == "not-allowed"
        await pass_time(LATELY + 1)
        assert (await hanna.ask("list_absent"))["absent"] == []
        assert not any("198.51" in str(message) for message in hanna.told)


@virtually
async def test_a_client_of_version_1_is_told_no_more_than_it_knows(tmp_path):
    """Neither how many share an address, nor that a room is locked; all else goes on."""
    async with tea(tmp_path) as (server, hanna):
        old = await server.visit(session=hanna.session, features=[])
        await joined(old)
        watching = await server.visit(CAFE, name="Dora", features=[])
        ben = await server.visit(HOME, name="Ben")
        await joined(ben)
        assert "told" not in await old.do("block", identity=who(ben))
        await old.do("set_entry", entry="locked")
        await watching.ask("watch_rooms")
        rooms = await watching.hear(lambda message: message["type"] == "rooms")
        assert "entry" not in rooms["rooms"][0]
        preview = await watching.ask("preview_room", room="tea")
        assert "entry" not in preview["room"]
        newer = await server.visit(CAFE, name="Dora")
        assert (await newer.ask("preview_room", room="tea"))["room"]["entry"] == "locked"
