"""Which server somebody wants to go to, and how it is found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ServerChoice:
    """The server to use."""

    url: str
    """An address or a join link, as a person would type it."""
    token: str | None = field(default=None, repr=False)
    embedded: bool = False
    """Whether it is the one on this machine that starts by itself."""
    room: str | None = None
    """A room to go into at once."""


Connect: TypeAlias = Callable[[], ServerChoice]
"""Finds the server, and starts one when there is none. It runs in a thread of its own and may
take its time; an error with a `sentence` is shown to the person as it is."""
