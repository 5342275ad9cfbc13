"""The lobby: wishes first, pictures second."""

import pytest

from tests.tui.lobbies import EMPTY, GONE, lobby, standing
from tests.tui.places import SIZES, Stand
from tui_rooms.tui.messages import (
    NameChosen,
    RetryWanted,
)
from tui_rooms.tui.model.values import LobbyPhase, LobbyState
from tui_rooms.tui.screens.lobby.place import LobbyPlace


async def test_the_name_can_be_changed() -> None:
    """It is seen at once."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        assert "you are Dmitri" in app.lines[0]
        await pilot.press("e", *"Dima", "enter")
        await pilot.pause()
        assert app.wished(NameChosen) == [{"name": "Dima"}]
        assert "you are Dima" in app.lines[0]


async def test_an_empty_name_changes_nothing() -> None:
    """One is still called as before."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.press("e", "backspace", "enter")
        await pilot.pause()
        assert app.wished(NameChosen) == []


async def test_r_looks_for_the_server_again_only_when_it_is_gone() -> None:
    """While it is there, there is nothing to try."""
    app = standing()
    async with app.run_test() as pilot:
        await pilot.press("r")
        assert app.wished(RetryWanted) == []
        lobby(app).show(GONE)
        await pilot.press("r", "n")
        assert len(app.wished(RetryWanted)) == 1
        assert app.screen is app.place, "no room can be opened without a server"


@pytest.mark.parametrize("size", SIZES)
async def test_an_unreachable_server_is_a_sentence_and_a_way_out(size: tuple[int, int]) -> None:
    """What happened, and what to press."""
    app = standing(GONE)
    async with app.run_test(size=size):
        words = " ".join(app.picture.split())
        assert "nobody answers at 127.0.0.1:7600; is the server running?" in words
        assert "Press r to try again" in words
        assert "r try again" in app.lines[-1]
        assert "× not reachable" in app.lines[1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LobbyState(), "Looking for the server"),
        (LobbyState(phase=LobbyPhase.CONNECTING, server="http://h:1"), "Connecting"),
        (EMPTY, "Press n to open the first one"),
    ],
)
async def test_an_empty_lobby_says_why(state: LobbyState, words: str) -> None:
    """Looking, connecting, and nothing there are three different things."""
    app = standing(state)
    async with app.run_test(size=(80, 24)):
        assert words in app.picture


async def test_sentences_tell_of_the_keys_that_one_has_chosen() -> None:
    """As bar and help do."""
    app = Stand(LobbyPlace("Ana", EMPTY, keymap={"new-room": ("f2",), "next-list": ("ctrl+n",)}))
    async with app.run_test(size=(80, 24)):
        assert "Press f2 to open the first one." in app.picture
        assert "Press ^n for upcoming and finished rooms." in app.picture


async def test_the_server_is_named() -> None:
    """And that it is the one on this machine."""
    app = standing()
    async with app.run_test(size=(80, 24)):
        assert "server http://127.0.0.1:7600 on this machine" in app.lines[1]
        assert "● connected" in app.lines[1]


async def test_help_lists_the_keys_of_the_lobby() -> None:
    """Each with what it does."""
    app = standing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("question_mark")
        for words in ("go into the chosen room", "change your name", "leave tui-rooms"):
            assert words in app.picture
        await pilot.press("escape")
        assert "change your name" not in app.picture
