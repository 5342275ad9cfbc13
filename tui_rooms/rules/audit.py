"""The audit log: who did what to whom, derived from the log of events."""

from dataclasses import dataclass

from tui_rooms.rules import events
from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One act of somebody in charge, or of the room by itself."""

    at: Seconds
    by: str | None
    """None: the room by itself (time was over), or a token."""
    action: str
    """The kind of the event."""
    identity: str | None = None
    """To whom; None: to the room."""
    name: str | None = None
    detail: str = ""
    """The reason, the role, the capability, …, as text."""


def audit(event: events.Event) -> AuditEntry | None:
    """The entry of an event; None for what people do to themselves, and for plain talk."""
    by = getattr(event, "by", None)
    identity = getattr(event, "identity", None)
    detail = _detail(event)
    if detail is None or (by is not None and by == identity):
        return None
    return AuditEntry(
        at=event.at,
        by=by,
        action=event.kind,
        identity=identity,
        name=getattr(event, "name", None),
        detail=detail,
    )


def _detail(event: events.Event) -> str | None:
    """What the entry says beside who and whom; None for events that are not in the audit log."""
    match event:
        case (
            events.BackstageOpened()
            | events.WentLive()
            | events.LiveStopped()
            | events.HandDeclined()
            | events.AllHandsLowered()
            | events.OfferWithdrawn()
            | events.Muted()
            | events.UnmutingAllowed()
            | events.Unblocked()
            | events.ReportSettled()
            | events.MessageDeleted()
        ):
            return ""
        case events.HandLowered():
            return None if event.by is None else ""
        case events.RoomEnded() | events.Kicked() | events.Reported():
            return str(event.reason)
        case events.Blocked():
            how_long = "" if event.until is None else f"for {event.until - event.at:.0f} s"
            return ": ".join(part for part in (how_long, event.reason) if part)
        case events.RoleChanged() | events.RoleRemembered() | events.StageOffered():
            return str(event.role)
        case events.CapabilityGranted() | events.CapabilityRevoked():
            return str(event.capability)
        case events.RequestAnswered():
            return f"{event.capability} {'granted' if event.granted else 'declined'}"
        case events.HandsSet():
            return ", ".join(sorted(event.roles)) or "closed"
        case events.AllMuted():
            return "may not unmute" if event.revoked else ""
        case events.UnmutingForbidden():
            return f"below {event.below}"
        case events.EntrySet():
            return str(event.entry)
        case events.SlowModeSet():
            return f"{event.seconds:.0f} s" if event.seconds else "off"
        case events.MessagePinned():
            return "" if event.message is None else event.message.message_id
        case events.AttributeSet():
            return event.key
        case events.RoomUpdated():
            fields = ("title", "description", "starts_at", "private", "has_password")
            return ", ".join(name for name in fields if getattr(event, name) is not None)
        case _:
            return None
