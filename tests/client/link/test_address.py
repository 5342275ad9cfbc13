"""Addresses as people type and paste them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address


@pytest.mark.parametrize(
    ("typed", "websocket"),
    [
        ("127.0.0.1:7600", "ws://127.0.0.1:7600/ws"),
        ("  rooms.example.org ", "ws://rooms.example.org:7600/ws"),
        ("http://127.0.0.1:8123", "ws://127.0.0.1:8123/ws"),
        ("http://rooms.example.org/", "ws://rooms.example.org:80/ws"),
        ("https://rooms.example.org", "wss://rooms.example.org:443/ws"),
        ("wss://rooms.example.org:9000/ws", "wss://rooms.example.org:9000/ws"),
        ("[::1]:7600", "ws://[::1]:7600/ws"),
    ],
)
def test_every_usual_spelling_of_a_server_leads_to_its_websocket(typed, websocket):
    """People type hosts, ports and URLs; all find the one door."""
    assert parse_address(typed).websocket == websocket


def test_a_join_link_names_the_room_and_the_token():
    """Pasting a link is all it takes to join."""
    address = parse_address("https://rooms.example.org/r/tea-time#token=abc.def")
    assert (address.netloc, address.secure) == ("rooms.example.org:443", True)
    assert (address.room, address.token) == ("tea-time", "abc.def")


def test_a_link_without_token_has_none():
    """The part behind # is a guest's link without it."""
    address = parse_address("127.0.0.1:7600/r/tea")
    assert (address.room, address.token) == ("tea", None)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ftp://example.org",
        "http://",
        "host:port",
        "host:70000",
        "host:0",
        "two words",
        "http://host/admin",
        "http://[::1",
        "C:\\rooms",
    ],
)
def test_a_bad_address_is_refused_with_an_example(typed):
    """The sentence says what was typed, what is wrong and what a good one looks like."""
    with pytest.raises(LinkError) as refused:
        parse_address(typed)
    assert refused.value.code == "bad-url"
    assert not refused.value.retryable
    assert repr(typed) in refused.value.sentence
    assert "127.0.0.1:7600" in refused.value.sentence


LINK = "https://rooms.example.org/r/tea#token=abc.def"


@pytest.mark.parametrize(
    "pasted",
    [
        f"<{LINK}>",
        f"[{LINK}]",
        f"({LINK}).",
        f'"{LINK}",',
        f"“{LINK}”",
        f"«{LINK}»",
        f"`{LINK}`",
        f"**{LINK}**",
        f"{LINK}!",
        f"{LINK}。",
        f"[Tea]({LINK})",
        f"\ufeff{LINK}\u200b\n",
        LINK.replace("#", "%23"),
        LINK.replace("#", "%23").replace("=", "%3D"),
        LINK.replace("/r/tea", "/r/Tea/"),
        LINK.replace("/r/tea", "/R/TEA"),
        LINK.replace("/r/tea", "/r/te\r\n  a"),
        LINK.replace("abc.def", '"abc.def"'),
        LINK.replace("rooms", "Rooms").replace("https", "HTTPS"),
        LINK.replace("example.org", "example.org."),
    ],
)
def test_a_pasted_link_is_read_without_what_hangs_on_to_it(pasted):
    """Quotes, brackets, the end of a sentence, invisible characters, another way of writing."""
    assert parse_address(pasted) == parse_address(LINK)


@pytest.mark.parametrize(
    ("pasted", "netloc"),
    [
        ("[::1]", "[::1]:7600"),
        ("[[::1]:7601]", "[::1]:7601"),
        ("<http://[::1]>.", "[::1]:80"),
        ("'rooms.example.org',", "rooms.example.org:7600"),
        ("(127.0.0.1:7600)", "127.0.0.1:7600"),
        ("http://bücher.example", "xn--bcher-kva.example:80"),
        ("my_server:7600", "my_server:7600"),
    ],
)
def test_a_host_keeps_what_is_its_own(pasted, netloc):
    """The brackets of IPv6 stay; letters beyond ASCII become what goes over the wire."""
    assert parse_address(pasted).netloc == netloc


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("http://a..b:7600", "a part of its host is empty"),
        (".example.org", "a part of its host is empty"),
        ("http://" + "a" * 64 + ".example.org", "has 64 characters, limit 63"),
        ("http://" + "ü" * 60 + ".example.org", "characters that no host has"),
        (".".join(["a" * 50] * 6), "has 305 characters, limit 253"),
        ("http://a b:7600", "it has no proper host"),
        ("http://a;b:7600", "characters that no host has"),
        ("http://\u2100.example", "its brackets or letters are not"),
        ("host:７６００0", "its port is not a number from 1 to 65535"),
        ("host:" + "9" * 5000, "its port is not a number from 1 to 65535"),
        ("http://[fe80::1", "its brackets or letters are not"),
        ("http://[tea]:7600", "its brackets or letters are not"),
        ("ana:verysecret@host", "a token says who you are"),
        ("http://ana:verysecret@host/r/tea", "a token says who you are"),
    ],
)
def test_a_host_that_cannot_be_is_refused_before_a_library_trips_over_it(typed, says):
    """By its own sentence; a password is not repeated, and nothing without end is."""
    with pytest.raises(LinkError) as refused:
        parse_address(typed)
    assert refused.value.code == "bad-url"
    assert says in refused.value.sentence
    assert "verysecret" not in refused.value.sentence
    assert len(refused.value.sentence) < 600


@pytest.mark.parametrize(
    "bad",
    [
        "http://host/nowhere#token=verysecret",
        "host/x%23token=verysecret",
        "host/x%23token=verysecret#y",
    ],
)
def test_a_token_is_in_no_error_and_no_repr(bad):
    """Sentences and reprs end up in logs and on screens."""
    with pytest.raises(LinkError) as refused:
        parse_address(bad)
    assert "verysecret" not in refused.value.sentence
    assert "verysecret" not in repr(parse_address("host/r/tea#token=verysecret"))


@given(st.text(max_size=60))
def test_whatever_is_pasted_is_an_address_or_a_sentence(text):
    """No other exception comes out, and what is an address can be asked for a WebSocket."""
    with suppress(LinkError):
        address = parse_address(text)
        assert address.websocket.isascii()
        assert 0 < address.port < 65_536


@pytest.mark.parametrize(
    ("typed", "loopback"),
    [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("192.0.2.7", False)],
)
def test_servers_on_this_machine_are_known_as_such(typed, loopback):
    """No proxy is asked for the way to this very machine."""
    assert parse_address(typed).loopback is loopback
