"""Ids of rooms: from a title, and like another one that is taken."""

import re
import secrets
import unicodedata
from collections.abc import Awaitable, Callable

LONGEST = 40
"""As the wire has it."""


def id_from(title: str) -> str:
    """A readable id: lower-case ASCII letters, digits and dashes, at most 32."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].rstrip("-") or "room"


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
