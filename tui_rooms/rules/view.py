"""What one viewer may know of a room."""

from dataclasses import replace
from itertools import islice
from typing import TypeVar

from tui_rooms.rules.address import reads
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room
from tui_rooms.rules.visibility import visibility

_Kept = TypeVar("_Kept")

AUDIENCE_SHOWN = 200
"""Of how many listeners a client learns the names; the count is always exact."""


def view(room: Room, viewer: str) -> Room:
    """The room as that viewer may see it, sharing nothing that changes with the original."""
    now = visibility(room, viewer)
    runs_roles = Capability.UPDATE_ROLES in now.opens
    runs_permissions = Capability.UPDATE_PERMISSIONS in now.opens
    return replace(
        room,
        viewer=viewer,
        password_hash=None,
        insiders=frozenset(),
        departures={},
        networks={},
        sent_out={},
        stage=dict(room.stage),
        audience=_audience(room, viewer),
        empty_since=None,
        roles=_own(room.roles, viewer),
        grants=dict(room.grants),
        revocations=dict(room.revocations),
        muted_by=dict(room.muted_by),
        requests=dict(room.requests) if runs_permissions else _own(room.requests, viewer),
        hands=dict(room.hands),
        offers=dict(room.offers) if runs_roles else _own(room.offers, viewer),
        blocked=dict(room.blocked) if Capability.BLOCK_USERS in now.opens else {},
        reports=dict(room.reports) if Capability.READ_REPORTS in now.opens else {},
        chat=_chat(room, viewer),
        last_message_at=_own(room.last_message_at, viewer),
        attributes=dict(room.attributes),
    )


def _audience(room: Room, viewer: str) -> dict[str, Participant]:
    shown = dict(islice(room.audience.items(), AUDIENCE_SHOWN))
    if viewer in room.audience:
        shown[viewer] = room.audience[viewer]  # one always knows oneself
    return shown


def _chat(room: Room, viewer: str) -> dict[str, ChatMessage]:
    role = room.role_of(viewer)
    newest_first = (
        message
        for message in reversed(room.chat.values())
        if reads(viewer, role, sender=message.identity, to=message.to)
    )
    shown = list(islice(newest_first, room.kind.settings.chat_history))
    return {message.message_id: message for message in reversed(shown)}


def _own(store: dict[str, _Kept], viewer: str) -> dict[str, _Kept]:
    return {viewer: store[viewer]} if viewer in store else {}
