"""The lobby on real servers: many rooms, several servers, invitations, servers that go and come."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.http import call
from tests.support.server import Server, running_server
from tests.tui.places import SILENT, picture, until
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.model.start_time import told_start
from tui_rooms.tui.screens.ask_line import AskLine
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.settings.reading import parse_settings
from tui_rooms.tui.widgets.room_list import RoomList
from tui_rooms.wire.messages import ROOMS_SHOWN


@pytest.fixture
def other() -> Iterator[Server]:
    """A second server, which lets nobody in without a token."""
    with running_server("--no-guests") as running:
        yield running


def app_at(server: Server, config: Path | None = None) -> TuiRooms:
    """Without sound."""
    return TuiRooms(lambda: ServerChoice(server.url), name="ana", settings=SILENT, config=config)


def make_room(server: Server, **fields: object) -> str:
    """A room that its maker is not in; its id."""
    made = call(f"{server.url}/api/rooms", {"live": True, **fields}, token=server.host_token).body
    assert "room" in made, made
    return str(made["room"]["room"])


def end_room(server: Server, room: str) -> None:
    """From outside."""
    wanted = {"command": {"kind": "end_room"}}
    done = call(f"{server.url}/api/rooms/{room}/commands", wanted, token=server.host_token)
    assert done.status == 200, done.body


def invitation(server: Server, room: str, **fields: object) -> str:
    """A link into a room."""
    where = f"{server.url}/api/rooms/{room}/invitations"
    return str(call(where, fields, token=server.host_token).body["link"])


def in_lobby(app: TuiRooms, text: str) -> bool:
    """Whether the lobby is there, with a text that a room's head may have too."""
    return isinstance(app.screen, LobbyPlace) and text in picture(app)


async def follow(pilot: Pilot[Any], link: str) -> None:
    """Paste a link."""
    await pilot.press("l")
    await until(pilot, lambda: isinstance(pilot.app.screen, AskLine), "the question")
    pilot.app.screen.query_one(Input).value = link
    await pilot.press("enter")


async def test_a_room_beyond_those_that_are_told_is_found_by_words_and_by_going_on(
    server: Server,
) -> None:
    """Hundreds of rooms: the server searches them all, and tells them page by page."""
    many = ROOMS_SHOWN + 30
    for number in range(many):
        make_room(server, title=f"Room {number:03}")
    app = app_at(server)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: f"Room {many - 1}" in picture(app), "the newest room")
        rooms = app.screen.query_one(RoomList)
        assert len(rooms._rooms) == ROOMS_SHOWN
        await pilot.press("slash", *"room 003")
        await until(pilot, lambda: "Room 003" in picture(app), "the room that was not told")
        await pilot.press("escape", "end")

        def all_are_there() -> bool:
            rooms.action_step(1000)
            return len(rooms._rooms) == many

        await until(pilot, all_are_there, "every room")
        assert "Room 000" in picture(app)


async def test_upcoming_and_finished_rooms_and_who_is_there_come_from_the_server(
    server: Server,
) -> None:
    """Each in its list; a room that ends goes over by itself."""
    over = make_room(server, title="Over")
    end_room(server, over)
    going = make_room(server, title="Going on", description="About tape hiss")
    start = datetime.now(timezone(timedelta(hours=5))) + timedelta(days=3)
    make_room(server, title="Planned", live=False, starts_at=start.isoformat())
    here = told_start(start.timestamp(), datetime.now(UTC))
    app = app_at(server)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "nobody is here yet" in picture(app), "the preview")
        assert "About tape hiss" in picture(app)
        assert "Planned" not in picture(app)
        await pilot.press("tab")
        await until(pilot, lambda: f"starts {here}" in picture(app), "its start")
        assert "in 2 days" in picture(app)
        await pilot.press("c")
        await until(pilot, lambda: "Your own link for your calendar" in picture(app), "the link")
        file = call(app.clipboard)
        assert file.headers["content-type"].startswith("text/calendar")
        assert "SUMMARY:Planned" in file.body
        await pilot.press("tab")
        await until(pilot, lambda: "■ ENDED  Over" in picture(app), "the finished room")
        end_room(server, going)
        await until(pilot, lambda: "■ ENDED  Going on" in picture(app), "the room that ended")


async def test_servers_are_remembered_gone_to_and_forgotten(
    server: Server, other: Server, tmp_path: Path
) -> None:
    """With what it takes to come in; nothing is written before it is asked for."""
    make_room(server, title="First")
    make_room(other, title="Second")
    config = tmp_path / "config.toml"
    app = app_at(server, config)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "First" in picture(app), "the first server")
        await follow(pilot, other.url)
        await until(pilot, lambda: "needs a token" in picture(app), "why one does not come in")
        await follow(pilot, f"{other.url}#token={other.host_token}")
        await until(pilot, lambda: "Second" in picture(app), "the other server")
        assert not config.exists()
        await pilot.press("plus", *"club", "enter")
        await until(pilot, lambda: "“club” is remembered" in picture(app), "that it is kept")
        (known,) = parse_settings(config.read_text(), config).servers
        assert (known.name, known.url, known.token) == ("club", other.url, other.host_token)
        await pilot.press("v", "1")
        await until(pilot, lambda: "First" in picture(app), "the first server again")
        await pilot.press("v", "2")
        await until(pilot, lambda: "Second" in picture(app), "the other one by its name")
        assert "server club" in picture(app)
        await pilot.press("minus", "y")
        await until(pilot, lambda: "“club” is forgotten" in picture(app), "that it is not kept")
        assert parse_settings(config.read_text(), config).servers == ()


async def test_an_invitation_is_used_once_and_brings_one_back_ever_after(
    server: Server, other: Server
) -> None:
    """From the lobby of its server, and after a visit to another one, without the link."""
    make_room(server, title="First")
    link = invitation(other, make_room(other, title="Tea", password="x"), uses=1, role="speaker")
    app = app_at(server)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "First" in picture(app), "the first server")
        await follow(pilot, link)
        await until(pilot, lambda: isinstance(app.screen, RoomPlace), "the room")
        await pilot.press("q")
        await until(pilot, lambda: in_lobby(app, "● LIVE  Tea"), "the room in its lobby")
        await follow(pilot, server.url)
        await until(pilot, lambda: "First" in picture(app), "the first server again")
        await follow(pilot, link.partition("#")[0])
        await until(pilot, lambda: isinstance(app.screen, RoomPlace), "the room without the link")
        assert "m unmute" in picture(app), "still a speaker"
        await pilot.press("q")
        await until(pilot, lambda: in_lobby(app, "● LIVE  Tea"), "the lobby")
        await follow(pilot, link)
        await until(pilot, lambda: isinstance(app.screen, RoomPlace), "the used link, by its user")


async def test_a_server_that_comes_back_as_another_one_takes_one_in_anew(
    unused_tcp_port: int,
) -> None:
    """It does not know who one was: that is no reason to stay outside."""
    with running_server("--port", str(unused_tcp_port)) as first:
        app = app_at(first)
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: "Press n" in picture(app), "the lobby")
            first.kill()
            await until(pilot, lambda: "cannot be reached" in picture(app), "the loss")
            with running_server("--port", str(unused_tcp_port)) as second:
                make_room(second, title="New here")
                await until(pilot, lambda: "New here" in picture(app), "the new server's room")
