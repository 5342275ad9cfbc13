"""Servers behind TLS: what is wrong with a certificate, and TLS where it is not expected."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.client.link.network.test_fetch import door_that_says
from tests.client.watching import until
from tests.support.server import Server
from tests.support.tls import Authority, signed_by_itself, tls_door
from tui_rooms.client.checkup import check_server
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.invitation import accept_invitation
from tui_rooms.client.link.network.tls import tls_failure
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """One that this machine trusts for the time of the test."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


async def test_a_server_that_is_vouched_for_is_taken(shared_server: Server, authority: Authority):
    """WebSocket and HTTP: the faults below are those of the certificates alone."""
    with tls_door(shared_server.port, authority.vouch("127.0.0.1")) as door:
        async with Lobby.connect(f"https://127.0.0.1:{door.port}") as lobby:
            assert lobby.identity
        found = await check_server(f"https://127.0.0.1:{door.port}")
        assert found[0].state == "good"


CHAINS: dict[str, tuple[Callable[[Authority, Path], Path], str]] = {
    "self-signed": (lambda _, here: signed_by_itself(here, "127.0.0.1"), "is signed by itself"),
    "other-address": (
        lambda ours, _: ours.vouch("192.0.2.7"),
        "is for a name, not for this address",
    ),
    "other-name": (lambda ours, _: ours.vouch("rooms.example.org"), "not for this address"),
    "expired": (lambda ours, _: ours.vouch("127.0.0.1", days=(-9, -1)), "has expired"),
    "not-yet": (lambda ours, _: ours.vouch("127.0.0.1", days=(2, 9)), "is not valid yet"),
    "unknown-authority": (
        lambda _, here: Authority(here, "Somebody else").vouch("127.0.0.1"),
        "an authority that this machine does not know",
    ),
}


@pytest.mark.parametrize("name", CHAINS)
async def test_what_is_wrong_with_a_certificate_is_said(
    shared_server: Server, authority: Authority, tmp_path: Path, name: str
):
    """By lobby, invitation and doctor alike; nothing of it passes by itself."""
    make, says = CHAINS[name]
    with tls_door(shared_server.port, make(authority, tmp_path)) as door:
        url = f"https://127.0.0.1:{door.port}"
        with pytest.raises(LinkError, match=says) as by_socket:
            await Lobby.enter(url)
        with pytest.raises(LinkError) as by_http:
            await accept_invitation(parse_address(f"{url}/r/tea#invite=s3cret"))
        (finding,) = await check_server(url)
    assert by_socket.value.sentence == by_http.value.sentence == finding.sentence
    assert by_socket.value.sentence.startswith(f"the certificate of 127.0.0.1:{door.port} ")
    assert (by_socket.value.code, by_socket.value.retryable) == ("bad-certificate", False)


async def test_a_certificate_for_another_name_is_not_for_this_one(
    shared_server: Server, authority: Authority
):
    """Names that are told apart by OpenSSL in another way than addresses."""
    chain = authority.vouch("rooms.example.org")
    with (
        tls_door(shared_server.port, chain) as door,
        pytest.raises(LinkError, match="is for another name"),
    ):
        await Lobby.enter(f"https://localhost:{door.port}")


async def test_a_self_signed_certificate_can_be_trusted(
    shared_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """By the way that the sentence names."""
    chain = signed_by_itself(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with tls_door(shared_server.port, chain) as door:
        async with Lobby.connect(f"https://127.0.0.1:{door.port}") as lobby:
            assert lobby.identity


async def test_a_room_is_not_looked_for_behind_a_certificate_that_became_bad(
    shared_server: Server, authority: Authority, tmp_path: Path, room_id: str
):
    """To try again for all of one's patience would not mend it."""
    with tls_door(shared_server.port, authority.vouch("127.0.0.1")) as door:
        async with RoomClient.join(
            f"https://127.0.0.1:{door.port}",
            room=room_id,
            create=CreateOptions(title="Tea"),
            media=False,
            patience=600.0,
        ) as room:
            door.show(signed_by_itself(tmp_path, "127.0.0.1"))
            door.cut()
            await until(room, lambda: room.closed is not None, "the end of the room")
            assert room.closed is not None
            assert room.closed.code == "bad-certificate"
            assert "is signed by itself" in room.closed.sentence


@pytest.mark.parametrize("greeting", [None, b"220 mail.example.org ESMTP\r\n"])
async def test_https_to_a_port_without_tls_is_told_how_to_go_there(
    shared_server: Server, greeting: bytes | None
):
    """To our own server, and to what speaks something else altogether."""
    with door_that_says(greeting or b"") as (strange, _):
        port = shared_server.port if greeting is None else strange
        with pytest.raises(LinkError, match=f"use http://127.0.0.1:{port},") as by_socket:
            await Lobby.enter(f"https://127.0.0.1:{port}")
        (finding,) = await check_server(f"wss://127.0.0.1:{port}")
    assert finding.sentence == by_socket.value.sentence
    assert not by_socket.value.retryable


async def test_http_to_a_port_with_tls_is_told_how_to_go_there(
    shared_server: Server, authority: Authority
):
    """Whether the certificate is good does not matter yet."""
    with tls_door(shared_server.port, authority.vouch("rooms.example.org")) as door:
        with pytest.raises(LinkError, match=f"use https://127.0.0.1:{door.port}$") as by_socket:
            await Lobby.enter(f"127.0.0.1:{door.port}")
        with pytest.raises(LinkError) as by_http:
            await accept_invitation(parse_address(f"127.0.0.1:{door.port}/r/tea#invite=s3cret"))
    assert by_http.value.sentence == by_socket.value.sentence
    assert not by_socket.value.retryable


async def test_a_page_that_asks_for_https_is_understood(
    shared_server: Server, authority: Authority
):
    """Web servers answer plain HTTP on their TLS port with a page of status 400."""
    page = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhttps"
    with tls_door(shared_server.port, authority.vouch("127.0.0.1")) as door:
        door.page = page
        with pytest.raises(LinkError, match=f"use https://127.0.0.1:{door.port}$"):
            await Lobby.enter(f"127.0.0.1:{door.port}")


async def test_a_port_that_hangs_up_and_has_no_tls_is_tried_again():
    """A server that is just going down is no other kind of server."""
    with door_that_says(b"") as (port, _), pytest.raises(LinkError, match="hangs up") as lost:
        await Lobby.enter(f"127.0.0.1:{port}")
    assert lost.value.retryable


def test_a_finding_without_a_sentence_of_ours_keeps_openssls():
    """There are eighty of them: the rest are named as OpenSSL names them."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = 26, "unsuitable certificate purpose"
    failure = tls_failure(parse_address("https://rooms.example.org"), error)
    assert "cannot be trusted (unsuitable certificate purpose)" in failure.sentence
