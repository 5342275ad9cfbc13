"""Ended rooms are forgotten after a while, when the operator wants that."""

import asyncio
import logging
from collections.abc import Callable

from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.port import RoomLog

INTERVAL: Seconds = 3600.0
DAY: Seconds = 86_400.0

log = logging.getLogger(__name__)


async def forget_old_rooms(
    kept: RoomLog,
    *,
    days: float,
    clock: Callable[[], Seconds],
    wall: Callable[[], Seconds] | None = None,
) -> None:
    """Erase rooms that ended more than `days` ago: now, and every hour until cancelled.

    Args:
        clock: of rooms.
        wall: what time of day it is; None: the same.
    """
    wall = wall or clock
    while True:
        try:
            forgotten = await kept.forget_before(clock() - days * DAY, now=wall())
        except StorageError as error:
            log.warning("old rooms are kept for another hour: %s", error.sentence)
        else:
            if forgotten:
                log.info("forgot %d rooms that ended more than %g days ago", forgotten, days)
        await asyncio.sleep(INTERVAL)
