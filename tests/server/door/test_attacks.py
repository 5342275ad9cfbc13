"""What strangers do for a moment, all at once, against a real server; see benchmarks/attack.py."""

import asyncio
import time

import pytest

from benchmarks.attack_kinds import KINDS, Target
from benchmarks.attack_media import MEDIA
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.server import running_server

LEAST, MOST = 2.0, 15.0
"""Seconds: until each has done something, however busy the machine is."""


@pytest.mark.parametrize(
    "names",
    [
        ("nonsense", "resets", "broken", "tokens", "mute"),
        ("idle", "slow", "search", "stun_flood", "dtls_flood", "junk_flood"),
    ],
)
async def test_what_strangers_do_fills_no_log_and_keeps_nobody_out(names: tuple[str, ...]):
    """People of the same address come in meanwhile; the log is short, a line an event."""
    here = "127.0.0.1"
    attacks = KINDS | MEDIA
    with running_server() as server:
        call(f"{server.url}/api/rooms", {"title": "Tea", "room": "tea", "live": True})
        begun = time.monotonic()
        targets = [Target(here, server.port, here, here, "", begun + MOST) for _ in names]
        running = [
            asyncio.ensure_future(attacks[name](target))
            for name, target in zip(names, targets, strict=True)
        ]

        def come_in() -> str:
            with dialogue(server.url, name="Ben") as ben:
                return str(ben.ask("join_room", room="tea", media=False)["type"])

        assert await asyncio.to_thread(come_in) == "ack"
        for target, one in zip(targets, running, strict=True):
            while not one.done() and (time.monotonic() < begun + LEAST or not target.done):
                await asyncio.wait([one], timeout=0.1)
            target.until = begun
        await asyncio.gather(*running)
        assert all(target.done for target in targets)
        assert sum(target.done["bytes_out"] for target in targets) == 0
        log = server.log.read_text()
        assert len(log) < 30_000
        assert all(line[:2] == "20" for line in log.splitlines())
