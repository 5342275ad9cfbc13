"""The scene of the chaos: a server, a bad link, and people on both sides of it."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.chaos_client import Config
from benchmarks.chaos_faults import BEHIND_THE_LINK, EVERYBODY, ROOM
from benchmarks.chaos_link import SERVER, BadLink
from benchmarks.chaos_person import Person
from benchmarks.chaos_server import PORT, HouseServer
from benchmarks.namespaces import Namespace
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.credentials.keys import load_keys
from tui_rooms.server.door.credentials.tokens import Grant, mint

DIRECT: Final = "10.9.2"
TONES: Final = {"bob": 400, "cat": 700, "dan": 1_200, "eve": 2_000}
"""Hz. Of those who speak, of one who is muted and of one who may not send; the latter two send."""
SPEAKERS: Final = frozenset({"bob", "cat"})
ROLES: Final = {
    "ann": Role.HOST,
    "bob": Role.SPEAKER,
    "cat": Role.SPEAKER,
    "dan": Role.SPEAKER,
}
"""By token; the others are guests, who keep their sessions."""
DAY: Final = 86_400.0


class ChaosScene:
    """Made by `open`, whatever of it there is let go by `close`."""

    def __init__(self, seed: int, failed: Callable[[str], None]) -> None:
        """
        Args:
            failed: takes a sentence about what must not have happened.
        """
        self.directory = Path(tempfile.mkdtemp(prefix=f"chaos-{os.getpid()}-"))
        self.people: dict[str, Person] = {}
        self.unkept_allowed = False
        self._seed = seed
        self._failed = failed
        self._closing = contextlib.ExitStack()
        self._closing.callback(shutil.rmtree, self.directory, ignore_errors=True)

    @property
    def server(self) -> HouseServer:
        """The only one."""
        return self._server

    @property
    def clients(self) -> Mapping[str, Person]:
        """By name."""
        return self.people

    @property
    def link(self) -> BadLink:
        """The bad network."""
        return self._link

    def expect_unkept(self) -> None:
        """See `Scene`."""
        self.unkept_allowed = True

    async def open(self, names: Sequence[str] = EVERYBODY) -> None:
        """Make the networks, start the server, and have these people come in.

        Raises:
            OSError: there can be no namespaces here.
        """
        here, direct, behind = (self._namespace() for _ in range(3))
        self.beside = direct
        veth = f"ch{os.getpid()}"
        here.run(f"ip link add {veth}a type veth peer name {veth}b netns {direct.pid}")
        for place, end, number in ((here, "a", 1), (direct, "b", 2)):
            place.run(f"ip addr add {DIRECT}.{number}/24 dev {veth}{end}")
            place.run(f"ip link set {veth}{end} up")
        self._link = BadLink(here, behind, self._seed)
        self._closing.callback(self._link.close)
        self._server = HouseServer(here, self.directory, self._failed)
        self._closing.callback(self._server.close)
        await self._server.start()
        for name in names:
            is_behind = name in BEHIND_THE_LINK
            self.people[name] = Person(
                self._config(name, SERVER if is_behind else f"{DIRECT}.1"),
                place=behind if is_behind else direct,
                address=(lambda: self._link.address) if is_behind else (lambda: f"{DIRECT}.2"),
                log=self.directory / f"{name}.log",
                expects=SPEAKERS & set(names) - {name},
                failed=self._failed,
            )
        # Whoever makes the room comes first.
        first = next(person for person in self.people.values() if person.config.makes)
        await first.start()
        others = [person for person in self.people.values() if person is not first]
        await asyncio.gather(*(person.start() for person in others))

    def _namespace(self) -> Namespace:
        namespace = Namespace()
        self._closing.callback(namespace.close)
        namespace.run("ip link set lo up")
        return namespace

    def token(self, identity: str, role: Role) -> str:
        """With which somebody is that in the room."""
        grant = Grant(identity=identity, name=identity.title(), rooms=(ROOM,), role=role)
        keys = load_keys(self._server.directory, create=False)
        return mint(keys, grant, now=time.time(), life=DAY)

    def _config(self, name: str, host: str) -> Config:
        token, kept = None, None
        if name in ROLES:
            token = self.token(name, ROLES[name])
        else:
            kept = str(self.directory / f"{name}-sessions")
        return Config(
            name=name,
            url=f"http://{host}:{PORT}",
            room=ROOM,
            tones=TONES,
            token=token,
            kept=kept,
            makes=name == "ann",
            talks=name in SPEAKERS,
            cheats=name in TONES and name not in SPEAKERS,
            counts=name == "ann",
            raises=name == "fay",
            chats_every=2.0 if name in ("ann", "bob", "cat", "fay") else 0.0,
        )

    @property
    def well_since(self) -> float:
        """Since when everybody is connected and hears whom they should; infinity: not now."""
        return max(person.well_since for person in self.people.values())

    async def all_well(self, *, within: float, for_seconds: float) -> bool:
        """Wait until everybody has been well for so long; False: they are not, in that time."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if time.monotonic() - self.well_since >= for_seconds:
                return True
            await asyncio.sleep(0.05)
        return False

    async def close(self) -> None:
        """Everything goes, in whatever state it is."""
        for person in self.people.values():
            with contextlib.suppress(ProcessLookupError, AssertionError):
                os.kill(person.pid, signal.SIGCONT)
            person.kill()
        for person in self.people.values():
            await person.ended()
        await asyncio.to_thread(self._closing.close)
