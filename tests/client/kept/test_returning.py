"""Whoever's program died in a room is the same person there in its next run."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.client.link.test_invitation import link_into
from tests.client.watching import until
from tests.support.dialogue import dialogue
from tests.support.server import Server, running_server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.kept.returning import Keeping
from tui_rooms.client.kept.sessions import KeptSessions, Visit
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.updates import Notice
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.wire import messages

TEA = CreateOptions(title="Tea")


@pytest.fixture
def kept(tmp_path: Path) -> Keeping:
    """What one user's screens have in common."""
    return Keeping(sessions=KeptSessions(tmp_path / "sessions"), program="screen")


def files(kept: Keeping) -> list[Path]:
    """What is kept now."""
    return list(kept.sessions._directory.glob("*.json"))


async def going_in(url: str, kept: Keeping, room: str | None, **more: Any) -> RoomClient:
    """Come in as Ana, and make the room when it is not there."""
    wanted = {"name": "Ana", "media": False, "create": TEA} | more
    return await RoomClient.enter(url, room=room, kept=kept, **wanted)  # type: ignore[arg-type]


async def died(client: RoomClient) -> None:
    """To server and disk it is as if the program had been killed: not a word to either."""
    client._place._connected._socket.transport.abort()
    await client.close()


async def test_a_host_whose_program_died_is_host_again(shared_server: Server, room_id, kept):
    """The same identity and role, said so; the microphone is closed, whatever it was."""
    url = shared_server.url
    async with RoomClient.join(
        url, room=room_id, name="Ben", media=False, create=CreateOptions(title="T", live=True)
    ) as ben:
        ana = await going_in(url, kept, room_id)
        await ben.change_role(ana.identity, Role.HOST)
        await ana.unmute()
        await until(ben, lambda: ben.room.may_be_heard(ana.identity), "Ana's voice")
        await died(ana)
        again = await going_in(url, kept, room_id)
        assert again.identity == ana.identity
        assert again.me.role is Role.HOST
        assert await anext(u async for u in again.updates() if isinstance(u, Notice)) == Notice(
            "you are back as who you were here"
        )
        assert again.muted
        await until(ben, lambda: not ben.room.may_be_heard(again.identity), "her silence")
        await again.leave()
        assert files(kept) == []


async def test_a_second_program_is_a_second_person(shared_server: Server, room_id, kept):
    """As long as the first one lives; afterwards each takes up one."""
    url = shared_server.url
    first = await going_in(url, kept, room_id)
    second = await going_in(url, kept, room_id)
    assert first.identity != second.identity
    await died(first)
    third = await going_in(url, kept, room_id)
    assert third.identity == first.identity
    assert first.identity in second.room.stage
    await second.leave()
    await third.leave()
    assert files(kept) == []


async def test_whoever_leaves_comes_back_as_a_new_guest(shared_server: Server, room_id, kept):
    """Properly left is left; another name and another room are new in any case."""
    url = shared_server.url
    async with RoomClient.join(url, room=room_id, name="Ben", media=False, create=TEA):
        ana = await going_in(url, kept, room_id)
        await ana.leave()
        assert files(kept) == []
        again = await going_in(url, kept, room_id)
        assert again.identity != ana.identity
        await died(again)
        zoe = await going_in(url, kept, room_id, name="Zoe")
        assert zoe.identity != again.identity
        await zoe.leave()


@pytest.mark.parametrize("how", ["kick", "block", "end"])
async def test_whoever_is_sent_out_is_forgotten(shared_server: Server, room_id, kept, how):
    """Kicked, blocked, or the room is over: there is nothing to come back to."""
    url = shared_server.url
    host = await RoomClient.enter(url, room=room_id, name="Ben", media=False, create=TEA)
    ana = await going_in(url, kept, room_id)
    assert len(files(kept)) == 1
    await (host.end() if how == "end" else getattr(host, how)(ana.identity))
    await until(ana, lambda: ana.closed, "the end")
    await ana.close()
    assert files(kept) == []
    await host.leave()


async def test_a_room_that_has_ended_meanwhile_is_forgotten(shared_server: Server, room_id, kept):
    """The refusal is the server's; the file goes."""
    url = shared_server.url
    host = await RoomClient.enter(url, room=room_id, name="Ben", media=False, create=TEA)
    await died(await going_in(url, kept, room_id))
    await host.end()
    await host.leave()
    with pytest.raises(RoomError, match="has ended"):
        await going_in(url, kept, room_id, create=None)
    assert files(kept) == []


async def test_a_server_that_does_not_know_the_session_any_more_lets_one_in_anew(
    shared_server: Server, room_id, kept
):
    """Other keys, or too long ago: one comes as whoever one is, and that is kept."""
    url = shared_server.url
    who = kept.visitor(parse_address(url), name="Ana")
    held = kept.sessions.keep(Visit(who=who, room=room_id, session="not.a.session"))
    held.let_go()
    ana = await going_in(url, kept, room_id)
    (file,) = files(kept)
    assert json.loads(file.read_text())["session"] == ana.session
    await ana.leave()
    assert files(kept) == []


async def test_a_server_that_is_not_there_costs_nothing(kept, unused_tcp_port):
    """What is kept waits for it."""
    url = f"http://127.0.0.1:{unused_tcp_port}"
    visit = Visit(who=kept.visitor(parse_address(url), name="Ana"), room="tea", session="s")
    kept.sessions.keep(visit).let_go()
    for _ in range(2):
        with pytest.raises(LinkError):
            await going_in(url, kept, "tea")
        assert kept.sessions.left_at(url) == [visit]


async def test_a_passing_refusal_costs_nothing(shared_server: Server, room_id, kept):
    """A wrong password does not make anybody somebody else."""
    url = shared_server.url
    locked = replace(TEA, password="milk")
    host = await RoomClient.enter(url, room=room_id, name="Ben", media=False, create=locked)
    ana = await going_in(url, kept, room_id, password="milk")
    await died(ana)
    await host.kick(ana.identity)  # from the place that is kept for a while
    with pytest.raises(RoomError, match="not the password"):
        await going_in(url, kept, room_id, password="tea")
    again = await going_in(url, kept, room_id, password="milk")
    assert again.identity == ana.identity
    await again.leave()
    await host.leave()


async def test_an_invitation_that_is_used_up_still_leads_back(kept):
    """It was for one use, and that was ours; with the link, or without it."""
    with running_server("--no-guests") as guarded:
        link = link_into(guarded, role="speaker", uses=1)
        ana = await going_in(link, kept, None, create=None)
        await died(ana)
        again = await going_in(link, kept, None, create=None)
        assert (again.identity, again.me.role) == (ana.identity, Role.SPEAKER)
        await died(again)
        server = link.partition("/r/")[0]
        third = await going_in(server, kept, "tea", create=None)
        assert (third.identity, third.me.role) == (ana.identity, Role.SPEAKER)
        await third.leave()
        with pytest.raises(RoomError, match="all are taken"):
            await going_in(link, kept, None, create=None)


async def test_a_session_that_the_server_makes_anew_is_kept_anew(shared_server: Server, kept):
    """The newest is the one that lasts."""
    token = shared_server.host_token
    ana = await going_in(shared_server.url, kept, None, token=token)
    (file,) = files(kept)
    assert json.loads(file.read_text())["session"] == ana.session
    ana._place._hear(messages.Session(session="a newer one"))  # as twice a day
    await died(ana)
    assert json.loads(file.read_text())["session"] == "a newer one"
    assert token not in file.read_text()


async def test_whoever_schedules_a_room_is_its_host_days_later(shared_server: Server):
    """A guest's session lasts until a day after the start."""
    async with Lobby.connect(shared_server.url, name="Ana") as lobby:
        starts_at = time.time() + 10 * 86_400
        room = await lobby.create("Later", live=False, starts_at=starts_at)
        claims = jwt.decode(lobby.session, options={"verify_signature": False})
        assert claims["exp"] >= starts_at + 80_000
        with dialogue(shared_server.url, session=lobby.session, name="Ana") as host:
            assert host.ask("join_room", room=room, media=False)["type"] == "ack"
