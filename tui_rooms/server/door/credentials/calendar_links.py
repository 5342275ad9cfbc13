"""Calendar links: whoever has one reads when one room starts, and nothing else.

Calendars fetch a file again and again, and cannot send a token along. So each person may have a
link into each room for theirs, good until it is revoked or the room is forgotten. Its secret is
the link's id, signed by the key of the server: nobody else makes one up, it is the same whenever
its owner asks for it, and what lies on the disk leads nowhere.
"""

import base64
import hmac
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.credentials.keys import Keys
from tui_rooms.server.storage.small_database import Form, SmallDatabase

FILE: Final = "calendars.db"
LIMIT_PER_ROOM: Final = 1000
GUESTS_PER_ROOM: Final = 100
"""Of these: guests cost nothing, and there is no end to them."""
_ID_CHARACTERS: Final = 16
_FORM: Final = Form(
    what="calendar links",
    mark=0x74756963,  # 'tuic' in ASCII
    migrations=(
        (
            """
            CREATE TABLE calendar_link (
                id TEXT PRIMARY KEY,
                room TEXT NOT NULL,
                room_made_at REAL NOT NULL,
                made_by TEXT NOT NULL,
                guest INTEGER NOT NULL,
                made_at REAL NOT NULL,
                UNIQUE (room, room_made_at, made_by)
            ) STRICT
            """,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLink:
    """One link, without its secret."""

    link_id: str
    room: str
    room_made_at: Seconds
    """Tells the room from others that have its name before or after it."""
    made_by: str
    """The identity of whose it is."""
    guest: bool
    """Whether they came without a token."""
    made_at: Seconds


class CalendarLinks:
    """Those of one server. Its methods wait for the disk: call them in a thread.

    Raises:
        StorageError: from every call.
    """

    def __init__(self, directory: Path, keys: Keys) -> None:
        """Open or make the file in a data directory."""
        self._key = keys.secret.encode()
        self._database = SmallDatabase(directory / FILE, _FORM)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def make(
        self, *, room: str, room_made_at: Seconds, made_by: str, guest: bool, now: Seconds
    ) -> CalendarLink:
        """A person's link into a room: the one that there is, else a new one.

        Raises:
            RoomError: `too-many-calendar-links`.
        """
        with self._database.turn() as database:
            of_room = _of_room(database, room, room_made_at)
            for link in of_room:
                if link.made_by == made_by:
                    return link
            of_guests = sum(link.guest for link in of_room)
            if len(of_room) >= LIMIT_PER_ROOM or (guest and of_guests >= GUESTS_PER_ROOM):
                raise RoomError(
                    "too-many-calendar-links",
                    f"room '{room}' has {of_guests if guest else len(of_room)} calendar links "
                    f"{'of guests ' if guest else ''}already: its hosts can revoke some",
                )
            (row,) = database.execute(
                "INSERT INTO calendar_link (id, room, room_made_at, made_by, guest, made_at) "
                "VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
                (_new_id(), room, room_made_at, made_by, int(guest), now),
            ).fetchall()
        return _link(row)

    def secret(self, link: CalendarLink) -> str:
        """What stands in the link: whoever shows it is let in."""
        return link.link_id + self._signature(link.link_id)

    def look_up(self, secret: str) -> CalendarLink | None:
        """Whose it is, and into which room; None when there is no such link."""
        link_id, signature = secret[:_ID_CHARACTERS], secret[_ID_CHARACTERS:]
        expected = self._signature(link_id)
        if not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
            return None
        with self._database.turn() as database:
            row = database.execute(
                "SELECT * FROM calendar_link WHERE id = ?", (link_id,)
            ).fetchone()
        return None if row is None else _link(row)

    def of_room(self, room: str, room_made_at: Seconds) -> list[CalendarLink]:
        """All links into a room, the oldest first."""
        with self._database.turn() as database:
            return _of_room(database, room, room_made_at)

    def revoke(self, link: CalendarLink) -> None:
        """Make a link useless; whoever asks for theirs again gets another."""
        with self._database.turn() as database:
            database.execute("DELETE FROM calendar_link WHERE id = ?", (link.link_id,))

    def rooms(self) -> list[str]:
        """The rooms that there are links into."""
        with self._database.turn() as database:
            rows = database.execute("SELECT DISTINCT room FROM calendar_link").fetchall()
        return [row["room"] for row in rows]

    def forget(self, rooms: Iterable[str]) -> None:
        """Forget all links into these rooms."""
        with self._database.turn() as database:
            database.executemany(
                "DELETE FROM calendar_link WHERE room = ?", [(room,) for room in rooms]
            )

    def _signature(self, link_id: str) -> str:
        whole = hmac.digest(
            self._key, f"calendar link {link_id}".encode(errors="replace"), "sha256"
        )
        return base64.urlsafe_b64encode(whole[:24]).decode()


def _new_id() -> str:
    return secrets.token_hex(_ID_CHARACTERS // 2)


def _of_room(database: sqlite3.Connection, room: str, room_made_at: Seconds) -> list[CalendarLink]:
    rows = database.execute(
        "SELECT * FROM calendar_link WHERE room = ? AND room_made_at = ? ORDER BY made_at, id",
        (room, room_made_at),
    ).fetchall()
    return list(map(_link, rows))


def _link(row: sqlite3.Row) -> CalendarLink:
    return CalendarLink(
        link_id=row["id"],
        room=row["room"],
        room_made_at=row["room_made_at"],
        made_by=row["made_by"],
        guest=bool(row["guest"]),
        made_at=row["made_at"],
    )
