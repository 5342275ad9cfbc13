"""The whole screen with the real client behind it, against a real server."""

import threading

import pytest

from tests.support.server import Server
from tests.tui.places import SILENT, picture, until
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import Connect, ServerChoice
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.screens.room.place import RoomPlace


class StartError(Exception):
    """As a provider raises it."""

    sentence = "the server on this machine did not start; see server.log"


def app_on(connect: Connect, name: str = "ana") -> TuiRooms:
    """Without sound: this is about the screen."""
    return TuiRooms(connect, name=name, settings=SILENT)


async def test_a_room_is_opened_left_and_ended(server: Server) -> None:
    """From the lobby into a new room, the microphone opened, and back by ending it for all."""
    app = app_on(lambda: ServerChoice(server.url))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press n" in picture(app), "the lobby")
        await pilot.press("n", *"Tea", "enter")
        await until(pilot, lambda: "YOU · HOST" in picture(app), "the room")
        assert "Tea" in picture(app)
        await pilot.press("m")
        await until(pilot, lambda: "mic open" in picture(app), "the open microphone")
        await pilot.press("q", "e")
        await until(pilot, lambda: isinstance(app.screen, LobbyPlace), "the lobby again")
        await until(pilot, lambda: "Press n" in picture(app), "the empty list")


async def test_two_people_see_each_other(server: Server) -> None:
    """One opens a room, the other finds it in the lobby and joins it."""
    host = app_on(lambda: ServerChoice(server.url), "ana")
    async with host.run_test(size=(80, 24)) as ana:
        await until(ana, lambda: "Press n" in picture(host), "ana's lobby")
        await ana.press("n", *"Tea", "enter")
        await until(ana, lambda: isinstance(host.screen, RoomPlace), "ana's room")
        guest = app_on(lambda: ServerChoice(server.url), "ben")
        async with guest.run_test(size=(80, 24)) as ben:
            await until(ben, lambda: "hosted by ana" in picture(guest), "the list")
            await ben.press("enter")
            await until(ben, lambda: isinstance(guest.screen, RoomPlace), "ben's room")
            await until(ana, lambda: "ben" in picture(host), "ben on ana's screen")
            await ben.press("q")
            await until(ben, lambda: isinstance(guest.screen, LobbyPlace), "ben's lobby")
        await until(ana, lambda: "ben" not in picture(host), "ben gone")


async def test_a_join_link_leads_straight_into_its_room(server: Server) -> None:
    """An unknown one leads to the lobby, with the server's sentence."""
    app = app_on(lambda: ServerChoice(f"{server.url}/r/nowhere"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press n" in picture(app), "the lobby")
        await until(pilot, lambda: "there is no room 'nowhere'" in picture(app), "the sentence")


async def test_a_refusal_is_a_sentence_in_the_room(server: Server) -> None:
    """What the server says is shown as it is."""
    app = app_on(lambda: ServerChoice(server.url), "x" * 60)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "limit 40" in picture(app), "the sentence about the name")


@pytest.mark.parametrize(
    ("connect", "words"),
    [
        (lambda: ServerChoice("127.0.0.1:9"), "127.0.0.1:9"),
        (lambda: ServerChoice("ftp://x"), "cannot read the server address"),
    ],
)
async def test_a_server_that_cannot_be_reached_is_a_sentence(connect: Connect, words: str) -> None:
    """No traceback, and the way to try again."""
    app = app_on(connect)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "cannot be reached" in picture(app), "the sentence")
        assert words in picture(app)
        assert "Traceback" not in picture(app)


async def test_a_server_that_does_not_start_can_be_tried_again(server: Server) -> None:
    """The provider's own sentence is shown; `r` asks it again."""
    answers: list[Exception | None] = [StartError(), None]

    def connect() -> ServerChoice:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return ServerChoice(server.url)

    app = app_on(connect)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "did not start" in picture(app), "the sentence")
        await pilot.press("r")
        await until(pilot, lambda: "Press n" in picture(app), "the lobby")


async def test_quitting_does_not_wait_for_a_server_that_is_starting() -> None:
    """The client's thread ends although the provider has not answered yet."""
    asked, answer = threading.Event(), threading.Event()

    def connect() -> ServerChoice:
        asked.set()
        answer.wait()
        return ServerChoice("127.0.0.1:9")

    others = set(threading.enumerate())
    app = app_on(connect)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, asked.is_set, "the question for a server")
        await pilot.press("q")
    running = {thread.name for thread in set(threading.enumerate()) - others}
    answer.set()
    assert "tui-rooms client" not in running
