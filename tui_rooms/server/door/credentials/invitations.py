"""Invitation links: whoever has one comes in with its role, so often and until then.

The secret is kept as its SHA-256 only: it is random, so nothing slower is needed. The uses are
counted by the database in one statement, so that two at the same moment cannot both be the last.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Seconds
from tui_rooms.server.storage.small_database import Form, SmallDatabase
from tui_rooms.wire.pasted import unwrapped_token

FILE = "invitations.db"
LIMIT_PER_ROOM = 200
_FORM = Form(
    what="invitations",
    mark=0x74756969,  # 'tuii' in ASCII
    migrations=(
        (
            """
            CREATE TABLE IF NOT EXISTS invitation (
                id TEXT PRIMARY KEY,
                secret_hash BLOB NOT NULL UNIQUE,
                room TEXT NOT NULL,
                role TEXT NOT NULL,
                made_by TEXT NOT NULL,
                made_at REAL NOT NULL,
                expires_at REAL,
                uses_limit INTEGER,
                uses INTEGER NOT NULL DEFAULT 0
            ) STRICT
            """,
            "CREATE INDEX IF NOT EXISTS invitation_of_room ON invitation (room, made_at)",
        ),
        ("ALTER TABLE invitation ADD COLUMN room_made_at REAL",),
    ),
    before_marks={
        "invitation": (
            *("id", "secret_hash", "room", "role", "made_by"),
            *("made_at", "expires_at", "uses_limit", "uses"),
        )
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One link, as those who may invite see it: without its secret."""

    invitation_id: str
    room: str
    role: Role
    made_by: str
    """The identity of who made it."""
    made_at: Seconds
    expires_at: Seconds | None
    """None: it does not expire."""
    uses_limit: int | None
    """How often it can be used; None: as often as one likes."""
    uses: int
    room_made_at: Seconds | None = None
    """Tells the room from others that have its name before or after it; None in older links."""

    def is_into(self, room_made_at: Seconds) -> bool:
        """Whether it leads into the room of that name that was made then."""
        if self.room_made_at is None:
            return self.made_at >= room_made_at
        return self.room_made_at == room_made_at

    def is_usable(self, now: Seconds) -> bool:
        """Whether it is neither expired nor used up."""
        return (self.expires_at is None or self.expires_at > now) and (
            self.uses_limit is None or self.uses < self.uses_limit
        )


class Invitations:
    """The invitations of one server. Its methods wait for the disk: call them in a thread.

    Raises:
        StorageError: from every call.
    """

    def __init__(self, directory: Path) -> None:
        """Open or make the file in a data directory."""
        self._database = SmallDatabase(directory / FILE, _FORM)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def make(
        self,
        *,
        room: str,
        role: Role,
        made_by: str,
        now: Seconds,
        room_made_at: Seconds | None = None,
        made_at: Seconds | None = None,
        expires_at: Seconds | None = None,
        uses_limit: int | None = None,
    ) -> tuple[Invitation, str]:
        """A new invitation and its secret, which is not kept and cannot be had again.

        Args:
            now: by the wall clock, as `expires_at`.
            room_made_at: links into earlier rooms of that name are forgotten.
            made_at: by the rooms' clock; None: the same.

        Raises:
            RoomError: `too-many-invitations`.
        """
        secret = secrets.token_urlsafe(24)
        with self._database.turn() as database:
            database.execute("DELETE FROM invitation WHERE expires_at <= ?", (now,))
            database.execute(
                "DELETE FROM invitation WHERE room = ? AND room_made_at <> ?", (room, room_made_at)
            )
            (there,) = database.execute(
                "SELECT count(*) FROM invitation WHERE room = ?", (room,)
            ).fetchone()
            if there >= LIMIT_PER_ROOM:
                raise RoomError(
                    "too-many-invitations",
                    f"room '{room}' has {LIMIT_PER_ROOM} invitations: revoke some first",
                )
            (row,) = database.execute(
                "INSERT INTO invitation "
                "(id, secret_hash, room, role, made_by, made_at, expires_at, uses_limit, "
                "room_made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (
                    *(secrets.token_hex(6), _hash(secret), room, role.value, made_by),
                    *(now if made_at is None else made_at, expires_at, uses_limit, room_made_at),
                ),
            ).fetchall()
        return _invitation(row), secret

    def of_room(self, room: str) -> list[Invitation]:
        """Every invitation into a room that was not revoked, the oldest first."""
        with self._database.turn() as database:
            rows = database.execute(
                "SELECT * FROM invitation WHERE room = ? ORDER BY made_at, id",
                (room,),
            ).fetchall()
        return [_invitation(row) for row in rows]

    def revoke(self, room: str, invitation_id: str) -> None:
        """Make a link useless. Who came in by it stays.

        Raises:
            RoomError: `unknown-invitation`.
        """
        with self._database.turn() as database:
            done = database.execute(
                "DELETE FROM invitation WHERE room = ? AND id = ?", (room, invitation_id)
            )
        if done.rowcount == 0:
            raise unknown(room, invitation_id)

    def keep_only(self, rooms: Iterable[str]) -> None:
        """Forget the invitations of every other room: those have ended."""
        with self._database.turn() as database:
            found = database.execute("SELECT DISTINCT room FROM invitation").fetchall()
            gone = {row["room"] for row in found} - set(rooms)
            database.executemany(
                "DELETE FROM invitation WHERE room = ?", [(room,) for room in gone]
            )

    def look_up(self, secret: str, now: Seconds) -> Invitation:
        """What it would give now; counts nothing.

        Raises:
            RoomError: `bad-invitation`, with the reason.
        """
        with self._database.turn() as database:
            row = database.execute(
                "SELECT * FROM invitation WHERE secret_hash = ?", (_hash(secret),)
            ).fetchone()
        found = _invitation(row) if row else None
        if found is None or not found.is_usable(now):
            raise RoomError("bad-invitation", _why_useless(found, now))
        return found

    def use(self, secret: str, now: Seconds) -> Invitation:
        """Count one use and say what it gives.

        Raises:
            RoomError: `bad-invitation`, with the reason.
        """
        key = _hash(secret)
        with self._database.turn() as database:
            rows = database.execute(
                "UPDATE invitation SET uses = uses + 1 WHERE secret_hash = ? "
                "AND (expires_at IS NULL OR expires_at > ?) "
                "AND (uses_limit IS NULL OR uses < uses_limit) "
                "RETURNING *",
                (key, now),
            ).fetchall()
            if rows:
                return _invitation(rows[0])
            found = database.execute(
                "SELECT * FROM invitation WHERE secret_hash = ?", (key,)
            ).fetchone()
        raise RoomError("bad-invitation", _why_useless(found and _invitation(found), now))


def unknown(room: str, invitation_id: str) -> RoomError:
    """Nothing in that room is called so."""
    return RoomError(
        "unknown-invitation",
        f"room '{room}' has no invitation '{invitation_id}': it may be revoked already",
    )


def _why_useless(found: Invitation | None, now: Seconds) -> str:
    if found is None:
        return "this invitation is not known here, or was revoked: ask a host for another"
    if found.expires_at is not None and found.expires_at <= now:
        return f"this invitation to room '{found.room}' has expired: ask a host for another"
    return (
        f"this invitation to room '{found.room}' was for {found.uses_limit} uses and all are "
        "taken: ask a host for another"
    )


def _hash(secret: str) -> bytes:
    alone = unwrapped_token(secret)
    return hashlib.sha256(alone.encode("utf-8", "replace")).digest()


def _invitation(row: sqlite3.Row) -> Invitation:
    return Invitation(
        invitation_id=row["id"],
        room=row["room"],
        role=Role(row["role"]),
        made_by=row["made_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        uses_limit=row["uses_limit"],
        uses=row["uses"],
        room_made_at=row["room_made_at"],
    )
