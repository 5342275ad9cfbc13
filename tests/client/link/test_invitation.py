"""Coming in by an invitation link."""

import subprocess
import sys

import pytest

from tests.support.http import call
from tests.support.program import private_environment
from tests.support.server import Server, running_server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.invitation import accept_invitation
from tui_rooms.client.room import RoomClient
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role


@pytest.fixture(scope="module")
def guarded():
    """A server that lets nobody in without a token."""
    with running_server("--no-guests") as running:
        yield running


def link_into(server: Server, **fields: object) -> str:
    """An invitation into a new, locked room."""
    wanted = {"title": "Tea", "password": "x", "live": True}
    made = call(f"{server.url}/api/rooms", wanted, token=server.host_token).body
    room = f"{server.url}/api/rooms/{made['room']['room']}"
    return str(call(f"{room}/invitations", fields, token=made["token"]).body["link"])


async def test_a_link_alone_brings_somebody_in(guarded):
    """No token, no password, no name of a room: the link has it all, once."""
    link = link_into(guarded, role="speaker", uses=1)
    async with RoomClient.join(link, name="Ben", media=False) as ben:
        assert ben.room.stage[ben.identity].role is Role.SPEAKER
        assert ben.name == "Ben"
        session = ben.session
    async with RoomClient.join(link, session=session, media=False) as again:
        assert again.identity == ben.identity
    with pytest.raises(RoomError, match="for 1 uses and all are taken"):
        await RoomClient.enter(link, name="Cleo", media=False)


def test_a_link_to_this_machine_asks_no_proxy(guarded, tmp_path):
    """One that the environment names would look for the server elsewhere."""
    accept = (
        "import asyncio, sys\n"
        "from tui_rooms.client.link.address import parse_address\n"
        "from tui_rooms.client.link.invitation import accept_invitation\n"
        "print(asyncio.run(accept_invitation(parse_address(sys.argv[1]), name='Ben')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", accept, link_into(guarded)],
        env=private_environment(tmp_path) | {"http_proxy": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.count(".") == 2, done.stderr


async def test_a_link_to_where_nobody_is_says_so(unused_tcp_port):
    """The sentence names the server, never the secret."""
    address = parse_address(f"http://127.0.0.1:{unused_tcp_port}/r/tea#invite=s3cret")
    with pytest.raises(LinkError, match=f"127.0.0.1:{unused_tcp_port}") as failed:
        await accept_invitation(address)
    assert "s3cret" not in failed.value.sentence
    assert "s3cret" not in repr(address)
