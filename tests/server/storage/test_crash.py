"""A server that is killed at any moment has everything that it acknowledged."""

import random

import pytest

from tests.server.storage.crash import examine, kill_a_writer


@pytest.mark.parametrize("sync", ["normal", "full"])
async def test_nothing_acknowledged_is_lost_by_kill_9(path, sync):
    """After each kill the next server opens the file: all logs are whole, and as long as told."""
    chance = random.Random(20)
    acknowledged: dict[str, int] = {}
    for round_ in range(3):
        acknowledged |= kill_a_writer(path, sync, round_, chance)
        assert await examine(path, acknowledged) == []
    assert len(acknowledged) > 20  # of more than one round
