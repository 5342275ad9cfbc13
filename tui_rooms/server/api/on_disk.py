"""What waits for the disk, in a thread: the loop answers others meanwhile, and forwards sound."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tui_rooms.server.door.refusal import unkept
from tui_rooms.server.storage.errors import StorageError

T = TypeVar("T")


async def kept(work: Callable[[], T]) -> T:
    """Do what changes a file.

    Raises:
        RoomError: `not-kept`, when the disk did not take it.
    """
    try:
        return await asyncio.to_thread(work)
    except StorageError as error:
        raise unkept(error) from error
