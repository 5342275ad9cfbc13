"""Room types: templates that say what each role may do in a room, and its settings.

A room carries its type whole, so that its log is complete in itself and a client needs no table
of its own. An operator's file only adds to `ROOM_TYPES` at the start of a server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_rooms.rules.roles import Capability, Role

REACTIONS = ("👏", "❤️", "😂", "🔥", "👍", "👎", "😮", "🎉")
CHAT_HISTORY_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a room of some type behaves. Times are in seconds.

    Raises:
        ValueError: a value out of its range; the text names the field.
    """

    backstage: bool = True
    """Whether the room has a backstage; without one it is live from its start to its end."""
    hands: frozenset[Role] = frozenset({Role.LISTENER})
    """Who may raise a hand when the room starts; none: hands are closed."""
    stage_size: int | None = 100
    """How many stand on the stage at most; hosts and cohosts always find room."""
    slow_mode_s: float = 0.0
    """The time between two messages of one person, when the room starts; 0: no slow mode."""
    offer_life_s: float = 60.0
    """How long an offer of the stage can be accepted."""
    host_grace_s: float = 120.0
    """A live room whose last host left passes to a cohost after this."""
    hostless_end_s: float = 300.0
    """A live room without a host that no cohost could take ends after this."""
    empty_grace_s: float = 60.0
    """A room in which nobody is ends after this."""
    start_grace_s: float = 1800.0
    """A scheduled room waits this long after its start for the first to come."""
    max_duration_s: float | None = None
    """The longest that a room may be live."""
    chat_history: int = 200
    """How many messages a client keeps, and somebody who comes later gets."""
    reactions: tuple[str, ...] = REACTIONS
    """The emoji that may be sent as reactions."""
    recording_announced: bool = True
    """Whether everyone in the room is told while it is recorded."""

    def __post_init__(self) -> None:
        for name in ("slow_mode_s", "host_grace_s", "empty_grace_s", "start_grace_s"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}, expected 0 or more seconds")
        if not self.offer_life_s > 0:
            raise ValueError(f"offer_life_s is {self.offer_life_s}, expected more than 0 seconds")
        if not self.hostless_end_s >= self.host_grace_s:
            raise ValueError(
                f"hostless_end_s is {self.hostless_end_s}, expected host_grace_s "
                f"({self.host_grace_s}) or more: the room passes to a cohost before it ends"
            )
        if self.max_duration_s is not None and not self.max_duration_s > 0:
            raise ValueError(f"max_duration_s is {self.max_duration_s}, expected more than 0")
        if self.stage_size is not None and self.stage_size < 1:
            raise ValueError(f"stage_size is {self.stage_size}, expected 1 or more")
        if not 1 <= self.chat_history <= CHAT_HISTORY_LIMIT:
            raise ValueError(
                f"chat_history is {self.chat_history}, expected 1 to {CHAT_HISTORY_LIMIT}"
            )


@dataclass(frozen=True, slots=True)
class RoomType:
    """A template: what each role may do, and as what a newcomer without a grant comes in."""

    name: str
    summary: str
    """One line for people who choose."""
    joins_as: Role
    capabilities: Mapping[Role, frozenset[Capability]]
    """What a role that is missing here may do: nothing."""
    settings: Settings = field(default_factory=Settings)

    def roles_with(self, capability: Capability) -> list[Role]:
        """The roles that have it, the highest first."""
        return [role for role in Role if capability in self.capabilities.get(role, frozenset())]


_LISTENER = frozenset(
    {
        Capability.JOIN_ROOM,
        Capability.RAISE_HAND,
        Capability.SEND_MESSAGE,
        Capability.CREATE_REACTION,
    }
)
_SPEAKER = _LISTENER | {Capability.JOIN_BACKSTAGE, Capability.SEND_AUDIO}
_COHOST = frozenset(Capability) - {
    # What ends or records the room for all stays with those whose room it is.
    Capability.END_ROOM,
    Capability.START_RECORDING,
    Capability.STOP_RECORDING,
    Capability.START_BROADCAST,
    Capability.STOP_BROADCAST,
}
_CAPABILITIES: Mapping[Role, frozenset[Capability]] = {
    Role.HOST: frozenset(Capability),
    Role.COHOST: _COHOST,
    Role.SPEAKER: _SPEAKER,
    Role.LISTENER: _LISTENER,
}

AUDIO_ROOM = RoomType(
    "audio_room", "hosts invite people to the stage", Role.LISTENER, _CAPABILITIES
)
OPEN_MIC = RoomType(
    "open_mic",
    "everyone may talk",
    Role.SPEAKER,
    _CAPABILITIES,
    Settings(hands=frozenset({Role.LISTENER, Role.SPEAKER})),
)
TOWN_HALL = RoomType(
    "town_hall",
    "hosts talk, listeners ask in writing; hands are closed until a host opens them",
    Role.LISTENER,
    _CAPABILITIES,
    Settings(hands=frozenset(), slow_mode_s=10.0),
)

ROOM_TYPES: Mapping[str, RoomType] = {kind.name: kind for kind in (AUDIO_ROOM, OPEN_MIC, TOWN_HALL)}
