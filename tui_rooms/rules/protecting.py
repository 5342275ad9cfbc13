"""Commands that protect people, and those by which somebody takes themselves back.

The first wait for nothing: no disk that is full holds them up. The second nobody is refused for
having done too much before: a microphone can always be closed by whose it is.
"""

from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.roles import Role

_ALWAYS: Final = (
    commands.Block,
    commands.BlockStranger,
    commands.DeleteMessage,
    commands.Kick,
    commands.Mute,
    commands.MuteAll,
    commands.RevokeCapability,
    commands.SetSlowMode,
)


def protects(command: object) -> bool:
    """Whether it takes from somebody what they could harm others with."""
    match command:
        case commands.ChangeRole(role=role):
            return role is Role.LISTENER  # off the stage
        case commands.SetEntry(entry=entry):
            return entry is not Entry.OPEN
        case _:
            return isinstance(command, _ALWAYS)


def takes_back(command: object, identity: str, role: Role | None) -> bool:
    """Whether somebody gives up what they have themselves: their sound, their hand, their place.

    Each of these undoes something that was asked for before, so they cannot be many.

    Args:
        command: any, as it comes or as it is carried out.
        identity: who asks.
        role: what they are in the room; None when they are not there.
    """
    match command:
        case commands.LeaveRoom() | commands.DeclineOffer():
            return True
        case commands.Mute(identity=who) | commands.LowerHand(identity=who):
            return who == identity
        case commands.ChangeRole(identity=who, role=wanted):
            return who == identity and role is not None and wanted.rank <= role.rank
        case _:
            return False
