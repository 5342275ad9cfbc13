"""Hosts and their rooms with the real client behind the screen, on a real server."""

from datetime import datetime, timedelta

from textual.widgets import Input

from tests.support.server import Server
from tests.tui.app.test_app import app_on
from tests.tui.places import picture, until
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Life
from tui_rooms.tui.model.server_choice import ServerChoice
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.records import Records
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.widgets.canvas import Canvas


def tomorrow() -> str:
    """As a person writes it."""
    return f"{datetime.now() + timedelta(days=1):%Y-%m-%d %H:%M}"


async def test_who_schedules_a_room_is_its_host_when_coming_back(server: Server) -> None:
    """Scheduled in the lobby, found among the upcoming, entered, left, entered again, on air."""
    app = app_on(lambda: ServerChoice(server.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press n" in picture(app), "the lobby")
        await pilot.press("n", *"Harbour")
        app.screen.query_one("#starts", Input).value = tomorrow()
        await pilot.press("enter")
        await until(pilot, lambda: "“Harbour” is scheduled." in picture(app), "the sentence")
        await pilot.press("tab")
        for visit in (1, 2):
            await until(pilot, lambda: "hosted by ana" in picture(app), "the upcoming room")
            await pilot.press("enter")
            await until(pilot, lambda: "YOU · HOST" in picture(app), "the room")
            place = app.screen
            assert isinstance(place, RoomPlace)
            assert place.view.myself is not None
            assert place.view.myself.role is Role.HOST
            assert "◷ UPCOMING" in picture(app)
            if visit == 1:
                await pilot.press("q", "l")
                await until(pilot, lambda: isinstance(app.screen, LobbyPlace), "the lobby again")
        await pilot.press("g")
        await until(pilot, lambda: place.view.room.life is Life.LIVE, "the room on air")
        assert "● LIVE" in picture(app).splitlines()[0]


async def test_a_host_finds_edits_and_reads_what_was_done(server: Server) -> None:
    """The server looks people up, takes the changes, and tells them in the audit log."""
    host = app_on(lambda: ServerChoice(server.url), "ana")
    guest = app_on(lambda: ServerChoice(server.url), "ben")
    async with host.run_test(size=(120, 36)) as ana, guest.run_test(size=(120, 36)) as ben:
        await until(ana, lambda: "Press n" in picture(host), "ana's lobby")
        await ana.press("n", *"Tea", "enter")
        await until(ana, lambda: "YOU · HOST" in picture(host), "ana's room")
        await until(ben, lambda: "hosted by ana" in picture(guest), "the list")
        await ben.press("enter")
        await until(ben, lambda: "YOU" in picture(guest), "ben's room")
        place = guest.screen
        assert isinstance(place, RoomPlace)

        await ana.press("f", *"be")
        await until(ana, lambda: "◉ ben" in picture(host), "ben, found")
        await ana.press("enter")
        await until(ana, lambda: isinstance(host.screen, RoomPlace), "ana's room again")
        assert host.screen.query_one(Canvas).chosen == place.view.me
        await ana.press("C", "2")
        await until(ben, lambda: "COHOST" in picture(guest), "ben's new role")
        await ana.press("U", "end", *" time", "enter")
        await until(ben, lambda: "Tea time" in picture(guest), "the new title")
        await ana.press("S", "2")
        await until(ben, lambda: "slow mode 5 s" in picture(guest), "slow mode")
        await ana.press("l")
        await until(ana, lambda: "slow mode set (5 s)" in picture(host), "the audit log")
        assert isinstance(host.screen, Records)
        assert "role changed ben (cohost)" in picture(host)
        await ana.press("escape")
        await ben.press("q")
        await until(ben, lambda: isinstance(guest.screen, LobbyPlace), "ben's lobby")
