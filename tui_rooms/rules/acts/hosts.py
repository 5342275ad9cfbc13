"""Who is in charge: the hosts on the stage, and since when there is none."""

from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Participant, Room, Seconds


def first_with(room: Room, role: Role) -> Participant | None:
    """Who has been on the stage longest in that role."""
    return next((who for who in room.stage.values() if who.role is role), None)


def is_last_host(room: Room, who: Participant) -> bool:
    """Whether nobody else on the stage is a host."""
    return who.role is Role.HOST and not any(
        other.role is Role.HOST and other.identity != who.identity for other in room.stage.values()
    )


def watch_hosts(room: Room, at: Seconds) -> None:
    """Note when a live room has lost its last host, or has one again."""
    if room.life is not Life.LIVE or first_with(room, Role.HOST) is not None:
        room.hostless_since = None
    elif room.hostless_since is None:
        room.hostless_since = at
