"""`/metrics`: what it tells, and to whom."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.dialogue import dialogue
from tests.support.http import Reply, call
from tests.support.server import Server, running_server
from tests.support.waiting import wait_until
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint, mint_session
from tui_rooms.server.metrics.exposition import _of_media
from tui_rooms.sfu.counters import Counters
from tui_rooms.sfu.durations import Durations
from tui_rooms.sfu.figures import EngineFigures

DASHBOARD = Path(__file__).parents[3] / "docs/dashboard.json"
NOW = 2_000_000_000.0


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Iterator[tuple[Server, Path]]:
    """A server with a media worker of its own, and its data directory."""
    data = tmp_path_factory.mktemp("data")
    with running_server("--media-workers", "1", "--data", str(data)) as server:
        yield server, data


def samples(text: str) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(server: Server) -> dict[tuple[str, ...], float]:
    """The figures now."""
    reply = call(f"{server.url}/metrics")
    assert reply.status == 200
    return samples(reply.body)


def test_the_figures_tell_rooms_people_and_refusals(watched):
    """Who sits in which role, what was refused by which code; and no word of a stranger's."""
    server, _ = watched
    title = "Zanzibar-4711"
    with dialogue(server.url, name="Quetzal-4711") as host, dialogue(server.url) as listener:
        host.ask("create_room", room="room-4711", title=title, live=True)
        for one in (host, listener):
            assert one.ask("join_room", room="room-4711", media=False)["type"] != "refused"
        assert listener.do("no-such-command-4711")["type"] == "refused"
        assert call(f"{server.url}/api/rooms/no-room-4711").code == "unknown-room"
        assert call(f"{server.url}/no-path-4711").code == "unknown-path"
        told = call(f"{server.url}/metrics").body
    found = samples(told)
    assert found["tui_rooms_rooms", "live"] == 1
    assert (found["tui_rooms_people", "host"], found["tui_rooms_people", "listener"]) == (1, 1)
    assert found["tui_rooms_websockets",] == 2
    for code in ("bad-message", "unknown-room", "unknown-path"):
        assert found["tui_rooms_refusals_total", code] >= 1
    assert found["tui_rooms_event_log_append_seconds_count",] >= 2
    assert "4711" not in told.lower()


def test_every_process_tells_its_lag_and_what_it_takes(watched):
    """The server and its media worker, each by itself."""
    server, _ = watched

    def has_told() -> bool:
        return read(server)["tui_rooms_loop_lag_seconds_count", "media-1"] > 0

    wait_until(has_told, "the worker's first figures")
    found = read(server)
    assert found["tui_rooms_media_worker_up", "media-1"] == 1
    for process in ("server", "media-1"):
        assert found["tui_rooms_loop_lag_seconds_count", process] > 0
        assert found["tui_rooms_process_memory_bytes", process] > 10_000_000
        assert found["tui_rooms_process_cpu_seconds_total", process] > 0
        used = found["tui_rooms_process_descriptors", process]
        assert 3 <= used <= found["tui_rooms_process_descriptor_limit", process]


def test_the_dashboard_names_the_figures_that_there_are(watched):
    """All that it draws exists, and all that exists it draws."""
    server, _ = watched
    panels = json.loads(DASHBOARD.read_text())["panels"]
    drawn = {
        name.removesuffix("_bucket")
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"tui_rooms_\w+", target["expr"])
    }
    families = text_string_to_metric_families(call(f"{server.url}/metrics").body)
    there = {family.name + ("_total" if family.type == "counter" else "") for family in families}
    assert drawn == there


@pytest.mark.parametrize("counted", [field.name for field in fields(Counters)])
def test_whatever_an_engine_counts_is_shown(counted):
    """One more of it, and the figures are others."""
    before, after = (
        EngineFigures(1, True, 0, 0, Counter({counted: number}), Durations()) for number in (7, 8)
    )
    assert list(_of_media([before])) != list(_of_media([after]))


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Envoy-External-Address"],
)
def test_whoever_comes_through_a_proxy_is_a_stranger(watched, header):
    """Whatever a header of a proxy's says: it is there."""
    server, _ = watched
    reply = call(f"{server.url}/metrics", headers={header: "127.0.0.1"})
    assert (reply.status, reply.code) == (401, "token-required")
    assert "--reads-metrics" in reply.reason


def test_what_prometheus_itself_sends_makes_it_no_stranger(watched):
    """On the same machine it needs no token."""
    server, _ = watched
    asked = {"Accept-Encoding": "gzip", "X-Prometheus-Scrape-Timeout-Seconds": "10"}
    assert call(f"{server.url}/metrics", headers=asked).status == 200


def test_whoever_asks_by_a_name_of_other_machines_is_a_stranger():
    """A proxy that adds no header still asks by the name that it was asked by."""
    with running_server("--hostname", "rooms.example.org") as server:
        reply = call(f"{server.url}/metrics", headers={"Host": "rooms.example.org"})
        assert (reply.status, reply.code) == (401, "token-required")


def token_for(data: Path, **rights: bool) -> str:
    """A token of that server's."""
    return mint(load_keys(data), Grant(identity="ana", **rights), now=NOW, life=60.0)


def through_a_proxy(server: Server, token: str) -> Reply:
    """The answer to a stranger with that token."""
    return call(f"{server.url}/metrics", token=token, headers={"X-Forwarded-For": "192.0.2.1"})


def test_a_token_for_it_reads_the_figures_from_anywhere(watched):
    """And no other does: not one that makes tokens, nor a session made of it."""
    server, data = watched
    assert through_a_proxy(server, token_for(data, reads_metrics=True)).status == 200
    other = through_a_proxy(server, token_for(data, makes_tokens=True))
    assert (other.status, other.code) == (403, "not-allowed")
    grant = Grant(identity="ana", reads_metrics=True, expires_at=NOW + 60)
    session = mint_session(load_keys(data), grant, now=NOW)
    assert through_a_proxy(server, session).code == "not-allowed"
    assert through_a_proxy(server, "nonsense").code == "bad-token"


def test_a_server_that_nobody_asks_for_figures_does_not_load_their_library(watched):
    """Its start costs nothing more: what imports the library waits for the first who asks."""

    program = (
        "import sys, tui_rooms.server.serve, tui_rooms.sfu.workers.pool\n"
        "sys.exit('prometheus_client' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
