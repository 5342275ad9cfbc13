"""Single capabilities: granted, revoked, requested."""

from dataclasses import replace

from tui_rooms.rules import commands, events
from tui_rooms.rules.acts.people import void_offers
from tui_rooms.rules.acts.refusals import (
    called,
    here,
    require,
    require_known,
    require_other,
    require_rank,
    role_known,
)
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import Request
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room, Seconds


def grant(
    room: Room, command: commands.GrantCapability, me: Participant, now: Seconds
) -> list[events.Event]:
    what = f"grant {command.capability}"
    require(room, me, Capability.UPDATE_PERMISSIONS, what)
    require(room, me, command.capability, f"{what} without having it")
    identity, capability = command.identity, command.capability
    if room.find(identity) is None and capability in room.revocations.get(identity, ()):
        return [_grant(identity, require_known(room, identity), capability, me, now)]
    return _granted(room, here(room, identity), capability, me, now)


def revoke(
    room: Room, command: commands.RevokeCapability, me: Participant, now: Seconds
) -> list[events.Event]:
    identity = command.identity
    what = f"revoke {command.capability} from '{called(room, identity)}'"
    require(room, me, Capability.UPDATE_PERMISSIONS, what)
    name = require_known(room, identity)
    require_rank(me, role_known(room, identity), name, what)
    require_other(me, identity, what, "step down with change_role, or ask another host")
    if command.capability in room.revocations.get(identity, ()):
        return []
    return [
        events.CapabilityRevoked(
            identity=identity,
            name=name,
            capability=command.capability,
            by=me.identity,
            at=now,
        )
    ]


def request(
    room: Room, command: commands.RequestPermission, me: Participant, now: Seconds
) -> list[events.Event]:
    capability = command.capability
    if capability in room.capabilities_as(me.identity, me.role):
        raise RoomError(
            "has-it-already",
            f"'{me.name}' has {capability} already: there is nothing to ask for",
        )
    if capability is Capability.SEND_AUDIO and not me.role.on_stage:
        raise RoomError(
            "not-on-stage",
            f"'{me.name}' may not ask for send-audio: it counts on the stage only, "
            "raise a hand for that",
        )
    asked = room.requests.get(me.identity)
    if asked is not None and capability in asked.capabilities:
        return []
    return [
        events.PermissionRequested(
            identity=me.identity, name=me.name, capability=capability, at=now
        )
    ]


def answer(
    room: Room, command: commands.AnswerRequest, me: Participant, now: Seconds
) -> list[events.Event]:
    what = f"answer a request for {command.capability}"
    require(room, me, Capability.UPDATE_PERMISSIONS, what)
    asked = room.requests.get(command.identity)
    target = room.find(command.identity)
    if asked is None or target is None or command.capability not in asked.capabilities:
        raise RoomError(
            "no-request",
            f"'{command.identity[:60]}' has not asked for {command.capability}: "
            "without a request it can be granted directly",
        )
    answered = events.RequestAnswered(
        identity=target.identity,
        name=target.name,
        capability=command.capability,
        granted=command.grant,
        by=me.identity,
        at=now,
    )
    if not command.grant:
        return [answered]
    require(room, me, command.capability, f"grant {command.capability} without having it")
    return [answered, *_granted(room, target, command.capability, me, now)]


def capability_granted(room: Room, event: events.CapabilityGranted) -> None:
    identity, one = event.identity, frozenset({event.capability})
    if event.capability in room.revocations.get(identity, ()):
        _keep(room.revocations, identity, room.revocations[identity] - one)
    room.grants[identity] = room.grants.get(identity, frozenset()) | one
    _answered(room, identity, event.capability)


def capability_revoked(room: Room, event: events.CapabilityRevoked) -> None:
    revoke_now(room, event.identity, event.capability)


def revoke_now(room: Room, identity: str, capability: Capability) -> None:
    """Take a capability away, with what hangs on it."""
    take_grant(room, identity, capability)
    room.revocations[identity] = room.revocations.get(identity, frozenset()) | {capability}
    if capability is Capability.SEND_AUDIO and identity in room.stage:
        # When it is granted again, nobody is suddenly heard.
        room.stage[identity] = replace(room.stage[identity], muted=True)
    if capability is Capability.UPDATE_ROLES:
        void_offers(room, identity, None)


def take_grant(room: Room, identity: str, capability: Capability) -> None:
    """What was given beyond the role is not any more."""
    if identity in room.grants:
        _keep(room.grants, identity, room.grants[identity] - {capability})


def permission_requested(room: Room, event: events.PermissionRequested) -> None:
    asked = room.requests.get(event.identity)
    if asked is None:
        room.requests[event.identity] = Request(
            name=event.name, capabilities=frozenset({event.capability}), at=event.at
        )
    else:
        more = asked.capabilities | {event.capability}
        room.requests[event.identity] = replace(asked, capabilities=more)


def request_answered(room: Room, event: events.RequestAnswered) -> None:
    _answered(room, event.identity, event.capability)


def _granted(
    room: Room, target: Participant, capability: Capability, me: Participant, now: Seconds
) -> list[events.Event]:
    revoked = capability in room.revocations.get(target.identity, ())
    if capability is Capability.SEND_AUDIO and not target.role.on_stage and not revoked:
        raise RoomError(
            "not-on-stage",
            f"send-audio cannot be granted to '{target.name}', who is in the audience: "
            "offer them the stage",
        )
    if capability in room.capabilities_as(target.identity, target.role):
        return []
    return [_grant(target.identity, target.name, capability, me, now)]


def _grant(
    identity: str, name: str, capability: Capability, me: Participant, now: Seconds
) -> events.CapabilityGranted:
    return events.CapabilityGranted(
        identity=identity, name=name, capability=capability, by=me.identity, at=now
    )


def _answered(room: Room, identity: str, capability: Capability) -> None:
    asked = room.requests.get(identity)
    if asked is None:
        return
    left = asked.capabilities - {capability}
    if left:
        room.requests[identity] = replace(asked, capabilities=left)
    else:
        del room.requests[identity]


def _keep(
    store: dict[str, frozenset[Capability]], identity: str, rest: frozenset[Capability]
) -> None:
    if rest:
        store[identity] = rest
    else:
        del store[identity]
