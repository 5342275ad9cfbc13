"""What nobody has foreseen, in the middle of a visit: it ends aloud, and nobody else is blamed."""

import pytest

from tests.client.sounds import chirp
from tests.client.watching import until
from tests.support.server import Server
from tests.support.speech import write_wav
from tui_rooms.cli.connected import out_of_room
from tui_rooms.cli.exits import Exit
from tui_rooms.client.devices.file_source import FileSource
from tui_rooms.client.link.ways import MediaPhase
from tui_rooms.client.lobby import Lobby
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.updates import Notice

TEA = CreateOptions(title="Tea", room_type="open_mic")


class ForeignError(Exception):
    """What a library may raise tomorrow."""


def fails(*_: object, **__: object) -> object:
    """As whatever it stands for would."""
    raise ForeignError("in the middle")


async def test_a_room_that_cannot_be_followed_any_more_is_left_aloud(
    shared_server: Server, room_id: str, monkeypatch: pytest.MonkeyPatch
):
    """Not shown as it was before, for ever; a command ends with 1."""
    url = shared_server.url
    async with RoomClient.join(url, room=room_id, create=TEA, media=False) as ana:
        with monkeypatch.context() as patch:
            patch.setattr("tui_rooms.client.link.mirror.evolve", fails)
            async with Lobby.connect(url, token=shared_server.host_token) as lobby:
                await lobby.room(room_id).update_room(title="Coffee")
            await until(ana, lambda: ana.closed is not None, "the end of the visit")
    assert ana.closed is not None
    assert ana.closed.code == "failed"
    assert "by a fault of its own (ForeignError)" in ana.closed.sentence
    assert out_of_room(ana.closed.code, ana.closed.sentence).exit is Exit.FAILED


async def test_whoever_waits_for_an_answer_then_learns_what_it_was(
    shared_server: Server, room_id: str, monkeypatch: pytest.MonkeyPatch
):
    """The server is not called a stranger for it."""
    async with RoomClient.join(shared_server.url, room=room_id, create=TEA, media=False) as ana:
        with monkeypatch.context() as patch:
            patch.setattr("tui_rooms.client.link.newer.read", fails)
            with pytest.raises(ForeignError, match="in the middle"):
                await ana.send_message("hello")


async def test_a_way_of_the_sound_that_fails_is_said_once_and_the_room_goes_on(
    shared_server: Server, room_id: str, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    """Nobody waits for a sound that never comes, without a word."""
    write_wav(tmp_path / "in.wav", chirp(0.1))
    monkeypatch.setattr("tui_rooms.client.sound.path.MediaPath.connect", fails)
    async with RoomClient.join(
        shared_server.url, room=room_id, create=TEA, source=FileSource(tmp_path / "in.wav")
    ) as ana:
        said = (update async for update in ana.updates() if isinstance(update, Notice))
        notice = await anext(said)
        assert notice.sentence == "no sound, by a fault of tui-rooms (ForeignError)"
        assert ana.link.media is MediaPhase.OFF
        assert ana.closed is None
