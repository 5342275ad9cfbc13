"""A token's end as its bearer's program sees it, over a crash of the server too."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.between import relay_to
from tests.client.watching import until, update_where
from tests.support.proxy import proxy_to
from tests.support.server import Server, running_server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.updates import TokenEnds
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint


def short_token(data: Path) -> str:
    """A host's, that ends in about a second."""
    hanna = Grant(identity="hanna", name="Hanna", role=Role.HOST)
    # The end is a whole second, so that one of less than two is at least half a second away.
    return mint(load_keys(data), hanna, now=time.time(), life=1.5)


@contextlib.contextmanager
def ending(server: Server, in_s: float) -> Iterator[str]:
    """A way to the server on which every welcome is followed by news of the token's end."""

    def said(text: str) -> list[str]:
        news = json.dumps({"type": "token_ends", "in_s": in_s})
        return [text, news] if json.loads(text)["type"] == "welcome" else [text]

    with relay_to(server, said) as address:
        yield address


async def test_a_host_whose_token_has_ended_outlives_a_crash_of_the_server(tmp_path: Path):
    """Killed without a word; at the next one they are host again, and can do nothing else."""
    data = tmp_path / "data"
    options = ["--no-guests", "--data", str(data)]
    with running_server(*options) as first:
        async with proxy_to(first.port) as proxy:
            token = short_token(data)
            hanna = await RoomClient.enter(
                proxy.url, room="tea", token=token, media=False, create=CreateOptions(title="Tea")
            )
            await update_where(hanna, lambda one: one == TokenEnds(0), "the token's end")
            proxy.open = False
            first.kill()
            await until(hanna, lambda: hanna.link.phase is LinkPhase.RECONNECTING, "the loss")
            with running_server(*options) as second:
                proxy.target_port, proxy.open = second.port, True
                await until(hanna, lambda: hanna.link.phase is LinkPhase.CONNECTED, "the return")
                assert hanna.me.role is Role.HOST
                await hanna.update_room(title="Green tea")
                with pytest.raises(RoomError, match="the token has expired"):
                    await Lobby.enter(second.url, token=token, session=hanna.session)
                with pytest.raises(RoomError, match="the token has expired"):
                    await RoomClient.enter(second.url, room="tea", token=token, media=False)
                await hanna.leave()
                with pytest.raises(RoomError, match="the token has expired"):
                    await RoomClient.enter(
                        second.url, room="tea", session=hanna.session, media=False
                    )


async def test_a_lobby_ends_with_its_token(tmp_path: Path):
    """It is told before, and then why it is over; looking again would not help."""
    told: list[TokenEnds] = []
    with running_server("--no-guests", "--data", str(tmp_path)) as server:
        token = short_token(tmp_path)
        async with Lobby.connect(server.url, token=token, on_token_end=told.append) as lobby:
            with pytest.raises(LinkError, match="the token has expired") as lost:
                async for _ in lobby.updates():
                    pass
    assert not lost.value.retryable
    assert 0 < told[0].in_s <= 1.5


async def test_the_end_is_an_update_for_bots(shared_server: Server, room_id: str):
    """Also when nobody listens yet."""
    with ending(shared_server, 300) as url:
        async with RoomClient.join(
            url, room=room_id, name="bot", media=False, create=CreateOptions(title="Tea")
        ) as bot:
            assert await update_where(bot, lambda one: isinstance(one, TokenEnds), "the news") == (
                TokenEnds(300)
            )


@pytest.mark.parametrize(
    ("in_s", "says"),
    [
        (300.0, "your token ends in 5 min:"),
        (299.6, "your token ends in 5 min:"),
        (42.0, "your token ends in 42 s:"),
        (61.2, "your token ends in 1 min 1 s:"),
        (0.2, "your token ends in 0 s:"),
        (0.0, "your token has ended:"),
    ],
)
def test_how_long_it_lasts_is_said_in_words(in_s: float, says: str):
    """For people, in a room and outside."""
    ends = TokenEnds(in_s)
    assert ends.sentence.startswith(says)
    assert ends.sentence_outside.startswith(says)
