"""Where somebody comes from: what is believed of whom, and who is taken for this machine."""

import http.client
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.support.http import call
from tests.support.server import Server, running_server
from tests.support.tools import require_tool
from tests.support.waiting import wait_until
from tui_rooms.rules.errors import RoomError
from tui_rooms.server.door.forwarding import UNNAMED_PROXY, TrustedProxies, trusted_network
from tui_rooms.server.door.whereabouts import Whereabouts

PROXIES = TrustedProxies([trusted_network("127.0.0.1"), trusted_network("10.0.0.0/24")])
ONE, OTHER = "203.0.113.7", "203.0.113.8"


def raw(**headers: str) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ({"x_forwarded_for": ONE}, ONE),
        ({"x_forwarded_for": f"{OTHER}, {ONE}"}, ONE),
        ({"x_forwarded_for": f"nonsense, {ONE}, 10.0.0.9,10.0.0.8"}, ONE),
        ({"x_forwarded_for": f"{ONE}:51234"}, ONE),
        ({"x_forwarded_for": "[2001:db8::7]:443"}, "2001:db8::7"),
        ({"x_forwarded_for": f"::ffff:{ONE}"}, ONE),
        ({"forwarded": f"for={OTHER}, for={ONE};proto=https;by=10.0.0.9"}, ONE),
        ({"forwarded": 'For="[2001:db8::7]:443";host="a,b;c", for=10.0.0.9'}, "2001:db8::7"),
        ({"forwarded": f"for={ONE}", "x_forwarded_for": ONE}, ONE),
        # Nobody is named: they count as the proxy, and none of them as this machine.
        ({}, UNNAMED_PROXY),
        ({"x_real_ip": ONE}, UNNAMED_PROXY),
        ({"x_forwarded_for": "unknown"}, UNNAMED_PROXY),
        ({"x_forwarded_for": "127.0.0.1"}, UNNAMED_PROXY),
        ({"x_forwarded_for": "::1, 10.0.0.9"}, UNNAMED_PROXY),
        ({"forwarded": "for=_hidden"}, UNNAMED_PROXY),
        ({"forwarded": "proto=https"}, UNNAMED_PROXY),
        ({"forwarded": "for=_hidden, for=10.0.0.9"}, "10.0.0.9"),
        ({"x_forwarded_for": "10.0.0.9"}, "10.0.0.9"),
    ],
)
def test_headers_are_read_from_the_right_and_past_trusted_proxies(headers, host):
    """What anybody may have written to the left of them counts nothing."""
    assert PROXIES.named("127.0.0.1", raw(**headers)).host == host


@pytest.mark.parametrize(
    "headers",
    [
        {"x_forwarded_for": "nonsense"},
        {"x_forwarded_for": f"{ONE}, 1.2.3.4.5"},
        {"x_forwarded_for": f"{ONE}\x1b[2J"},
        {"forwarded": f'for="{OTHER}, for={ONE}'},
        {"forwarded": f"for={ONE};"},
        {"forwarded": f"for {ONE}"},
        {"forwarded": f"for={OTHER}", "x_forwarded_for": ONE},
    ],
)
def test_what_cannot_be_read_or_contradicts_itself_is_refused(headers):
    """A block is not evaded by breaking the header on purpose; the sentence shows no control."""
    with pytest.raises(RoomError) as refused:
        PROXIES.named("127.0.0.1", raw(**headers))
    assert refused.value.code == "bad-forwarded"
    assert refused.value.sentence.isprintable()


def test_the_scheme_is_that_of_the_last_proxy():
    """What a client adds to it in front changes nothing; other words are none."""

    def scheme(**headers: str) -> str | None:
        return PROXIES.named("127.0.0.1", raw(x_forwarded_for=ONE, **headers)).scheme

    assert scheme(x_forwarded_proto="https") == "https"
    assert scheme(x_forwarded_proto="https, http") == "http"
    assert scheme(x_forwarded_proto="wss") == "https"
    assert scheme(x_forwarded_proto="javascript") is None
    assert scheme() is None
    assert scheme(forwarded=f"for={ONE};proto=HTTPS") == "https"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("proxy.example.org", "neither an address"),
        ("10.0.0.1/8", "expected 10.0.0.0/8"),
        ("0.0.0.0/0", "everybody"),
        ("::/0", "everybody"),
        ("", "neither an address"),
        ("10.0.0.0/33", "neither an address"),
    ],
)
def test_a_proxy_that_cannot_be_trusted_is_refused_in_a_sentence(text, says):
    """When the server starts, not when somebody asks."""
    with pytest.raises(ValueError, match=says):
        trusted_network(text)


async def seen(
    client: str, *, public_url: str | None = None, version: str = "1.1", **headers: str
) -> str:
    """As whom the application sees somebody."""
    hosts: list[str] = []

    async def app(scope, receive, send):
        hosts.append(scope["client"][0])

    headers.setdefault("host", "127.0.0.1:7600")
    scope = {
        "type": "http",
        "client": (client, 5000),
        "headers": raw(**headers),
        "http_version": version,
        "scheme": "http",
    }
    nets = TrustedProxies([trusted_network("192.0.2.1")])
    await Whereabouts(app, nets, public_url=public_url)(scope, None, None)  # type: ignore[arg-type]
    return hosts[0]


async def test_whoever_is_not_trusted_is_believed_nothing():
    """Their own address counts, whatever they say."""
    for headers in ({"x_forwarded_for": ONE}, {"forwarded": f"for={ONE}"}, {"x_real_ip": ONE}):
        assert await seen("198.51.100.9", **headers) == "198.51.100.9"
    assert await seen("192.0.2.1", x_forwarded_for=ONE) == ONE


async def test_this_machine_is_who_shows_no_sign_of_a_proxy():
    """A header that proxies add, their old HTTP, a name of elsewhere, or the operator's word."""
    assert await seen("127.0.0.1") == "127.0.0.1"
    assert await seen("::1", host="[::1]:7600") == "::1"
    assert await seen("127.0.0.1", host="localhost:7600") == "127.0.0.1"
    assert await seen("127.0.0.1", public_url="http://127.0.0.1:7600") == "127.0.0.1"
    for sign in ("x_forwarded_for", "forwarded", "x_real_ip", "via", "x_forwarded_proto"):
        assert await seen("127.0.0.1", **{sign: "127.0.0.1"}) == UNNAMED_PROXY
    assert await seen("127.0.0.1", version="1.0") == UNNAMED_PROXY
    assert await seen("127.0.0.1", host="rooms.example.org") == UNNAMED_PROXY
    assert await seen("127.0.0.1", host="192.0.2.7:7600") == UNNAMED_PROXY
    assert await seen("127.0.0.1", public_url="https://rooms.example.org") == UNNAMED_PROXY


def test_through_a_proxy_that_is_not_known_nobody_is_a_guest_of_this_machine(door: Server):
    """Guests of a server on loopback are those on this machine; a token leads in from anywhere."""
    url = f"{door.url}/api/rooms"
    assert call(url).status == 200
    passed_on = {"X-Forwarded-For": ONE}
    refused = call(url, headers=passed_on)
    assert (refused.status, refused.code) == (401, "token-required")
    assert call(url, headers=passed_on, token=door.host_token).status == 200
    with connect(door.url.replace("http", "ws") + "/ws", additional_headers=passed_on) as socket:
        socket.send('{"type": "hello", "version": 1, "name": "Ana"}')
        assert json.loads(socket.recv(timeout=5))["code"] == "token-required"


def test_a_proxy_says_by_which_scheme_people_come(proxied: Server):
    """Links begin with it; what cannot be read is refused before anything else."""
    url = f"{proxied.url}/api/health"
    headers = {"X-Forwarded-For": ONE, "X-Forwarded-Proto": "https"}
    assert call(url, headers=headers).body["url"] == proxied.url.replace("http", "https")
    refused = call(url, headers={"X-Forwarded-For": "nonsense"})
    assert (refused.status, refused.code) == (400, "bad-forwarded")


_NGINX = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    map $http_upgrade $upgrading {{ default upgrade; '' ''; }}
    server {{
        listen unix:bare.sock;
        location / {{ proxy_pass http://127.0.0.1:{port}; }}
    }}
    server {{
        listen unix:naming.sock;
        set_real_ip_from unix:; real_ip_header X-Test-Client;
        location / {{
            proxy_pass http://127.0.0.1:{port};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $upgrading;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
        }}
    }}
}}
"""


class Nginx:
    """A real one; a test says by `X-Test-Client` who connects to it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def asks(self, door: str, **headers: str) -> int:
        """One request through one of its two doors; the status of its answer."""
        link = http.client.HTTPConnection("localhost", timeout=10)
        with socket.socket(socket.AF_UNIX) as link.sock:
            link.sock.connect(str(self._directory / f"{door}.sock"))
            said = {name.replace("_", "-"): text for name, text in headers.items()}
            link.request("GET", "/api/rooms", headers=said)
            return link.getresponse().status


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[tuple[Nginx, Server]]:
    """In front of a server that believes it."""
    program = require_tool("nginx", "nginx-light")
    with running_server("--trusted-proxy", "127.0.0.1") as server:
        (tmp_path / "nginx.conf").write_text(_NGINX.format(port=server.port))
        command = [program, "-p", str(tmp_path), "-c", "nginx.conf"]
        with subprocess.Popen(command, cwd=tmp_path) as process:
            try:
                wait_until((tmp_path / "naming.sock").exists, "nginx")
                yield Nginx(tmp_path), server
            finally:
                process.terminate()


def test_behind_a_real_nginx_people_are_told_apart(nginx: tuple[Nginx, Server]):
    """With the lines of its manual; without them all share its address, and none is local."""
    proxy, server = nginx
    assert call(f"{server.url}/api/rooms").code == "token-required"  # for the proxy itself
    assert proxy.asks("bare") == 401
    crowd = [proxy.asks("naming", X_Test_Client=ONE, X_Forwarded_For=OTHER) for _ in range(130)]
    assert (crowd[0], crowd[-1]) == (401, 429)
    assert proxy.asks("naming", X_Test_Client=OTHER) == 401
    token = f"Bearer {server.host_token}"
    assert proxy.asks("naming", X_Test_Client=OTHER, Authorization=token) == 200


def test_a_request_in_old_http_comes_from_a_proxy(door: Server):
    """As nginx asks unless it is told otherwise: no header betrays it."""
    link = http.client.HTTPConnection("127.0.0.1", door.port, timeout=5)
    link._http_vsn, link._http_vsn_str = 10, "HTTP/1.0"
    link.request("GET", "/api/rooms", headers={"Host": f"127.0.0.1:{door.port}"})
    assert link.getresponse().status == 401
    link.close()
