"""What a room's screen is given: plain values that nobody changes any more.

Apart from `values`, as the lobby, which is the first picture, can do without.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from tui_rooms.client.link.ways import LinkState
from tui_rooms.client.sound.levels import Level
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


@dataclass(frozen=True, slots=True)
class Hearing:
    """How loud one hears somebody, by one's own choice; nobody else learns of it."""

    percent: int = 100
    """0 to 200."""
    muted: bool = False
    """Not at all, whatever the percents say."""

    @property
    def words(self) -> str:
        """What is to be marked; nothing when it is as usual."""
        if self.muted:
            return "not heard"
        return "" if self.percent == 100 else f"{self.percent} %"


HearingReader: TypeAlias = Callable[[str], Hearing]
"""How loud one hears whom, by identity."""


def as_usual(_: str) -> Hearing:
    """Everybody as they are."""
    return Hearing()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSound:
    """What one's own microphone hears, whether the room does or not."""

    dbov: int = -127
    threshold_dbov: float | None = None
    """Voice-activated from here on."""
    deafened: bool = False
    """Nobody is heard, by one's own choice."""


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
    found: Mapping[str, Participant] = field(default_factory=dict)
    """Listeners beyond those whom the room knows by name, who were looked up."""

    @property
    def listeners(self) -> dict[str, Participant]:
        """The audience by name: however long it is, with those who wait and those looked up."""
        room = self.room
        known = dict(room.audience)
        claims = [(identity, hand.name, hand.raised_at) for identity, hand in room.hands.items()]
        claims += [(identity, offer.name, offer.at) for identity, offer in room.offers.items()]
        claims += [(identity, asked.name, asked.at) for identity, asked in room.requests.items()]
        for identity, name, since in claims:
            if identity not in room.stage and identity not in known:
                who = Participant(identity=identity, name=name, role=Role.LISTENER, since=since)
                known[identity] = self.found.get(identity, who)
        for identity, who in self.found.items():
            if identity not in room.stage:
                known.setdefault(identity, who)
        return known

    def find(self, identity: str) -> Participant | None:
        """Who that is, as far as one knows."""
        return self.room.find(identity) or self.listeners.get(identity)

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

    @property
    def mic_is_open(self) -> bool:
        """One's own, whatever devices there are."""
        return self.mic(Sound()) is Mic.OPEN


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
    starts: str
    """When a scheduled room opens by itself, as people say it; empty for others."""
    listeners: int
    link: LinkState
    reactions: tuple[tuple[str, int], ...] = ()
    """Emoji that were sent lately, and how often."""
    closed: str = ""
    """To whom the room is closed; empty when to nobody."""
