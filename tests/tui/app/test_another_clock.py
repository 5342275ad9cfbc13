"""A visit to a server whose clock is an hour off from this machine's: nothing jumps or waits."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.server.walls import Wall, server
from tests.tui.places import SILENT, picture, until
from tests.tui.plain.test_plain import Visit
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.screens.new_room import NewRoom

HOUR = 3600.0
pytestmark = pytest.mark.parametrize("off", [-HOUR, HOUR])


def wall_off_by(seconds: float) -> Wall:
    """A server's wall clock."""
    wall = Wall()
    wall.set_by = seconds
    return wall


async def test_the_screen_shows_how_long_things_really_take(tmp_path: Path, off: float) -> None:
    """On air, since one came, and how far off a start is; not an hour more, nor nothing for it."""
    wall = wall_off_by(off)
    async with server(tmp_path, wall) as url, Lobby.connect(url, name="ben") as ben:
        await ben.create("Later", starts_at=wall() + 600)
        app = TuiRooms(lambda: ServerChoice(url), name="ana", settings=SILENT)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "No rooms are open" in picture(app), "the lobby")
            await pilot.press("tab")
            await until(pilot, lambda: "in 9 min" in picture(app), "how far off the start is")
            await pilot.press("n", *"Tea", "enter")
            await until(pilot, lambda: "on air 0:0" in picture(app), "the time on air")
            await pilot.press("i")
            await until(pilot, lambda: ", for 0:" in picture(app), "for how long")


async def test_a_time_of_day_that_is_written_is_the_next_one_there(
    tmp_path: Path, off: float
) -> None:
    """Half an hour from now is no day away because this machine thinks it is over."""
    wall = wall_off_by(off)
    async with server(tmp_path, wall) as url:
        app = TuiRooms(lambda: ServerChoice(url), name="ana", settings=SILENT)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "No rooms are open" in picture(app), "the lobby")
            await pilot.press("n")
            await until(pilot, lambda: isinstance(app.screen, NewRoom), "the form")
            start = datetime.fromtimestamp(wall(), UTC) + timedelta(minutes=30)
            app.screen.query_one("#title", Input).value = "Soon"
            app.screen.query_one("#starts", Input).value = f"{start:%H:%M}"
            await pilot.press("enter")
            async with Lobby.connect(url, name="ben") as ben:
                await until(pilot, lambda: bool(ben.rooms), "the room")
                [room] = ben.rooms
        assert room.starts_at == start.replace(second=0, microsecond=0).timestamp()


async def test_lines_and_bots_know_the_time_there_too(tmp_path: Path, off: float) -> None:
    """`details` of --plain, and `RoomClient.now`."""
    wall = wall_off_by(off)
    async with server(tmp_path, wall) as url:
        create = CreateOptions(title="Tea")
        async with RoomClient.join(url, room="tea", name="bot", media=False, create=create) as bot:
            since = bot.room.live_since
            assert since is not None
            assert 0 <= bot.now() - since < 60
            visit = Visit(url, "ana")
            with visit:
                await read(visit, "1. Tea")
                visit.types("join 1")
                await read(visit, "in the room Tea")
                visit.types("details")
                await read(visit, "state: live since")
        [state] = [line for line in visit.lines if "state: live since" in line]
        assert state.rpartition("for ")[2].startswith("0:")


async def read(visit: Visit, words: str) -> None:
    """Wait for that line, while the server goes on."""
    await asyncio.to_thread(visit.reads, words)
