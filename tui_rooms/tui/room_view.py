"""What a room's screen is given: plain values that nobody changes any more.

Apart from `values`, as the lobby, which is the first picture, can do without.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from tui_rooms.client.levels import Level
from tui_rooms.client.link import LinkState
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Participant, Room

LevelReader: TypeAlias = Callable[[], Mapping[str, Level]]
"""Everyone's level now, by identity: one cheap look that waits for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What this machine's sound can do."""

    hears: bool = True
    speaks: bool = True
    sentence: str = ""
    """What is missing, and what to install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSound:
    """What one's own microphone hears, whether the room does or not."""

    dbov: int = -127
    threshold_dbov: float | None = None
    """Voice-activated from here on."""


def quiet() -> OwnSound:
    """No microphone."""
    return OwnSound()


class Mic(Enum):
    """One's own microphone, as the header says it: what it means, a glyph and words."""

    OPEN = ("●", "MIC OPEN")
    MUTED = ("×", "MIC MUTED")
    LISTENER = ("·", "LISTENING")
    NO_DEVICE = ("!", "no sound device: listening off")
    NO_MICROPHONE = ("!", "no microphone: listening only")
    OFF = ("!", "sound is off")

    @property
    def glyph(self) -> str:
        """One cell."""
        return self.value[0]

    @property
    def words(self) -> str:
        """For people who do not see colours."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """A room as one person sees it."""

    room: Room
    me: str
    """One's own identity."""

    @property
    def myself(self) -> Participant | None:
        """One's own entry; None when no longer in."""
        return self.room.find(self.me)

    def may(self, capability: Capability) -> bool:
        """Whether one may do that."""
        return self.room.may(self.me, capability)

    @property
    def in_charge_alone(self) -> bool:
        """Whether one is the only host who is here."""
        hosts = [who.identity for who in self.room.stage.values() if who.role is Role.HOST]
        return hosts == [self.me]

    def mic(self, sound: Sound | None) -> Mic:
        """The state of one's own microphone; `sound` None: switched off."""
        if sound is None:
            return Mic.OFF
        if not sound.hears:
            return Mic.NO_DEVICE
        if not self.may(Capability.SEND_AUDIO):
            return Mic.LISTENER
        if not sound.speaks:
            return Mic.NO_MICROPHONE
        me = self.myself
        return Mic.MUTED if me is None or me.muted else Mic.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """The head of a room."""

    mic: Mic
    own: OwnSound
    title: str
    host: str
    life: Life
    on_air_s: int | None
    """Whole seconds since it went live."""
    listeners: int
    link: LinkState
    reactions: tuple[tuple[str, int], ...] = ()
    """Emoji that were sent lately, and how often."""
