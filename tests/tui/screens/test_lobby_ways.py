"""The lobby on ways to a server that lead nowhere: the same sentences as everywhere."""

from collections.abc import Iterator

import pytest

from tests.support.server import Server, running_server
from tests.tui.places import SILENT, picture, until
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.model.server_choice import ServerChoice


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One without TLS, which lets nobody in without a token."""
    with running_server("--no-guests") as running:
        yield running


def shown(app: TuiRooms) -> str:
    """The words of the screen, whatever lines they are broken into."""
    return " ".join(picture(app).split())


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("https://127.0.0.1:{port}", "does not speak TLS: use http://127.0.0.1:{port},"),
        ("http://rooms.example.org", "the proxy 127.0.0.1:9 ($http_proxy) cannot be reached"),
        ("https://rooms.example.org", "is a SOCKS proxy (socks5://)"),
        ("http://a..b:7600", "a part of its host is empty, before or after a dot"),
        ("127.0.0.1:{port}#token=eyJhbGc…", "the token has U+2026 at place 8"),
        ("127.0.0.1:{port}/r/tea#invite=eyJhbGc…", "the invitation has U+2026 at place 8"),
    ],
)
async def test_the_lobby_says_what_is_wrong_with_the_way(
    server: Server, monkeypatch: pytest.MonkeyPatch, link: str, says: str
):
    """Nothing unexpected has happened, and it is not tried again as long as nothing is changed."""
    monkeypatch.setenv("http_proxy", "127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "")
    monkeypatch.setenv("wss_proxy", "socks5://127.0.0.1:9")
    choice = ServerChoice(link.format(port=server.port))
    app = TuiRooms(lambda: choice, name="ana", settings=SILENT)
    async with app.run_test(size=(120, 36)) as pilot:
        wanted = says.format(port=server.port)
        await until(pilot, lambda: wanted in shown(app), "the sentence")
        assert "unexpected" not in picture(app)


@pytest.mark.parametrize("wrapped", ['"{}"\n', "<{}>", "Bearer {}", "{}\n\n"])
async def test_a_token_of_the_settings_is_taken_as_it_was_pasted(server: Server, wrapped: str):
    """With the quotes and line ends that were copied along."""
    choice = ServerChoice(server.url, token=wrapped.format(server.host_token))
    app = TuiRooms(lambda: choice, name="ana", settings=SILENT)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "● connected" in picture(app), "the lobby")
