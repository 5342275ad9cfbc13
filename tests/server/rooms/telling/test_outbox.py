"""What waits for one client: bounded in number and size, whatever is put there."""

import asyncio

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.server.rooms.telling.backlog import LOOK_EVERY, PATIENCE, Backlog
from tui_rooms.server.rooms.telling.outbox import CALM, LIMIT, SIZE_LIMIT, Outbox


async def all_of(outbox: Outbox) -> list[str]:
    """What waits, taken by somebody who reads."""
    taken = []
    while outbox.waiting:
        taken.append(str(await outbox.take()))
    return taken


async def test_messages_come_out_in_order_the_replaceable_last():
    """Of a kind where only the newest counts, one is left."""
    outbox = Outbox()
    outbox.put("one")
    outbox.put_latest("levels", "old")
    outbox.put("two")
    outbox.put_latest("levels", "new")
    assert await all_of(outbox) == ["one", "two", "new"]


async def test_a_reader_who_never_reads_costs_a_bounded_amount():
    """Many short messages or few long ones: what is too much is not kept, and that is noted."""
    for text in ("x", "x" * 1000, "x" * 300_000):
        outbox = Outbox()
        for _ in range(10_000):
            outbox.put(text)
            outbox.put_latest("levels", text)
        assert outbox.overflowed
        assert outbox.size <= SIZE_LIMIT + 2 * len(text) + 100
        kept = await all_of(outbox)
        assert len(kept) <= LIMIT + 1
        assert await outbox.take() is None


async def test_a_single_message_may_be_long():
    """The snapshot of a large room goes out whole, and what is told next behind it."""
    outbox = Outbox()
    outbox.put("welcome")
    outbox.put("x" * (2 * SIZE_LIMIT))
    outbox.put("who is who")
    assert not outbox.overflowed
    assert [len(text) for text in await all_of(outbox)] == [7, 2 * SIZE_LIMIT, 10]


async def test_nothing_follows_a_gap():
    """Once something was left out, a client may not get what came after it as if it had all."""
    outbox = Outbox()
    for number in range(LIMIT + 1):
        outbox.put(str(number))
    await all_of(outbox)
    outbox.put("after the gap")
    assert outbox.overflowed
    assert not outbox.waiting
    async with asyncio.timeout(1):
        assert await outbox.take() is None


async def test_who_does_not_take_answers_is_asked_nothing_more():
    """It is calm again when what was much is delivered."""
    outbox = Outbox()
    outbox.put("x" * CALM)
    assert await outbox.take()

    async def answer() -> None:
        async with outbox.answering():
            outbox.put("an answer")

    answering = asyncio.create_task(answer())
    await asyncio.sleep(0)
    assert not outbox.waiting
    outbox.put("and this")
    assert await outbox.take()
    await answering


class Reader:
    """One connection, and why it was ended."""

    def __init__(self, backlog: Backlog, address: str) -> None:
        self.why = ""
        self.outbox = Outbox(backlog.account(address, self._cut))

    def _cut(self, why: str) -> None:
        self.why = why
        self.outbox.close()


def test_of_an_address_whoever_does_not_read_is_cut_the_fullest_first():
    """Those who read stay, however much they are told at once, and so do other addresses."""

    async def readers() -> None:
        backlog = Backlog(per_address=1_000_000, in_all=2_000_000)
        silent = [Reader(backlog, "192.0.2.1") for _ in range(10)]
        prompt = Reader(backlog, "192.0.2.1")
        other = Reader(backlog, "192.0.2.2")
        for number, one in enumerate(silent):
            one.outbox.put("x" * (150_000 + number))
            assert await one.outbox.take()
        for one in (prompt, other):
            one.outbox.put("x" * 900_000)
        await pass_time(PATIENCE + 2 * LOOK_EVERY)
        assert [bool(one.why) for one in silent] == [False] * 6 + [True] * 4
        assert "1 MB wait unread for connections of your address" in silent[-1].why
        assert not prompt.why
        assert not other.why
        for one in silent:
            one.outbox.close()
        assert backlog.size == prompt.outbox.size + other.outbox.size

    run_virtual(readers())


def test_an_address_that_is_over_is_answered_a_little_at_a_time():
    """When those that do not read are cut, not all that wait are answered at once; in the end all
    are, and who goes meanwhile is missed by nobody."""

    async def readers() -> None:
        backlog = Backlog(per_address=1_000_000, in_all=20_000_000)
        most = 0

        async def ask(one: Reader) -> None:
            nonlocal most
            async with one.outbox.answering():
                await pass_time(0.01)  # the disk
                one.outbox.put("x" * 300_000)
                assert await one.outbox.take()
                most = max(most, backlog.size)

        everyone = [Reader(backlog, "192.0.2.1") for _ in range(40)]
        asking = []
        for one in everyone:
            asking.append(asyncio.create_task(ask(one)))
            await pass_time(0.02)
        asking[20].cancel()
        await pass_time(40 * (PATIENCE + LOOK_EVERY))
        assert all(task.done() for task in asking)
        assert most < 1_000_000 + 5 * 310_000
        assert backlog.size <= 1_000_000

    run_virtual(readers())


def test_in_all_the_fullest_of_every_address_are_cut():
    """Many addresses with a little each are bounded too."""

    async def readers() -> None:
        backlog = Backlog(per_address=1_000_000, in_all=2_000_000)
        everyone = [Reader(backlog, f"192.0.2.{number}") for number in range(30)]
        for one in everyone:
            one.outbox.put("x" * 100_000)
            assert await one.outbox.take()
        await pass_time(PATIENCE + 2 * LOOK_EVERY)
        assert sum(bool(one.why) for one in everyone) == 11
        assert "for connections of all" in next(one.why for one in everyone if one.why)

    run_virtual(readers())
