"""What every command that talks to a server does with its errors."""

import asyncio
import sys
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui_rooms.cli.exits import CommandError, Exit

if TYPE_CHECKING:
    from tui_rooms.client.room import RoomClient

_SENT_OUT = frozenset(
    {"room-ended", "replaced", "bad-token", "unknown-room", "kicked", "blocked", "sent-out"}
)
"""By the server, rather than by the way to it."""


@contextmanager
def server_errors() -> Generator[None, None, None]:
    """Turn the client's errors into failures with the right exit code."""
    from tui_rooms.audio.errors import AudioFileError, CodecError
    from tui_rooms.client.errors import LinkError
    from tui_rooms.rules.errors import RoomError

    try:
        yield
    except LinkError as error:
        code = Exit.USAGE if error.code == "bad-url" else Exit.NO_SERVER
        raise CommandError(code, error.sentence) from error
    except RoomError as error:
        raise CommandError(Exit.REFUSED, error.sentence) from error
    except AudioFileError as error:
        raise CommandError(Exit.BAD_FILE, error.sentence) from error
    except CodecError as error:
        raise CommandError(Exit.NO_SOUND, error.sentence) from error


async def in_room(room: "RoomClient", work: Coroutine[Any, Any, None]) -> None:
    """Do something as long as the room lasts.

    Raises:
        CommandError: the room or the server was gone before it was done.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_end_of(room))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if room.closed is not None:
            # The work may look done then, because the room's end has closed its file.
            await watching
        working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


def out_of_room(code: str, sentence: str) -> CommandError:
    """The failure of a command that was in a room and is not any more."""
    return CommandError(Exit.REFUSED if code in _SENT_OUT else Exit.NO_SERVER, sentence)


async def _end_of(room: "RoomClient") -> None:
    from tui_rooms.client.updates import Closed, Notice

    async for update in room.updates():
        match update:
            case Notice(sentence):
                print(f"tui-rooms: {sentence}", file=sys.stderr)
            case Closed(code, sentence):
                raise out_of_room(code, sentence)
            case _:
                pass
