"""What one is called: the lobby says what rooms will show, whoever has chosen it."""

import time
from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server
from tests.tui.places import SILENT, picture, until
from tests.tui.plain.test_plain import Visit
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import ServerChoice


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server for those with a token, and a token that says whose it is."""
    data = tmp_path_factory.mktemp("data")
    with running_server("--no-guests", "--data", str(data)) as server:
        ada = Grant(identity="ada", name="Dr. Ada", role=Role.HOST)
        yield server, mint(load_keys(data), ada, now=time.time(), life=600)


async def test_with_the_hosts_token_one_is_called_what_the_lobby_says(
    guarded: tuple[Server, str],
) -> None:
    """It has no name: the one of the command line stands in the lobby and in the room."""
    server, _ = guarded
    app = TuiRooms(
        lambda: ServerChoice(server.url, token=server.host_token), name="Hanna", settings=SILENT
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Press n" in picture(app), "the lobby")
        assert "you are Hanna" in picture(app)
        await pilot.press("n", *"Tea", "enter")
        await until(pilot, lambda: "YOU · HOST" in picture(app), "the room")
        assert "Hanna" in picture(app)
        await pilot.press("q", "e")


async def test_a_token_with_a_name_of_its_own_says_so_in_the_lobby(
    guarded: tuple[Server, str],
) -> None:
    """Whatever one wishes, now or later, the lobby tells what rooms will show."""
    server, token = guarded
    app = TuiRooms(lambda: ServerChoice(server.url, token=token), name="Hanna", settings=SILENT)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "you are Dr. Ada" in picture(app), "the token's name")
        sentence = "You are “Dr. Ada” here, not “Hanna”: your token says so."
        await until(pilot, lambda: sentence in picture(app), "the sentence")
        await pilot.press("escape", "e")
        await until(pilot, lambda: "Your name in rooms" in picture(app), "the question")
        await pilot.press("ctrl+u", *"Zoe", "enter")
        await until(pilot, lambda: "not “Zoe”" in picture(app), "the answer")
        assert "you are Dr. Ada" in picture(app)


def test_another_name_is_the_servers_at_once(guarded: tuple[Server, str]) -> None:
    """In --plain: what is scheduled or opened after that is hosted by the new name."""
    server, token = guarded
    choice = ServerChoice(server.url, token=server.host_token)
    with Visit(choice, "Hanna") as hanna:
        hanna.reads(f"connected to {server.url} as Hanna")
        hanna.types("name Johanna")
        hanna.reads("you are Johanna here")
        assert sum("connected" in line for line in hanna.lines) == 1
        hanna.types("new Jazz")
        hanna.reads("in the room Jazz, hosted by Johanna")
        hanna.reads("  Johanna (you), host")
        hanna.types("end")
    with Visit(ServerChoice(server.url, token=token), "Hanna") as ada:
        ada.reads(f"connected to {server.url} as Dr. Ada")
        ada.reads("You are “Dr. Ada” here, not “Hanna”: your token says so.")
