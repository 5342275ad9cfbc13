"""Tokens and the keys that sign them."""

import stat
import time

import jwt
import pytest

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.server.door.credentials.keys import Keys, KeysError, load_keys, load_webhook_secret
from tui_rooms.server.door.credentials.tokens import Grant, mint, mint_session, verify


@pytest.fixture
def keys(tmp_path):
    """New keys in a directory of their own."""
    return load_keys(tmp_path)


def test_a_token_says_what_it_was_made_to_say(keys):
    """Mint and verify are each other's inverse."""
    grant = Grant(
        identity="ana",
        name="Ana",
        rooms=("tea", "coffee"),
        role=Role.SPEAKER,
        capabilities=frozenset({Capability.READ_REPORTS}),
        makes_tokens=True,
    )
    assert verify(keys, mint(keys, grant, now=time.time(), life=60)) == grant


def made_elsewhere(keys, **claims):
    """A token that another program made with this server's secret."""
    whole = {"iss": keys.api_key, "sub": "a", "name": "A", "rooms": ["*"], "exp": time.time() + 60}
    return jwt.encode(whole | claims, keys.secret, algorithm="HS256")


def test_the_rooms_of_a_token_are_folded_whoever_made_it(keys):
    """Ids are small letters; people and programs write them as they please."""
    grant = verify(keys, made_elsewhere(keys, rooms=["TEA", "*"]))
    assert grant.rooms == ("tea", "*")
    assert grant.covers("tea")


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        ({"role": "boss"}, "there is no role 'boss': expected host, cohost, speaker, listener"),
        ({"role": ["host"]}, "there is no role"),
        ({"role": "\x1b[2J"}, r"there is no role '\\x1b\[2J'"),
        ({"capabilities": ["fly"]}, "there is no capability 'fly': expected join-room"),
    ],
)
def test_a_token_that_gives_what_there_is_not_is_told_what_there_is(keys, claims, says):
    """In our own words, and so that no terminal acts on it."""
    with pytest.raises(RoomError, match=says) as refused:
        verify(keys, made_elsewhere(keys, **claims))
    assert refused.value.code == "bad-token"


def test_a_token_without_a_name_lets_its_bearer_choose(keys):
    """Each time anew; whoever does not choose is called by the role."""
    token = mint(keys, Grant(identity="a", nameless=True, role=Role.HOST), now=time.time(), life=60)
    assert "name" not in jwt.decode(token, options={"verify_signature": False})
    grant = verify(keys, token)
    assert grant.called(None).name == "host"
    hanna = verify(keys, mint(keys, grant.called(" Hanna "), now=time.time(), life=60))
    assert hanna.called(None).name == "Hanna"
    assert hanna.called("Johanna").name == "Johanna"
    with pytest.raises(RoomError, match="name is empty"):
        hanna.called(" ")


def test_a_token_with_a_name_keeps_it():
    """Nobody hides behind a name of their choice who was given one."""
    assert Grant(identity="a", name="Ada").called("Zoe").name == "Ada"


def test_what_is_given_keeps_its_date(keys):
    """A session, and whatever else is made of a token, is as of the token's own time."""
    first = verify(keys, mint(keys, Grant(identity="a", rooms=("tea",)), now=time.time(), life=60))
    assert first.given_at == pytest.approx(time.time(), abs=30)
    later = first.given_at + 30
    for again in (
        verify(keys, mint_session(keys, first, now=later)),
        verify(keys, mint(keys, first, now=later, life=60)),
    ):
        assert again.given_at == first.given_at
        assert again.expires_at > first.given_at


@pytest.mark.parametrize("lives", [["tea"], {"tea": "now"}, {"tea": True}, dict.fromkeys("x" * 9)])
def test_lives_that_are_none_are_no_token(keys, lives):
    """A claim of ours that somebody else has written is read as carefully as the others."""
    claims = {"iss": keys.api_key, "sub": "a", "exp": 2e9, "rooms": ["tea"], "lives": lives}
    token = jwt.encode(claims, keys.secret, algorithm="HS256")
    with pytest.raises(RoomError, match="cannot be used: claim"):
        verify(keys, token)


def test_a_token_is_good_at_once_though_the_clock_is_set_back(keys):
    """Only one that was made for a time to come says from when on it is good."""
    token = mint(keys, Grant(identity="ana", name="Ana"), now=time.time() + 3600, life=60)
    assert verify(keys, token).identity == "ana"


def test_a_token_for_later_is_refused_until_then(keys):
    """Not-before is kept, and the sentence says that waiting helps."""
    now = time.time()
    token = mint(keys, Grant(identity="a", name="A"), now=now, life=60, not_before=now + 3600)
    with pytest.raises(RoomError, match="not valid yet"):
        verify(keys, token)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"exp": 1_000_000_000}, "has expired"),
        ({"nbf": 4_000_000_000}, "not valid yet"),
        ({"iss": "other"}, "another API key"),
        ({"role": "emperor"}, "emperor"),
        ({"capabilities": ["fly"]}, "fly"),
        ({"capabilities": "send-audio"}, "'capabilities' is not a list"),
        ({"rooms": "tea"}, "'rooms' is not a list"),
        ({"rooms": None}, "no claim 'rooms'"),
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
        "rooms": ["*"],
        "exp": 4_100_000_000,
    } | change
    with pytest.raises(RoomError, match=says):
        verify(keys, jwt.encode(claims, keys.secret, algorithm="HS256"))


def test_what_is_signed_here_is_read_elsewhere_and_nowhere_by_another_secret(keys):
    """Secrets are looked at once each, and none is taken for another."""
    grant = Grant(identity="ana", name="Ana")
    token = mint(keys, grant, now=time.time(), life=60)
    assert jwt.decode(token, keys.secret, ["HS256"], issuer=keys.api_key)["sub"] == "ana"
    for other in (Keys(keys.api_key, "another secret of thirty-two letters"), Keys("K2", "k" * 32)):
        with pytest.raises(RoomError, match="its signature does not match"):
            verify(other, token)
        assert verify(other, mint(other, grant, now=time.time(), life=60)) == grant
    assert verify(keys, token) == grant


PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"


@pytest.mark.parametrize("secret", [PUBLIC_KEY, ""])
def test_what_is_no_secret_signs_nothing(keys, secret):
    """A public key would be one that everybody knows."""
    for _ in range(2):
        with pytest.raises(jwt.InvalidKeyError):
            mint(Keys(keys.api_key, secret), Grant(identity="ana"), now=time.time(), life=60)


def test_an_unsigned_token_is_refused(keys):
    """The algorithm is ours to choose, never the token's."""
    claims = {"iss": keys.api_key, "sub": "a", "name": "a", "rooms": ["*"], "exp": 4_100_000_000}
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


def test_key_and_secret_have_to_be_right_both(keys):
    """One of them alone proves nothing."""
    assert keys.are(keys.api_key, keys.secret)
    assert not keys.are(keys.api_key, keys.secret + "x")
    assert not keys.are("Kelse", keys.secret)


def test_the_webhook_secret_is_for_its_owner_alone_and_stays(tmp_path):
    """Mode 0600, and the same after a restart."""
    first = load_webhook_secret(tmp_path)
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "webhook-secret").stat().st_mode) == 0o600
    assert load_webhook_secret(tmp_path) == first


@pytest.mark.parametrize("content", ["", "whsec_", "whsec_YQ==", "whsec_!", "wäsche"])
def test_a_broken_webhook_secret_is_never_used(tmp_path, content):
    """A short or unreadable one would sign for everybody."""
    (tmp_path / "webhook-secret").write_text(content)
    with pytest.raises(KeysError, match="webhook-secret"):
        load_webhook_secret(tmp_path)
