"""Who reads much waits for their turn, and nobody waits for an address that reads much."""

import asyncio
from contextlib import suppress

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.server.door.reading_turns import ReadingTurns


def test_few_read_at_a_time_and_one_address_keeps_no_other_waiting():
    """Two of an address, so many in all, each in the order of arrival; who goes gives way."""

    async def readings() -> None:
        turns = ReadingTurns(per_address=2, in_all=3)
        ends: dict[str, asyncio.Event] = {}
        reading: list[str] = []

        async def read(name: str) -> None:
            ends[name] = asyncio.Event()
            async with turns.turn(name[0]):
                reading.append(name)
                await ends[name].wait()
                reading.remove(name)

        tasks = {name: asyncio.create_task(read(name)) for name in ("a1", "a2", "a3", "b1", "c1")}
        await pass_time(1)
        assert reading == ["a1", "a2", "b1"]
        tasks["a3"].cancel()
        ends["a1"].set()
        await pass_time(1)
        assert reading == ["a2", "b1", "c1"]
        for end in ends.values():
            end.set()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks.values())
        await pass_time(1)
        assert not reading
        async with turns.turn("a"), turns.turn("a"), turns.turn("b"):
            pass

    run_virtual(readings())
