"""Commands that protect people, which wait for nothing: no disk that is full holds them up."""

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


def protects(command: commands.Command) -> bool:
    """Whether it takes from somebody what they could harm others with."""
    match command:
        case commands.ChangeRole(role=role):
            return role is Role.LISTENER  # off the stage
        case commands.SetEntry(entry=entry):
            return entry is not Entry.OPEN
        case _:
            return isinstance(command, _ALWAYS)
