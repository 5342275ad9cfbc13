"""Being in a room, with a real server."""

import asyncio
import contextlib

import pytest

from tests.client.sounds import tone
from tests.client.watching import SECONDS, media_up, until, update_where
from tests.support.proxy import proxy_to
from tests.support.server import running_server
from tests.support.speech import write_wav
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.ways import LinkPhase, MediaPhase
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.own_microphone import OwnMicrophone
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.thread import ClientThread
from tui_rooms.client.updates import Closed, RoomChanged
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role

TEA = CreateOptions(title="Tea")
OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")


def silent(url, room, name, **options):
    """Join without any sound."""
    return RoomClient.join(url, room=room, name=name, media=False, **options)


async def test_a_room_is_made_when_it_is_not_there_and_its_maker_is_the_host(
    shared_server, room_id
):
    """`create` makes the room once; whoever comes second joins the same one."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA) as ana,
        silent(shared_server.url, room_id, "ben", create=CreateOptions(title="Other")) as ben,
    ):
        assert ana.room.title == ben.room.title == "Tea"
        assert ana.me.role is Role.HOST
        assert ben.me.role is Role.LISTENER
        assert Capability.END_ROOM in ana.capabilities
        assert Capability.SEND_AUDIO not in ben.capabilities


async def test_a_join_link_is_enough(shared_server, room_id):
    """The room is named in the URL."""
    async with silent(f"{shared_server.url}/r/{room_id}", None, "ana", create=TEA) as ana:
        assert ana.room.room_id == room_id


async def test_everyone_sees_who_comes_speaks_and_goes(shared_server, room_id):
    """The mirror of each client follows the room."""
    async with silent(shared_server.url, room_id, "ana", create=OPEN_MIC) as ana:
        async with silent(shared_server.url, room_id, "ben") as ben:
            await until(ana, lambda: ben.identity in ana.room.stage, "ben on the stage")
            assert ana.room.stage[ben.identity].muted
            await ben.unmute()
            assert not ben.muted
            await until(ana, lambda: not ana.room.stage[ben.identity].muted, "ben to unmute")
            await ana.mute_other(ben.identity)
            await until(ben, lambda: ben.muted, "ben to be muted by ana")
            await ana.change_role(ben.identity, Role.LISTENER)
            await until(ana, lambda: ben.identity in ana.room.audience, "ben in the audience")
            await until(ben, lambda: ben.me.role is Role.LISTENER, "ben to know it")
            with pytest.raises(RoomError) as refused:
                await ben.unmute()
            assert refused.value.code == "not-allowed"
            assert ben.muted
        await until(ana, lambda: not ana.room.find(ben.identity), "ben to be gone")


async def test_a_key_that_is_let_go_of_closes_the_microphone_however_fast_it_is_pressed(
    shared_server, room_id
):
    """Pressed again and again before the server has answered: nothing is open at the end."""
    async with (
        silent(shared_server.url, room_id, "ana", create=OPEN_MIC) as ana,
        silent(shared_server.url, room_id, "ben") as ben,
    ):
        refused: list[RoomError] = []

        async def guarded(wish):
            try:
                await wish
            except RoomError as error:
                refused.append(error)

        wishes = [guarded(wish) for _ in range(40) for wish in (ana.unmute(), ana.mute())]
        await asyncio.gather(*wishes)
        assert ana.muted
        assert ana.me.muted
        await until(ben, lambda: ben.room.stage[ana.identity].muted, "ana muted at ben's too")
        assert {error.code for error in refused} == {"too-fast"}
        assert all("your microphone stays closed: more than" in e.sentence for e in refused)


async def test_a_key_let_go_of_before_the_room_agrees_opens_nothing(shared_server, room_id):
    """The answer comes after the release: whoever has let go is not heard for a moment."""
    async with silent(shared_server.url, room_id, "ana", create=OPEN_MIC) as ana:
        await ana.unmute()
        await until(ana, lambda: not ana.muted, "the room to agree")
        own = OwnMicrophone(None, room=lambda: ana.room, identity=lambda: ana.identity)
        pressed = own.closings
        own.close()
        own.open(unless_closed_since=pressed)
        assert not own.is_open
        own.open(unless_closed_since=own.closings)
        assert own.is_open


async def test_a_key_pressed_again_before_the_last_word_has_gone_opens_the_microphone(
    shared_server, room_id, monkeypatch
):
    """Let go of and pressed again within a moment: the room is asked in that order."""
    async with silent(shared_server.url, room_id, "ana", create=OPEN_MIC) as ana:
        await ana.unmute()
        silence = asyncio.Event()
        with monkeypatch.context() as within:
            within.setattr(ana._microphone, "fallen_silent", silence.wait)
            released, pressed = asyncio.create_task(ana.mute()), asyncio.create_task(ana.unmute())
            # Whatever is asked at once has been answered before this.
            await ana.send_message("Chai?")
            silence.set()
            await asyncio.gather(released, pressed)
        assert not ana.muted
        assert not ana.me.muted


async def test_ending_a_room_closes_it_for_all(shared_server, room_id):
    """The last update says why, in a sentence."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA) as ana,
        silent(shared_server.url, room_id, "ben") as ben,
    ):
        await ana.end()
        for room in (ana, ben):
            end = await update_where(room, lambda u: isinstance(u, Closed), "the end")
            assert end == Closed("room-ended", "room 'Tea' has ended")
            assert room.link.phase is LinkPhase.CLOSED
        with pytest.raises(LinkError, match="no longer in the room: room 'Tea' has ended"):
            await ben.unmute()


async def test_updates_end_after_closed(shared_server, room_id):
    """A loop over updates ends by itself when the room does."""
    async with silent(shared_server.url, room_id, "ana", create=TEA) as ana:
        updates = ana.updates()
        assert isinstance(await anext(updates), RoomChanged)
        await ana.end()
        last = [update async for update in updates][-1]
        assert isinstance(last, Closed)


async def test_an_unknown_room_is_refused_by_name(shared_server):
    """Nothing is made by mistake."""
    with pytest.raises(RoomError) as refused:
        await RoomClient.enter(shared_server.url, room="nowhere", name="ana")
    assert refused.value.code == "unknown-room"
    assert "'nowhere'" in refused.value.sentence


async def test_an_impossible_room_id_is_refused_in_words(shared_server):
    """The wire would not carry it; the sentence shows it."""
    with pytest.raises(RoomError, match="room 'Tea Time!' is not possible"):
        await RoomClient.enter(shared_server.url, room="Tea Time!", name="ana")


async def test_no_room_at_all_is_refused(shared_server):
    """Neither an id, nor a link, nor a room to make."""
    with pytest.raises(RoomError, match="which room"):
        await RoomClient.enter(shared_server.url, name="ana")


async def test_a_wrong_token_is_refused(shared_server, room_id):
    """A token of another server opens no door, also where guests may enter."""
    with pytest.raises(RoomError) as refused:
        await RoomClient.enter(f"{shared_server.url}/r/{room_id}#token=not.a.token", create=TEA)
    assert refused.value.code == "bad-token"


async def test_a_token_gives_the_identity_and_the_role(shared_server, room_id):
    """The host token of the server makes a host, also of a room that others made."""
    async with (
        silent(shared_server.url, room_id, "ana", create=TEA),
        silent(f"{shared_server.url}/#token={shared_server.host_token}", room_id, "x") as host,
    ):
        assert host.me.role is Role.HOST
        assert host.me.name == host.name == "x"


async def test_no_server_is_a_sentence_with_the_way_out():
    """Nothing listens on that port."""
    with pytest.raises(LinkError) as refused:
        await RoomClient.enter("127.0.0.1:1", room="tea", name="ana")
    assert refused.value.code == "no-server"
    assert refused.value.retryable
    assert refused.value.sentence == (
        "no server at 127.0.0.1:1 (Connection refused); is it running? "
        "Start one with: tui-rooms serve"
    )


async def test_a_cut_link_is_mended_with_the_same_identity_and_an_open_microphone(
    shared_server, room_id, tmp_path
):
    """Like a train in a tunnel: afterwards one is in the same place and still heard."""
    write_wav(tmp_path / "in.wav", tone(500.0, 30.0))
    async with (
        proxy_to(shared_server.port) as proxy,
        RoomClient.join(
            proxy.url,
            room=room_id,
            name="ana",
            source=FileSource(tmp_path / "in.wav"),
            create=OPEN_MIC,
        ) as ana,
        RoomClient.join(shared_server.url, room=room_id, name="ben") as ben,
    ):
        await media_up(ana, ben)
        await ana.unmute()
        identity = ana.identity
        await until(ben, lambda: ben.levels.read(identity).talking, "ana to be heard")
        proxy.open = False
        proxy.cut()
        await until(ana, lambda: ana.link.phase is LinkPhase.RECONNECTING, "the cut")
        await until(
            ana,
            lambda: ana.link.media is MediaPhase.RECONNECTING,
            "the server to let the sound go too",
        )
        await until(ben, lambda: not ben.levels.read(identity).talking, "ana to fall silent")
        proxy.open = True
        await until(ana, lambda: ana.link.phase is LinkPhase.CONNECTED, "the way back")
        assert ana.identity == identity
        assert ana.me.role is Role.HOST
        assert not ana.muted
        await media_up(ana)
        await until(ben, lambda: ben.levels.read(identity).talking, "ana to be heard again")
        assert len(ben.room.stage) == 2


async def out_of_reach(proxy, client):
    """The link is lost and cannot be mended yet."""
    proxy.open = False
    proxy.cut()
    await until(client, lambda: client.link.phase is LinkPhase.RECONNECTING, "the cut")


@contextlib.asynccontextmanager
async def unmuted_and_cut_off(server, room_id):
    """A host, and Ana who had her microphone open when her link, through a proxy, was lost."""
    async with (
        silent(server.url, room_id, "host", create=OPEN_MIC) as host,
        proxy_to(server.port) as proxy,
        silent(proxy.url, room_id, "ana") as ana,
    ):
        await ana.unmute()
        await out_of_reach(proxy, ana)
        yield host, proxy, ana


async def back(proxy, client):
    """It can again, and is."""
    proxy.open = True
    await until(client, lambda: client.link.phase is LinkPhase.CONNECTED, "the way back")


@pytest.mark.parametrize("way", ["person", "all"])
async def test_who_was_muted_while_out_of_reach_stays_muted(shared_server, room_id, way):
    """A microphone that a host has closed is opened by nobody but its owner."""
    async with unmuted_and_cut_off(shared_server, room_id) as (host, proxy, ana):
        if way == "all":
            await host.mute_all()
        else:
            await host.mute_other(ana.identity)
        await back(proxy, ana)
        assert ana.muted
        assert host.room.find(ana.identity).muted
        await ana.unmute()
        assert not ana.muted


async def test_who_mutes_while_out_of_reach_is_muted_for_all(shared_server, room_id):
    """The others see it when the link is back, too."""
    async with unmuted_and_cut_off(shared_server, room_id) as (host, proxy, ana):
        with pytest.raises(LinkError):
            await ana.mute()
        await back(proxy, ana)
        await until(host, lambda: host.room.find(ana.identity).muted, "the mute")
        assert ana.muted


async def test_a_server_that_stays_away_is_given_up_with_a_sentence(shared_server, room_id):
    """After the patience is over, and not before one more try."""
    async with (
        proxy_to(shared_server.port) as proxy,
        silent(proxy.url, room_id, "ana", create=TEA, patience=0.5) as ana,
    ):
        proxy.open = False
        proxy.cut()
        end = await update_where(ana, lambda u: isinstance(u, Closed), "the end")
        assert isinstance(end, Closed)
        assert end.code == "server-gone"
        assert "given up after 0.5 s" in end.sentence
        with pytest.raises(LinkError):
            await ana.unmute()


async def test_a_lost_media_path_is_replaced_while_the_link_stays(shared_server, room_id):
    """The socket breaks under the sound only; a new path is asked for and opened."""
    async with RoomClient.join(shared_server.url, room=room_id, name="ana", create=OPEN_MIC) as ana:
        await media_up(ana)
        first = ana._media._path
        await first.session._ice.close()  # as when the address that it was bound to is gone
        await until(ana, lambda: ana.link.media is MediaPhase.RECONNECTING, "the loss")
        await media_up(ana)
        assert ana._media._path is not first
        assert ana.link.phase is LinkPhase.CONNECTED


async def test_nothing_is_left_running_after_leaving(shared_server, room_id):
    """No task and no socket outlives the room."""
    before = asyncio.all_tasks()
    async with RoomClient.join(shared_server.url, room=room_id, name="ana", create=OPEN_MIC) as ana:
        await media_up(ana)
        await ana.unmute()
    assert asyncio.all_tasks() == before
    assert ana.closed == Closed("left", "you have left the room")
    await ana.close()


class Loudspeaker:
    """A sink that says whether it was closed."""

    closed = False

    async def open(self):
        pass

    async def play(self, next_frame):
        await asyncio.get_running_loop().create_future()

    async def close(self):
        self.closed = True


async def test_whoever_is_stopped_while_leaving_has_let_go_of_everything(shared_server, room_id):
    """The server's answer is not waited for then; files are finished all the same, and devices
    are free."""
    sink = Loudspeaker()
    room = await RoomClient.enter(
        shared_server.url, room=room_id, name="ana", sink=sink, create=OPEN_MIC
    )
    await media_up(room)
    leaving = asyncio.create_task(room.leave())
    await asyncio.sleep(0)  # it has asked, and waits
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert sink.closed
    assert room.closed is not None


def test_a_room_can_be_used_from_another_thread(shared_server, room_id):
    """As the screen does: wishes go over, and what is known can be read at any time."""
    with ClientThread() as client:
        entering = RoomClient.enter(shared_server.url, room=room_id, name="ana", create=OPEN_MIC)
        ana = client.submit(entering).result(SECONDS)
        client.submit(media_up(ana)).result(2 * SECONDS)
        client.submit(ana.unmute()).result(SECONDS)
        assert ana.room.title == "Tea"
        assert not ana.muted
        assert ana.link.media is MediaPhase.CONNECTED
        assert ana.levels.read(ana.identity).dbov == -127
        client.submit(ana.leave()).result(SECONDS)
        assert ana.closed is not None


async def test_a_session_brings_the_same_guest_back(shared_server, room_id):
    """A second visit with the secret of the first has its identity."""
    async with silent(shared_server.url, room_id, "ana", create=TEA) as first:
        identity, session = first.identity, first.session
    async with silent(shared_server.url, room_id, "ana", session=session, create=TEA) as again:
        assert again.identity == identity


async def test_the_lobby_lists_rooms_as_they_come(shared_server, room_id):
    """A room that somebody makes appears by itself."""
    async with Lobby.connect(shared_server.url, name="ben") as lobby:
        assert lobby.name == "ben"
        assert await lobby.create("Tea", room=room_id, live=True) == room_id
        async with asyncio.timeout(SECONDS):
            async for rooms in lobby.updates():
                if any(room.room == room_id for room in rooms):
                    break
        with pytest.raises(RoomError) as refused:
            await lobby.create("Tea", room=room_id)
        assert refused.value.code == "room-exists"


async def test_a_lobby_whose_server_goes_says_so():
    """The screen can tell, and try again."""
    with running_server() as server:
        lobby = await Lobby.enter(server.url)
        updates = lobby.updates()
        assert await anext(updates) == ()
    with pytest.raises(LinkError) as lost:
        async with asyncio.timeout(SECONDS):
            await anext(updates)
    assert lost.value.retryable
    await lobby.close()
