"""Whatever anyone may ask for, drawn so that long runs reach far into the rules."""

from collections.abc import Callable
from random import Random

from tui_rooms.rules import commands
from tui_rooms.rules.address import Address, ToEveryone, ToPerson, ToRoles
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room

NAMES = ("ana", "ben", "cleo", "dora", "eve", "finn")

Maker = Callable[[Random, Room], commands.Command]


def inside(room: Room) -> list[str]:
    """Who is in the room."""
    return sorted(room.stage.keys() | room.audience.keys())


def somebody(rng: Random, likely: list[str]) -> str:
    """One of those who are likely, mostly; now and then anyone."""
    return rng.choice(likely) if likely and rng.random() < 0.8 else rng.choice(NAMES)


def any_command(rng: Random, room: Room) -> tuple[commands.Command, str]:
    """A command, and somebody who might ask for it: often they may, often they may not."""
    make = rng.choice(MAKERS)
    command = make(rng, room)
    likely = inside(room)
    match command:
        case commands.JoinRoom():
            likely = [name for name in NAMES if name not in likely]
        case commands.AcceptOffer() | commands.DeclineOffer():
            likely = sorted(room.offers)
        case commands.RaiseHand() | commands.RequestPermission():
            likely = sorted(room.audience)
        case commands.React() | commands.SendMessage() | commands.Unmute() | commands.LeaveRoom():
            pass
        case _:
            if rng.random() < 0.6:
                likely = [name for name in likely if room.stage.get(name, None)]
                likely = [n for n in likely if room.stage[n].role.rank >= Role.COHOST.rank]
    return command, somebody(rng, likely)


def _who(rng: Random, room: Room) -> str:
    return somebody(rng, inside(room))


def _role(rng: Random) -> Role:
    return rng.choice(list(Role))


def _roles(rng: Random) -> frozenset[Role]:
    return frozenset(role for role in Role if rng.random() < 0.5)


def _capability(rng: Random) -> Capability:
    opening = (
        Capability.SEND_AUDIO,
        Capability.SEND_AUDIO,
        Capability.UPDATE_ROLES,
        Capability.UPDATE_PERMISSIONS,
        Capability.READ_REPORTS,
        Capability.BLOCK_USERS,
    )
    return rng.choice(opening if rng.random() < 0.5 else list(Capability))


def _message(rng: Random) -> str:
    return f"m{rng.randrange(60)}"


def _address(rng: Random, room: Room) -> Address:
    roll = rng.random()
    if roll < 0.4:
        return ToEveryone()
    return ToPerson(identity=_who(rng, room)) if roll < 0.7 else ToRoles(roles=_roles(rng))


def _answer(rng: Random, room: Room) -> commands.Command:
    who = somebody(rng, sorted(room.requests))
    asked = room.requests.get(who)
    capability = rng.choice(sorted(asked.capabilities)) if asked else _capability(rng)
    return commands.AnswerRequest(identity=who, capability=capability, grant=rng.random() < 0.5)


MAKERS: list[Maker] = [
    lambda r, _: commands.JoinRoom(role=r.choice([None, None, None, *Role])),
    lambda r, _: commands.JoinRoom(),
    lambda r, _: commands.JoinRoom(again=r.random() < 0.5),
    lambda r, _: commands.LeaveRoom(),
    lambda r, x: commands.ChangeRole(identity=_who(r, x), role=_role(r)),
    lambda r, _: commands.GoLive(),
    lambda r, _: commands.GoLive() if r.random() < 0.6 else commands.StopLive(),
    lambda r, _: commands.UpdateRoom(
        title=r.choice([None, "new"]),
        private=r.choice([None, True, False]),
        password_hash=r.choice([None, "", "h"]),
    ),
    lambda r, _: commands.SetEntry(entry=r.choice([Entry.OPEN, *Entry])),
    lambda r, x: commands.GrantCapability(identity=_who(r, x), capability=_capability(r)),
    lambda r, x: commands.RevokeCapability(identity=_who(r, x), capability=_capability(r)),
    lambda r, _: commands.RequestPermission(capability=_capability(r)),
    _answer,
    lambda r, _: commands.RaiseHand(),
    lambda r, _: commands.RaiseHand(),
    lambda r, x: commands.LowerHand(identity=somebody(r, sorted(x.hands))),
    lambda r, _: commands.LowerAllHands() if r.random() < 0.3 else commands.RaiseHand(),
    lambda r, x: commands.DeclineHand(identity=somebody(r, sorted(x.hands))),
    lambda r, _: commands.SetHands(roles=_roles(r) | _roles(r) | _roles(r)),
    lambda r, x: commands.OfferStage(identity=somebody(r, sorted(x.audience)), role=_role(r)),
    lambda r, x: commands.OfferStage(identity=somebody(r, sorted(x.audience))),
    lambda r, _: commands.AcceptOffer(),
    lambda r, _: commands.DeclineOffer(),
    lambda r, x: commands.WithdrawOffer(identity=somebody(r, sorted(x.offers))),
    lambda r, x: commands.Mute(identity=_who(r, x)),
    lambda r, _: commands.Unmute(),
    lambda r, _: commands.MuteAll(may_unmute=r.random() < 0.5),
    lambda r, _: commands.AllowUnmuting(),
    lambda r, x: commands.Kick(identity=_who(r, x), reason=r.choice(["", "noise"])),
    lambda r, x: commands.Block(identity=_who(r, x), seconds=r.choice([None, 5.0, 50.0])),
    lambda r, _: commands.BlockStranger(identity=r.choice(NAMES), seconds=5.0),
    lambda r, x: commands.Unblock(identity=somebody(r, sorted(x.blocked))),
    lambda r, x: commands.Report(report_id=_message(r), identity=_who(r, x), reason="spam"),
    lambda r, x: commands.SettleReport(report_id=somebody(r, sorted(x.reports))),
    lambda r, _: commands.SetSlowMode(seconds=r.choice([0.0, 3.0])),
    lambda r, x: commands.SendMessage(message_id=_message(r), text="hi", to=_address(r, x)),
    lambda r, x: commands.SendMessage(message_id=_message(r), text="hi", to=_address(r, x)),
    lambda r, x: commands.DeleteMessage(message_id=somebody(r, sorted(x.chat))),
    lambda r, x: commands.PinMessage(message_id=r.choice([None, *x.chat])),
    lambda r, _: commands.React(emoji="👏"),
    lambda r, _: commands.SendEvent(type="poll", data="[1]"),
    lambda r, _: commands.SetAttribute(
        key=r.choice("ab"),
        value=r.choice([None, "1", "2"]),
        expected_version=r.choice([None, None, 0, 1, 2]),
    ),
]
