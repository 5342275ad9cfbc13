"""What waits for one client: bounded in number and size, whatever is put there."""

import asyncio

from tui_rooms.server.rooms.telling.outbox import LIMIT, SIZE_LIMIT, Outbox


async def test_messages_come_out_in_order_the_replaceable_last():
    """Of a kind where only the newest counts, one is left."""
    outbox = Outbox()
    outbox.put("one")
    outbox.put_latest("levels", "old")
    outbox.put("two")
    outbox.put_latest("levels", "new")
    assert await outbox.take() == ["one", "two", "new"]
    assert not outbox.waiting


async def test_a_reader_who_never_reads_costs_a_bounded_amount():
    """Many short messages or few long ones: what is too much is not kept, and that is noted."""
    for text in ("x", "x" * 1000, "x" * 300_000):
        outbox = Outbox()
        for _ in range(10_000):
            outbox.put(text)
            outbox.put_latest("levels", text)
        assert outbox.overflowed
        kept = await outbox.take()
        assert len(kept) <= LIMIT + 1
        assert sum(map(len, kept)) <= SIZE_LIMIT + len(text)


async def test_a_single_message_may_be_long():
    """The snapshot of a large room goes out whole."""
    outbox = Outbox()
    outbox.put("x" * (2 * SIZE_LIMIT))
    assert not outbox.overflowed
    assert len(await outbox.take()) == 1


async def test_nothing_follows_a_gap():
    """Once something was left out, a client may not get what came after it as if it had all."""
    outbox = Outbox()
    for number in range(LIMIT + 1):
        outbox.put(str(number))
    await outbox.take()
    outbox.put("after the gap")
    assert outbox.overflowed
    assert not outbox.waiting
    async with asyncio.timeout(1):
        assert await outbox.take() == []
