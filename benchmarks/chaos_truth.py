"""What the server's log says, and whether it is what was acknowledged and what everybody sees."""

import json
import os
import shutil
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos_client import ROOM as ROOM_TYPE
from benchmarks.chaos_person import Acked
from tui_rooms.rules.room import Room
from tui_rooms.rules.view import view
from tui_rooms.server.storage.replaying import replayed
from tui_rooms.server.storage.sqlite import SqliteLog

PRESENCE: Final = frozenset({"audience", "audience_count", "hostless_since"})
"""What is in no log: who is there is compared with what the server says of it."""


class Truth:
    """A room as the server's log has it at one moment."""

    def __init__(self, room: Room, version: int, events: list[dict[str, Any]]) -> None:
        self.room = room
        self.version = version
        self.events = events

    @classmethod
    async def read(cls, directory: Path, room_id: str, pid: int) -> "Truth":
        """Copy the log beneath a server that stands still for it, a few milliseconds, and read it.

        Args:
            pid: the server's; 0: it is down.
        """
        with tempfile.TemporaryDirectory(prefix="truth-") as name:
            copy = Path(name) / "rooms.db"
            if pid:
                os.kill(pid, signal.SIGSTOP)
            try:
                for ending in ("", "-wal"):
                    file = directory / f"rooms.db{ending}"
                    if file.exists():
                        shutil.copy(file, f"{copy}{ending}")
            finally:
                if pid:
                    os.kill(pid, signal.SIGCONT)
            log = await SqliteLog.open(copy)
            try:
                found = await replayed(log, room_id)
            finally:
                await log.close()
            if found is None:
                raise AssertionError(f"the server's log knows no room '{room_id}'")
            with sqlite3.connect(copy) as connection:
                rows = connection.execute(
                    "SELECT body FROM event WHERE room_id = ? ORDER BY seq", (room_id,)
                ).fetchall()
            connection.close()
        return cls(*found, [json.loads(body) for (body,) in rows])

    def lost(self, acked: Iterable[Acked]) -> list[Acked]:
        """What was acknowledged and is not in it."""
        messages = {e["message_id"] for e in self.events if e["kind"] == "message_sent"}
        values = {e["value"] for e in self.events if e["kind"] == "attribute_set"}
        return [
            one
            for one in acked
            if (one.what == "message" and one.made not in messages)
            or (one.what == "attribute" and str(one.number) not in values)
        ]

    def twice(self) -> list[str]:
        """Texts that are in it more than once, though each was said once."""
        texts = Counter(e["text"] for e in self.events if e["kind"] == "message_sent")
        return [text for text, times in texts.items() if times > 1]

    def differs(self, identity: str, mirror: Mapping[str, Any]) -> str:
        """In what somebody's mirror is not what the log shows them; empty when they are alike."""
        seen, shown = ROOM_TYPE.validate_python(mirror), view(self.room, identity)
        pairs = (
            (field.name, getattr(seen, field.name), getattr(shown, field.name))
            for field in fields(Room)
            if field.name not in PRESENCE
        )
        return "; ".join(
            f"{name}: {_short(mine)} instead of {_short(its)}"
            for name, mine, its in pairs
            if mine != its
        )


def present(mirror: Mapping[str, Any]) -> dict[str, tuple[str, bool]]:
    """Who is there by somebody's mirror: role and whether muted, by identity."""
    people = [*mirror["stage"].values(), *mirror["audience"].values()]
    return {who["identity"]: (who["role"], who["muted"]) for who in people}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:140]} … {text[-140:]}"
