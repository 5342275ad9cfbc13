"""A token's end: whoever sits in a room stays who they are there; nothing else is done any more."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.door.visits import Hours, House, Visit, house
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.bearer import NOTICE
from tui_rooms.server.door.credentials.tokens import SESSION_LIFE, verify
from tui_rooms.server.rooms.away import AWAY_GRACE
from tui_rooms.server.rooms.broken_off import RETURN_WITHIN
from tui_rooms.server.storage.memory import MemoryLog

LIFE = 600.0
"""Seconds of every token here."""


async def sitting(server: House, who: str = "ana", **grant: Any) -> Visit:
    """Somebody with a token, in the room that they have made, or that is there already."""
    come = await server.visit(token=server.token(who, life=LIFE, **grant))
    if grant.get("role") is Role.HOST:
        await come.ask("create_room", room="tea", title="Tea", live=True)
    assert (await come.ask("join_room", room="tea", media=False))["type"] == "ack"
    return come


async def back(server: House, session: str, **more: Any) -> dict[str, Any]:
    """Come back with that session; the answer at the room's door."""
    again = await server.visit(session=session, **more)
    if again.of("refused"):
        return again.told[0]
    answer = await again.ask("join_room", room="tea", media=False)
    assert not again.closed
    return answer


def role_of(server: House, who: str) -> Role | None:
    """In which role somebody is in the room."""
    person = server.door.registry.find("tea").room.find(who)
    return person.role if person else None


def in_a_house(tmp_path: Path, scenario: Callable[[House], Awaitable[None]], **how: Any) -> None:
    """Let it happen there, in virtual time."""

    async def whole() -> None:
        async with house(tmp_path, **how) as server:
            await scenario(server)

    run_virtual(whole())


def test_whoever_sits_stays_host_and_is_refused_everything_else(tmp_path: Path):
    """On the connection that is open: the room goes on, the token is worth nothing any more."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        ben = await sitting(server, "ben")
        await ana.ask("create_room", room="jazz", title="Jazz", live=True)
        await pass_time(LIFE)
        assert (await ana.do("update_room", title="Green tea"))["type"] == "ack"
        assert (await ana.ask("do", room="tea", command={"kind": "mute_all"}))["type"] == "ack"
        assert (await ana.ask("read_audit"))["type"] == "audit"
        assert (await ana.ask("offer_media"))["type"] == "ack"
        assert (await ben.do("raise_hand"))["type"] == "ack"
        update = {"kind": "update_room", "title": "Mine"}
        for refused in (
            await ana.ask("create_room", room="more", title="More"),
            await ana.ask("do", room="jazz", command=update),
            await ana.ask("read_chat", room="jazz"),
            await ana.ask("preview_room", room="jazz"),
            await ana.ask("find_rooms"),
            await ana.ask("watch_rooms"),
        ):
            assert (refused["type"], refused.get("code")) == ("refused", "bad-token")
        assert (await ana.do("leave_room"))["type"] == "ack"
        for room in ("tea", "jazz"):
            assert (await ana.ask("join_room", room=room))["code"] == "bad-token"

    in_a_house(tmp_path, scenario)


@pytest.mark.parametrize("away", [1.0, AWAY_GRACE + 5, RETURN_WITHIN - 1])
@pytest.mark.parametrize("with_token", [True, False])
def test_a_broken_link_costs_neither_place_nor_role(tmp_path: Path, away: float, with_token: bool):
    """Within the grace and after it, with the session beside the token that has ended or alone."""

    async def scenario(server: House) -> None:
        await sitting(server, role=Role.HOST)
        token = server.token("ben", life=LIFE, role=Role.COHOST)
        ben = await server.visit(token=token)
        await ben.ask("join_room", room="tea", media=False)
        await pass_time(LIFE + 60)
        ben.break_off()
        await pass_time(away)
        more = {"token": token} if with_token else {}
        assert (await back(server, ben.session, **more))["type"] == "ack"
        assert role_of(server, "ben") is Role.COHOST

    in_a_house(tmp_path, scenario)


def test_who_does_not_come_back_for_long_has_left(tmp_path: Path):
    """After ten minutes the place is nobody's."""

    async def scenario(server: House) -> None:
        await sitting(server, role=Role.HOST)
        ben = await sitting(server, "ben")
        await pass_time(LIFE)
        ben.break_off()
        await pass_time(AWAY_GRACE + RETURN_WITHIN)
        refused = await back(server, ben.session)
        assert (refused["code"], refused["reason"]) == (
            "bad-token",
            "the token has expired: ask for a new one",
        )

    in_a_house(tmp_path, scenario)


def test_a_restart_of_the_server_costs_neither_place_nor_role(tmp_path: Path):
    """The next server reads in the session that they were there, and in the log as what."""

    async def scenario() -> None:
        kept, wall = MemoryLog(), Hours()
        async with house(tmp_path, kept, wall=wall) as first:
            ana = await sitting(first, role=Role.HOST)
            await pass_time(LIFE)
            session = ana.session
        async with house(tmp_path, kept, wall=wall) as second:
            assert (await back(second, session))["type"] == "ack"
            assert role_of(second, "ana") is Role.HOST

    run_virtual(scenario())


async def stays(first: House, ana: Visit, ben: Visit) -> None:
    """Nothing happens before the restart."""


async def was_kicked(first: House, ana: Visit, ben: Visit) -> None:
    await ana.do("kick", identity="ben")


@pytest.mark.parametrize(
    ("before", "after", "comes_back"),
    [(stays, 0, True), (stays, RETURN_WITHIN - 1, True), (stays, RETURN_WITHIN, False),
     (was_kicked, 0, False)],
)  # fmt: skip
def test_a_restart_costs_listeners_nothing_either(
    tmp_path: Path,
    before: Callable[[House, Visit, Visit], Awaitable[None]],
    after: float,
    comes_back: bool,
):
    """They are in no log, and as long as their program may look for the server their session is
    believed; a kick is in the log."""

    async def scenario() -> None:
        kept, wall = MemoryLog(), Hours()
        async with house(tmp_path, kept, wall=wall) as first:
            ana, ben = await sitting(first, role=Role.HOST), await sitting(first, "ben")
            await pass_time(LIFE)
            await before(first, ana, ben)
            hers, session = ana.session, ben.session
        async with house(tmp_path, kept, wall=wall) as second:
            await back(second, hers)  # an empty room would end
            await pass_time(after)
            assert (await back(second, session)).get("code") == (
                None if comes_back else "bad-token"
            )
            assert role_of(second, "ben") is (Role.LISTENER if comes_back else None)

    run_virtual(scenario())


def test_a_host_who_had_left_is_no_more_than_a_listener_after_a_restart(tmp_path: Path):
    """The next server knows from the log alone that they are not on the stage."""

    async def scenario() -> None:
        kept, wall = MemoryLog(), Hours()
        async with house(tmp_path, kept, wall=wall) as first:
            ana = await sitting(first, role=Role.HOST)
            await sitting(first, "ben", role=Role.COHOST)
            await pass_time(LIFE)
            session = ana.session
            await ana.do("leave_room")
        async with house(tmp_path, kept, wall=wall) as second:
            await back(second, session)
            assert role_of(second, "ana") is Role.LISTENER

    run_virtual(scenario())


async def leaves(server: House, ana: Visit, ben: Visit) -> None:
    await ben.do("leave_room")


async def hangs_up(server: House, ana: Visit, ben: Visit) -> None:
    ben.leave()
    await pass_time(0.1)


async def is_kicked(server: House, ana: Visit, ben: Visit) -> None:
    await ana.do("kick", identity="ben")


async def is_kicked_while_away(server: House, ana: Visit, ben: Visit) -> None:
    ben.break_off()
    await pass_time(1)
    await ana.do("kick", identity="ben")


async def is_blocked_after_the_grace(server: House, ana: Visit, ben: Visit) -> None:
    ben.break_off()
    await pass_time(AWAY_GRACE + 1)
    await ana.do("block", identity="ben", seconds=1)
    await pass_time(2)


@pytest.mark.parametrize(
    "ends", [leaves, hangs_up, is_kicked, is_kicked_while_away, is_blocked_after_the_grace]
)
def test_whoever_has_left_or_was_sent_out_does_not_come_back(
    tmp_path: Path, ends: Callable[[House, Visit, Visit], Awaitable[None]]
):
    """The session says where they were; whether they still are, the room knows."""

    async def scenario(server: House) -> None:
        ana, ben = await sitting(server, role=Role.HOST), await sitting(server, "ben")
        await pass_time(LIFE)
        await ends(server, ana, ben)
        assert (await back(server, ben.session))["code"] == "bad-token"
        assert role_of(server, "ben") is None

    in_a_house(tmp_path, scenario)


def test_a_kick_counts_that_comes_while_they_are_at_the_door(tmp_path: Path):
    """Whoever waits for their turn is looked at again when it is theirs."""

    async def scenario(server: House) -> None:
        ana, ben = await sitting(server, role=Role.HOST), await sitting(server, "ben")
        await pass_time(LIFE)
        ben.break_off()
        await pass_time(1)
        again = await server.visit(session=ben.session)
        room = server.door.registry.find("tea")
        await room._turn.acquire()
        kicking = asyncio.create_task(ana.do("kick", identity="ben"))
        await pass_time(0.1)
        joining = asyncio.create_task(again.ask("join_room", room="tea", media=False))
        await pass_time(0.1)
        room._turn.release()
        assert (await kicking)["type"] == "ack"
        assert (await joining)["code"] == "bad-token"

    in_a_house(tmp_path, scenario)


def test_a_role_that_was_taken_away_does_not_come_back(tmp_path: Path):
    """What a host has decided meanwhile holds, whatever the token once gave."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        ben = await sitting(server, "ben", role=Role.COHOST)
        await pass_time(LIFE)
        ben.break_off()
        await pass_time(1)
        assert (await ana.do("change_role", identity="ben", role="listener"))["type"] == "ack"
        await pass_time(AWAY_GRACE)
        assert (await back(server, ben.session))["type"] == "ack"
        assert role_of(server, "ben") is Role.LISTENER

    in_a_house(tmp_path, scenario)


def test_a_place_is_in_one_room_and_in_one_life_of_it(tmp_path: Path):
    """Neither another room nor a later one of the same id is entered by it."""

    async def scenario(server: House) -> None:
        ana, ben = await sitting(server, role=Role.HOST), await sitting(server, "ben")
        await ana.ask("create_room", room="jazz", title="Jazz", live=True)
        await pass_time(LIFE)
        again = await server.visit(session=ben.session)
        assert (await again.ask("join_room", room="jazz"))["code"] == "bad-token"
        await ana.do("end_room")
        server.door.registry.kept._rooms.clear()
        cleo = await server.visit(token=server.token("cleo", life=LIFE, role=Role.HOST))
        assert (await cleo.ask("create_room", room="tea", title="Tea", live=True))["room"] == "tea"
        assert (await back(server, ben.session))["code"] == "bad-token"

    in_a_house(tmp_path, scenario)


def test_another_token_of_theirs_gives_all_that_it_says(tmp_path: Path):
    """Beside the session of the one that has ended: the place, and everything else again."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        await pass_time(LIFE)
        ana.break_off()
        token = server.token("ana", life=LIFE, role=Role.HOST)
        again = await server.visit(token=token, session=ana.session)
        assert (await again.ask("join_room", room="tea", media=False))["type"] == "ack"
        assert (await again.ask("create_room", room="jazz", title="Jazz"))["type"] == "ack"

    in_a_house(tmp_path, scenario)


def test_a_token_of_somebody_else_that_has_ended_is_no_way_in(tmp_path: Path):
    """Whoever shows one wants to be that one, and is not."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        token = server.token("ben", life=1)
        await pass_time(LIFE)
        refused = await back(server, ana.session, token=token)
        assert (refused["type"], refused["code"]) == ("refused", "bad-token")

    in_a_house(tmp_path, scenario)


def test_the_session_of_a_token_that_has_ended_opens_nothing_else(tmp_path: Path):
    """Shown as a token, over HTTP or in hello, it is one that has expired."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST, makes_tokens=True)
        assert verify(server.door.keys, ana.session, now=server.wall()).role is Role.HOST
        assert not verify(server.door.keys, ana.session, now=server.wall()).makes_tokens
        await pass_time(LIFE)
        with pytest.raises(RoomError, match="has expired"):
            verify(server.door.keys, ana.session, now=server.wall())
        assert (await server.visit(token=ana.session)).told[0]["code"] == "bad-token"

    in_a_house(tmp_path, scenario)


def test_the_end_is_said_five_minutes_before_and_when_it_comes(tmp_path: Path):
    """To whoever sits in a room and to whoever does not; the one who does not is shown out."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        visitor = await server.visit(token=server.token("zoe", life=LIFE))
        await visitor.ask("watch_rooms")
        await pass_time(LIFE - NOTICE - 1)
        assert not ana.of("token_ends")
        await pass_time(1.5)
        for visit in (ana, visitor):
            assert [round(message["in_s"]) for message in visit.of("token_ends")] == [NOTICE]
        await pass_time(NOTICE)
        assert [round(message["in_s"]) for message in ana.of("token_ends")] == [NOTICE, 0]
        assert ana.closed is None
        assert visitor.closed == (1008, "the token has expired: ask for a new one")

    in_a_house(tmp_path, scenario)


def test_who_comes_with_less_is_told_at_once(tmp_path: Path):
    """And nobody is told twice; guests have no token that could end."""

    async def scenario(server: House) -> None:
        late = await server.visit(token=server.token("ana", life=42))
        guest = await server.visit(name="Gus")
        await pass_time(30)
        assert [message["in_s"] for message in late.of("token_ends")] == [pytest.approx(42, abs=1)]
        await pass_time(3 * SESSION_LIFE)
        assert not guest.of("token_ends")

    in_a_house(tmp_path, scenario, guests=True)


def test_an_older_client_is_told_nothing_that_it_does_not_know(tmp_path: Path):
    """It keeps the session of its welcome."""

    async def scenario(server: House) -> None:
        ana = await server.visit(token=server.token("ana", life=LIFE, role=Role.HOST), features=[])
        await ana.ask("create_room", room="tea", title="Tea", live=True)
        await ana.ask("join_room", room="tea", media=False)
        await pass_time(SESSION_LIFE)
        assert not ana.of("token_ends")
        assert not ana.of("session")

    in_a_house(tmp_path, scenario)


@pytest.mark.parametrize("guest", [True, False])
def test_a_link_that_breaks_after_days_leads_back(tmp_path: Path, guest: bool):
    """The session is made anew as long as the connection stands."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        ben = ana
        if guest:
            ben = await server.visit(name="Ben")
            await ben.ask("join_room", room="tea", media=False)
        await pass_time(3.3 * SESSION_LIFE)
        ben.break_off()
        await pass_time(AWAY_GRACE / 2)
        assert (await back(server, ben.session))["type"] == "ack"

    in_a_house(tmp_path, scenario, guests=True)


@pytest.mark.parametrize("step", [-3600.0, -86_400.0, 86_400.0, 40 * 86_400.0])
def test_a_clock_that_is_set_costs_nobody_their_place(tmp_path: Path, step: float):
    """Forward the token ends at once, and back it lasts longer; the place is kept in any case."""

    async def scenario(server: House) -> None:
        ana = await sitting(server, role=Role.HOST)
        await pass_time(100)
        server.wall.ahead = step
        await pass_time(61)  # the clock is looked at once a minute
        ended = step > 0
        create = await ana.ask("create_room", room="jazz", title="Jazz")
        assert create["type"] == ("refused" if ended else "ack")
        assert len(ana.of("token_ends")) == ended
        ana.break_off()
        await pass_time(1)
        assert (await back(server, ana.session))["type"] == "ack"
        assert role_of(server, "ana") is Role.HOST

    in_a_house(tmp_path, scenario)
