"""Many people, any commands in any order, clients that drop and come back: what always holds."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.rules import wishes
from tests.rules.acts.test_refusals import is_helpful
from tests.rules.reckoning import rights, without_presence
from tests.rules.scenes import START
from tui_rooms.rules import commands, events
from tui_rooms.rules.acts import chat, moderation
from tui_rooms.rules.acts.people import awaited
from tui_rooms.rules.address import ToPerson, ToRoles
from tui_rooms.rules.decide import SYSTEM, Actor, decide, next_deadline
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import created, evolve, logged, replay
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import ROOM_TYPES, Settings
from tui_rooms.rules.view import view
from tui_rooms.rules.visibility import TO_NOBODY, Visibility, concerned, missed, sees, visibility

NAMES = wishes.NAMES
SMALL = Settings(
    stage_size=3, chat_history=3, offer_life_s=20, host_grace_s=10, hostless_end_s=25,
    empty_grace_s=30, max_duration_s=2000,
)  # fmt: skip
KINDS = [
    *(
        replace(kind, settings=replace(kind.settings, chat_history=3))
        for kind in ROOM_TYPES.values()
    ),
    replace(ROOM_TYPES["audio_room"], name="small", settings=SMALL),
]
TOKENS = {
    # Dora's token makes her a cohost, Eve's lets her pin and read reports.
    "dora": Actor(identity="dora", name="dora", granted=Role.COHOST),
    "eve": Actor(
        identity="eve",
        name="eve",
        capabilities=frozenset({Capability.PIN_FOR_EVERYONE, Capability.READ_REPORTS}),
    ),
}
NETWORKS = {"ben": "home", "cleo": "home", "finn": "office"}
"""Ben and Cleo come from one network address; nobody vouches for them, nor for Finn."""
GUESTS = {
    name: Actor(
        identity=name,
        name=name,
        knows_password=True,
        guest=name in NETWORKS,
        network=NETWORKS.get(name),
    )
    for name in NAMES
}
ACTORS = {**GUESTS, **TOKENS}


@dataclass
class Client:
    """Somebody's mirror of the room, and whether it is being told."""

    mirror: Room
    was: Visibility
    seen: int
    """How much of the log it knows."""
    online: bool = True


seeds = st.integers(0, 2**32)


class RoomMachine(RuleBasedStateMachine):
    """One room on a server, and a client of everyone's."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[RoomError] = []
        self.turn = 0
        self.lost: set[str] = set()
        """Whom the room still waits for since the server was killed."""
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(chat, "CHAT_KEPT", 6)
        self.patch.setattr(moderation, "REPORTS_KEPT", 2)

    def teardown(self) -> None:
        """Give the real limits back; every refusal that came up can be read."""
        self.patch.undo()
        for refused in self.refusals:
            assert is_helpful(refused), refused.sentence

    @initialize(
        kind=st.sampled_from(KINDS),
        start=st.sampled_from([{"live": True}] * 4 + [{}, {"starts_at": START + 30}]),
        guests=st.sets(st.sampled_from(NAMES), min_size=3),
    )
    def make(self, kind, start, guests):
        """Ana makes a room and comes in; some are there already when it is live."""
        self.now = START
        make = commands.CreateRoom(room_id="r", title="t", room_type=kind, **start)
        self.log = decide(None, make, ACTORS["ana"], self.now)
        self.room = created(self.log[0])
        for event in self.log[1:]:
            evolve(self.room, event)
        self.clients = {
            name: Client(view(self.room, name), visibility(self.room, name), len(self.log))
            for name in NAMES
        }
        for name in ("ana", *sorted(guests - {"ana"})):
            self.act(commands.JoinRoom(), name)

    @rule(turns=st.lists(seeds, min_size=1, max_size=15))
    def ask(self, turns):
        """People ask for things, in the room or by HTTP; some time may pass in between."""
        for seed in turns:
            rng = self.chance(seed)
            command, name = wishes.any_command(rng, self.room)
            self.now += rng.choice([0.0, 0.0, 0.5, 1.0, 7.0])
            self.act(command, name, outside=rng.random() < 0.1)

    @precondition(lambda self: next_deadline(self.room) is not None)
    @rule()
    def time_comes(self):
        """The clock reaches the next deadline: something happens, and the next is later."""
        self.now = max(self.now, next_deadline(self.room))
        happened = self.execute(commands.Expire(), SYSTEM)
        assert happened
        after = next_deadline(self.room)
        assert after is None or after > self.now

    @rule(seed=seeds)
    def end_or_restart(self, seed):
        """Seldom: somebody ends the room, or the server is killed and only its log is left."""
        roll = self.chance(seed).random()
        if roll < 0.03:
            self.act(commands.EndRoom(), "ana")
        elif roll < 0.2:
            self.room = replay(self.log)
            self.lost = awaited(self.room) - self.room.stage.keys()
            self.execute(commands.ResumeRoom(), SYSTEM)
            for name in NAMES:
                self.drop(name)
                self.come_back(name)

    @rule(name=st.sampled_from(NAMES))
    def drop_or_come_back(self, name):
        """A client's connection breaks, or is there again."""
        if self.clients[name].online:
            self.drop(name)
        else:
            self.come_back(name)

    def chance(self, seed: int) -> random.Random:
        """Hypothesis likes to repeat small numbers; each turn makes something else of them."""
        self.turn += 1
        return random.Random(seed * 100_003 + self.turn)

    def drop(self, name):
        """From now on that client is told nothing."""
        self.clients[name].online = False

    def come_back(self, name):
        """It gets what it has missed, or a fresh view."""
        client = self.clients[name]
        news = missed(self.room, name, client.was, self.log[client.seen :])
        if news is None:
            client.mirror = view(self.room, name)
        else:
            self.tell(name, client, news)
        self.clients[name] = replace(
            client, was=visibility(self.room, name), seen=len(self.log), online=True
        )

    def act(self, command, name, *, outside=False):
        """Decide for somebody; a refusal changes nothing, and the queue keeps its order."""
        actor = replace(ACTORS[name], outside=outside)
        before = self.room.copy()
        queue = list(self.room.hands)
        by_itself = isinstance(command, commands.JoinRoom) and command.again
        try:
            self.execute(command, actor)
            assert not by_itself or name not in before.sent_out, "a client came back after a kick"
        except RoomError as refused:
            assert self.room == before
            self.refusals.append(refused)
            return
        kept = [who for who in queue if who in self.room.hands]
        assert list(self.room.hands)[: len(kept)] == kept, "the queue of hands lost its order"

    def execute(self, command, actor):
        """Decide, then apply and tell, one event after the other."""
        undecided = self.room.copy()
        happened = decide(self.room, command, actor, self.now)
        assert self.room == undecided, "decide changed the room"
        for event in happened:
            self.apply(event, happened, actor)
        return happened

    def apply(self, event, happened, actor):
        """One event, on the server and on every client that may see it."""
        before = self.room.copy()
        evolve(self.room, event)
        if not isinstance(event, events.PRESENCE):
            self.log.append(event)
        self.check_gains(before, event, happened, actor)
        if isinstance(event, events.RoleChanged | events.RoleRemembered):
            assert event.identity not in self.room.grants, "a grant ends with its role"
        if isinstance(event, events.StageJoined | events.AudienceJoined):
            self.lost.discard(event.identity)
        for name, client in self.clients.items():
            now = visibility(self.room, name)
            if now != client.was and client.online:
                ends = isinstance(event, events.RoomEnded | events.ListenersSentOut)
                assert name in concerned(event) or ends or isinstance(event, events.RoomResumed)
                client.mirror = view(self.room, name)
            elif client.online and sees(now, name, event):
                self.tell(name, client, [event])
            if client.online:
                client.was, client.seen = now, len(self.log)

    def tell(self, name: str, client: Client, news: Iterable[events.Event]) -> None:
        """Send events to a client; nobody else's private words are among them."""
        for event in news:
            assert not isinstance(event, TO_NOBODY)
            if isinstance(event, events.MessageSent):
                self.check_reader(name, event.identity, event.to)
            if isinstance(event, events.Reported):
                assert self.reads_reports(name)
            evolve(client.mirror, event)

    def check_gains(self, before, event, happened, actor):
        """Whoever may do more than before, was given it by somebody who might give it."""
        for name in NAMES:
            gained = rights(self.room, name) - rights(before, name)
            if not gained:
                continue
            if isinstance(event, events.UnmutingAllowed):
                assert gained == {Capability.SEND_AUDIO}
                assert Capability.MUTE_USERS in self.powers(before, actor)
                continue
            assert name in concerned(event), event
            match event:
                case events.StageJoined() | events.AudienceJoined():
                    may_be = before.roles.get(name) or ACTORS[name].granted or before.kind.joins_as
                    role = self.room.find(name).role
                    assert actor.identity == name
                    assert role.rank <= may_be.rank
                case events.RoleChanged(by=None):
                    assert actor is SYSTEM
                    assert before.stage[name].role is Role.COHOST
                    assert all(who.role is not Role.HOST for who in before.stage.values())
                case events.RoleChanged() if actor.identity == name:
                    stepping_down = event.role.rank < before.find(name).role.rank
                    accepted = any(isinstance(e, events.OfferAccepted) for e in happened)
                    agreed = accepted and self.may_still_give(before, event)
                    assert stepping_down or agreed or self.had(before, actor, event)
                case events.RoleChanged():
                    assert self.had(before, actor, event)
                case events.CapabilityGranted(by=None):
                    assert event.capability in ACTORS[name].capabilities
                case events.CapabilityGranted():
                    has = self.powers(before, actor)
                    assert {Capability.UPDATE_PERMISSIONS, event.capability} <= has
                case _:
                    pytest.fail(f"{name} gained {gained} by {event}")

    def had(self, before: Room, actor: Actor, event: events.RoleChanged) -> bool:
        """Whether somebody might give that role."""
        role = before.role_of(actor.identity) or actor.granted
        may = Capability.UPDATE_ROLES in self.powers(before, actor)
        return may and role is not None and event.role.rank <= role.rank

    def may_still_give(self, before: Room, event: events.RoleChanged) -> bool:
        """Whether whoever offered a role may give it still, or has left with their token."""
        role = before.role_of(event.by)
        has = before.capabilities_as(event.by, role)
        return role is None or (Capability.UPDATE_ROLES in has and event.role.rank <= role.rank)

    def powers(self, before: Room, actor: Actor) -> frozenset[Capability]:
        """What somebody may do, in the room or from outside."""
        if before.find(actor.identity) is not None or not actor.outside:
            return rights(before, actor.identity)
        role = before.roles.get(actor.identity) or actor.granted
        return before.capabilities_as(actor.identity, role)

    def reads_reports(self, name: str) -> bool:
        """Whether somebody has read-reports, by a role that is held here or remembered."""
        role = self.room.role_of(name)
        return Capability.READ_REPORTS in self.room.capabilities_as(name, role)

    def check_reader(self, name: str, sender: str, to: object) -> None:
        """A private message is read by those it is for."""
        if isinstance(to, ToPerson):
            assert name in (sender, to.identity)
        if isinstance(to, ToRoles):
            assert name == sender or self.room.role_of(name) in to.roles

    @invariant()
    def each_mirror_equals_its_view(self):
        """Whatever a client was told, it knows exactly what it may know."""
        for name, client in self.clients.items():
            if client.online:
                expected = without_presence(view(self.room, name))
                assert without_presence(client.mirror) == expected
                assert list(client.mirror.hands) == list(self.room.hands)
                assert list(client.mirror.chat) == list(expected.chat)

    @invariant()
    def views_hold_nothing_for_others(self):
        """Private messages, reports, blocks, requests, offers, and the password's hash."""
        for name in NAMES:
            seen = view(self.room, name)
            assert seen.password_hash is None
            secret = (seen.insiders, seen.departures, seen.networks, seen.sent_out)
            assert not any(secret)
            for message in seen.chat.values():
                self.check_reader(name, message.identity, message.to)
            may = self.room.capabilities_as(name, self.room.role_of(name))
            assert not seen.reports or Capability.READ_REPORTS in may
            assert not seen.blocked or Capability.BLOCK_USERS in may
            assert set(seen.requests) <= {name} or Capability.UPDATE_PERMISSIONS in may
            assert set(seen.offers) <= {name} or Capability.UPDATE_ROLES in may
            assert set(seen.roles) <= {name}

    @invariant()
    def only_the_permitted_are_heard(self):
        """On the stage, not muted, with send-audio by role or grant and not revoked."""
        for name in NAMES:
            if self.room.may_be_heard(name):
                assert name in self.room.stage
                assert not self.room.stage[name].muted
                assert Capability.SEND_AUDIO in rights(self.room, name)
            assert self.room.capabilities(name) == rights(self.room, name)

    @invariant()
    def offers_are_backed(self):
        """Whoever has offered the stage may still give that role."""
        for offer in self.room.offers.values():
            role = self.room.roles.get(offer.by)
            if role is not None:
                assert Capability.UPDATE_ROLES in self.room.capabilities_as(offer.by, role)
                assert offer.role.rank <= role.rank

    @invariant()
    def claims_have_owners(self):
        """Hands, offers and requests are of people who are here, or awaited after a restart."""
        room = self.room
        assert awaited(room) <= room.stage.keys() | room.audience.keys() | self.lost

    @invariant()
    def the_log_tells_the_whole_state(self):
        """A replay rebuilds all that is logged, in the same order."""
        again, expected = replay(self.log), logged(self.room)
        assert again == expected
        assert list(again.hands) == list(expected.hands)
        assert list(again.stage) == list(expected.stage)
        assert list(again.chat) == list(expected.chat)

    @invariant()
    def the_room_is_sound(self):
        """Counts agree, nobody is twice here or here and blocked, claims have owners."""
        room = self.room
        assert room.audience_count == len(room.audience)
        assert not room.stage.keys() & room.audience.keys()
        assert room.life is Life.ENDED or (room.empty_since is None) == bool(
            room.stage or room.audience
        )
        assert not room.blocked.keys() & (room.stage.keys() | room.audience.keys())
        assert not room.offers.keys() & room.stage.keys()
        here = room.stage.keys() | room.audience.keys()
        assert not room.departures.keys() & here, "whoever is here has not left"
        assert room.networks.keys() <= here
        assert not room.sent_out.keys() & here, "whoever was sent out and is back has come back"
        times = [gone.at for gone in room.departures.values()]
        assert times == sorted(times)
        assert len(room.chat) <= 6 + 1
        speakers = sum(who.role is Role.SPEAKER for who in room.stage.values())
        size = room.kind.settings.stage_size
        assert size is None or speakers <= size
        hosts = any(who.role is Role.HOST for who in room.stage.values())
        assert (room.hostless_since is None) == (room.life is not Life.LIVE or hosts)


TestRoomMachine = RoomMachine.TestCase
TestRoomMachine.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


INVARIANTS = (
    RoomMachine.each_mirror_equals_its_view,
    RoomMachine.views_hold_nothing_for_others,
    RoomMachine.only_the_permitted_are_heard,
    RoomMachine.offers_are_backed,
    RoomMachine.claims_have_owners,
    RoomMachine.the_log_tells_the_whole_state,
    RoomMachine.the_room_is_sound,
)


def walk(seed: int, steps: int) -> None:
    """Drive the machine by itself, room after room, with every invariant after every step."""
    rng = random.Random(seed)
    machine = RoomMachine()
    machine.make(rng.choice(KINDS), {"live": True}, set(NAMES))
    for _ in range(steps):
        roll = rng.random()
        if roll < 0.9:
            machine.ask([rng.randrange(2**32)])
        elif roll < 0.96:
            machine.drop_or_come_back(rng.choice(NAMES))
        elif roll < 0.97:
            machine.end_or_restart(rng.randrange(2**32))
        elif next_deadline(machine.room) is not None:
            machine.time_comes()
        for holds in INVARIANTS:
            holds(machine)
        if machine.room.life is Life.ENDED:
            machine.teardown()
            machine = RoomMachine()
            machine.make(rng.choice(KINDS), {"live": True}, set(NAMES))
    machine.teardown()


@pytest.mark.parametrize("seed", range(8))
def test_on_long_walks_everything_still_holds(seed):
    """The same machine for hundreds of steps, far from where short runs end."""
    walk(seed, steps=800)
