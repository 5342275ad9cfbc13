"""Refusals that several rules share: who, what, and what would be allowed."""

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room


def require(room: Room, me: Participant, capability: Capability, what: str) -> None:
    """Refuse unless `me` holds that capability; `what` completes "may not …".

    Raises:
        RoomError: `not-allowed`.
    """
    if capability in room.capabilities_as(me.identity, me.role):
        return
    if capability in room.revocations.get(me.identity, ()):
        why = f"{capability} was revoked: ask somebody with update-permissions to grant it again"
    elif capability is Capability.SEND_AUDIO and not me.role.on_stage:
        why = f"it takes {capability}, which counts on the stage only: raise your hand"
    elif capability is Capability.SEND_AUDIO and room.silences(me.role):
        why = (
            f"all below {room.silent_below} are muted until that is over: ask for {capability} to "
            "speak before"
        )
    else:
        why = (
            f"it takes {capability}, which here {_holders(room, capability)}; "
            f"'{me.name}' is a {me.role}"
        )
    raise RoomError("not-allowed", f"'{me.name}' may not {what}: {why}")


def require_rank(me: Participant, role: Role | None, name: str, what: str) -> None:
    """Refuse to act against somebody of a higher rank.

    Raises:
        RoomError: `outranked`.
    """
    if role is not None and role.rank > me.role.rank:
        raise RoomError(
            "outranked",
            f"'{me.name}' may not {what}: '{name}' is a {role} and '{me.name}' a {me.role}; "
            f"only a {role} may do that",
        )


def require_other(me: Participant, identity: str, what: str, instead: str) -> None:
    """Refuse to do to oneself what is meant for others.

    Raises:
        RoomError: `yourself`.
    """
    if identity == me.identity:
        raise RoomError("yourself", f"'{me.name}' may not {what}: {instead}")


def here(room: Room, identity: str) -> Participant:
    """Who that is.

    Raises:
        RoomError: `not-here`.
    """
    who = room.find(identity)
    if who is None:
        raise RoomError(
            "not-here",
            f"nobody called '{identity[:60]}' is in room '{room.room_id}': "
            "it takes somebody who is here",
        )
    return who


def called(room: Room, identity: str) -> str:
    """How to speak of them to whoever may not know more than who is here."""
    who = room.find(identity)
    return who.name if who is not None else identity[:60]


def known_name(room: Room, identity: str) -> str | None:
    """The name of somebody who is here, or has left a trace; None for strangers."""
    who = room.find(identity)
    if who is not None:
        return who.name
    for traces in (room.departures, room.blocked, room.sent_out):
        if identity in traces:
            return traces[identity].name
    for message in reversed(room.chat.values()):
        if message.identity == identity:
            return message.name
    # By a token, or from before the server's last start: there is a role, and no name.
    return identity if identity in room.roles or identity in room.revocations else None


def require_known(room: Room, identity: str) -> str:
    """The name of somebody who is here, or was; refuse to act upon a stranger.

    Raises:
        RoomError: `not-here`.
    """
    name = known_name(room, identity)
    if name is None:
        raise RoomError(
            "not-here",
            f"nobody called '{identity[:60]}' is in room '{room.room_id}', or was there lately: "
            "it takes somebody who is or was here",
        )
    return name


def role_known(room: Room, identity: str) -> Role | None:
    """In which role somebody is or was here, or would come back; None when nothing is known."""
    gone = room.departures.get(identity)
    return room.role_of(identity) or (gone.role if gone else None)


def _holders(room: Room, capability: Capability) -> str:
    roles = [str(role) for role in room.kind.roles_with(capability)]
    if not roles:
        return "nobody has by their role"
    return f"a {' or '.join(roles)} has" if len(roles) < 3 else f"a {', '.join(roles)} has"
