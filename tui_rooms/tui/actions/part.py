"""What a screen, or the app, is put together from.

Whoever holds parts gives each what it needs when it makes it, does actions through them, and
tells them what Textual tells. None of them knows its holder, so one more part is one more line
there.
"""

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from textual.message import Message

Does: TypeAlias = Mapping[str, Callable[[], object]]
"""What is done, by the ids of the actions."""
Hears: TypeAlias = Mapping[type[Message], Callable[[Any], Awaitable[None] | None]]
"""What is done about messages, by their kind."""

NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Part:
    """One matter: to be inherited from when it has a state, or made with its tables."""

    def __init__(self, *, does: Does = NOTHING, hears: Hears = NOTHING) -> None:
        self.does = does
        self.hears = hears


class Parts:
    """Several parts as one."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    @property
    def does(self) -> frozenset[str]:
        """The ids of all actions that they do."""
        return frozenset(action_id for part in self._parts for action_id in part.does)

    @property
    def hears(self) -> frozenset[type[Message]]:
        """The kinds of all messages that they do something about."""
        return frozenset(kind for part in self._parts for kind in part.hears)

    def add(self, *parts: Part) -> None:
        """These too.

        Raises:
            ValueError: two of them do the same.
        """
        for part in parts:
            if twice := self.does & part.does.keys():
                raise ValueError(f"more than one part does: {', '.join(sorted(twice))}")
            self._parts.append(part)

    def do(self, action_id: str) -> None:
        """Do an action.

        Raises:
            LookupError: no part does it.
        """
        for part in self._parts:
            if (do := part.does.get(action_id)) is not None:
                do()
                return
        raise LookupError(f"no part does {action_id!r}; they do: {', '.join(sorted(self.does))}")

    async def hear(self, message: Message) -> None:
        """Tell each part that hears of its kind."""
        for part in self._parts:
            if (heard := part.hears.get(type(message))) is not None:
                done = heard(message)
                if isawaitable(done):
                    await done
