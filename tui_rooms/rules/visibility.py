"""Who may see what: one rule for the events and for the state.

The law: when an event is visible to somebody whose `visibility` it does not change, evolving
their view gives the view of the evolved room; when it is not visible, their view stays as it is.
When their visibility changes, they get a fresh view.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tui_rooms.rules import events
from tui_rooms.rules.address import ToEveryone, reads
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room

_OPENS = frozenset(
    {
        Capability.READ_REPORTS,
        Capability.BLOCK_USERS,
        Capability.KICK_USERS,
        Capability.UPDATE_PERMISSIONS,
        Capability.UPDATE_ROLES,
    }
)


@dataclass(frozen=True, slots=True)
class Visibility:
    """All that decides, beside who somebody is, what they may see."""

    role: Role | None
    opens: frozenset[Capability]
    """Those of their capabilities that show more of a room."""


TO_NOBODY = (events.PasswordSet, events.InsidersNoted, events.CameBack, events.CameFrom)
"""The server's own knowledge."""
_TO_HOLDERS: dict[type[events.Event], Capability] = {
    events.Reported: Capability.READ_REPORTS,
    events.ReportSettled: Capability.READ_REPORTS,
    events.Blocked: Capability.BLOCK_USERS,
    events.Unblocked: Capability.BLOCK_USERS,
}
_TO_HOLDERS_AND_ONESELF: dict[type[events.Event], Capability] = {
    events.Kicked: Capability.KICK_USERS,
    events.PermissionRequested: Capability.UPDATE_PERMISSIONS,
    events.RequestAnswered: Capability.UPDATE_PERMISSIONS,
    events.StageOffered: Capability.UPDATE_ROLES,
    events.OfferAccepted: Capability.UPDATE_ROLES,
    events.OfferDeclined: Capability.UPDATE_ROLES,
    events.OfferWithdrawn: Capability.UPDATE_ROLES,
    events.OfferExpired: Capability.UPDATE_ROLES,
}


def visibility(room: Room, viewer: str) -> Visibility:
    """What decides now; when an event changes it, the viewer needs a fresh view."""
    role = room.role_of(viewer)
    return Visibility(role, room.capabilities_as(viewer, role) & _OPENS)


def visible(room: Room, viewer: str, event: events.Event) -> bool:
    """Whether somebody may see an event."""
    return is_public(event) or sees(visibility(room, viewer), viewer, event)


def sees(now: Visibility, viewer: str, event: events.Event) -> bool:
    """The same, for a visibility that is known already."""
    if isinstance(event, events.MessageSent | events.MessageDeleted):
        return reads(viewer, now.role, sender=event.identity, to=event.to)
    kind = type(event)
    if kind in _TO_HOLDERS:
        return _TO_HOLDERS[kind] in now.opens
    if kind in _TO_HOLDERS_AND_ONESELF:
        return viewer == concerned(event)[0] or _TO_HOLDERS_AND_ONESELF[kind] in now.opens
    return not isinstance(event, TO_NOBODY)


def is_public(event: events.Event) -> bool:
    """Whether everyone sees it, so that it need not be asked for each viewer."""
    if isinstance(event, events.MessageSent | events.MessageDeleted):
        return isinstance(event.to, ToEveryone)
    kind = type(event)
    return (
        kind not in _TO_HOLDERS
        and kind not in _TO_HOLDERS_AND_ONESELF
        and not isinstance(event, TO_NOBODY)
    )


def concerned(event: events.Event) -> tuple[str, ...]:
    """Whom an event is about: whose rights, sound or visibility it may have changed.

    The end of a room, or of its being live, is about everyone and names nobody.
    """
    if isinstance(event, events.AllMuted):
        return tuple(dict.fromkeys(event.muted + event.revoked))
    identity = getattr(event, "identity", None)
    return () if identity is None else (identity,)


def missed(
    room: Room, viewer: str, was: Visibility, since: Iterable[events.Event]
) -> list[events.Event] | None:
    """What somebody has to be told who comes back after a while.

    Args:
        was: their visibility when they had seen all that there was.
        since: the log from there to now.

    Returns:
        The events to evolve their old view with; None when their visibility is another one now:
        they need a fresh view.
    """
    if visibility(room, viewer) != was:
        return None
    return [event for event in since if sees(was, viewer, event)]
