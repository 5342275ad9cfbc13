"""Every state of a room × every command × every role, against a table."""

import contextlib
import itertools
from typing import get_args

import pytest

from tests.rules.scenes import ANA, CORA, LENA, SAM, STRANGER, full_scene
from tui_rooms.rules import commands
from tui_rooms.rules.decide import DECISIONS, SYSTEM, Actor, decide
from tui_rooms.rules.entry import Entry
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability, Role

ACTORS = {
    "host": ANA,
    "cohost": CORA,
    "speaker": SAM,
    "listener": LENA,
    "stranger": STRANGER,
    "outside": Actor(identity="mod", name="Mod", granted=Role.HOST, outside=True),
}
"""The last acts by HTTP, without being in the room."""

ASKED: dict[str, commands.Command] = {
    "join_room": commands.JoinRoom(),
    "join_room_speaker": commands.JoinRoom(role=Role.SPEAKER),
    "leave_room": commands.LeaveRoom(),
    "update_room": commands.UpdateRoom(title="Blues"),
    "set_entry": commands.SetEntry(entry=Entry.LOCKED),
    "go_live": commands.GoLive(),
    "stop_live": commands.StopLive(),
    "end_room": commands.EndRoom(),
    "change_role": commands.ChangeRole(identity="tom", role=Role.COHOST),
    "change_role_to_host": commands.ChangeRole(identity="tom", role=Role.HOST),
    "change_role_of_host": commands.ChangeRole(identity="ana", role=Role.LISTENER),
    "grant_capability": commands.GrantCapability(identity="tom", capability=Capability.MUTE_USERS),
    "grant_end-room": commands.GrantCapability(identity="tom", capability=Capability.END_ROOM),
    "revoke_capability": commands.RevokeCapability(
        identity="tom", capability=Capability.SEND_AUDIO
    ),
    "revoke_from_host": commands.RevokeCapability(identity="ana", capability=Capability.SEND_AUDIO),
    "request_permission": commands.RequestPermission(capability=Capability.END_ROOM),
    "answer_request": commands.AnswerRequest(
        identity="lily", capability=Capability.PIN_FOR_EVERYONE, grant=True
    ),
    "raise_hand": commands.RaiseHand(),
    "lower_hand": commands.LowerHand(identity="lily"),
    "lower_all_hands": commands.LowerAllHands(),
    "decline_hand": commands.DeclineHand(identity="lily"),
    "set_hands": commands.SetHands(roles=frozenset()),
    "offer_stage": commands.OfferStage(identity="lily", role=Role.COHOST),
    "offer_stage_as_host": commands.OfferStage(identity="lily", role=Role.HOST),
    "accept_offer": commands.AcceptOffer(),
    "decline_offer": commands.DeclineOffer(),
    "withdraw_offer": commands.WithdrawOffer(identity="lily"),
    "mute": commands.Mute(identity="tom"),
    "unmute": commands.Unmute(),
    "mute_all": commands.MuteAll(),
    "mute_all_for_good": commands.MuteAll(may_unmute=False),
    "allow_unmuting": commands.AllowUnmuting(),
    "kick": commands.Kick(identity="tom"),
    "kick_host": commands.Kick(identity="ana"),
    "block": commands.Block(identity="tom"),
    "block_host": commands.Block(identity="ana"),
    "block_stranger": commands.BlockStranger(identity="stan"),
    "unblock": commands.Unblock(identity="bob"),
    "unblock_typo": commands.Unblock(identity="bbo"),
    "report": commands.Report(report_id="r1", identity="cora", reason="spam"),
    "settle_report": commands.SettleReport(report_id="old"),
    "set_slow_mode": commands.SetSlowMode(seconds=5),
    "send_message": commands.SendMessage(message_id="m2", text="hi"),
    "delete_message": commands.DeleteMessage(message_id="m1"),
    "pin_message": commands.PinMessage(message_id="m1"),
    "react": commands.React(emoji="👏"),
    "send_event": commands.SendEvent(type="poll", data="{}"),
    "set_attribute": commands.SetAttribute(key="topic", value="bebop"),
}


# One column an actor, see ACTORS; a cell is what `outcome` says.
SCHEDULED = """
asked               host           cohost       speaker     listener    stranger    outside
join_room           same           same         not-started not-started not-started ok
join_room_speaker   same           same         not-started not-allowed not-allowed not-started
leave_room          ok             ok           same        same        same        same
update_room         ok             ok           not-here    not-here    not-here    ok
set_entry           ok             ok           not-here    not-here    not-here    ok
go_live             ok             ok           not-here    not-here    not-here    ok
stop_live           same           same         not-here    not-here    not-here    same
end_room            ok             not-allowed  not-here    not-here    not-here    ok
change_role         not-here       not-here     not-here    not-here    not-here    not-here
change_role_to_host not-here       not-here     not-here    not-here    not-here    not-here
change_role_of_host last-host      outranked    not-here    not-here    not-here    last-host
grant_capability    not-here       not-here     not-here    not-here    not-here    not-here
grant_end-room      not-here       not-allowed  not-here    not-here    not-here    not-here
revoke_capability   not-here       not-here     not-here    not-here    not-here    not-here
revoke_from_host    yourself       outranked    not-here    not-here    not-here    ok
request_permission  has-it-already ok           not-here    not-here    not-here    not-here
answer_request      no-request     no-request   not-here    not-here    not-here    no-request
raise_hand          hands-closed   hands-closed not-here    not-here    not-here    not-here
lower_hand          not-here       not-here     not-here    not-here    not-here    not-here
lower_all_hands     same           same         not-here    not-here    not-here    same
decline_hand        no-hand        no-hand      not-here    not-here    not-here    no-hand
set_hands           ok             ok           not-here    not-here    not-here    ok
offer_stage         not-here       not-here     not-here    not-here    not-here    not-here
offer_stage_as_host not-here       not-here     not-here    not-here    not-here    not-here
accept_offer        no-offer       no-offer     not-here    not-here    not-here    not-here
decline_offer       no-offer       no-offer     not-here    not-here    not-here    not-here
withdraw_offer      not-here       not-here     not-here    not-here    not-here    not-here
mute                not-here       not-here     not-here    not-here    not-here    not-here
unmute              ok             ok           not-here    not-here    not-here    not-here
mute_all            same           same         not-here    not-here    not-here    same
mute_all_for_good   ok             ok           not-here    not-here    not-here    ok
allow_unmuting      same           same         not-here    not-here    not-here    same
kick                not-here       not-here     not-here    not-here    not-here    not-here
kick_host           yourself       outranked    not-here    not-here    not-here    ok
block               not-here       not-here     not-here    not-here    not-here    not-here
block_host          yourself       outranked    not-here    not-here    not-here    ok
block_stranger      ok             ok           not-here    not-here    not-here    ok
unblock             ok             ok           not-here    not-here    not-here    ok
unblock_typo        not-here       not-here     not-here    not-here    not-here    not-here
report              ok             yourself     not-here    not-here    not-here    ok
settle_report       ok             ok           not-here    not-here    not-here    ok
set_slow_mode       ok             ok           not-here    not-here    not-here    ok
send_message        ok             ok           not-here    not-here    not-here    ok
delete_message      ok             ok           not-here    not-here    not-here    ok
pin_message         ok             ok           not-here    not-here    not-here    ok
react               ok             ok           not-here    not-here    not-here    not-here
send_event          ok             ok           not-here    not-here    not-here    ok
set_attribute       ok             ok           not-here    not-here    not-here    ok
"""

BACKSTAGE = """
asked               host           cohost       speaker      listener    stranger    outside
join_room           same           same         same         not-live    not-live    ok
join_room_speaker   same           same         same         not-allowed not-allowed ok
leave_room          ok             ok           ok           same        same        same
update_room         ok             ok           not-allowed  not-here    not-here    ok
set_entry           ok             ok           not-allowed  not-here    not-here    ok
go_live             ok             ok           not-allowed  not-here    not-here    ok
stop_live           same           same         not-allowed  not-here    not-here    same
end_room            ok             not-allowed  not-allowed  not-here    not-here    ok
change_role         ok             ok           not-allowed  not-here    not-here    ok
change_role_to_host ok             outranked    not-allowed  not-here    not-here    ok
change_role_of_host last-host      outranked    not-allowed  not-here    not-here    last-host
grant_capability    ok             ok           not-allowed  not-here    not-here    ok
grant_end-room      ok             not-allowed  not-allowed  not-here    not-here    ok
revoke_capability   ok             ok           not-allowed  not-here    not-here    ok
revoke_from_host    yourself       outranked    not-allowed  not-here    not-here    ok
request_permission  has-it-already ok           ok           not-here    not-here    not-here
answer_request      no-request     no-request   not-allowed  not-here    not-here    no-request
raise_hand          hands-closed   hands-closed hands-closed not-here    not-here    not-here
lower_hand          not-here       not-here     not-allowed  not-here    not-here    not-here
lower_all_hands     same           same         not-allowed  not-here    not-here    same
decline_hand        no-hand        no-hand      not-allowed  not-here    not-here    no-hand
set_hands           ok             ok           not-allowed  not-here    not-here    ok
offer_stage         not-here       not-here     not-allowed  not-here    not-here    not-here
offer_stage_as_host not-here       not-here     not-allowed  not-here    not-here    not-here
accept_offer        no-offer       no-offer     no-offer     not-here    not-here    not-here
decline_offer       no-offer       no-offer     no-offer     not-here    not-here    not-here
withdraw_offer      not-here       not-here     not-allowed  not-here    not-here    not-here
mute                ok             ok           not-allowed  not-here    not-here    ok
unmute              ok             ok           ok           not-here    not-here    not-here
mute_all            ok             ok           not-allowed  not-here    not-here    ok
mute_all_for_good   ok             ok           not-allowed  not-here    not-here    ok
allow_unmuting      same           same         not-allowed  not-here    not-here    same
kick                ok             ok           not-allowed  not-here    not-here    ok
kick_host           yourself       outranked    not-allowed  not-here    not-here    ok
block               ok             ok           not-allowed  not-here    not-here    ok
block_host          yourself       outranked    not-allowed  not-here    not-here    ok
block_stranger      ok             ok           not-allowed  not-here    not-here    ok
unblock             ok             ok           not-allowed  not-here    not-here    ok
unblock_typo        not-here       not-here     not-allowed  not-here    not-here    not-here
report              ok             yourself     ok           not-here    not-here    ok
settle_report       ok             ok           not-allowed  not-here    not-here    ok
set_slow_mode       ok             ok           not-allowed  not-here    not-here    ok
send_message        ok             ok           ok           not-here    not-here    ok
delete_message      ok             ok           not-allowed  not-here    not-here    ok
pin_message         ok             ok           not-allowed  not-here    not-here    ok
react               ok             ok           ok           not-here    not-here    not-here
send_event          ok             ok           not-allowed  not-here    not-here    ok
set_attribute       ok             ok           not-allowed  not-here    not-here    ok
"""

LIVE = """
asked               host           cohost       speaker      listener    stranger    outside
join_room           same           same         same         same        ok          ok
join_room_speaker   same           same         same         same        not-allowed ok
leave_room          ok             ok           ok           ok          same        same
update_room         ok             ok           not-allowed  not-allowed not-here    ok
set_entry           ok             ok           not-allowed  not-allowed not-here    ok
go_live             same           same         not-allowed  not-allowed not-here    same
stop_live           ok             ok           not-allowed  not-allowed not-here    ok
end_room            ok             not-allowed  not-allowed  not-allowed not-here    ok
change_role         ok             ok           not-allowed  not-allowed not-here    ok
change_role_to_host ok             outranked    not-allowed  not-allowed not-here    ok
change_role_of_host last-host      outranked    not-allowed  not-allowed not-here    last-host
grant_capability    ok             ok           not-allowed  not-allowed not-here    ok
grant_end-room      ok             not-allowed  not-allowed  not-allowed not-here    ok
revoke_capability   ok             ok           not-allowed  not-allowed not-here    ok
revoke_from_host    yourself       outranked    not-allowed  not-allowed not-here    ok
request_permission  has-it-already ok           ok           ok          not-here    not-here
answer_request      ok             ok           not-allowed  not-allowed not-here    ok
raise_hand          hands-closed   hands-closed hands-closed ok          not-here    not-here
lower_hand          ok             ok           not-allowed  not-allowed not-here    ok
lower_all_hands     ok             ok           not-allowed  not-allowed not-here    ok
decline_hand        ok             ok           not-allowed  not-allowed not-here    ok
set_hands           ok             ok           not-allowed  not-allowed not-here    ok
offer_stage         ok             ok           not-allowed  not-allowed not-here    ok
offer_stage_as_host ok             outranked    not-allowed  not-allowed not-here    ok
accept_offer        no-offer       no-offer     no-offer     no-offer    not-here    not-here
decline_offer       no-offer       no-offer     no-offer     no-offer    not-here    not-here
withdraw_offer      ok             ok           not-allowed  not-allowed not-here    ok
mute                ok             ok           not-allowed  not-allowed not-here    ok
unmute              ok             ok           ok           not-allowed not-here    not-here
mute_all            ok             ok           not-allowed  not-allowed not-here    ok
mute_all_for_good   ok             ok           not-allowed  not-allowed not-here    ok
allow_unmuting      same           same         not-allowed  not-allowed not-here    same
kick                ok             ok           not-allowed  not-allowed not-here    ok
kick_host           yourself       outranked    not-allowed  not-allowed not-here    ok
block               ok             ok           not-allowed  not-allowed not-here    ok
block_host          yourself       outranked    not-allowed  not-allowed not-here    ok
block_stranger      ok             ok           not-allowed  not-allowed not-here    ok
unblock             ok             ok           not-allowed  not-allowed not-here    ok
unblock_typo        not-here       not-here     not-allowed  not-allowed not-here    not-here
report              ok             yourself     ok           ok          not-here    ok
settle_report       ok             ok           not-allowed  not-allowed not-here    ok
set_slow_mode       ok             ok           not-allowed  not-allowed not-here    ok
send_message        ok             ok           ok           ok          not-here    ok
delete_message      ok             ok           not-allowed  not-allowed not-here    ok
pin_message         ok             ok           not-allowed  not-allowed not-here    ok
react               ok             ok           ok           ok          not-here    not-here
send_event          ok             ok           not-allowed  not-allowed not-here    ok
set_attribute       ok             ok           not-allowed  not-allowed not-here    ok
"""

GRIDS = {Life.SCHEDULED: SCHEDULED, Life.BACKSTAGE: BACKSTAGE, Life.LIVE: LIVE}


def outcome(life: Life, asked: str, actor: str) -> str:
    """ "ok" when something happens, "same" when nothing has to, else the refusal's code."""
    scene = full_scene(life)
    try:
        happened = decide(scene.room, ASKED[asked], ACTORS[actor], scene.now)
    except RoomError as refused:
        return refused.code
    return "ok" if happened else "same"


def cells(grid: str) -> dict[tuple[str, str], str]:
    """A grid as a table: (asked, actor) → outcome."""
    header, *rows = grid.strip().splitlines()
    actors = header.split()[1:]
    return {
        (asked, actor): cell
        for asked, *found in (row.split() for row in rows)
        for actor, cell in zip(actors, found, strict=True)
    }


@pytest.mark.parametrize("life", GRIDS)
def test_every_role_may_do_in_every_state_what_the_table_says(life):
    """State × command × role: what is allowed, what changes nothing, and each refusal's code."""
    expected = cells(GRIDS[life])
    assert expected == {key: outcome(life, *key) for key in itertools.product(ASKED, ACTORS)}


def test_an_ended_room_refuses_everything_but_leaving():
    """It can be read, not joined, and nothing happens in it."""
    found = {asked: {outcome(Life.ENDED, asked, actor) for actor in ACTORS} for asked in ASKED}
    assert found.pop("leave_room") == {"same"}
    assert set(map(tuple, found.values())) == {("room-ended",)}


@pytest.mark.parametrize("life", Life)
@pytest.mark.parametrize("command", [commands.Expire(), commands.ResumeRoom()])
def test_only_the_system_sends_the_systems_commands(life, command):
    """No participant moves the clock, whatever their role; the system is never refused."""
    scene = full_scene(life)
    for actor in ACTORS.values():
        with pytest.raises(RoomError, match="the system's own"):
            decide(scene.room, command, actor, scene.now)
    decide(scene.room, command, SYSTEM, scene.now)


def test_the_table_has_every_command():
    """A command that is added has to be added here; creating has tests of its own."""
    asked = {type(command) for command in ASKED.values()}
    assert asked | {commands.CreateRoom, commands.Expire, commands.ResumeRoom} == {
        *get_args(commands.Command)
    }
    assert set(DECISIONS) == set(get_args(commands.ParticipantCommand))


def test_a_refused_command_changes_nothing():
    """Whoever is refused leaves the room as it was, to the last field."""
    for life, asked, actor in itertools.product(Life, ASKED, ACTORS):
        scene = full_scene(life)
        before = scene.room.copy()
        with contextlib.suppress(RoomError):
            decide(scene.room, ASKED[asked], ACTORS[actor], scene.now)
        assert scene.room == before
