"""A client's answer goes to the path whose offer it was given, whatever is being made meanwhile."""

import asyncio
from pathlib import Path

from tests.server.door.visits import house
from tests.support.virtual_time import run_virtual
from tui_rooms.sfu.port import Misplaced


def test_an_answer_goes_to_the_offer_that_was_given_last(tmp_path: Path):
    """To the old path until the engine has made the new one, and to that from its offer on."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as server:
            engine, answered = server.door.engine, []
            ready, admit = asyncio.Event(), engine.admit

            async def slowly(*place, **rights):
                await ready.wait()
                return await admit(*place, **rights)

            async def answer(peer, sdp):
                answered.append(peer)

            engine.answer = answer
            ana = await server.visit(name="Ana")
            await ana.ask("create_room", room="tea", title="Tea", live=True)
            await ana.ask("join_room", room="tea")
            await ana.hear(lambda message: message["type"] == "media_offer")
            [old] = engine.may_send
            engine.admit = slowly
            engine.tell(Misplaced(old))
            assert (await ana.ask("answer_media", sdp="v=0"))["type"] == "ack"
            ready.set()
            await ana.hear(lambda message: len(ana.of("media_offer")) == 2)
            assert (await ana.ask("answer_media", sdp="v=0"))["type"] == "ack"
            [new] = engine.may_send.keys() - {old}
            assert answered == [old, new]

    run_virtual(scenario())
