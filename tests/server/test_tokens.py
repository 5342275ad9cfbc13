"""Tokens and the keys that sign them."""

import stat

import jwt
import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.keys import KeysError, load_keys
from tui_rooms.server.tokens import Grant, mint, verify

NOW = 1_800_000_000.0


@pytest.fixture
def keys(tmp_path):
    """New keys in a directory of their own."""
    return load_keys(tmp_path)


def test_a_token_says_what_it_was_made_to_say(keys, monkeypatch):
    """Mint and verify are each other's inverse."""
    import time

    grant = Grant(identity="ana", name="Ana", room="tea", role=Role.SPEAKER)
    assert verify(keys, mint(keys, grant, now=time.time(), life=60)) == grant
    assert grant.role_in("tea") is Role.SPEAKER
    assert grant.role_in("jazz") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"exp": 1_000_000_000}, "has expired"),
        ({"nbf": 4_000_000_000}, "not valid yet"),
        ({"iss": "other"}, "another API key"),
        ({"role": "emperor"}, "emperor"),
        ({"sub": ""}, "'sub'"),
        ({"name": None}, "name"),
    ],
)
def test_a_bad_token_is_refused_with_the_reason(keys, change, says):
    """Each fault has its own sentence."""
    claims = {
        "iss": keys.api_key,
        "sub": "ana",
        "name": "Ana",
        "room": "*",
        "exp": 4_100_000_000,
    } | change
    with pytest.raises(RoomError, match=says):
        verify(keys, jwt.encode(claims, keys.secret, algorithm="HS256"))


def test_an_unsigned_token_is_refused(keys):
    """The algorithm is ours to choose, never the token's."""
    claims = {"iss": keys.api_key, "sub": "a", "name": "a", "room": "*", "exp": 4_100_000_000}
    with pytest.raises(RoomError, match="signature"):
        verify(keys, jwt.encode(claims, None, algorithm="none"))


def test_the_keys_are_for_their_owner_alone_and_stay(tmp_path):
    """Mode 0600, and the same after a restart."""
    first = load_keys(tmp_path)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert load_keys(tmp_path) == first


def test_the_secret_never_shows_in_a_log(keys):
    """Not even by printing the object."""
    assert keys.secret not in repr(keys)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"api_key": "k", "secret": "short"}'])
def test_a_broken_key_file_is_never_overwritten(tmp_path, content):
    """The operator is told, and the file stays as it is."""
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeysError, match=r"keys\.json"):
        load_keys(tmp_path)
    assert path.read_text() == content
