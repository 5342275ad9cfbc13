"""Who asks, as the door has found out."""

from dataclasses import dataclass

from tui_rooms.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody at the door of a room, or in it."""

    identity: str
    name: str
    granted: Role | None = None
    """The role that a token or an invitation gives in this room; None for guests."""
    capabilities: frozenset[Capability] = frozenset()
    """What a token gives beyond the role."""
    knows_password: bool = False
    """Whether the door has seen the room's password from them."""
    guest: bool = False
    """Came without a token."""
    network: str | None = None
    """Stands for the network address of somebody whom nobody vouches for: a guest, or who came by
    a link that is for anyone. Opaque, and only good to compare."""
    outside: bool = False
    """Acts on the room without being in it (by HTTP), in the role that is granted or remembered."""


SYSTEM = Actor(identity="", name="system")
"""The shell itself; alone may send a `SystemCommand`."""
