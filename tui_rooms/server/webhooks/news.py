"""What webhooks tell of rooms: starts, ends and reports at once, comings and goings in batches."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tui_rooms.rules import events
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room, Seconds

BATCH_INTERVAL: Seconds = 5.0
BATCH_LIMIT = 500
"""With so many comings and goings a batch does not wait for its time."""


@dataclass(slots=True)
class _Batch:
    room: Room
    joined: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None


class RoomNews:
    """Turns the events of rooms into webhooks."""

    def __init__(
        self,
        post: Callable[[str, Mapping[str, Any]], None],
        *,
        link_base: str,
        interval: Seconds = BATCH_INTERVAL,
    ) -> None:
        """
        Args:
            link_base: what links to rooms begin with, before `/r/`.
        """
        self._post = post
        self._link_base = link_base
        self._interval = interval
        self._batches: dict[str, _Batch] = {}

    def happened(self, room: Room, happened: Iterable[events.Event]) -> None:
        """Take note of what has just happened in a room."""
        for event in happened:
            self._take(room, event)

    def close(self) -> None:
        """Send what waits for the end of its batch."""
        for room_id in list(self._batches):
            self._send_batch(room_id)

    def _take(self, room: Room, event: events.Event) -> None:
        match event:
            case events.WentLive():
                self._tell("room.started", room, at=event.at, by=event.by)
            case events.LiveStopped():
                self._tell("room.stopped", room, at=event.at, by=event.by)
            case events.RoomEnded():
                self._send_batch(room.room_id)
                self._tell("room.ended", room, at=event.at, by=event.by, reason=event.reason)
            case events.Reported():
                report = asdict(event)
                del report["kind"]
                self._tell("report.created", room, **report)
            case events.StageJoined() | events.AudienceJoined():
                role = event.role if isinstance(event, events.StageJoined) else Role.LISTENER
                batch = self._batch(room)
                batch.joined.append(
                    {"identity": event.identity, "name": event.name, "role": role, "at": event.at}
                )
                self._send_if_full(batch)
            case events.StageLeft() | events.AudienceLeft():
                batch = self._batch(room)
                batch.left.append({"identity": event.identity, "at": event.at})
                self._send_if_full(batch)
            case _:
                pass

    def _tell(self, kind: str, room: Room, **data: object) -> None:
        about = {
            "room": room.room_id,
            "title": room.title,
            "room_type": room.room_type,
            "link": f"{self._link_base}/r/{room.room_id}",
        }
        self._post(kind, about | data)

    def _batch(self, room: Room) -> _Batch:
        batch = self._batches.get(room.room_id)
        if batch is None:
            batch = self._batches[room.room_id] = _Batch(room)
            batch.timer = asyncio.get_running_loop().call_later(
                self._interval, self._send_batch, room.room_id
            )
        return batch

    def _send_if_full(self, batch: _Batch) -> None:
        if len(batch.joined) + len(batch.left) >= BATCH_LIMIT:
            self._send_batch(batch.room.room_id)

    def _send_batch(self, room_id: str) -> None:
        batch = self._batches.pop(room_id, None)
        if batch is None:
            return
        if batch.timer is not None:
            batch.timer.cancel()
        self._tell(
            "participants.changed",
            batch.room,
            joined=batch.joined,
            left=batch.left,
            participants=len(batch.room.stage) + batch.room.audience_count,
        )
