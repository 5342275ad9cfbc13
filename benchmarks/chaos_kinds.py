"""The faults of processes and of the network; those of the machine are in `chaos_host`."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from benchmarks.chaos_faults import BEHIND_THE_LINK, EVERYBODY, Fault, Scene

NOBODY: Final[frozenset[str]] = frozenset()
ALL: Final = frozenset(EVERYBODY)
BYSTANDER: Final = frozenset({"ivy"})


@dataclass(kw_only=True)
class Row:
    """What each says of itself."""

    name: str
    lasts: float = 0.0
    median_within: float = 1.0
    back_within: float = 5.0
    spares: frozenset[str] = NOBODY


class WorkerKilled(Row):
    """The media worker dies; the server has to put another in its place."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Kill it."""
        os.kill(random.choice(scene.server.workers), signal.SIGKILL)

    async def end(self, scene: Scene) -> None:
        """Nothing: they come back by themselves."""


class ServerKilled(Row):
    """The server dies, and whoever watches over it starts it again at once."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Kill it."""
        scene.server.kill()

    async def end(self, scene: Scene) -> None:
        """Its start-up is not counted."""
        await scene.server.start()


class ClientKilled(Row):
    """A client dies, and its owner starts it again."""

    _who = ""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Kill it."""
        self._who = random.choice([name for name in BEHIND_THE_LINK if name in scene.clients])
        scene.clients[self._who].kill()

    async def end(self, scene: Scene) -> None:
        """Start it."""
        await scene.clients[self._who].restart()


@dataclass(kw_only=True)
class Stopped(Row):
    """A process stands still, as one does whose machine swaps or is moved."""

    of_worker: bool = False
    _pid: int = 0

    async def begin(self, scene: Scene, random: Random) -> None:
        """Stop it."""
        self._pid = random.choice(scene.server.workers) if self.of_worker else scene.server.pid
        os.kill(self._pid, signal.SIGSTOP)

    async def end(self, scene: Scene) -> None:
        """Let it go on, if it has not been replaced."""
        try:
            os.kill(self._pid, signal.SIGCONT)
        except ProcessLookupError:
            return


class AllLost(Row):
    """Every packet is lost, and nobody is told."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Cut it."""
        scene.link.cut = True

    async def end(self, scene: Scene) -> None:
        """Mend it."""
        scene.link.cut = False


class NoNetwork(Row):
    """Those behind the link have no network, as a laptop has none on its way to another room."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Take it away."""
        scene.link.no_way = True

    async def end(self, scene: Scene) -> None:
        """Give it back."""
        scene.link.no_way = False


class UdpLost(Row):
    """No UDP goes through, as in a network that has begun to filter it."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Drop it."""
        scene.link.drop_udp = True

    async def end(self, scene: Scene) -> None:
        """Let it through."""
        scene.link.drop_udp = False


class BadWeather(Row):
    """A part of all packets is lost, and the rest is late: bad, but everybody stays in."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Lose up to a fifth."""
        scene.link.loss = random.uniform(0.05, 0.2)
        scene.link.delay = random.uniform(0.0, 0.1)

    async def end(self, scene: Scene) -> None:
        """Clear up."""
        scene.link.loss = scene.link.delay = 0.0


class AnotherAddress(Row):
    """Those behind the link have another address, as behind another access point."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Change it."""
        await scene.link.change_address()

    async def end(self, scene: Scene) -> None:
        """Nothing: the old one never comes back."""
        await asyncio.sleep(0)


def _lasting(kind: type[Row], what: str, seconds: Sequence[float]) -> list[Callable[[], Fault]]:
    """One row for each duration; whoever is gone for long looks for the server less often."""
    return [
        lambda length=length: kind(  # type: ignore[misc,return-value]
            name=f"{what} for {length:g} s",
            lasts=length,
            back_within=10.0 if length > 10 else 5.0,
            spares=BYSTANDER,
        )
        for length in seconds
    ]


FAULTS: Final[Sequence[Callable[[], Fault]]] = (
    lambda: WorkerKilled(name="kill -9 of the worker", median_within=2.0, back_within=2.0),
    lambda: ServerKilled(name="kill -9 of the server", median_within=3.0, back_within=3.0),
    lambda: ClientKilled(
        name="kill -9 of a client", lasts=1.0, median_within=2.0, back_within=2.0, spares=BYSTANDER
    ),
    lambda: Stopped(name="SIGSTOP of the server for 5 s", lasts=5.0, spares=ALL),
    lambda: Stopped(name="SIGSTOP of the server for 40 s", lasts=40.0, back_within=10.0),
    lambda: Stopped(
        name="SIGSTOP of the worker for 5 s",
        lasts=5.0,
        of_worker=True,
        median_within=2.0,
        back_within=2.0,
    ),
    *_lasting(AllLost, "all packets lost", (5, 20, 60, 300)),
    *_lasting(NoNetwork, "no network", (5, 20, 60)),
    lambda: UdpLost(name="UDP lost for 20 s", lasts=20.0, spares=BYSTANDER),
    lambda: BadWeather(name="bad weather for 10 s", lasts=10.0, spares=BYSTANDER),
    lambda: AnotherAddress(
        name="another address", median_within=3.0, back_within=5.0, spares=BYSTANDER
    ),
)
