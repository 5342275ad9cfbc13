"""What a client can do in a room, against a real server."""

import asyncio
import inspect
from typing import get_args

import pytest

from tests.client.watching import until, update_where
from tests.support.proxy import proxy_to
from tui_rooms.client.commands import RoomCommands
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.updates import (
    Closed,
    CustomEvent,
    MessageDeleted,
    MessageReceived,
    Reaction,
)
from tui_rooms.rules.address import ToPerson, ToRoles
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.wire.commands import WireCommand

TEA = CreateOptions(title="Tea")


def silent(url, room, name, **options):
    """Join without any sound."""
    return RoomClient.join(url, room=room, name=name, media=False, **options)


class Pair:
    """Ana, the host, and Ben, a listener."""

    def __init__(self, ana: RoomClient, ben: RoomClient) -> None:
        self.ana, self.ben = ana, ben

    async def both(self, true, what: str) -> None:
        """Wait until it is so in both mirrors."""
        for client in (self.ana, self.ben):
            await until(client, lambda: true(client.room), what)  # noqa: B023


@pytest.fixture
async def pair(shared_server, room_id):
    """Two people in a live room."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA) as ana,
        silent(shared_server.url, room_id, "ben") as ben,
    ):
        yield Pair(ana, ben)


async def test_a_hand_leads_to_the_stage_when_both_agree(pair):
    """Raised, offered, accepted; on the stage muted."""
    ana, ben = pair.ana, pair.ben
    await ben.raise_hand()
    await pair.both(lambda room: room.hand_position(ben.identity) == 1, "ben's hand")
    await ana.offer_stage(ben.identity)
    await until(ben, lambda: ben.identity in ben.room.offers, "the offer")
    await ben.accept_offer()
    await pair.both(lambda room: ben.identity in room.stage and not room.hands, "ben on the stage")
    assert ben.muted


async def test_hands_are_lowered_declined_and_closed(pair):
    """Each seen by both."""
    ana, ben = pair.ana, pair.ben
    for lower in (
        lambda: ana.lower_hand(ben.identity),
        ana.lower_all_hands,
        lambda: ana.decline_hand(ben.identity),
    ):
        await ben.raise_hand()
        await pair.both(lambda room: room.hands, "a hand")
        await lower()
        await pair.both(lambda room: not room.hands, "no hand")
    await ana.set_hands([Role.SPEAKER])
    await pair.both(lambda room: room.hands_open == {Role.SPEAKER}, "hands of speakers only")
    with pytest.raises(RoomError, match="hands are open for speaker only"):
        await ben.raise_hand()


async def test_an_offer_is_declined_or_withdrawn(pair):
    """It takes both people."""
    ana, ben = pair.ana, pair.ben
    for end in (ben.decline_offer, lambda: ana.withdraw_offer(ben.identity)):
        await ana.offer_stage(ben.identity)
        await until(ben, lambda: ben.room.offers, "an offer")
        await end()
        await pair.both(lambda room: not room.offers, "no offer")


async def test_capabilities_are_asked_for_given_and_taken(pair):
    """Without rejoining."""
    ana, ben = pair.ana, pair.ben
    pin = Capability.PIN_FOR_EVERYONE
    await ben.request_permission(pin)
    await until(ana, lambda: ben.identity in ana.room.requests, "the request")
    await ana.answer_request(ben.identity, pin, grant=True)
    await until(ben, lambda: pin in ben.capabilities, "the capability")
    await ana.revoke(ben.identity, pin)
    await until(ben, lambda: pin not in ben.capabilities, "its end")
    await ana.grant(ben.identity, pin)
    await until(ben, lambda: pin in ben.capabilities, "it again")


async def test_messages_reach_whom_they_are_for(pair, shared_server):
    """Everyone, one person, a role; each comes as an update of its own."""
    ana, ben = pair.ana, pair.ben
    async with silent(shared_server.url, ana.room.room_id, "cora") as cora:
        await ben.send_message("to ana", to=ToPerson(identity=ana.identity))
        await ben.send_message("to hosts", to=ToRoles(roles=frozenset({Role.HOST})))
        last = await ben.send_message("to all")
        got = await update_where(ana, lambda u: last in ana.room.chat, "the last message")
        assert got is not None
        await until(cora, lambda: last in cora.room.chat, "the message to all")
        assert [m.text for m in cora.room.chat.values()] == ["to all"]
        assert [m.text for m in ana.room.chat.values()] == ["to ana", "to hosts", "to all"]
        page = await cora.messages_before()
        assert [m.text for m in page.messages] == ["to all"]


async def test_a_message_is_an_update_of_its_own(pair):
    """A bot need not compare rooms to answer."""
    updates = pair.ben.updates()
    await anext(updates)
    await pair.ana.send_message("hello, ben")
    async with asyncio.timeout(10):
        async for update in updates:
            if isinstance(update, MessageReceived):
                break
    assert (update.message.text, update.message.name) == ("hello, ben", "ana")


async def test_messages_are_deleted_and_pinned(pair):
    """The place of a deleted one stays, its text does not."""
    ana, ben = pair.ana, pair.ben
    made = await ben.send_message("look here")
    await ana.pin(made)
    await pair.both(lambda room: room.pinned and room.pinned.text == "look here", "the pin")
    await ana.pin(None)
    await pair.both(lambda room: room.pinned is None, "no pin")
    waiting = asyncio.create_task(
        update_where(ana, lambda u: isinstance(u, MessageDeleted), "word of it")
    )
    await asyncio.sleep(0)
    await ben.delete_message(made)
    await pair.both(lambda room: room.chat[made].text == "", "its end")
    # Also for whoever keeps messages for longer than the room does.
    assert await waiting == MessageDeleted(made, ben.identity)
    await ana.set_slow_mode(5)
    await pair.both(lambda room: room.slow_mode_s == 5, "slow mode")


async def test_reactions_and_custom_events_come_as_updates(pair):
    """They are in no room afterwards."""
    ana, ben = pair.ana, pair.ben
    waiting = asyncio.create_task(
        update_where(ana, lambda u: isinstance(u, Reaction), "a reaction")
    )
    await asyncio.sleep(0)
    await ben.react("👏")
    assert await waiting == Reaction(ben.identity, "ben", "👏")
    waiting = asyncio.create_task(
        update_where(ben, lambda u: isinstance(u, CustomEvent), "an event")
    )
    await asyncio.sleep(0)
    await ana.send_event("poll", {"question": "more tea?"})
    assert await waiting == CustomEvent(ana.identity, "ana", "poll", {"question": "more tea?"})


async def test_attributes_are_compared_and_set(pair):
    """Of two writers one is told to read again."""
    ana = pair.ana
    await ana.set_attribute("song", "one", expected_version=0)
    await pair.both(lambda room: "song" in room.attributes, "the attribute")
    with pytest.raises(RoomError) as refused:
        await ana.set_attribute("song", "two", expected_version=0)
    assert refused.value.code == "version-conflict"
    await ana.set_attribute("song", None)
    await pair.both(lambda room: not room.attributes, "no attribute")


async def test_moderation_has_its_log_and_its_reports(pair):
    """Muted, reported, kicked with a reason; read in pages."""
    ana, ben = pair.ana, pair.ben
    await ana.change_role(ben.identity, Role.SPEAKER)
    await ben.unmute()
    await ana.mute_all(may_unmute=False)
    await until(ben, lambda: ben.muted, "ben to be muted")
    report = await ben.report(ana.identity, "rude", "would not listen")
    assert (await ana.reports()).reports[0].report_id == report
    assert [who.name for who in (await ana.participants("BEN")).participants] == ["ben"]
    await ana.kick(ben.identity, "noise")
    end = await update_where(ben, lambda u: isinstance(u, Closed), "the end")
    assert end == Closed("kicked", "you were sent out of room 'Tea': noise")
    actions = [entry.action for entry in (await ana.audit_log()).entries]
    assert actions[:3] == ["kicked", "reported", "unmuting_forbidden"]
    assert actions[3:5] == ["all_muted", "role_changed"]


async def test_blocked_until_unblocked(pair, shared_server):
    """Whoever is blocked is told until when."""
    ana, ben = pair.ana, pair.ben
    await ana.block(ben.identity, "spam", seconds=3600)
    await update_where(ben, lambda u: isinstance(u, Closed), "the end")
    again = {"room": ana.room.room_id, "session": ben.session, "media": False}
    with pytest.raises(RoomError, match=r"blocked \(spam\) until"):
        await RoomClient.enter(shared_server.url, **again)
    await ana.unblock(ben.identity)
    async with RoomClient.join(shared_server.url, **again) as back:
        assert back.identity == ben.identity


async def test_back_to_the_backstage_sends_listeners_to_the_lobby(pair, shared_server):
    """With a reason; there they see when it goes on."""
    ana, ben = pair.ana, pair.ben
    await ana.update_room(title="Tea and cake", description="bring a cup")
    await until(ben, lambda: ben.room.description == "bring a cup", "the description")
    await ana.stop_live()
    end = await update_where(ben, lambda u: isinstance(u, Closed), "the end")
    assert end.code == "sent-out"
    async with Lobby.connect(shared_server.url, session=ben.session) as lobby:
        preview = await lobby.preview(ana.room.room_id)
        assert preview.room.life is Life.BACKSTAGE
        await ana.go_live()
        async with asyncio.timeout(10):
            async for rooms in lobby.updates():
                if any(r.room == ana.room.room_id and r.life is Life.LIVE for r in rooms):
                    break


async def test_the_mirror_goes_on_where_it_was_after_a_cut(shared_server, room_id):
    """What was missed comes as events, and each message as an update."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA) as ana,
        proxy_to(shared_server.port) as proxy,
        silent(proxy.url, room_id, "ben") as ben,
    ):
        known = ben._mirror._room
        updates = ben.updates()
        proxy.open = False
        proxy.cut()
        await until(ben, lambda: ben.link.phase is LinkPhase.RECONNECTING, "the cut")
        await ana.send_message("while you were away")
        proxy.open = True
        received = []
        async with asyncio.timeout(20):
            async for update in updates:
                received += [update] if isinstance(update, MessageReceived) else []
                if received and ben.link.phase is LinkPhase.CONNECTED:
                    break
        assert [update.message.text for update in received] == ["while you were away"]
        assert ben._mirror._room is known  # evolved, not replaced by a snapshot


async def test_a_host_acts_from_outside(shared_server, room_id):
    """With the host's token, from the lobby; an ended room is read there too."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA) as ana,
        Lobby.connect(shared_server.url, token=shared_server.host_token) as lobby,
    ):
        room = lobby.room(room_id)
        await room.send_message("from the control room")
        await until(ana, lambda: ana.room.chat, "the message")
        await room.end()
        await update_where(ana, lambda u: isinstance(u, Closed), "the end")
        page = await room.messages_before()
        assert [m.text for m in page.messages] == ["from the control room"]
        found = await lobby.find(state="ended", limit=100)
        assert room_id in [r.room for r in found.rooms]


SAMPLES = {
    "identity": "x", "role": Role.SPEAKER, "capability": Capability.SEND_EVENT, "grant": True,
    "roles": [], "reason": "r", "text": "t", "message_id": "m", "report_id": "r", "seconds": 1.0,
    "emoji": "e", "kind": "k", "key": "k", "value": "v", "entry": Entry.LOCKED,
}  # fmt: skip


class Noting(RoomCommands):
    """Sends nothing, and notes which commands it was asked for."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()

    async def do(self, command):
        self.kinds.add(command.kind)
        return "made"


async def test_every_command_of_the_wire_has_a_method():
    """But those of one's own microphone and place, which `RoomClient` has itself."""
    noting = Noting()
    for name, method in inspect.getmembers(noting, inspect.iscoroutinefunction):
        if name != "do":
            wanted = inspect.signature(method).parameters.values()
            needed = {p.name: SAMPLES[p.name] for p in wanted if p.default is p.empty}
            await method(**needed)
    union = get_args(get_args(WireCommand)[0])
    kinds = {command.__dataclass_fields__["kind"].default for command in union}
    assert noting.kinds == kinds - {"unmute", "leave_room"}
