"""The tables of the database, and the way there from every older version.

The version stands in the file's own header (`user_version`), where it can be read before any
table is known; `application_id` marks the file as ours.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from tui_rooms.server.storage.errors import StorageError

APPLICATION_ID = 0x74756972
"""'tuir' in ASCII."""

Migration: TypeAlias = tuple[str, ...]
"""The statements that lead from one version to the next."""

MIGRATIONS: Sequence[Migration] = (
    (
        """
        CREATE TABLE room (
            room_id TEXT PRIMARY KEY,
            version INTEGER NOT NULL,  -- the seq of its last event
            state TEXT NOT NULL,       -- upcoming, live, ended
            moment REAL NOT NULL,      -- what rooms are sorted by
            private INTEGER NOT NULL,
            host TEXT NOT NULL,        -- folded, see query.py
            words TEXT NOT NULL,       -- title and description, folded
            card TEXT NOT NULL         -- JSON
        ) STRICT
        """,
        "CREATE INDEX room_by_state ON room (state, moment, room_id)",
        "CREATE INDEX room_by_moment ON room (moment, room_id)",
        """
        CREATE TABLE event (
            room_id TEXT NOT NULL,
            seq INTEGER NOT NULL,      -- from 1, without gaps
            body TEXT NOT NULL,        -- JSON
            PRIMARY KEY (room_id, seq)
        ) STRICT, WITHOUT ROWID        -- a room's events lie side by side
        """,
    ),
    (
        "ALTER TABLE event ADD COLUMN topic TEXT",  # see topics.py; most events have none
        "ALTER TABLE event ADD COLUMN message TEXT",  # the message that it has sent or deleted
        # As the topics were when this version came; a reader looks at each event again anyway.
        """
        UPDATE event SET topic = CASE json_extract(body, '$.kind')
            WHEN 'message_sent' THEN 'chat'
            ELSE 'audit'
        END
        WHERE json_extract(body, '$.kind') IN (
            'message_sent', 'message_deleted', 'message_pinned', 'backstage_opened', 'went_live',
            'live_stopped', 'room_ended', 'room_updated', 'hand_declined', 'hand_lowered',
            'all_hands_lowered', 'hands_set', 'stage_offered', 'offer_withdrawn', 'muted',
            'all_muted', 'kicked', 'blocked', 'unblocked', 'role_changed', 'role_remembered',
            'capability_granted', 'capability_revoked', 'request_answered', 'slow_mode_set',
            'reported', 'attribute_set'
        )
        """,
        """
        UPDATE event SET message = json_extract(body, '$.message_id')
        WHERE json_extract(body, '$.kind') IN ('message_sent', 'message_deleted')
        """,
        "CREATE INDEX event_by_topic ON event (room_id, topic, seq) WHERE topic IS NOT NULL",
        "CREATE INDEX event_by_message ON event (room_id, message) WHERE message IS NOT NULL",
    ),
    (
        """
        CREATE TABLE kept_state (
            room_id TEXT PRIMARY KEY,
            version INTEGER NOT NULL,  -- the seq of the last event that is in it
            form INTEGER NOT NULL,     -- see codec.py
            body TEXT NOT NULL         -- JSON
        ) STRICT
        """,
    ),
    (
        """
        CREATE TABLE forgotten (       -- see forgotten.py
            room BLOB PRIMARY KEY,     -- the mark of its id
            at REAL NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE forgetting (began REAL NOT NULL, complete_since REAL NOT NULL) STRICT",
        """
        INSERT INTO forgetting SELECT now, now
        FROM (SELECT (julianday('now') - 2440587.5) * 86400.0 AS now)
        """,
    ),
)
"""Entry n leads to version n + 1. Only ever add to it: files of every version are out there."""


def migrate(
    connection: sqlite3.Connection,
    path: Path,
    migrations: Sequence[Migration],
    *,
    own_mark: int = APPLICATION_ID,
) -> None:
    """Bring the file to the newest version. In the caller's transaction: all of it or nothing.

    Args:
        own_mark: the application id of a file that is what the caller means.

    Raises:
        StorageError: `storage-foreign` or `storage-too-new`; the file was left as it is.
    """
    mark, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if mark != own_mark and (mark, version, tables) != (0, 0, 0):
        raise StorageError(
            "storage-foreign",
            f"{path} is the database of another program: choose another --data",
        )
    if version > len(migrations):
        raise StorageError(
            "storage-too-new",
            f"{path} was written by a newer tui-rooms (its version is {version}, this program "
            f"reads up to {len(migrations)}): update tui-rooms, or choose another --data",
        )
    for statement in (step for migration in migrations[version:] for step in migration):
        connection.execute(statement)
    # Pragmas take no parameters; both are numbers of our own.
    connection.execute(f"PRAGMA application_id = {own_mark}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")
