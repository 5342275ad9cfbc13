"""Making a room, and changing what it is called and how it is reached."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import Actor
from tui_rooms.rules.acts.refusals import require
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.records import Revision
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.text import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    TITLE_LIMIT,
    checked_line,
    optional_text,
)

FARTHEST_START: Seconds = 366 * 86_400.0
"""How far ahead a room may be scheduled."""


def create(
    room: Room | None, command: commands.CreateRoom, actor: Actor, now: Seconds
) -> list[events.Event]:
    if room is not None:
        raise RoomError(
            "room-exists", f"room '{command.room_id}' exists already: choose another id"
        )
    if command.starts_at is not None:
        _check_start(command.starts_at, now + command.wall_ahead)
        if command.live:
            raise RoomError(
                "bad-time", "a scheduled room is not live yet: give starts_at or live, not both"
            )
    happened: list[events.Event] = [
        events.RoomCreated(
            room_id=command.room_id,
            title=checked_line(command.title, what="title", limit=TITLE_LIMIT),
            description=_description(command.description),
            room_type=command.room_type,
            starts_at=command.starts_at,
            private=command.private,
            has_password=bool(command.password_hash),
            identity=actor.identity,
            name=checked_line(actor.name, what="name", limit=NAME_LIMIT),
            at=now,
        )
    ]
    if command.password_hash:
        happened.append(events.PasswordSet(password_hash=command.password_hash, at=now))
    straight = command.starts_at is None and not command.room_type.settings.backstage
    if command.live or straight:
        happened.append(events.WentLive(by=actor.identity, at=now))
    return happened


def update(
    room: Room, command: commands.UpdateRoom, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROOM, "change the room")
    title = command.title
    if title is not None:
        title = checked_line(title, what="title", limit=TITLE_LIMIT)
    description = command.description
    if description is not None:
        description = _description(description)
    if command.starts_at is not None:
        if room.life is not Life.SCHEDULED:
            raise RoomError(
                "bad-time",
                f"the start of room '{room.room_id}' cannot be moved: it is {room.life} already, "
                "only a scheduled room can be moved",
            )
        _check_start(command.starts_at, now + command.wall_ahead)
    has_password = None if command.password_hash is None else bool(command.password_hash)
    news = events.RoomUpdated(
        title=None if title == room.title else title,
        description=None if description == room.description else description,
        starts_at=None if command.starts_at == room.starts_at else command.starts_at,
        private=None if command.private is room.private else command.private,
        has_password=None if has_password is room.has_password else has_password,
        by=me.identity,
        at=now,
    )
    nothing = events.RoomUpdated(by=me.identity, at=now)
    happened: list[events.Event] = [] if news == nothing else [news]
    if command.password_hash is not None and (command.password_hash or None) != room.password_hash:
        happened.append(events.PasswordSet(password_hash=command.password_hash or None, at=now))
    return happened


def created(event: events.RoomCreated) -> Room:
    """The room as it is right after its first event."""
    settings = event.room_type.settings
    return Room(
        room_id=event.room_id,
        title=event.title,
        description=event.description,
        room_type=event.room_type.name,
        kind=event.room_type,
        life=Life.BACKSTAGE if event.starts_at is None else Life.SCHEDULED,
        created_at=event.at,
        starts_at=event.starts_at,
        host_name=event.name,
        private=event.private,
        has_password=event.has_password,
        roles={event.identity: Role.HOST},
        revision=Revision(at=event.at),
        empty_since=event.at,
        hands_open=settings.hands,
        slow_mode_s=settings.slow_mode_s,
    )


def updated(room: Room, event: events.RoomUpdated) -> None:
    if (event.title, event.description, event.starts_at) != (None, None, None):
        room.revision = room.revision.after(event.at)
    if event.title is not None:
        room.title = event.title
    if event.description is not None:
        room.description = event.description
    if event.starts_at is not None:
        room.starts_at = event.starts_at
    if event.private is not None:
        room.private = event.private
    if event.has_password is not None:
        room.has_password = event.has_password


def password_set(room: Room, event: events.PasswordSet) -> None:
    room.password_hash = event.password_hash


def _description(value: str) -> str:
    return optional_text(value, what="description", limit=DESCRIPTION_LIMIT)


def _check_start(starts_at: Seconds, now: Seconds) -> None:
    if not now < starts_at <= now + FARTHEST_START:
        raise RoomError(
            "bad-time",
            f"a room cannot start at {clock_text(starts_at)}: choose a time to come, "
            f"within {FARTHEST_START / 86_400:.0f} days",
        )
