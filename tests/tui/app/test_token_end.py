"""A token's end on the screen and in lines; in a room, and outside."""

import pytest

from tests.client.link.test_token_end import ending
from tests.support.server import Server
from tests.tui.places import SILENT, picture, until
from tests.tui.plain.test_plain import Visit
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import ServerChoice


@pytest.mark.parametrize(
    ("in_s", "says"), [(300, "your token ends in 5 min"), (0, "your token has ended")]
)
async def test_the_screen_says_it_in_the_lobby_and_in_the_room(
    server: Server, in_s: float, says: str
) -> None:
    """What it means is another thing in each."""
    with ending(server, in_s) as url:
        app = TuiRooms(lambda: ServerChoice(url), name="ana", settings=SILENT)
        async with app.run_test(size=(120, 24)) as pilot:
            await until(pilot, lambda: f"{says}: ask for a new one" in picture(app), "the lobby's")
            await until(pilot, lambda: "Press n" in picture(app), "the list")
            await pilot.press("n", *"Tea", "enter")
            await until(pilot, lambda: f"{says}: you stay who" in picture(app), "the room's")


def test_plain_says_it_in_a_line(server: Server) -> None:
    """The same sentences."""
    with ending(server, 300) as url, Visit(url, "ana") as ana:
        ana.reads("your token ends in 5 min: ask for a new one")
        ana.types("new Tea")
        ana.reads("your token ends in 5 min: you stay who you are in this room until you leave it")
