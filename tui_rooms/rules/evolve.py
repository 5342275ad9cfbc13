"""One event, applied. The server and every client run the same function."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from tui_rooms.rules import events
from tui_rooms.rules.acts import (
    chat,
    creation,
    entry,
    hands,
    lately,
    microphones,
    moderation,
    offers,
    opening,
    people,
    permissions,
    resuming,
    signals,
)
from tui_rooms.rules.acts.creation import created
from tui_rooms.rules.room import Room

__all__ = ["CHANGES", "created", "evolve", "logged", "replay"]


def _nothing(room: Room, event: events.Event) -> None:
    """For events that are told, or read from the log, and change no state."""


CHANGES: Mapping[type[events.Event], Callable[..., None]] = {
    events.RoomCreated: _nothing,  # `created` has made the room from it
    events.RoomUpdated: creation.updated,
    events.PasswordSet: creation.password_set,
    events.BackstageOpened: opening.backstage_opened,
    events.WentLive: opening.went_live,
    events.LiveStopped: opening.live_stopped,
    events.ListenersSentOut: opening.listeners_sent_out,
    events.RoomEnded: opening.ended,
    events.RoomResumed: resuming.resumed,
    events.EntrySet: entry.entry_set,
    events.InsidersNoted: entry.insiders_noted,
    events.CameBack: entry.came_back,
    events.CameFrom: lately.network_noted,
    events.StageJoined: people.stage_joined,
    events.StageLeft: people.stage_left,
    events.AudienceJoined: people.audience_joined,
    events.AudienceLeft: people.audience_left,
    events.ClaimsDropped: people.claims_dropped,
    events.RoleChanged: people.role_changed,
    events.RoleRemembered: people.role_remembered,
    events.CapabilityGranted: permissions.capability_granted,
    events.CapabilityRevoked: permissions.capability_revoked,
    events.PermissionRequested: permissions.permission_requested,
    events.RequestAnswered: permissions.request_answered,
    events.HandRaised: hands.hand_raised,
    events.HandLowered: hands.hand_gone,
    events.HandDeclined: hands.hand_gone,
    events.AllHandsLowered: hands.all_lowered,
    events.HandsSet: hands.hands_set,
    events.StageOffered: offers.stage_offered,
    events.OfferAccepted: offers.offer_gone,
    events.OfferDeclined: offers.offer_gone,
    events.OfferWithdrawn: offers.offer_gone,
    events.OfferExpired: offers.offer_gone,
    events.Muted: microphones.muted,
    events.Unmuted: microphones.unmuted,
    events.AllMuted: microphones.all_muted,
    events.UnmutingForbidden: microphones.unmuting_forbidden,
    events.UnmutingAllowed: microphones.unmuting_allowed,
    events.Kicked: moderation.kicked,
    events.Blocked: moderation.blocked,
    events.Unblocked: moderation.unblocked,
    events.Reported: moderation.reported,
    events.ReportSettled: moderation.settled,
    events.SlowModeSet: chat.slow_mode_set,
    events.MessageSent: chat.message_sent,
    events.MessageDeleted: chat.message_deleted,
    events.ChatTrimmed: chat.chat_trimmed,
    events.MessagePinned: chat.message_pinned,
    events.Reacted: _nothing,
    events.EventSent: _nothing,
    events.AttributeSet: signals.attribute_set,
}


def evolve(room: Room, event: events.Event) -> None:
    """Apply an event that has happened. `RoomCreated` makes rooms instead: see `replay`."""
    CHANGES[type(event)](room, event)


def replay(log: Iterable[events.Event]) -> Room:
    """The room that a log tells of, with nobody in its audience: see `logged`.

    A server that starts again sends `ResumeRoom` next, so that grace times begin anew.

    Raises:
        ValueError: the log does not begin with `RoomCreated`.
    """
    entries = iter(log)
    first = next(entries, None)
    if not isinstance(first, events.RoomCreated):
        raise ValueError(f"a room's log begins with RoomCreated, this one with {first!r}")
    room = created(first)
    for event in entries:
        evolve(room, event)
    return logged(room)


def logged(room: Room) -> Room:
    """The part of a room that its log tells of: all but who is in the audience, and who was."""
    return replace(
        room.copy(), audience={}, audience_count=0, departures={}, networks={}, empty_since=None
    )
