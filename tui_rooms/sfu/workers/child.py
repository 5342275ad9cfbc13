"""One media worker as its server sees it: started, asked, watched, and given up."""

import asyncio
import contextlib
import itertools
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Admission, EngineEvent
from tui_rooms.sfu.workers.placement import Load
from tui_rooms.sfu.workers.talk import Channel, Entry, event_of, figures_of
from tui_rooms.wire.errors import ProtocolError

PING_EVERY: Final = 0.5
"""Seconds."""
UNANSWERED: Final = 6
"""So many pings without an answer and the worker is given up. They are counted, not timed: a server
that stood still itself has sent none meanwhile."""
SILENT: Final = 3
"""So many, and nobody waits for an answer of it any longer: whoever asks may hold up others."""
READY_TIMEOUT: Final = 20.0
END_TIMEOUT: Final = 2.0
LOOK_EVERY: Final = 0.02
"""Seconds between two looks whether a process has ended."""
_ENDED: Final = "the media worker has ended"

log = logging.getLogger(__name__)


class WorkerGone(Exception):  # noqa: N818 - it is how things are, not a mistake of the caller's
    """The worker ended before it had answered."""


class WorkerSilent(Exception):  # noqa: N818 - the same
    """The worker stands still: it goes on soon, or is replaced."""


def words_of(exc: OSError | MemoryError) -> str:
    """What the system lacked."""
    return (exc.strerror if isinstance(exc, OSError) else None) or "out of memory"


class Child:
    """A worker's process, from its start to its end."""

    def __init__(
        self,
        udp: socket.socket,
        index: int,
        ends: Sequence[socket.socket],
        public_ip: str | None,
    ) -> None:
        """Start the process; `start` waits until it is ready.

        Args:
            udp: bound; it stays ours too, so that another worker can follow on the same port.
            index: its number among the workers.
            ends: see `worker`; they stay ours like the port.
            public_ip: where peers reach it from outside.

        Raises:
            OSError, MemoryError: the system starts no process.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with contextlib.ExitStack() as failing, theirs:
            failing.callback(ours.close)
            self._process = subprocess.Popen(  # nosec B603  # noqa: S603 - our own program
                [
                    *(sys.executable, "-m", "tui_rooms.sfu.workers.worker"),
                    *(str(theirs.fileno()), str(udp.fileno())),
                    *(str(index), ",".join(str(end.fileno()) for end in ends)),
                    *([public_ip] if public_ip else []),
                ],
                pass_fds=(theirs.fileno(), udp.fileno(), *(end.fileno() for end in ends)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            failing.pop_all()
        self._socket = ours
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Entry]] = {}
        self._unanswered = 0
        self._ready = asyncio.Event()
        self._ended = False
        self._figures: Entry = []
        """What it has said of itself last."""
        self.load = Load()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def figures(self) -> EngineFigures:
        """What it has last said of itself."""
        # One ping is always on its way; a loop that is late now and then is no dead one.
        alive = self._ready.is_set() and not self._ended and self._unanswered < UNANSWERED // 2
        return figures_of(self._figures, pid=self.pid, alive=alive)

    async def start(self, on_event: Callable[[EngineEvent], None]) -> None:
        """Wait until it is ready; then `run` has to be called.

        Raises:
            WorkerGone: it ended at once, or did not become ready.
        """
        self._on_event = on_event
        self._channel = await Channel.over(self._socket)
        self._hearing = asyncio.create_task(self._channel.hear(self._heard))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait(
            {ready, self._hearing}, timeout=READY_TIMEOUT, return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        if not self._ready.is_set():
            await self.end()
            raise WorkerGone("a media worker did not start; the lines above say why")

    async def run(self) -> str:
        """Watch it until it is gone; how it ended, for the log."""
        pinging = asyncio.create_task(self._ping())
        await asyncio.wait({pinging, self._hearing}, return_when=asyncio.FIRST_COMPLETED)
        hung = pinging.done()
        pinging.cancel()
        await self.end(at_once=hung)
        if hung:
            return f"has not answered {UNANSWERED} times and was ended"
        return f"ended with {self._process.returncode}"

    def say(self, *entry: Any) -> None:
        """Ask for something that has no answer."""
        self._channel.say(*entry)

    async def admit(self, room: str, peer: str, *, may_send: bool) -> Admission:
        """As `MediaEngine.admit`.

        Raises:
            WorkerGone: it ended meanwhile.
            WorkerSilent: it answers nothing.
        """
        _, _, sdp, source = await self._ask("admit", room, peer, may_send)
        return Admission(sdp, source)

    async def answer(self, peer: str, sdp: str) -> None:
        """As `MediaEngine.answer`.

        Raises:
            ProtocolError: the answer cannot be used.
            WorkerGone: it ended meanwhile.
            WorkerSilent: it answers nothing.
        """
        await self._ask("answer", peer, sdp)

    async def end(self, *, at_once: bool = False) -> None:
        """Let it go: its end of the channel is closed, so it ends; it is killed if it does not."""
        self._channel.close()
        if at_once:
            self._process.kill()
        try:
            async with asyncio.timeout(END_TIMEOUT):
                await self._exit()
        except TimeoutError:
            self._process.kill()
            await self._exit()
        self._hearing.cancel()
        self._ended = True
        self._wait_no_longer(WorkerGone(_ENDED))

    async def _exit(self) -> None:
        # Not in a thread: where memory or processes have run out, none can be started.
        while self._process.poll() is None:  # noqa: ASYNC110 - nothing tells us of it
            await asyncio.sleep(LOOK_EVERY)

    async def _ask(self, word: str, *fields: Any) -> Entry:
        if self._ended:
            raise WorkerGone(_ENDED)
        if self._unanswered > SILENT:
            raise WorkerSilent
        number = next(self._numbers)
        asked: asyncio.Future[Entry] = asyncio.get_running_loop().create_future()
        self._asked[number] = asked
        self._channel.say(word, number, *fields)
        try:
            return await asked
        finally:
            del self._asked[number]

    def _heard(self, entry: Entry) -> None:
        match entry:
            case ["ready"]:
                self._ready.set()
            case ["pong", _, figures]:
                self._unanswered = 0
                self._figures = figures
                self.load.note(self.figures().counts, asyncio.get_running_loop().time())
            case ["admitted" | "answered", number, *_]:
                self._settle(number, entry)
            case ["refused", number, code, sentence]:
                self._settle(number, ProtocolError(code, sentence))
            case ["failed", number, words]:
                self._settle(number, RuntimeError(f"the media worker could not do it: {words}"))
            case _:
                if (event := event_of(entry)) is not None:
                    self._on_event(event)

    def _settle(self, number: int, answer: "Entry | Exception") -> None:
        asked = self._asked.get(number)
        if asked is None or asked.done():
            return
        if isinstance(answer, Exception):
            asked.set_exception(answer)
        else:
            asked.set_result(answer)

    def _wait_no_longer(self, why: Exception) -> None:
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(why)

    async def _ping(self) -> None:
        for number in itertools.count():
            if self._unanswered >= UNANSWERED:
                return
            if self._unanswered >= SILENT:
                self._wait_no_longer(WorkerSilent())
            self._unanswered += 1
            self._channel.say("ping", number)
            await asyncio.sleep(PING_EVERY)
