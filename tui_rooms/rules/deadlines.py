"""What time alone brings about: when to wake the room, and what happens then."""

from collections.abc import Iterator

from tui_rooms.rules import events
from tui_rooms.rules.acts.hosts import first_with
from tui_rooms.rules.acts.offers import lowered
from tui_rooms.rules.life import EndReason, Life
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room, Seconds


def next_deadline(room: Room, *, wall_ahead: Seconds = 0.0) -> Seconds | None:
    """When the shell must send `Expire`; None when nothing is waiting.

    Args:
        wall_ahead: how far the wall clock, which a start follows, is ahead of the room's.
    """
    if room.life is Life.ENDED:
        return None
    return min(_moments(room, wall_ahead), default=None)


def expire(room: Room, now: Seconds, *, wall_ahead: Seconds = 0.0) -> list[events.Event]:
    """What is due at `now`; nothing before a deadline."""
    for due, reason in _ends(room):
        if now >= due:
            return [events.RoomEnded(by=None, reason=reason, at=now)]
    happened: list[events.Event] = []
    for identity, offer in room.offers.items():
        if now >= offer.expires_at:
            happened.append(events.OfferExpired(identity=identity, at=now))
            happened += lowered(room, identity, None, now)
    for identity, block in room.blocked.items():
        if block.until is not None and now >= block.until:
            happened.append(events.Unblocked(identity=identity, name=block.name, by=None, at=now))
    starts_at = _start(room, wall_ahead)
    if starts_at is not None and now >= starts_at:
        happened.append(events.BackstageOpened(by=None, at=now))
        if not room.kind.settings.backstage:
            happened.append(events.WentLive(by=None, at=now))
    heir = first_with(room, Role.COHOST)
    passes_at = _passes_at(room)
    if heir is not None and passes_at is not None and now >= passes_at:
        happened.append(
            events.RoleChanged(
                identity=heir.identity, name=heir.name, role=Role.HOST, by=None, at=now
            )
        )
    return happened


def _moments(room: Room, wall_ahead: Seconds) -> Iterator[Seconds]:
    for due, _ in _ends(room):
        yield due
    starts_at = _start(room, wall_ahead)
    if starts_at is not None:
        yield starts_at
    passes_at = _passes_at(room)
    if passes_at is not None and first_with(room, Role.COHOST) is not None:
        yield passes_at
    for offer in room.offers.values():
        yield offer.expires_at
    for block in room.blocked.values():
        if block.until is not None:
            yield block.until


def _start(room: Room, wall_ahead: Seconds) -> Seconds | None:
    """When a scheduled room opens, by the room's clock."""
    if room.life is not Life.SCHEDULED or room.starts_at is None:
        return None
    return room.starts_at - wall_ahead


def _ends(room: Room) -> Iterator[tuple[Seconds, EndReason]]:
    settings = room.kind.settings
    if room.empty_since is not None and room.life is not Life.SCHEDULED:
        waits_for_the_first = room.starts_at is not None and room.life is Life.BACKSTAGE
        grace = settings.start_grace_s if waits_for_the_first else settings.empty_grace_s
        yield room.empty_since + grace, EndReason.EMPTY
    if room.life is not Life.LIVE:
        return
    if settings.max_duration_s is not None and room.live_since is not None:
        yield room.live_since + settings.max_duration_s, EndReason.TIME_OVER
    if room.hostless_since is not None and first_with(room, Role.COHOST) is None:
        yield room.hostless_since + settings.hostless_end_s, EndReason.NO_HOST


def _passes_at(room: Room) -> Seconds | None:
    if room.hostless_since is None:
        return None
    return room.hostless_since + room.kind.settings.host_grace_s
