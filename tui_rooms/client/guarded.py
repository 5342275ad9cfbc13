"""Work that goes on by itself as long as somebody is in a room, and never fails in silence."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from tui_rooms.client.updates import Closed

logger = logging.getLogger(__name__)


async def or_out(work: Coroutine[Any, Any, None], out: Callable[[Closed], None]) -> None:
    """Do it. What it fails with unforeseen ends the visit, aloud: a task would keep it to itself.

    Args:
        out: takes the end of the visit.
    """
    try:
        await work
    except Exception as exc:
        logger.exception("the client has failed")
        kind = type(exc).__name__
        out(Closed("failed", f"tui-rooms has failed, by a fault of its own ({kind}): report it"))
