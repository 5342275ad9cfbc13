"""Rooms and people that the tests of the rules share."""

from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import SYSTEM, Actor, decide
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import AUDIO_ROOM, RoomType

START = 1_000_000.0
"""When rooms are made here."""

ANA = Actor(identity="ana", name="Ana")
BEN = Actor(identity="ben", name="Ben")
CLEO = Actor(identity="cleo", name="Cleo")
CORA = Actor(identity="cora", name="Cora", granted=Role.COHOST)
SAM = Actor(identity="sam", name="Sam", granted=Role.SPEAKER)
TOM = Actor(identity="tom", name="Tom", granted=Role.SPEAKER)
LENA = Actor(identity="lena", name="Lena")
LILY = Actor(identity="lily", name="Lily")
STRANGER = Actor(identity="theo", name="Theo")


class Scene:
    """A room with its log and a clock that a test sets."""

    def __init__(self, kind: RoomType = AUDIO_ROOM, *, inside: bool = True, **create: object):
        """A room of Ana's, who is inside when `inside`."""
        self.now = START
        make = commands.CreateRoom(room_id="jazz", title="Jazz", room_type=kind, **create)
        self.log = decide(None, make, ANA, self.now)
        assert isinstance(self.log[0], events.RoomCreated)
        self.room: Room = created(self.log[0])
        for event in self.log[1:]:
            evolve(self.room, event)
        if inside:
            self.do(commands.JoinRoom(), ANA)

    def do(
        self, command: commands.Command, actor: Actor, *, after: float = 0.0
    ) -> list[events.Event]:
        """Let time pass, decide, then apply."""
        self.now += after
        happened = decide(self.room, command, actor, self.now)
        for event in happened:
            evolve(self.room, event)
            if not isinstance(event, events.PRESENCE):
                self.log.append(event)
        return happened

    def join(self, *actors: Actor, role: Role | None = None) -> None:
        """Bring people in."""
        for actor in actors:
            self.do(commands.JoinRoom(role=role), actor)

    def expire(self, *, after: float = 0.0) -> list[events.Event]:
        """The system's own command."""
        return self.do(commands.Expire(), SYSTEM, after=after)


def full_scene(life: Life) -> Scene:
    """A room as full as its life allows.

    Host Ana, cohost Cora, speakers Sam and Tom; in a live room also listeners Lena and Lily.
    Lily's hand is up, she is offered the stage and has asked to pin messages. Bob is blocked, and
    Cora has reported him before.
    """
    scene = Scene(starts_at=START + 3600 if life is Life.SCHEDULED else None)
    scene.join(CORA)
    scene.do(commands.BlockStranger(identity="bob", reason="noise"), ANA)
    scene.do(commands.Report(report_id="old", identity="bob", reason="noise"), CORA)
    scene.do(commands.SendMessage(message_id="m1", text="welcome"), CORA)
    if life is Life.SCHEDULED:
        return scene
    scene.join(SAM, TOM)
    scene.do(commands.Unmute(), TOM)
    if life is Life.BACKSTAGE:
        return scene
    scene.do(commands.GoLive(), ANA)
    scene.join(LENA, LILY)
    scene.do(commands.RaiseHand(), LILY)
    scene.do(commands.OfferStage(identity="lily"), ANA)
    scene.do(commands.RequestPermission(capability=Capability.PIN_FOR_EVERYONE), LILY)
    if life is Life.ENDED:
        scene.do(commands.EndRoom(), ANA)
    return scene
