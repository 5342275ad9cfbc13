"""What strangers do for a moment, all at once, against a real server; see benchmarks/attack.py."""

import asyncio

import pytest

from benchmarks.attacks.run import MODULES
from benchmarks.attacks.target import KINDS, Target
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import running_server

SECONDS = 5.0
"""So that each has done something, however busy the machine is."""


@pytest.mark.parametrize(
    "names",
    [
        ("nonsense", "resets", "broken", "tokens", "mute", "pings", "fragments", "bodies"),
        ("idle", "slow", "search", "stun_flood", "dtls_flood", "junk_flood", "chunks", "minting"),
    ],
)
async def test_what_strangers_do_fills_no_log_and_keeps_nobody_out(names: tuple[str, ...]):
    """People of the same address come in meanwhile; the log is short, a line an event."""
    here = "127.0.0.1"
    assert MODULES  # where they are entered
    with running_server() as server:
        call(f"{server.url}/api/rooms", {"title": "Tea", "room": "tea", "live": True})
        targets = {
            name: Target.lasting(SECONDS, here, server.port, here, here, "") for name in names
        }
        running = [asyncio.create_task(KINDS[name].act(target)) for name, target in targets.items()]

        def come_in() -> str:
            with dialogue(server.url, name="Ben") as ben:
                return str(ben.ask("join_room", room="tea", media=False)["type"])

        assert await asyncio.to_thread(come_in) == "ack"
        await asyncio.gather(*running)
        assert all(target.done for target in targets.values())
        assert sum(target.done["bytes_out"] for target in targets.values()) == 0
        for name in {"pings", "fragments"} & targets.keys():
            assert targets[name].done["cut off"], f"'{name}' may go on for ever"
        log = server.log.read_text()
        assert len(log) < 30_000
        assert "Traceback" not in log
        assert all(line[:2] == "20" for line in log.splitlines())
