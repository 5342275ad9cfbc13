"""A server whose media workers cannot be started is one without sound, and otherwise whole."""

from pathlib import Path

from tests.server.door.visits import house
from tui_rooms.wire.errors import ProtocolError


async def test_whoever_joins_is_in_and_told_that_there_is_no_sound(tmp_path: Path):
    """Their client asks again, as after any loss; the connection and the room go on."""

    async def nowhere(*_: object, **__: object) -> None:
        raise ProtocolError("no-media", "this server carries no sound just now")

    async with house(tmp_path, guests=True) as server:
        engine = server.door.engine
        admit, engine.admit = engine.admit, nowhere
        ana = await server.visit(name="Ana")
        await ana.ask("create_room", room="tea", title="Tea", live=True)
        assert (await ana.ask("join_room", room="tea"))["type"] == "ack"
        lost = await ana.hear(lambda message: message["type"] == "media_lost")
        assert lost["reason"] == "this server carries no sound just now"
        assert (await ana.do("send_message", text="hello?"))["type"] == "ack"
        assert (await ana.ask("offer_media"))["code"] == "no-media"
        engine.admit = admit
        assert (await ana.ask("offer_media"))["type"] == "ack"
        await ana.hear(lambda message: message["type"] == "media_offer")
        assert not ana.closed
