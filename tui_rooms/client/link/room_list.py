"""What this client knows of a server's rooms: the list, and what has changed in it since."""

from tui_rooms.wire.messages import ROOMS_SHOWN, Rooms, RoomsChanged, RoomSummary


class RoomList:
    """The rooms that are watched."""

    def __init__(self) -> None:
        self.rooms: tuple[RoomSummary, ...] = ()
        """The fullest first, then the newest: replaced, never changed."""

    def take(self, news: Rooms | RoomsChanged) -> None:
        """Replace what was known, or change it."""
        if isinstance(news, Rooms):
            self.rooms = news.rooms
            return
        known = {room.room: room for room in self.rooms}
        for room_id in news.gone:
            known.pop(room_id, None)
        known |= {room.room: room for room in news.rooms}
        self.rooms = tuple(sorted(known.values(), key=_place)[:ROOMS_SHOWN])


def _place(room: RoomSummary) -> tuple[int, float, str]:
    return -room.participants, -room.created_at, room.room
