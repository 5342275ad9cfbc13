"""What a log is read by beside its order: its messages, and what its audit log shows."""

from enum import StrEnum
from typing import NamedTuple

from tui_rooms.rules.audit import audit
from tui_rooms.rules.events import Event, MessageDeleted, MessageSent


class Topic(StrEnum):
    """The parts of a log that are read in pages."""

    CHAT = "chat"
    """Messages as they were sent."""
    AUDIT = "audit"
    """Acts of those in charge; deletions of messages are among them."""


class Entry(NamedTuple):
    """An event and its place in the room's log."""

    seq: int
    event: Event


def topic_of(event: Event) -> Topic | None:
    """Which part an event belongs to; None for most."""
    if isinstance(event, MessageSent):
        return Topic.CHAT
    # Of messages that their writers delete themselves there is nothing to audit, but a reader
    # of the chat must not see them: those are found by `message_of`.
    return None if audit(event) is None else Topic.AUDIT


def message_of(event: Event) -> str | None:
    """The message that an event has made or deleted."""
    return event.message_id if isinstance(event, MessageSent | MessageDeleted) else None
