"""News of the audience, at most once a second, so that a large one costs each client little.

All clients of a room know the same names beside their own: `shown`. It is a window on the
audience with room for a few; the count is always exact. Clients change their copy of it with the
batches that are told here, and with the events that they evolve.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from tui_rooms.rules import events
from tui_rooms.rules.room import Participant, Room
from tui_rooms.wire import messages

_Item = TypeVar("_Item")

INTERVAL = 1.0
WINDOW = 100
"""Names that are shown; the rest is counted, and listed on request."""
BATCH_BYTES = 1500
"""About what the names of one batch take on the wire."""
_MEMBER_BYTES = 56
_QUOTES_BYTES = 3


class AudienceNews:
    """Keeps the window, and tells its changes in batches."""

    def __init__(self, room: Room, tell: Callable[[str], None]) -> None:
        self.shown: dict[str, Participant] = {}
        self._room = room
        self._tell = tell
        self._dirty = False
        self._pause: asyncio.TimerHandle | None = None

    def follow(self, happened: Iterable[events.Event]) -> None:
        """Change the window as clients do by themselves, by the events that they evolve."""
        for event in happened:
            match event:
                case events.RoleChanged():
                    self.shown.pop(event.identity, None)
                    if event.identity in self._room.audience:
                        self.shown[event.identity] = self._room.audience[event.identity]
                case events.ListenersSentOut() | events.RoomEnded():
                    self.shown.clear()
                case _:
                    pass

    def start_over(self) -> None:
        """Show those who are here now, in snapshots."""
        self.shown = dict(islice(self._room.audience.items(), WINDOW))

    def changed(self) -> None:
        """Tell what clients cannot know; the first after a calm at once."""
        self._dirty = True
        if self._pause is None:
            self._send()

    def window_for(self, viewer: str) -> dict[str, Participant]:
        """The names that a client is shown: one always knows oneself."""
        window = dict(self.shown)
        me = self._room.audience.get(viewer)
        if me is not None:
            window[viewer] = me
        return window

    def whole(self) -> str:
        """The window as a message, for a client that has missed some batches."""
        return messages.Audience(
            count=self._room.audience_count,
            joined=tuple(map(_member, self.shown.values())),
            whole=True,
        ).model_dump_json()

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _send(self) -> None:
        left = tuple(_within(self._gone(), BATCH_BYTES // 2, _length))
        for identity in left:
            del self.shown[identity]
        rest = BATCH_BYTES - sum(map(_length, left))
        joined = tuple(_within(self._newcomers(), rest, _size))
        for who in joined:
            self.shown[who.identity] = who
        if left or joined or self._dirty:
            self._dirty = False
            news = messages.Audience(
                count=self._room.audience_count, joined=tuple(map(_member, joined)), left=left
            )
            self._tell(news.model_dump_json())
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._send)
        else:
            self._pause = None

    def _gone(self) -> Iterator[str]:
        here = self._room.audience
        # Whoever left and came back is another entry, with another time.
        return (identity for identity, who in self.shown.items() if here.get(identity) is not who)

    def _newcomers(self) -> Iterator[Participant]:
        here = self._room.audience
        # Moderators are always known, also those who sit in the audience.
        moderators = [who for who in self._room.grants if who in here and who not in self.shown]
        yield from (here[identity] for identity in moderators)
        known = {*self.shown, *moderators}
        new = (who for identity, who in here.items() if identity not in known)
        yield from islice(new, max(0, WINDOW - len(self.shown)))


def _within(items: Iterator[_Item], budget: int, size: Callable[[_Item], int]) -> list[_Item]:
    """As many as fit."""
    taken: list[_Item] = []
    for item in items:
        budget -= size(item)
        if budget < 0 and taken:
            break
        taken.append(item)
    return taken


def _length(identity: str) -> int:
    return len(identity.encode()) + _QUOTES_BYTES


def _size(who: Participant) -> int:
    return _length(who.identity) + len(who.name.encode()) + _MEMBER_BYTES


def _member(who: Participant) -> messages.AudienceMember:
    return messages.AudienceMember(identity=who.identity, name=who.name, since=who.since)
