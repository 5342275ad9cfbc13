"""Which token goes to which server."""

import pytest

from tui_rooms.cli.open import token_for
from tui_rooms.tui.settings.schema import You

HOME = You(server="https://rooms.example.org", token="secret")


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("https://rooms.example.org", "secret"),
        ("rooms.example.org:443/r/tea", "secret"),
        ("https://rooms.example.org/r/tea#token=theirs", None),
        ("https://other.example.org/r/tea", None),
        ("rooms.example.org", None),  # another port, so perhaps another's server
    ],
)
def test_the_settings_token_is_shown_to_the_settings_server_only(url: str, token: str | None):
    """Not to whoever gave one a link; and a link's own token goes before it."""
    assert token_for(url, HOME) == token


def test_a_token_without_a_server_is_for_the_one_that_is_named():
    """As with variables: one for the token, and the server on the command line."""
    assert token_for("127.0.0.1:7600", HOME._replace(server="")) == "secret"
    assert token_for("127.0.0.1:7600", You()) is None
