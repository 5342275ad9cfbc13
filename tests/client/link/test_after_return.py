"""Whoever comes back: what becomes of their microphone, and what they are told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.client.hasty import hasty_server
from tests.client.watching import until, update_where
from tests.rules.scenes import ANA, BEN, Scene
from tests.support.proxy import Proxy, proxy_to
from tui_rooms.client.link.after_return import AfterReturn, after_return, muted_sentence
from tui_rooms.client.link.ways import LinkPhase
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.updates import Closed, Notice
from tui_rooms.rules import commands
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.rules.room_types import OPEN_MIC
from tui_rooms.rules.view import view

ROOM = CreateOptions(title="Tea", room_type="open_mic")
GIVEN_UP = (
    "your place was given up while you were away: your microphone is closed until you open it"
)


def opened() -> Scene:
    """Ben stands on Ana's stage, heard by all."""
    scene = Scene(OPEN_MIC, live=True)
    scene.join(BEN)
    scene.do(commands.Unmute(), BEN)
    return scene


def found(before: Room, scene: Scene, *, is_wanted: bool = True) -> AfterReturn:
    """What Ben's client makes of it, whose microphone was open."""
    now = view(scene.room, "ben")
    return after_return(before, now, "ben", was_wanted=True, is_wanted=is_wanted)


def test_whose_place_was_kept_is_heard_as_before():
    """Nothing but the link was lost."""
    scene = opened()
    before = view(scene.room, "ben")
    scene.do(commands.JoinRoom(again=True), BEN, after=10)
    assert found(before, scene) == AfterReturn(is_wanted=True, mutes=False)


def test_who_closed_the_microphone_while_away_has_closed_it_for_all():
    """The room learns of it now."""
    scene = opened()
    before = view(scene.room, "ben")
    assert found(before, scene, is_wanted=False) == AfterReturn(is_wanted=False, mutes=True)


@pytest.mark.parametrize("is_given_up", [False, True])
@pytest.mark.parametrize("act", [commands.Mute(identity="ben"), commands.MuteAll()])
def test_who_was_muted_while_away_is_told_by_whom(act, is_given_up):
    """Before the place was given up; and after it, when only by name."""
    scene = opened()
    before = view(scene.room, "ben")
    if is_given_up:
        scene.do(commands.LeaveRoom(), BEN)
        act = commands.Mute(identity="ben")
    scene.do(act, ANA, after=60)
    scene.do(commands.JoinRoom(again=True), BEN)
    assert found(before, scene) == AfterReturn(
        is_wanted=False, mutes=False, sentence="Ana has muted you while you were away"
    )


def test_whose_place_was_given_up_is_told_that_the_microphone_is_closed():
    """Also when nobody has done anything; whoever was muted anyway is told nothing."""
    scene = opened()
    before = view(scene.room, "ben")
    scene.do(commands.LeaveRoom(), BEN)
    scene.do(commands.JoinRoom(again=True), BEN, after=60)
    assert found(before, scene) == AfterReturn(is_wanted=False, mutes=False, sentence=GIVEN_UP)
    now = view(scene.room, "ben")
    quiet = after_return(before, now, "ben", was_wanted=False, is_wanted=False)
    assert quiet == AfterReturn(is_wanted=False, mutes=False)


def test_a_server_that_opens_a_place_anew_opens_no_microphone():
    """Whatever an older or a foreign one says of us: it is closed there too."""
    scene = opened()
    now = view(scene.room, "ben")
    me = now.stage["ben"]
    before = replace(now, stage={**now.stage, "ben": replace(me, since=me.since - 60)})
    assert found(before, scene) == AfterReturn(is_wanted=False, mutes=True, sentence=GIVEN_UP)


def test_a_host_whom_one_does_not_see_is_a_host():
    """Who acts from outside is in no list; and of oneself there is nothing to tell."""
    scene = opened()
    outside = replace(ANA, identity="mod", granted=Role.HOST, outside=True)
    scene.do(commands.Mute(identity="ben"), outside)
    told = muted_sentence(view(scene.room, "ben"), "ben")
    assert told == "a host has muted you while you were away"
    scene.do(commands.Unmute(), BEN)
    scene.do(commands.Mute(identity="ben"), BEN)
    assert muted_sentence(view(scene.room, "ben"), "ben") == ""


# With a real server and real links.


@dataclass(frozen=True)
class Parted:
    """A host, and Ben whose place on the stage is gone, with his link."""

    host: RoomClient
    ben: RoomClient
    proxy: Proxy

    async def back(self) -> Notice | Closed:
        """Give the link back; what Ben is told first."""
        self.proxy.open = True
        told = await update_where(
            self.ben, lambda update: isinstance(update, Notice | Closed), "what Ben is told"
        )
        assert isinstance(told, Notice | Closed)
        return told


@asynccontextmanager
async def parted(data: Path) -> AsyncIterator[Parted]:
    """Ben had his microphone open when his link was lost, and his place was given up."""
    async with (
        hasty_server(data) as port,
        RoomClient.join(
            f"127.0.0.1:{port}", room="tea", name="Hanna", media=False, create=ROOM
        ) as host,
        proxy_to(port) as proxy,
        RoomClient.join(proxy.url, room="tea", name="Ben", media=False) as ben,
    ):
        await ben.unmute()
        await until(host, lambda: host.room.may_be_heard(ben.identity), "Ben to be heard")
        proxy.open = False
        proxy.cut()
        await until(host, lambda: host.room.find(ben.identity) is None, "the end of Ben's place")
        yield Parted(host, ben, proxy)


async def test_who_was_away_for_longer_than_the_grace_comes_back_muted(tmp_path):
    """And is told so; a new unmute opens the microphone."""
    async with parted(tmp_path) as them:
        assert await them.back() == Notice(GIVEN_UP)
        assert them.ben.muted
        await until(them.host, lambda: them.host.room.find(them.ben.identity), "Ben")
        assert them.host.room.stage[them.ben.identity].muted
        await them.ben.unmute()
        assert not them.ben.muted


async def test_who_is_muted_after_the_grace_is_told_by_whom(tmp_path):
    """The host is not told that there is nobody called so."""
    async with parted(tmp_path) as them:
        await them.host.mute_other(them.ben.identity)
        assert await them.back() == Notice("Hanna has muted you while you were away")
        assert them.ben.muted


async def test_who_is_kicked_after_the_grace_stays_out_until_they_join(tmp_path):
    """Their client ends with the reason; they themselves may come back, muted."""
    async with parted(tmp_path) as them:
        await them.host.kick(them.ben.identity, "noise")
        told = await them.back()
        assert isinstance(told, Closed)
        assert told.code == "kicked"
        assert "while away (noise): join it again" in told.sentence
        assert them.host.room.find(them.ben.identity) is None
        async with RoomClient.join(
            them.proxy.url, room="tea", session=them.ben.session, media=False
        ) as again:
            assert again.identity == them.ben.identity
            assert again.muted
            assert again.room.stage[again.identity].muted


async def test_who_is_muted_while_away_and_joins_by_hand_is_told_too(tmp_path):
    """Their program was started anew: it remembers nothing, and the room does."""
    async with parted(tmp_path) as them:
        await them.host.mute_other(them.ben.identity)
        async with RoomClient.join(
            f"127.0.0.1:{them.proxy.target_port}",
            room="tea",
            session=them.ben.session,
            media=False,
        ) as again:
            told = await update_where(again, lambda one: isinstance(one, Notice), "the notice")
            assert told == Notice("Hanna has muted you while you were away")


async def test_another_program_of_the_same_person_finds_their_microphone_closed(tmp_path):
    """It was opened elsewhere: nobody is heard through a program that they have just started."""
    async with (
        hasty_server(tmp_path) as port,
        RoomClient.join(
            f"127.0.0.1:{port}", room="tea", name="Hanna", media=False, create=ROOM
        ) as host,
        RoomClient.join(f"127.0.0.1:{port}", room="tea", name="Ben", media=False) as ben,
    ):
        await ben.unmute()
        async with RoomClient.join(
            f"127.0.0.1:{port}", room="tea", session=ben.session, media=False
        ) as other:
            assert other.muted
            await until(host, lambda: host.room.stage[ben.identity].muted, "the mute")


async def test_who_comes_back_to_a_full_stage_listens(tmp_path):
    """Their place has gone to somebody else: that is no reason to be sent away."""
    types = '[small]\nlike = "open_mic"\n[small.settings]\nstage_size = 2\n'
    small = CreateOptions(title="Tea", room_type="small")
    async with (
        hasty_server(tmp_path, types=types) as port,
        RoomClient.join(
            f"127.0.0.1:{port}", room="tea", name="Hanna", media=False, create=small
        ) as host,
        proxy_to(port) as proxy,
        RoomClient.join(proxy.url, room="tea", name="Ben", media=False) as ben,
    ):
        assert ben.me.role is Role.SPEAKER
        proxy.open = False
        proxy.cut()
        await until(host, lambda: host.room.find(ben.identity) is None, "the end of Ben's place")
        async with RoomClient.join(
            f"127.0.0.1:{port}", room="tea", name="Cleo", media=False
        ) as cleo:
            assert cleo.me.role is Role.SPEAKER
            proxy.open = True
            await until(ben, lambda: ben.link.phase is LinkPhase.CONNECTED, "the way back")
            assert ben.me.role is Role.LISTENER
