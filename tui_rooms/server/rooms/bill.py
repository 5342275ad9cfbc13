"""Who pays for what is computed on behalf of somebody: each step of it is measured as it runs.

Steps lie between the points where a coroutine waits: what others do meanwhile is not in them. Tasks
inherit the bill of whoever starts them; whether they pay is decided where they are started.
"""

import contextlib
import time
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tui_rooms.rules.room import Seconds

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One request has one, or one connection."""

    payer: str
    charge: Callable[[Seconds], None]
    """Is told what a step has cost."""
    cost: Callable[[], Seconds] = time.thread_time
    """How much this thread has computed so far."""

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """Pay for this block, in which nothing waits."""
        begin = self.cost()
        try:
            yield
        finally:
            self.charge(self.cost() - begin)


_BILL: ContextVar[Bill | None] = ContextVar("bill", default=None)


def current_bill() -> Bill | None:
    """Whose work this is; None: the server's own."""
    return _BILL.get()


async def paid(bill: Bill, work: Coroutine[Any, Any, T]) -> T:
    """Do it on that bill, and what it starts too."""
    before = _BILL.set(bill)
    try:
        return await _Measured(work, bill)
    finally:
        with contextlib.suppress(ValueError):  # thrown away, from elsewhere
            _BILL.reset(before)


def billed(work: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
    """The same work, on the bill of whoever calls this; for a task of its own."""
    bill = _BILL.get()
    return work if bill is None else paid(bill, work)


class _Measured(Generic[T]):
    """Runs work step by step."""

    def __init__(self, work: Coroutine[Any, Any, T], bill: Bill) -> None:
        self._work, self._bill = work, bill

    def __await__(self) -> Generator[Any, Any, T]:
        thrown: BaseException | None = None
        cost, charge = self._bill.cost, self._bill.charge
        while True:
            begin = cost()
            try:
                step = self._work.send(None) if thrown is None else self._work.throw(thrown)
            except StopIteration as done:
                result: T = done.value
                return result
            finally:
                charge(cost() - begin)
            thrown = None
            try:
                yield step
            except BaseException as exc:  # noqa: BLE001 - cancelled too: it is the work's to see
                thrown = exc
