"""A client of the chaos as its runner sees it: started, listened to, killed, started again."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.chaos_client import Config
from benchmarks.namespaces import Namespace

ROOT: Final = Path(__file__).resolve().parent.parent
LIFE: Final = 1_000_000
"""Numbers that one life of a client may use."""
IN_WITHIN: Final = 40.0
MOST_LINE: Final = 2**22


@dataclass(frozen=True, slots=True)
class Acked:
    """Something that the server has acknowledged."""

    who: str
    what: str
    number: int
    made: str | None
    kept: bool
    at: float


@dataclass(frozen=True, slots=True)
class Pause:
    """That somebody was not heard, or that there was no link (`who` is empty)."""

    who: str
    since: float
    until: float
    late: float
    """Seconds by which the listener itself was late."""


class Person:
    """One client."""

    def __init__(
        self,
        config: Config,
        *,
        place: Namespace,
        address: Callable[[], str],
        log: Path,
        expects: frozenset[str],
        failed: Callable[[str], None],
    ) -> None:
        """
        Args:
            place: where it runs.
            log: takes what it writes to standard error.
            expects: whom it hears when all is well.
            failed: takes what must not have happened.
        """
        self.config = config
        self.name = config.name
        self.identity = ""
        self.expects = expects
        self.is_connected = self.has_media = False
        self.hears: set[str] = set()
        self.acked: list[Acked] = []
        self.refused: dict[str, int] = {}
        self.pauses: list[Pause] = []
        self.well_since = float("inf")
        """When all of it was well again; infinity while it is not."""
        self.last_notice = ""
        self.log = log
        self._place = place
        self._address = address
        self._failed = failed
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._in = asyncio.Event()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._lost: dict[str, float] = {}
        self._is_to_end = False

    @property
    def pid(self) -> int:
        """Of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def address(self) -> str:
        """Its machine's."""
        return self._address()

    async def start(self, *, env: Mapping[str, str] | None = None) -> None:
        """Start the process, and wait until it is in the room.

        Raises:
            TimeoutError: it does not come in.
        """
        self._in.clear()
        self._is_to_end = False
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._place.words,
                sys.executable,
                str(ROOT / "benchmarks" / "chaos_client.py"),
                json.dumps(asdict(self.config)),
                env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=MOST_LINE,
                start_new_session=True,  # Ctrl-C is for the runner
            )
        self._reading = asyncio.create_task(self._read(self._process))
        async with asyncio.timeout(IN_WITHIN):
            await self._in.wait()

    def kill(self) -> None:
        """`kill -9`; whom it was is not well from now on."""
        self._is_to_end = True
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        self.is_connected = self.has_media = False
        self.hears.clear()
        for who in ("", *self.expects):
            self._mark(who, time.monotonic(), is_well=False)
        self._look()

    async def restart(self, *, env: Mapping[str, str] | None = None) -> None:
        """As the same person, whose next words have numbers of their own."""
        self.kill()
        await self.ended()
        self.config = replace(self.config, first=self.config.first // LIFE * LIFE + LIFE)
        await self.start(env=env)

    async def leave(self) -> None:
        """Go out in order."""
        self._is_to_end = True
        self.say("leave")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self.ended()
        self.kill()

    async def ended(self) -> None:
        """Wait for the end of the process."""
        if self._process is not None:
            await self._process.wait()
        if self._reading is not None:
            await self._reading

    async def pause(self) -> None:
        """Have it begin nothing any more, and wait until nothing is under way."""
        await self._ask("pause", "paused")

    async def mirror(self) -> dict[str, Any]:
        """Its room, as JSON has it."""
        return dict((await self._ask("state", "state"))["room"])

    def say(self, word: str) -> None:
        """Tell it something."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._process.stdin.write(f"{word}\n".encode())

    async def _ask(self, word: str, kind: str) -> dict[str, Any]:
        self.say(word)
        async with asyncio.timeout(20):
            while True:
                answer = await self._answers.get()
                if answer["kind"] == kind:
                    return answer

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if line.startswith(b"{"):
                self._hear(json.loads(line))
        code = await process.wait()
        if not self._is_to_end and process is self._process:
            self._failed(f"the client '{self.name}' ended by itself, with {code}")

    def _hear(self, told: dict[str, Any]) -> None:
        match told["kind"]:
            case "in":
                if self.identity not in ("", told["identity"]):
                    self._failed(f"'{self.name}' came back as somebody else")
                self.identity = told["identity"]
                self._in.set()
            case "link":
                self.is_connected, self.has_media = told["connected"], told["media"]
                self._mark("", told["t"], is_well=self.is_connected and self.has_media)
            case "heard":
                self._heard(told)
            case "acked":
                self.acked.append(
                    Acked(
                        self.name,
                        told["what"],
                        told["number"],
                        told["made"],
                        told["kept"],
                        told["t"],
                    )
                )
            case "refused" | "unsure":
                self.refused[told["code"]] = self.refused.get(told["code"], 0) + 1
            case "notice":
                self.last_notice = told["sentence"]
            case "closed":
                if not self._is_to_end:
                    self._failed(f"'{self.name}' is out ({told['code']}): {told['sentence']}")
            case _:
                self._answers.put_nowait(told)
        self._look()

    def _heard(self, told: dict[str, Any]) -> None:
        who = told["who"]
        if told["is_heard"]:
            self.hears.add(who)
            if who not in self.expects:
                self._failed(f"'{self.name}' hears '{who}', who may not be heard")
        else:
            self.hears.discard(who)
        self._mark(who, told["since"], is_well=told["is_heard"], late=told["late"])

    def _mark(self, who: str, at: float, *, is_well: bool, late: float = 0.0) -> None:
        if not is_well:
            self._lost.setdefault(who, at)
        elif who in self._lost:
            self.pauses.append(Pause(who, self._lost.pop(who), at, late))

    def _look(self) -> None:
        is_well = self.is_connected and self.has_media and self.expects <= self.hears
        if not is_well:
            self.well_since = float("inf")
        elif self.well_since == float("inf"):
            self.well_since = time.monotonic()

    def open_pauses(self) -> list[Pause]:
        """Those that last."""
        now = time.monotonic()
        return [Pause(who, since, now, 0.0) for who, since in self._lost.items()]

    @property
    def lacks(self) -> str:
        """What is not well now, in words."""
        missing = [f"'{who}'" for who in sorted(self.expects - self.hears)]
        words = [
            *([] if self.is_connected else ["a link"]),
            *([] if self.has_media else ["a media path"]),
            *(["to hear " + " and ".join(missing)] if missing else []),
        ]
        return ", ".join(words)
