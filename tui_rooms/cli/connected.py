"""What every command that talks to a server does with its errors."""

import asyncio
import sys
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.client.room import RoomClient

_SENT_OUT = frozenset(
    {"room-ended", "replaced", "bad-token", "unknown-room", "kicked", "blocked", "sent-out"}
)
"""By the server, rather than by the way to it."""
_FIRST_TRY: Final = 12.0
"""Seconds in which sound may connect, however short the patience: a first try takes up to ten."""
_TRIES: Final = 30.0
"""The same however long: the server is there, so nobody has to start it first."""


@contextmanager
def server_errors() -> Generator[None, None, None]:
    """Turn the client's errors into failures with the right exit code."""
    from tui_rooms.audio.errors import AudioFileError, CodecError
    from tui_rooms.client.errors import LinkError
    from tui_rooms.rules.errors import RoomError

    try:
        yield
    except LinkError as error:
        code = Exit.USAGE if error.is_miswritten else Exit.NO_SERVER
        raise CommandError(code, error.sentence) from error
    except RoomError as error:
        raise CommandError(Exit.REFUSED, error.sentence) from error
    except AudioFileError as error:
        raise CommandError(Exit.BAD_FILE, error.sentence) from error
    except CodecError as error:
        raise CommandError(Exit.NO_SOUND, error.sentence) from error


async def in_room(
    room: "RoomClient", work: Coroutine[Any, Any, None], *alarms: Coroutine[Any, Any, None]
) -> None:
    """Do something as long as the room lasts.

    Args:
        alarms: run beside it; one that raises ends it with that error.

    Raises:
        CommandError: the room or the server was gone before it was done.
    """
    # The end comes first: only the first who listens to a room hears the notices before that.
    end = asyncio.ensure_future(_end_of(room))
    beside = [asyncio.ensure_future(alarm) for alarm in alarms]
    watching = asyncio.gather(end, *beside)
    working = asyncio.ensure_future(work)
    first: set[asyncio.Future[Any]] = {working, watching}
    try:
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if room.closed is not None:
            # The work may look done then, because the room's end has closed its file.
            await end
        if watching.done():
            watching.result()
        working.result()
    finally:
        tasks = (working, end, *beside)
        for task in tasks:
            task.cancel()
        await asyncio.gather(watching, *tasks, return_exceptions=True)


async def sound_connects(room: "RoomClient", patience: float) -> None:
    """Wait until sound has been connected once.

    Args:
        patience: in seconds; a first try has its time in any case, and nobody waits for ever.

    Raises:
        CommandError: it was not, for so long.
    """
    from tui_rooms.client.link.ways import MediaPhase

    limit = min(max(patience, _FIRST_TRY), _TRIES)
    try:
        async with asyncio.timeout(limit):
            async for _ in room.updates():
                if room.link.media is MediaPhase.CONNECTED:
                    return
    except TimeoutError as exc:
        raise CommandError(
            Exit.NO_SERVER,
            f"given up after {limit:g} s: sound was never connected. Does a firewall drop UDP to "
            "the server? Find out with: tui-rooms doctor --server URL",
        ) from exc


def out_of_room(code: str, sentence: str) -> CommandError:
    """The failure of a command that was in a room and is not any more."""
    if code == "failed":
        return CommandError(Exit.FAILED, sentence)
    return CommandError(Exit.REFUSED if code in _SENT_OUT else Exit.NO_SERVER, sentence)


async def _end_of(room: "RoomClient") -> None:
    from tui_rooms.client.updates import Closed, Notice, TokenEnds
    from tui_rooms.rules.printed import printed

    async for update in room.updates():
        match update:
            case Notice(sentence):
                print(f"tui-rooms: {printed(sentence)}", file=sys.stderr)
            case TokenEnds() as ends:
                print(f"tui-rooms: {ends.sentence}", file=sys.stderr)
            case Closed(code, sentence):
                raise out_of_room(code, sentence)
            case _:
                pass
