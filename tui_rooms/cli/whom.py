"""Whom a verb of `tui-rooms room` means: somebody who is in the room, or who has left it lately."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from tui_rooms.cli.exits import CommandError, Exit
from tui_rooms.client.outside import OutsideRoom
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Participant
from tui_rooms.wire.messages import Absentee

_MADE: Final = re.compile("[a-z]+-[0-9a-f]{8,12}")
"""Identities as servers make them: theirs may be meant too when they are not here."""
_TOO_FAST_PAUSE: Final = 0.25
"""Seconds until a server that was asked for too many pages gives the next one."""
_SHOWN_TO_NOBODY_HERE: Final = frozenset({"not-allowed", "not-here", "not-known-there"})
"""With these the list of who has left is refused; the verb itself will be, or needs no list."""

T = TypeVar("T")


async def identity_of(room: OutsideRoom, who: str, *, blocked: bool = False) -> str:
    """The identity of whoever has it or, if nobody has, is called so.

    Args:
        blocked: somebody who is blocked is meant.

    Returns:
        The word itself for somebody of whom nothing is known: the server says so.

    Raises:
        CommandError: several people have that name, or it is the identity of another.
    """
    named = [one.identity for one in await all_here(room, who) if one.name == who]
    others = [identity for identity in named if identity != who]
    if blocked or not others:
        return await _identity_of_absent(room, who, blocked=blocked)
    # Anyone may call themselves by another's identity, to be given what was meant for them.
    if _MADE.fullmatch(who) or any(one.identity == who for one in await all_here(room)):
        raise CommandError(
            Exit.USAGE,
            f"'{who}' is an identity, and what {', '.join(others)} calls themselves: give "
            f"{', '.join(others)} to mean that person; to mean the other, send that person out "
            "first, or choose the other on the screen",
        )
    return _only(named, who)


async def all_here(room: OutsideRoom, text: str = "") -> list[Participant]:
    """Everyone who is here, or those with that text in their name, page by page."""
    found: list[Participant] = []
    while True:
        page = await _in_time(partial(room.participants, text, offset=len(found)))
        found += page.participants
        if not page.participants or len(found) >= page.total:
            return found


async def all_absent(room: OutsideRoom, text: str = "") -> list[Absentee]:
    """Everyone who has left lately or is blocked, the last to leave first."""
    found: list[Absentee] = []
    while True:
        page = await _in_time(partial(room.absent, text, offset=len(found)))
        found += page.absent
        if not page.absent or len(found) >= page.total:
            return found


async def _identity_of_absent(room: OutsideRoom, who: str, *, blocked: bool) -> str:
    if _MADE.fullmatch(who) or any(one.identity == who for one in await all_here(room)):
        return who
    try:
        absent = await all_absent(room)
    except RoomError as refused:
        if refused.code not in _SHOWN_TO_NOBODY_HERE:
            raise
        return who
    meant = [one for one in absent if one.blocked is not None or not blocked]
    named = [one.identity for one in meant if one.name == who]
    if not named or any(one.identity == who for one in meant):
        return who
    return _only(named, who)


def _only(named: list[str], who: str) -> str:
    if len(named) > 1:
        raise CommandError(
            Exit.USAGE,
            f"'{who}' are {len(named)} people: give one of the identities {', '.join(named)}",
        )
    return named[0]


async def _in_time(ask: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await ask()
        except RoomError as refused:
            if refused.code != "too-fast":
                raise
        await asyncio.sleep(_TOO_FAST_PAUSE)  # a full house has more pages than that
