"""Waiting for what a room tells, with a limit that is an error with a name."""

import asyncio
import contextlib
from collections.abc import Callable

from tui_rooms.client.link.ways import MediaPhase
from tui_rooms.client.room import RoomClient
from tui_rooms.client.updates import Update

SECONDS = 10.0
"""A limit, not an expectation."""


async def until(room: RoomClient, true: Callable[[], object], what: str) -> None:
    """Wait for an update after which `true()` is."""
    await update_where(room, lambda _: bool(true()), what)


async def update_where(room: RoomClient, wanted: Callable[[Update], bool], what: str) -> Update:
    """The next update that is wanted."""
    try:
        async with asyncio.timeout(SECONDS), contextlib.aclosing(room.updates()) as updates:
            async for update in updates:
                if wanted(update):
                    return update
    except TimeoutError:
        pass
    raise AssertionError(f"waited in vain for {what}; link: {room.link}, closed: {room.closed}")


async def media_up(*rooms: RoomClient) -> None:
    """Wait until sound can flow."""
    for room in rooms:
        await until(room, lambda: room.link.media is MediaPhase.CONNECTED, "media")  # noqa: B023
