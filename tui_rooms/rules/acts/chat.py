"""Messages: written, deleted, pinned, slowed down."""

from dataclasses import replace
from itertools import islice

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.lately import left_before
from tui_rooms.rules.acts.refusals import here, require, require_other
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles, reads
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.text import ID_LIMIT, MESSAGE_LIMIT, checked_line, checked_text

CHAT_KEPT = 2000
"""In the server's state, all addresses together; at this number the older half goes."""
SLOWEST: Seconds = 6 * 3600.0


def send(
    room: Room, command: commands.SendMessage, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.SEND_MESSAGE, "send a message")
    there = room.chat.get(command.message_id)
    if there is None and room.pinned is not None and room.pinned.message_id == command.message_id:
        there = room.pinned  # it may stand above the chat longer than in it
    if there is not None and there.identity == me.identity:
        return []  # sent twice
    if there is not None:
        raise RoomError(
            "message-exists", f"message id '{command.message_id}' is taken: choose another"
        )
    message_id = checked_line(command.message_id, what="message id", limit=ID_LIMIT)
    text = checked_text(command.text, what="message", limit=MESSAGE_LIMIT)
    _check_address(room, command.to, me)
    _check_pace(room, me, now)
    newest = next(reversed(room.chat.values()), None)
    sent = events.MessageSent(
        message_id=message_id,
        identity=me.identity,
        name=me.name,
        text=text,
        to=command.to,
        # The chat stands in the order of time, even when the clock is set back.
        at=max(now, newest.at) if newest else now,
    )
    return [*_trimmed(room, now), sent]


def delete(
    room: Room, command: commands.DeleteMessage, me: Participant, now: Seconds
) -> list[events.Event]:
    message = _readable(room, command.message_id, me)
    if message.identity != me.identity:
        require(room, me, Capability.KICK_USERS, f"delete a message of '{message.name}'")
    if message.deleted_by is not None:
        return []
    return [
        events.MessageDeleted(
            message_id=message.message_id,
            identity=message.identity,
            name=message.name,
            to=message.to,
            by=me.identity,
            at=now,
        )
    ]


def pin(
    room: Room, command: commands.PinMessage, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.PIN_FOR_EVERYONE, "pin a message")
    if command.message_id is None:
        nothing = events.MessagePinned(message=None, by=me.identity, at=now)
        return [] if room.pinned is None else [nothing]
    if room.pinned is not None and room.pinned.message_id == command.message_id:
        return []
    message = _readable(room, command.message_id, me)
    if not isinstance(message.to, ToEveryone) or message.deleted_by is not None:
        raise RoomError(
            "not-for-everyone",
            f"message '{command.message_id}' cannot be pinned: only a message to everyone that "
            "stands can be",
        )
    return [events.MessagePinned(message=message, by=me.identity, at=now)]


def set_slow_mode(
    room: Room, command: commands.SetSlowMode, me: Participant, now: Seconds
) -> list[events.Event]:
    require(room, me, Capability.UPDATE_ROOM, "set slow mode")
    if not 0 <= command.seconds <= SLOWEST:
        raise RoomError(
            "bad-time", f"slow mode of {command.seconds} s: give 0 (off) to {SLOWEST:.0f} s"
        )
    if command.seconds == room.slow_mode_s:
        return []
    return [events.SlowModeSet(seconds=command.seconds, by=me.identity, at=now)]


def message_sent(room: Room, event: events.MessageSent) -> None:
    room.chat[event.message_id] = message_from(event)
    if room.viewer is not None and len(room.chat) > room.kind.settings.chat_history:
        del room.chat[next(iter(room.chat))]
    if room.slow_mode_s and room.tracks(event.identity):
        room.last_message_at[event.identity] = event.at


def message_from(event: events.MessageSent) -> ChatMessage:
    """The message as it was sent."""
    return ChatMessage(
        message_id=event.message_id,
        identity=event.identity,
        name=event.name,
        text=event.text,
        to=event.to,
        at=event.at,
    )


def message_deleted(room: Room, event: events.MessageDeleted) -> None:
    message = room.chat.get(event.message_id)
    if message is not None:
        room.chat[event.message_id] = replace(message, text="", deleted_by=event.by)
    if room.pinned is not None and room.pinned.message_id == event.message_id:
        room.pinned = None


def chat_trimmed(room: Room, event: events.ChatTrimmed) -> None:
    room.chat = {key: kept for key, kept in room.chat.items() if kept.at >= event.before}


def message_pinned(room: Room, event: events.MessagePinned) -> None:
    room.pinned = event.message


def slow_mode_set(room: Room, event: events.SlowModeSet) -> None:
    room.slow_mode_s = event.seconds
    if not event.seconds:
        room.last_message_at.clear()


def _check_address(room: Room, to: Address, me: Participant) -> None:
    if isinstance(to, ToPerson):
        require_other(me, to.identity, "write to oneself", "write to somebody else")
        here(room, to.identity)
    elif isinstance(to, ToRoles) and not to.roles:
        raise RoomError(
            "bad-address", f"the message of '{me.name}' is for no role: name one, such as host"
        )


def _check_pace(room: Room, me: Participant, now: Seconds) -> None:
    if not room.slow_mode_s:
        return
    # A guest who leaves and comes back is another one, and waits all the same.
    wrote = room.last_message_at
    identities = (me.identity, *left_before(room, me, now))
    last = max((wrote[who] for who in identities if who in wrote), default=None)
    if last is None or now >= last + room.slow_mode_s:
        return
    if Capability.MUTE_USERS in room.capabilities_as(me.identity, me.role):
        return
    raise RoomError(
        "slow-mode",
        f"'{me.name}' may write again in {last + room.slow_mode_s - now:.0f} s: slow mode allows "
        f"one message in {room.slow_mode_s:.0f} s",
    )


def _trimmed(room: Room, now: Seconds) -> list[events.Event]:
    if len(room.chat) < CHAT_KEPT:
        return []
    oldest = next(iter(room.chat.values()))
    half = next(islice(room.chat.values(), CHAT_KEPT // 2, None))
    if oldest.at == half.at:
        return []
    return [events.ChatTrimmed(before=half.at, at=now)]


def _readable(room: Room, message_id: str, me: Participant) -> ChatMessage:
    message = room.chat.get(message_id)
    if message is None or not reads(me.identity, me.role, sender=message.identity, to=message.to):
        raise RoomError(
            "unknown-message",
            f"there is no message '{message_id[:60]}' that '{me.name}' can read: "
            "it may be too old, or for others",
        )
    return message
