"""Reactions and custom events (passed on and forgotten), and attributes (kept)."""

import json

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.refusals import require
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Attribute
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.text import EVENT_DATA_BYTES, KEY_LIMIT, VALUE_LIMIT, checked_line

ATTRIBUTES_KEPT = 64


def react(room: Room, command: commands.React, me: Participant, now: Seconds) -> list[events.Event]:
    require(room, me, Capability.CREATE_REACTION, "react")
    allowed = room.kind.settings.reactions
    if command.emoji not in allowed:
        raise RoomError(
            "bad-reaction",
            f"'{me.name}' may not react with {command.emoji[:8]!r}: "
            f"this room has {' '.join(allowed) or 'no reactions'}",
        )
    return [events.Reacted(identity=me.identity, name=me.name, emoji=command.emoji, at=now)]


def send_event(
    room: Room, command: commands.SendEvent, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.SEND_EVENT, "send an event")
    kind = checked_line(command.type, what="event type", limit=KEY_LIMIT)
    _check_json(command.data)
    return [
        events.EventSent(identity=me.identity, name=me.name, type=kind, data=command.data, at=now)
    ]


def set_attribute(
    room: Room, command: commands.SetAttribute, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROOM, "set an attribute")
    key = checked_line(command.key, what="key", limit=KEY_LIMIT)
    there = room.attributes.get(key)
    version = there.version if there else 0
    if command.expected_version is not None and command.expected_version != version:
        raise RoomError(
            "version-conflict",
            f"attribute '{key}' has version {version}, '{me.name}' expected "
            f"{command.expected_version}: read it again and decide anew",
        )
    if command.value == (there.value if there else None):
        return []
    if command.value is not None:
        if len(command.value) > VALUE_LIMIT:
            raise RoomError(
                "bad-text",
                f"attribute '{key}' has {len(command.value)} characters, limit {VALUE_LIMIT}",
            )
        if there is None and len(room.attributes) >= ATTRIBUTES_KEPT:
            raise RoomError(
                "too-many-attributes",
                f"room '{room.room_id}' has {ATTRIBUTES_KEPT} attributes already: "
                "remove one first, by setting it to nothing",
            )
    return [
        events.AttributeSet(
            key=key,
            value=command.value,
            version=room.attributes_version + 1,
            by=me.identity,
            at=now,
        )
    ]


def attribute_set(room: Room, event: events.AttributeSet) -> None:
    room.attributes_version = event.version
    if event.value is None:
        room.attributes.pop(event.key, None)
    else:
        room.attributes[event.key] = Attribute(value=event.value, version=event.version)


def _check_json(data: str) -> None:
    # Characters first: a megabyte is not encoded to find out that it is too long.
    size = len(data) if len(data) > EVENT_DATA_BYTES else len(data.encode("utf-8", "replace"))
    if size > EVENT_DATA_BYTES:
        raise RoomError("bad-event", f"the event's data is {size} bytes, limit {EVENT_DATA_BYTES}")
    try:
        json.loads(data, parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        place = f"line {exc.lineno}, column {exc.colno}"
        raise RoomError("bad-event", f"the event's data is not JSON, from {place} on") from exc
    except RecursionError as exc:
        raise RoomError("bad-event", "the event's data has too many brackets in brackets") from exc


def _no_constant(name: str) -> None:
    raise RoomError("bad-event", f"the event's data has {name}, which is not JSON")
