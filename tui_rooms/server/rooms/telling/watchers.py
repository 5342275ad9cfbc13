"""Those who look at the list of rooms: it is sent to them now, and when it has changed."""

import asyncio
from collections.abc import Callable, Iterable

from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import folded
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.wire import messages

INTERVAL: Seconds = 0.5
"""Between two pushes."""


class Watchers:
    """The open connections in the lobby."""

    def __init__(self, listed: Callable[[], Iterable[messages.RoomSummary]]) -> None:
        """`listed` gives the open rooms in the order in which they are shown."""
        self._listed = listed
        self._watching: dict[Outbox, messages.WatchRooms] = {}
        self._pause: asyncio.TimerHandle | None = None

    def add(self, outbox: Outbox, wanted: messages.WatchRooms) -> None:
        """Send the rooms now and whenever they change; replaces an earlier wish."""
        self._watching[outbox] = wanted
        outbox.put_latest("rooms", self._text(wanted))

    def remove(self, outbox: Outbox) -> None:
        """Stop that."""
        self._watching.pop(outbox, None)

    def changed(self) -> None:
        """Some room is not as it was."""
        if self._watching and self._pause is None:
            self._pause = asyncio.get_running_loop().call_later(INTERVAL, self._tell)

    def close(self) -> None:
        """Tell nothing more."""
        if self._pause is not None:
            self._pause.cancel()

    def _tell(self) -> None:
        self._pause = None
        texts: dict[tuple[str | None, str], str] = {}
        for outbox, wanted in self._watching.items():
            key = (wanted.state, wanted.text)
            if key not in texts:
                texts[key] = self._text(wanted)
            outbox.put_latest("rooms", texts[key])

    def _text(self, wanted: messages.WatchRooms) -> str:
        words = folded(wanted.text).split()
        rooms = [room for room in self._listed() if _matches(room, wanted.state, words)]
        return messages.Rooms(rooms=tuple(rooms[: messages.ROOMS_SHOWN])).model_dump_json()


def _matches(room: messages.RoomSummary, state: str | None, words: Iterable[str]) -> bool:
    if state is not None and (state == "live") is not (room.live_since is not None):
        return False
    text = folded(f"{room.title}\n{room.description}")
    return all(word in text for word in words)
