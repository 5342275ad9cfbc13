"""Addresses as people type and paste them."""

import pytest

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
        "http://user:secret@host/",
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


def test_a_token_is_in_no_error_and_no_repr():
    """Sentences and reprs end up in logs and on screens."""
    with pytest.raises(LinkError) as refused:
        parse_address("http://host/nowhere#token=verysecret")
    assert "verysecret" not in refused.value.sentence
    assert "verysecret" not in repr(parse_address("host/r/tea#token=verysecret"))


@pytest.mark.parametrize(
    ("typed", "loopback"),
    [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("192.0.2.7", False)],
)
def test_servers_on_this_machine_are_known_as_such(typed, loopback):
    """No proxy is asked for the way to this very machine."""
    assert parse_address(typed).loopback is loopback
