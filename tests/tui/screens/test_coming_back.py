"""A room whose server has gone: what the screen says, and the way back from the lobby."""

from pathlib import Path

import pytest

from tests.support.proxy import proxy_to
from tests.support.server import running_server
from tests.tui.lobbies import OPEN, WAS_IN, lobby, standing
from tests.tui.places import SILENT, picture, until
from tui_rooms.client import room as client_room
from tui_rooms.client.link import search
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.messages import BackWanted
from tui_rooms.tui.model.server_choice import ServerChoice


async def test_who_has_lost_the_server_looks_again_and_goes_back_from_the_lobby(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A countdown with a key; and once it was given up, Enter leads back as the same person."""
    data = ["--data", str(tmp_path / "data")]
    with running_server(*data) as first:
        async with proxy_to(first.port) as proxy:
            create = CreateOptions(title="Jazz", room_type="open_mic")
            ana = await RoomClient.enter(
                proxy.url, room="jazz", name="ana", media=False, create=create
            )
            monkeypatch.setattr(client_room, "PATIENCE", 8.0)
            monkeypatch.setattr(search, "delays", lambda: iter([1000.0] * 9))
            choice = ServerChoice(proxy.url, room="jazz")
            app = TuiRooms(lambda: choice, name="ben", settings=SILENT)
            async with app.run_test(size=(120, 36)) as pilot:
                await until(pilot, lambda: "ON STAGE 2" in picture(app), "the room")
                proxy.open = False
                first.kill()
                await until(pilot, lambda: "The server has gone" in picture(app), "the loss")
                await until(pilot, lambda: "next look in" in picture(app), "the countdown")
                await pilot.press("f5")
                await until(pilot, lambda: "You were in “Jazz”" in picture(app), "the lobby")
                with running_server(*data) as second:
                    proxy.target_port, proxy.open = second.port, True
                    await pilot.press("enter")
                    await until(pilot, lambda: "ON STAGE" in picture(app), "the way back")
                    await until(pilot, lambda: "ben" in picture(app), "oneself")
            await ana.close()


async def test_the_way_back_has_a_key_where_rooms_are_listed() -> None:
    """Enter goes into the chosen one there, which may be another."""
    app = standing(OPEN._replace(was_in=WAS_IN.was_in))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "go back" in picture(app)
        await pilot.press("b")
        await pilot.pause()
        assert len(app.wished(BackWanted)) == 1
        lobby(app).show(OPEN)
        await pilot.press("b")
        await pilot.pause()
        assert len(app.wished(BackWanted)) == 1


async def test_the_lobby_says_that_nothing_comes_from_its_server() -> None:
    """Before it counts as lost; and that it is over."""
    with running_server() as server:
        async with proxy_to(server.port) as proxy:
            choice = ServerChoice(proxy.url)
            app = TuiRooms(lambda: choice, name="ana", settings=SILENT)
            async with app.run_test(size=(80, 24)) as pilot:
                await until(pilot, lambda: "● connected" in picture(app), "the lobby")
                proxy.stall()
                await until(pilot, lambda: "↻ silent" in picture(app), "the silence")
                proxy.go_on()
                await until(pilot, lambda: "● connected" in picture(app), "its end")
