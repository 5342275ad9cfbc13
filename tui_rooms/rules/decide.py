"""What a command changes, or why it is refused. Changes nothing itself."""

from collections.abc import Callable, Mapping

from tui_rooms.rules import commands, events
from tui_rooms.rules.actor import SYSTEM, Actor
from tui_rooms.rules.acts import (
    chat,
    creation,
    entry,
    hands,
    joining,
    microphones,
    moderation,
    offers,
    opening,
    people,
    permissions,
    signals,
)
from tui_rooms.rules.deadlines import expire, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Participant, Room, Seconds
from tui_rooms.rules.text import NAME_LIMIT

__all__ = ["DECISIONS", "NAME_LIMIT", "SYSTEM", "Actor", "decide", "next_deadline"]

DECISIONS: Mapping[type[commands.ParticipantCommand], Callable[..., list[events.Event]]] = {
    commands.LeaveRoom: people.leave,
    commands.ChangeRole: people.change_role,
    commands.UpdateRoom: creation.update,
    commands.SetEntry: entry.set_entry,
    commands.GoLive: opening.go_live,
    commands.StopLive: opening.stop_live,
    commands.EndRoom: opening.end,
    commands.GrantCapability: permissions.grant,
    commands.RevokeCapability: permissions.revoke,
    commands.RequestPermission: permissions.request,
    commands.AnswerRequest: permissions.answer,
    commands.RaiseHand: hands.raise_hand,
    commands.LowerHand: hands.lower,
    commands.LowerAllHands: hands.lower_all,
    commands.DeclineHand: hands.decline,
    commands.SetHands: hands.set_hands,
    commands.OfferStage: offers.offer,
    commands.AcceptOffer: offers.accept,
    commands.DeclineOffer: offers.decline,
    commands.WithdrawOffer: offers.withdraw,
    commands.Mute: microphones.mute,
    commands.Unmute: microphones.unmute,
    commands.MuteAll: microphones.mute_all,
    commands.AllowUnmuting: microphones.allow_unmuting,
    commands.Kick: moderation.kick,
    commands.Block: moderation.block,
    commands.BlockStranger: moderation.block_stranger,
    commands.Unblock: moderation.unblock,
    commands.Report: moderation.report,
    commands.SettleReport: moderation.settle,
    commands.SetSlowMode: chat.set_slow_mode,
    commands.SendMessage: chat.send,
    commands.DeleteMessage: chat.delete,
    commands.PinMessage: chat.pin,
    commands.React: signals.react,
    commands.SendEvent: signals.send_event,
    commands.SetAttribute: signals.set_attribute,
}
"""Each is called with (room, command, who asks, now)."""

PERSONAL = (
    commands.LeaveRoom,
    commands.RequestPermission,
    commands.RaiseHand,
    commands.AcceptOffer,
    commands.DeclineOffer,
    commands.Unmute,
    commands.React,
)
"""What only makes sense for somebody who is in the room."""


def decide(
    room: Room | None, command: commands.Command, actor: Actor, now: Seconds
) -> list[events.Event]:
    """The events that a command brings about; none when everything is as it asks already.

    Raises:
        RoomError: refused. Its `code` is stable, its text is for the asker.
    """
    if isinstance(command, commands.CreateRoom):
        return creation.create(room, command, actor, now)
    if room is None:
        raise RoomError("unknown-room", "there is no such room: look for it in the list of rooms")
    if isinstance(command, commands.Expire | commands.ResumeRoom):
        return _system(room, command, actor, now)
    if room.life is Life.ENDED:
        if isinstance(command, commands.LeaveRoom):
            return []  # everyone has left it
        raise RoomError(
            "room-ended",
            f"'{actor.name}' can do nothing more in room '{room.room_id}': it has ended, "
            "and can only be read",
        )
    if isinstance(command, commands.JoinRoom):
        return joining.join(room, command, actor, now)
    me = room.find(actor.identity)
    if me is None:
        if isinstance(command, commands.LeaveRoom):
            return people.dropped_claims(room, actor.identity, now)
        me = _from_outside(room, command, actor, now)
    return DECISIONS[type(command)](room, command, me, now)


def _system(
    room: Room, command: commands.SystemCommand, actor: Actor, now: Seconds
) -> list[events.Event]:
    if actor is not SYSTEM:
        raise RoomError(
            "not-allowed",
            f"'{actor.name}' may not send '{command.kind}': it is the system's own command",
        )
    if room.life is Life.ENDED:
        return []
    if isinstance(command, commands.Expire):
        return expire(room, now, wall_ahead=command.wall_ahead)
    return [events.RoomResumed(at=now)]


def _from_outside(
    room: Room, command: commands.ParticipantCommand, actor: Actor, now: Seconds
) -> Participant:
    """A moderator who acts on the room without being in it."""
    role = room.roles.get(actor.identity) or actor.granted
    if (
        not actor.outside
        or role is None
        or role.rank < Role.COHOST.rank
        or isinstance(command, PERSONAL)
        or actor.identity in room.blocked
    ):
        raise RoomError(
            "not-here", f"'{actor.name}' is not in room '{room.room_id}': join it first"
        )
    return Participant(identity=actor.identity, name=actor.name, role=role, since=now)
