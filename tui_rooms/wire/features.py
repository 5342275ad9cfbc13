"""What may be said beyond version 1 of the wire, and to whom.

`hello` and `welcome` name what each side knows. A server tells a client of no event that it does
not know, and a client asks no server for what that does not know. Whatever comes after version 1
stands in one of the tables below, with the name of the feature that it belongs to.
"""

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

from pydantic import Field

from tui_rooms.wire.fields import spelt

Feature: TypeAlias = Annotated[
    str, *spelt("[a-z0-9][a-z0-9-]{0,39}", "a name of small letters, digits and dashes, 1 to 40")
]
"""A name: lower-case letters, digits and dashes, 1 to 40."""
Features: TypeAlias = Annotated[frozenset[Feature], Field(max_length=200)]

COMMANDS: Final[Mapping[str, str]] = {}
"""By `kind`: what a server must know to be asked for it."""
REQUESTS: Final[Mapping[str, str]] = {}
"""The same by `type`, for whole requests."""
EVENTS: Final[Mapping[str, str]] = {}
"""By `kind`: what a client must know to be told of it. Others find its effect in a snapshot."""
PUSHES: Final[Mapping[str, str]] = {"session": "token-end", "token_ends": "token-end"}
"""The same by `type`, for whole messages of the server's."""
OTHERS: Final[frozenset[str]] = frozenset({"clock", "public-url"})
"""Further names, of what has no kind of its own."""

KNOWN: Final[frozenset[str]] = OTHERS.union(
    COMMANDS.values(), REQUESTS.values(), EVENTS.values(), PUSHES.values()
)
"""What this program knows."""


def needed(request: str, command: str | None = None) -> frozenset[str]:
    """What a server must know to be asked this.

    Args:
        request: the `type` of the message.
        command: the `kind` of the command in it, if there is one.
    """
    names = REQUESTS.get(request), COMMANDS.get(command or "")
    return frozenset(name for name in names if name is not None)
