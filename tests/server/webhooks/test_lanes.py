"""The order in which one receiver gets its webhooks, and when: in virtual time."""

import asyncio
import itertools
from collections.abc import Callable, Sequence

import pytest

from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.server.webhooks import receiver as receiver_module
from tui_rooms.server.webhooks.attempt import Outcome
from tui_rooms.server.webhooks.queue import Hook
from tui_rooms.server.webhooks.receiver import AT_ONCE, Receiver
from tui_rooms.server.webhooks.retries import Retries

TAKEN = Outcome()
BUSY = Outcome(failure="it answered 500")
DOWN = Outcome(failure="it cannot be reached", is_reached=False)
GONE = Outcome(failure="it answered 410", is_gone=True)


class Post:
    """A receiver behind its port: what it was sent, and how it answers."""

    def __init__(self, answer: Callable[[Hook], Outcome] = lambda hook: TAKEN) -> None:
        self.answer = answer
        self.tried: list[str] = []
        self.taken: list[str] = []
        self.moments: list[float] = []
        """When each was tried."""
        self.kept: dict[int, Hook] = {}
        """What the queue's file would hold."""
        self.at_once = self.most_at_once = 0
        self.takes: float = 0.0
        """Seconds until it answers."""
        self._numbers = itertools.count(1)
        self.receiver = Receiver(
            "http://r", kept=self, send=self._send, retries=Retries(), clock=self._now
        )

    async def tell(self, *names: str, size: int = 10) -> None:
        """Post webhooks: "tea 1" is about the room tea."""
        for name in names:
            number = next(self._numbers)
            room = name.split()[0]
            now = self._now()
            hook = Hook(number=number, hook_id=name, room=room, size=size, made_at=now, next_at=now)
            self.kept[number] = hook
            await self.receiver.take([hook])

    async def failed(self, hook: Hook) -> None:
        """It stays."""
        assert hook.number in self.kept

    async def remove(self, hooks: Sequence[Hook]) -> None:
        """It goes."""
        for hook in hooks:
            del self.kept[hook.number]

    def _now(self) -> float:
        return 1_000_000.0 + asyncio.get_running_loop().time()

    async def _send(self, url: str, hook: Hook) -> Outcome:
        self.tried.append(hook.hook_id)
        self.moments.append(asyncio.get_running_loop().time())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.takes:
                await pass_time(self.takes)
        finally:
            self.at_once -= 1
        outcome = self.answer(hook)
        if outcome.failure is None:
            self.taken.append(hook.hook_id)
        return outcome


def refusing(*names: str, outcome: Outcome = BUSY) -> Callable[[Hook], Outcome]:
    """Everything is taken but these."""
    return lambda hook: outcome if hook.hook_id in names else TAKEN


def test_one_that_fails_holds_up_its_own_room_alone():
    """The news of other rooms arrive at once."""

    async def scenario() -> None:
        post = Post(refusing("tea 1"))
        await post.tell("tea 1", "jazz 1", "tea 2", "jazz 2")
        await pass_time(0.5)
        assert post.taken == ["jazz 1", "jazz 2"]
        await post.receiver.close()

    run_virtual(scenario())


def test_one_that_fails_for_a_day_holds_up_its_own_room_for_seconds():
    """Once the one behind it is taken, it is not the receiver that is down: the others go on."""

    async def scenario() -> None:
        post = Post(refusing("tea 1"))
        await post.tell("tea 1", "tea 2", "tea 3")
        await pass_time(5.0)
        assert post.taken == ["tea 2", "tea 3"]
        await post.tell("tea 4")
        await pass_time(0.1)
        assert post.taken[-1] == "tea 4"
        post.answer = lambda hook: TAKEN
        await pass_time(300.0)
        assert post.taken[-1] == "tea 1"
        assert post.kept == {}
        await post.receiver.close()

    run_virtual(scenario())


@pytest.mark.parametrize("later", [10.0, 3600.0])
def test_what_comes_when_one_has_failed_for_long_is_tried_at_once(later):
    """Nobody waits for the next try of what stands alone before it, be that minutes away."""

    async def scenario() -> None:
        post = Post(refusing("tea 1"))
        await post.tell("tea 1")
        await pass_time(later)
        await post.tell("tea 2", "tea 3")
        await pass_time(0.1)
        assert post.taken == ["tea 2", "tea 3"]
        await post.receiver.close()

    run_virtual(scenario())


def test_after_a_restart_a_room_does_not_wait_for_what_had_failed_before_it():
    """How often it was tried is kept: the next one of its room is tried at once."""

    async def scenario() -> None:
        post = Post(refusing("tea 1"))
        now = post._now()
        old = [
            Hook(
                number=n, hook_id=f"tea {n}", room="tea", size=1, made_at=now, attempts=tries,
                next_at=now + (300.0 if tries else 0.0),
            )
            for n, tries in ((1, 9), (2, 0), (3, 0))
        ]  # fmt: skip
        post.kept.update({hook.number: hook for hook in old})
        await post.receiver.take(old)
        await pass_time(0.1)
        assert post.taken == ["tea 2", "tea 3"]
        await post.receiver.close()

    run_virtual(scenario())


def test_a_receiver_that_is_down_is_not_asked_for_each_webhook_that_is_made():
    """The second of a room is tried once; the others wait for the first."""

    async def scenario() -> None:
        post = Post(lambda hook: DOWN)
        await post.tell("tea 1")
        await pass_time(600.0)
        before = len(post.tried)
        await post.tell(*(f"tea {n}" for n in range(2, 100)))
        await pass_time(1.0)
        assert len(post.tried) - before <= 2
        await post.receiver.close()

    run_virtual(scenario())


@pytest.mark.parametrize("outcome", [BUSY, DOWN, Outcome(failure="no answer within 10 s")])
def test_while_a_receiver_takes_nothing_every_order_is_kept(outcome):
    """After hours of it, each room's news still arrive as they happened."""

    async def scenario() -> None:
        post = Post(lambda hook: outcome)
        names = [f"{room} {n}" for n in range(5) for room in ("tea", "jazz", "folk")]
        await post.tell(*names)
        await pass_time(4 * 3600.0)
        assert post.taken == []
        post.answer = lambda hook: TAKEN
        await pass_time(300.0)
        for room in ("tea", "jazz", "folk"):
            ours = [name for name in post.taken if name.startswith(room)]
            assert ours == [f"{room} {n}" for n in range(5)]
        await post.receiver.close()

    run_virtual(scenario())


def test_a_receiver_that_is_gone_gets_nothing_more_and_that_is_said(caplog):
    """410 stops: what waits is given up, in every room, and nothing is tried again."""

    async def scenario() -> None:
        post = Post(refusing("tea 1", outcome=GONE))
        post.takes = 1.0
        await post.tell("tea 1", "tea 2", "jazz 1")
        await pass_time(3 * 86_400.0)
        assert sorted(post.tried) == ["jazz 1", "tea 1"]
        assert (post.kept, post.receiver.is_gone) == ({}, True)
        await post.receiver.close()

    run_virtual(scenario())
    (said,) = [record.getMessage() for record in caplog.records if "410" in record.getMessage()]
    assert said.startswith("http://r answered 410 (gone): it gets no more webhooks, and the 3 that")


def test_a_receiver_that_asks_for_time_is_left_alone_in_every_room():
    """`Retry-After` is about the receiver: nothing at all is sent to it until then."""

    async def scenario() -> None:
        post = Post(lambda hook: Outcome(failure="it answered 429", wait=100.0))
        await post.tell("tea 1")
        await pass_time(0.1)
        post.answer = lambda hook: TAKEN
        await post.tell("jazz 1", "tea 2")
        await pass_time(99.0)
        assert post.tried == ["tea 1"]
        await pass_time(2.0)
        assert sorted(post.taken) == ["jazz 1", "tea 1", "tea 2"]
        await post.receiver.close()

    run_virtual(scenario())


def test_a_receiver_is_not_asked_by_everyone_at_once():
    """However many rooms have news, at most so many attempts run; all are made in the end."""

    async def scenario() -> None:
        post = Post()
        post.takes = 2.0
        await post.tell(*(f"room-{n} 1" for n in range(50)))
        await pass_time(60.0)
        assert post.most_at_once == AT_ONCE
        assert len(post.taken) == 50
        await post.receiver.close()

    run_virtual(scenario())


@pytest.mark.parametrize(("limit", "size"), [("LIMIT", 1), ("BYTES_LIMIT", 1000)])
def test_what_waits_is_bounded_in_number_and_in_bytes(monkeypatch, caplog, limit, size):
    """The oldest are given up, from the file too, and it is said; the newest arrive."""

    async def scenario() -> None:
        monkeypatch.setattr(receiver_module, limit, 3 * size)
        post = Post(lambda hook: DOWN)
        await post.tell("tea 1", "jazz 1", "tea 2", "tea 3", "folk 1", size=size)
        assert [hook.hook_id for hook in post.kept.values()] == ["tea 2", "tea 3", "folk 1"]
        post.answer = lambda hook: TAKEN
        await pass_time(10.0)
        assert sorted(post.taken) == ["folk 1", "tea 2", "tea 3"]
        await post.receiver.close()

    run_virtual(scenario())
    assert caplog.text.count("given up: too many wait") == 2


def test_a_day_in_vain_is_the_end_of_one_webhook_and_not_of_the_next():
    """Each has its own day, from when it was made."""

    async def scenario() -> None:
        post = Post(lambda hook: DOWN)
        await post.tell("tea 1")
        await pass_time(86_000.0)
        await post.tell("tea 2")
        await pass_time(1000.0)
        assert [hook.hook_id for hook in post.kept.values()] == ["tea 2"]
        post.answer = lambda hook: TAKEN
        await pass_time(301.0)
        assert post.taken == ["tea 2"]
        await post.receiver.close()

    run_virtual(scenario())


def test_a_clock_that_was_set_back_makes_nobody_wait_for_it():
    """A try that lies further ahead than any wait could is brought near."""

    async def scenario() -> None:
        post = Post()
        now = post._now()
        far = Hook(
            number=99, hook_id="tea 1", room="tea", size=1, made_at=now, next_at=now + 10 * 86_400
        )
        post.kept[99] = far
        await post.receiver.take([far])
        await pass_time(Retries().longest_asked + 1)
        assert post.taken == ["tea 1"]
        await post.receiver.close()

    run_virtual(scenario())
