"""What a fault is, and what it may do to the scene: the port between `chaos.py` and its faults.

A fault is a row of the table. The runner calls `begin`, waits for `lasts` seconds, calls `end`, and
from then on counts the seconds until everybody is connected and hears a tone again. Meanwhile and
afterwards it looks after what always holds (no acknowledged event lost, mirrors equal, nobody heard
who may not be); a fault need not.
"""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tests.support.http import Reply

ROOM = "den"
BEHIND_THE_LINK = ("ann", "cat", "dan", "eve", "fay")
"""Host, speaker, muted speaker, one who may not send, listener."""
BESIDE_IT = ("bob", "ivy")
"""Speaker, bystander: on a link of their own that nothing disturbs."""
EVERYBODY = (*BESIDE_IT, *BEHIND_THE_LINK)


class Server(Protocol):
    """The real `tui-rooms serve`, in a network namespace of its own."""

    directory: Path
    """Its `--data`. On a file system that the fault may replace only while the server is down."""
    log: Path
    """What all its starts have written to standard error."""

    @property
    def pid(self) -> int:
        """Of the process itself."""

    @property
    def workers(self) -> list[int]:
        """Process ids of its media workers."""

    def kill(self) -> None:
        """`kill -9`, and wait for its end. Its workers end by themselves."""

    async def stop(self) -> int:
        """SIGTERM, and wait; its exit code (negative: the signal that it took in the end)."""

    async def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        """Start it again on the same port, and wait until it listens.

        Args:
            arguments: further ones for `serve`.
            env: put into its environment on top.

        Raises:
            NotStartedError: it ended instead; its code and words are in there.
        """

    async def call(self, path: str, body: Any = None, *, as_host: bool = True) -> Reply:
        """An HTTP request from its own namespace, for instance of `/api/health`."""


class NotStartedError(Exception):
    """A server has ended instead of listening."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"the server did not start but ended with {code}: {words[-400:]}")
        self.code = code
        self.words = words


class Client(Protocol):
    """A real `RoomClient` in a process of its own."""

    name: str
    address: str
    """Its machine's."""

    @property
    def pid(self) -> int:
        """Of its process."""

    def kill(self) -> None:
        """`kill -9`, and wait for its end."""

    async def restart(self, *, env: Mapping[str, str] | None = None) -> None:
        """Start it again as the same person, killed first if need be; waits until it is in."""


class Link(Protocol):
    """The network between the server and those behind the link; what is set holds at once."""

    loss: float
    """Share of all packets that is lost, each way, 0 to 1."""
    delay: float
    """Seconds, each way."""
    cut: bool
    """Nothing goes through, and nobody is told."""
    no_way: bool
    """Those behind it have no network at all, and their kernel says so."""
    drop_udp: bool
    """No UDP goes through; the rest does."""

    async def change_address(self) -> None:
        """All behind the link have another address from now on, the old one is gone."""


class Scene(Protocol):
    """All that a fault can lay hands on."""

    directory: Path
    """A place for files, removed in the end."""

    @property
    def server(self) -> Server:
        """The only one."""

    @property
    def clients(self) -> Mapping[str, Client]:
        """By name."""

    @property
    def link(self) -> Link:
        """The bad network."""

    def expect_unkept(self) -> None:
        """From now until the server's next start what is acknowledged with `kept: false` may be
        lost: its disk takes nothing, and it says so."""


class Fault(Protocol):
    """A row of the table."""

    name: str
    """For instance "kill -9 of the worker"."""
    lasts: float
    """Seconds between `begin` and `end`."""
    back_within: float
    """Seconds after `end` within which everybody is connected and hears again."""
    median_within: float
    """The same for the median over all clients."""
    spares: frozenset[str]
    """Who notices nothing at all: they stay connected, and no gap is heard."""

    async def begin(self, scene: Scene, random: Random) -> None:
        """Let it happen."""

    async def end(self, scene: Scene) -> None:
        """Let it be over."""
