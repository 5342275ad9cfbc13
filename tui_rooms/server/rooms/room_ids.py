"""Ids of rooms: from a title, and like another one that is taken.

An id is said over the telephone and typed on any keyboard, into links and shells. So it has plain
letters only, whatever the title is written in: those of other scripts are romanised.
"""

import re
import secrets
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Final

from anyascii import anyascii

LONGEST: Final = 40
"""As the wire has it."""
_LONGEST_FROM_TITLE: Final = 32
"""Behind it is room for what tells two of a title apart."""


def id_from(title: str) -> str:
    """A readable id: lower-case ASCII letters, digits and dashes, at most 32.

    "Łódź" is `lodz`, "Чай" is `chay`, "お茶" is `ocha`; `room` when nothing of it can be read.
    """
    plain = anyascii(unicodedata.normalize("NFC", title)).lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:_LONGEST_FROM_TITLE].rstrip("-") or "room"


def by_chance(stem: str) -> str:
    """That id with something behind it that no other has."""
    return f"{stem[: LONGEST - 7].rstrip('-')}-{secrets.token_hex(3)}"


async def another_id(taken: str, is_free: Callable[[str], Awaitable[bool]]) -> str:
    """An id for a room that goes on where that one was: tea-2, tea-3, …"""
    stem = re.sub(r"-\d+$", "", taken)[: LONGEST - 2].rstrip("-")
    for number in range(2, 10):
        if await is_free(found := f"{stem}-{number}"):
            return found
    return by_chance(stem)
