"""Servers that one knows: wishes first, pictures second."""

from tests.tui.lobbies import OPEN, lobby
from tests.tui.places import Stand
from tui_rooms.tui.messages import (
    ForgetWanted,
    HomeWanted,
    LinkWanted,
    RememberWanted,
)
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.settings.schema import KnownServer

HOME = KnownServer(name="home", url="127.0.0.1:7600", token="t")
CLUB = KnownServer(name="club", url="https://rooms.example.org")


async def test_a_known_server_is_called_by_its_name_and_can_be_forgotten() -> None:
    """After a question."""
    app = Stand(LobbyPlace("Dmitri", OPEN._replace(embedded=False), servers=(CLUB, HOME)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "server home  http://127.0.0.1:7600" in app.lines[1]
        await pilot.press("minus")
        assert "Forget the server “home”?" in app.picture
        await pilot.press("y")
        await pilot.pause()
        assert app.wished(ForgetWanted) == [{"server": HOME}]


async def test_a_server_is_remembered_under_a_name() -> None:
    """Its address is proposed; one that has a name, and the own one, are not remembered."""
    app = Stand(LobbyPlace("Dmitri", OPEN._replace(embedded=False)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("plus", *"home", "enter")
        await pilot.pause()
        assert app.wished(RememberWanted) == [{"name": "home"}]
        lobby(app).show(OPEN)
        await pilot.press("plus")
        await pilot.pause()
        assert app.screen is app.place


async def test_one_goes_to_another_server_and_back_to_the_first() -> None:
    """With the token that belongs to it."""
    app = Stand(LobbyPlace("Dmitri", OPEN, servers=(CLUB, HOME)))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v", "3")
        await pilot.press("v", "1")
        await pilot.pause()
        assert app.wished(LinkWanted) == [{"link": "127.0.0.1:7600", "token": "t"}]
        assert len(app.wished(HomeWanted)) == 1
