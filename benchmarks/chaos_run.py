"""One fault after the other on a scene, and what always holds looked after."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.chaos_faults import ROOM, Fault
from benchmarks.chaos_person import Person
from benchmarks.chaos_scene import ChaosScene
from benchmarks.chaos_truth import Truth, present

SETTLED: Final = 2.0
"""Seconds without anything missing, after which everybody is back."""
NOTICED: Final = 4.0
"""Seconds after a fault in which its effect must have shown."""
HEALS: Final = 40.0
"""Seconds that are waited for what misses its time, before it is mended from outside."""
AGREES: Final = 6.0
"""Seconds within which all mirrors are what the log says, once nobody does anything."""
NEVER_LATE: Final = 0.15
"""A listener that was later than this itself says nothing of a gap."""


@dataclass
class Result:
    """What came of the faults of one kind."""

    fault: Fault
    times: int = 0
    medians: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    failures: int = 0


class Chaos:
    """A run."""

    def __init__(self, seed: int, *, judges_times: bool = True) -> None:
        """
        Args:
            judges_times: whether the stated times count.
        """
        self.seed = seed
        self._judges_times = judges_times
        self.failures: list[str] = []
        self.results: dict[str, Result] = {}
        self.scene = ChaosScene(seed, self.failed)
        self._began = time.monotonic()
        self._now = "the beginning"
        self._read: dict[str, int] = {}
        """How far each text log was looked at."""
        self._late = 0.0
        self._starts_when_unkept = 0

    def failed(self, sentence: str) -> None:
        """Something has happened that must not."""
        passed = time.monotonic() - self._began
        line = f"seed {self.seed}, {passed:.1f} s, '{self._now}': {sentence}"
        self.failures.append(line)
        print(f"FAILED {line}", flush=True)
        if (result := self.results.get(self._now)) is not None:
            result.failures += 1

    async def begin(self, names: Sequence[str]) -> None:
        """Have everybody come in."""
        await self.scene.open(names)
        if not await self.scene.all_well(within=30.0, for_seconds=1.0):
            self._say_who_lacks("not well before anything happened")
        self._began = time.monotonic()

    async def suffer(self, make: Callable[[], Fault], number: int) -> None:
        """One fault, from before it to after it.

        Args:
            number: of the fault in this run; chance follows from it and the seed.
        """
        fault = make()
        result = self.results.setdefault(fault.name, Result(fault))
        result.times += 1
        self._now = fault.name
        failures = len(self.failures)
        self._late = 0.0
        watching = asyncio.create_task(self._watch())
        scene = self.scene
        began = time.monotonic()
        try:
            await fault.begin(scene, random.Random(f"{self.seed}/{number}"))
            await asyncio.sleep(fault.lasts)
            await fault.end(scene)
        except Exception as error:  # noqa: BLE001 - it is a row of the table, whatever it is
            self.failed(f"{type(error).__name__}: {error}")
            await self._mend()
        ended = time.monotonic()
        await asyncio.sleep(max(NOTICED, min(8.0, fault.back_within + 1)))
        if not await scene.all_well(within=fault.back_within + HEALS, for_seconds=SETTLED):
            self._say_who_lacks(f"not back after {time.monotonic() - ended:.0f} s")
            await self._mend()
        watching.cancel()
        self._judge(fault, result, began, ended)
        for person in scene.people.values():
            person.pauses.clear()
        await self.check()
        self._say(fault, result, failed=len(self.failures) - failures)

    def _judge(self, fault: Fault, result: Result, began: float, ended: float) -> None:
        backs = {}
        for person in self.scene.people.values():
            ends = [p.until for p in person.pauses if p.until > ended]
            backs[person.name] = max(0.0, max(ends, default=ended) - ended)
        median, longest = statistics.median(backs.values()), max(backs.values())
        result.medians.append(median)
        result.longest.append(longest)
        if not self._judges_times:
            return
        each = ", ".join(f"{name} {back:.1f}" for name, back in backs.items())
        if median > fault.median_within:
            self.failed(f"back after {median:.1f} s (median), not {fault.median_within:g}: {each}")
        if longest > fault.back_within:
            self.failed(f"back after {longest:.1f} s at last, not {fault.back_within:g}: {each}")
        for name in fault.spares & set(self.scene.people):
            person = self.scene.people[name]
            for pause in (*person.pauses, *person.open_pauses()):
                disturbs = pause.who in ("", "bob") and pause.until > began
                if disturbs and pause.late < NEVER_LATE:
                    what = f"'{pause.who}'" if pause.who else "the server"
                    length = pause.until - pause.since
                    self.failed(f"'{name}' was to notice nothing, and lost {what} for {length:.1f}")

    async def check(self) -> None:
        """What always holds."""
        scene = self.scene
        people = [p for p in scene.people.values() if p.is_connected]
        try:
            await asyncio.gather(*(person.pause() for person in people))
            await self._compare(people)
        except (TimeoutError, OSError, AssertionError) as error:
            self.failed(f"cannot be checked: {type(error).__name__} {error}")
        for person in people:
            person.say("go")
        if not scene.server.is_up and not scene.server.may_be_down:
            self.failed("the server has ended by itself")
        self._look_for_tracebacks()

    async def _compare(self, people: Iterable[Person]) -> None:
        scene = self.scene
        if scene.unkept_allowed and scene.server.starts > self._starts_when_unkept:
            scene.unkept_allowed = False
        if not scene.unkept_allowed:
            self._starts_when_unkept = scene.server.starts
        until = time.monotonic() + AGREES
        while True:
            truth = await Truth.read(scene.server.directory, ROOM, scene.server.pid)
            mirrors = {person: await person.mirror() for person in people}
            wrong = self._wrong(truth, mirrors) + await self._wrong_presence(mirrors)
            if not wrong or time.monotonic() > until:
                break
            await asyncio.sleep(0.3)
        for sentence in wrong:
            self.failed(sentence)
        for person in scene.people.values():
            for one in truth.lost(person.acked):
                if one.kept or not scene.unkept_allowed:
                    self.failed(f"lost: {one}")
            # Those that were lost are told once.
            gone = set(truth.lost(person.acked))
            person.acked = [one for one in person.acked if one not in gone]
        for text in truth.twice():
            self.failed(f"'{text}' was said once and is twice in the log")
        dan = truth.room.stage.get("dan")
        if dan is not None and not dan.muted:
            self.failed("'dan' is not muted any more")

    def _wrong(self, truth: Truth, mirrors: dict[Person, dict[str, object]]) -> list[str]:
        if self.scene.unkept_allowed:
            return []
        found = ((p.name, truth.differs(p.identity, mirror)) for p, mirror in mirrors.items())
        return [f"the mirror of '{name}' has {text}" for name, text in found if text]

    async def _wrong_presence(self, mirrors: dict[Person, dict[str, object]]) -> list[str]:
        reply = await self.scene.server.call(f"/api/rooms/{ROOM}/participants?limit=100")
        if reply.status != 200:
            return [f"the server does not say who is there: {reply.status} {reply.body}"]
        there = {one["identity"]: (one["role"], one["muted"]) for one in reply.body["participants"]}
        wrong = [
            f"the server says that {there.keys()} are there, and not '{person.name}'"
            for person in mirrors
            if person.identity not in there
        ]
        for person, mirror in mirrors.items():
            if (seen := present(mirror)) != there:
                wrong.append(f"'{person.name}' sees {seen}, the server {there}")
        return wrong

    def _look_for_tracebacks(self) -> None:
        logs = [self.scene.server.log, *(p.log for p in self.scene.people.values())]
        for log in logs:
            if not log.exists():
                continue
            text = log.read_text(errors="replace")
            new = text[self._read.get(log.name, 0) :]
            self._read[log.name] = len(text)
            if "Traceback" in new:
                at = new.index("Traceback")
                self.failed(f"{log.name} has: {new[max(0, at - 300) : at + 3000]}")

    async def _mend(self) -> None:
        """From outside, so that the next fault meets people who are well."""
        self.scene.link.calm()
        if not self.scene.server.is_up:
            await self.scene.server.start()
        for person in self.scene.people.values():
            if person.well_since == float("inf"):
                await person.restart()
        await self.scene.all_well(within=20.0, for_seconds=1.0)

    def _say_who_lacks(self, when: str) -> None:
        for person in self.scene.people.values():
            if person.lacks:
                last = f" (told: {person.last_notice})" if person.last_notice else ""
                self.failed(f"'{person.name}' {when}, lacks {person.lacks}{last}")

    async def _watch(self) -> None:
        """How late this process is, for the reader of the table."""
        while True:
            due = time.monotonic() + 0.05
            await asyncio.sleep(0.05)
            self._late = max(self._late, time.monotonic() - due)

    def _say(self, fault: Fault, result: Result, *, failed: int) -> None:
        passed = time.monotonic() - self._began
        verdict = f"{failed} FAILED" if failed else "fine"
        print(
            f"{passed:7.1f} s  {fault.name:34} back {result.medians[-1]:5.2f} s median, "
            f"{result.longest[-1]:5.2f} s at last; runner late {1000 * self._late:.0f} ms  "
            f"{verdict}",
            flush=True,
        )

    def table(self) -> str:
        """All of it, in Markdown."""
        lines = [
            "| fault | times | back, median (stated) | back, last (stated) | failures |",
            "|---|---|---|---|---|",
        ]
        for name, result in self.results.items():
            fault = result.fault
            if not result.medians:
                continue
            lines.append(
                f"| {name} | {result.times} | {statistics.median(result.medians):.2f} s "
                f"({fault.median_within:g}) | {max(result.longest):.2f} s "
                f"({fault.back_within:g}) | {result.failures} |"
            )
        acked = sum(len(person.acked) for person in self.scene.people.values())
        refused: dict[str, int] = {}
        for person in self.scene.people.values():
            for code, times in person.refused.items():
                refused[code] = refused.get(code, 0) + times
        lines.append(f"\n{acked} acknowledged, all in the log but those above; refused: {refused}")
        return "\n".join(lines)
