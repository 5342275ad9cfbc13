"""A room that is larger than a media worker: what its people hear, with real clients.

Three people of a room are many here, so whoever comes to listen as the fourth is at another worker
than the stage.
"""

import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.client.watching import media_up, until
from tests.support.ears import Ear, Tone
from tests.support.server import Server, crowded_at, running_server
from tui_rooms.client.room import CreateOptions, RoomClient
from tui_rooms.client.sound.path import MediaPath
from tui_rooms.rules.roles import Capability, Role

pytestmark = pytest.mark.realtime

OPEN_MIC = CreateOptions(title="Tea", room_type="open_mic")
CROWD = 3
WHILE = 0.2
"""Seconds for which a voice that has ended is listened for."""
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Two media workers, which all tests share; each has a room of its own."""
    with running_server("--media-workers", "2", program=crowded_at(CROWD)) as running:
        yield running


class Hall:
    """A room: who speaks, and an ear at the worker of the stage and one at the other."""

    def __init__(self, url: str, stack: contextlib.AsyncExitStack) -> None:
        self.url = url
        self.room = f"hall-{next(_numbers)}"
        self.ears: dict[str, Ear] = {}
        self._stack = stack

    async def join(self, name: str, hertz: float = 0.0, role: Role | None = None) -> RoomClient:
        """Come in; with a tone, to speak, and with the microphone open."""
        client = await self.enter(name, hertz, role)
        await media_up(client)
        if hertz:
            await client.unmute()
        return client

    async def enter(self, name: str, hertz: float = 0.0, role: Role | None = None) -> RoomClient:
        """Come in, and wait for nothing."""
        ear = self.ears[name] = Ear()
        return await self._stack.enter_async_context(
            RoomClient.join(
                self.url, room=self.room, name=name, create=OPEN_MIC, sink=ear,
                role=role if role or hertz else Role.LISTENER,
                source=Tone(hertz) if hertz else None,
            )
        )  # fmt: skip

    async def hear(self, hertz: float, *names: str) -> None:
        """Wait until they all hear that tone."""
        for name in names:
            ear = self.ears[name]
            await ear.until(lambda: ear.hears(hertz), f"{hertz:g} Hz at {name}")  # noqa: B023

    async def hear_no_more(self, hertz: float, *names: str) -> None:
        """Wait until that tone has ended for them all; it stays so."""
        for name in names:
            ear = self.ears[name]
            await ear.until(lambda: not ear.hears(hertz), f"the end of {hertz:g} Hz at {name}")  # noqa: B023
        for name in names:
            await self.ears[name].listen(WHILE)
            assert not self.ears[name].hears(hertz), f"{hertz:g} Hz is heard again at {name}"


def path_of(client: RoomClient) -> MediaPath:
    """The way that their sound takes."""
    assert client._media is not None
    assert client._media._path is not None
    return client._media._path


def port_of(client: RoomClient) -> int:
    """Of the worker that their sound goes to."""
    return path_of(client).session.offer.candidates[0][1]


def workers_of(server: Server) -> list[int]:
    """The process ids of the media workers, in the order of their ports."""
    pid = server.process.pid
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        if b"tui_rooms.sfu.workers.worker" in words:
            found[int(words[5])] = int(child)
    return [found[index] for index in sorted(found)]


@contextlib.asynccontextmanager
async def hall(server: Server) -> AsyncIterator[Hall]:
    """A room that is larger than a worker once a fourth one comes."""
    async with contextlib.AsyncExitStack() as stack:
        yield Hall(server.url, stack)


async def test_the_stage_is_heard_at_every_worker(server: Server):
    """Each speaker by tone, level and name; who comes in the middle of a word hears the rest."""
    async with hall(server) as den:
        ana = await den.join("ana", 400.0)
        ben = await den.join("ben", 700.0)
        near = await den.join("near")
        far = await den.join("far")
        assert port_of(ana) == port_of(ben) == port_of(near) != port_of(far)
        for hertz in (400.0, 700.0):
            await den.hear(hertz, "near", "far")
        late = await den.join("late")
        assert port_of(late) == port_of(far)
        await den.hear(400.0, "late")
        for client in (near, far, late):
            for speaker in (ana, ben):
                reading = client.levels.read(speaker.identity)
                assert reading.talking
                assert abs(reading.dbov - ana.levels.read(ana.identity).dbov) < 6
            assert client.stats().loss_in == 0.0
        await ben.mute()
        await den.hear_no_more(700.0, "near", "far", "late")
        await den.hear(400.0, "near", "far", "late")


async def test_who_may_not_be_heard_is_silent_at_every_worker(server: Server):
    """Muted by themselves or by a host, without the right to speak, sent out, gone."""
    async with hall(server) as den:
        host = await den.join("host", role=Role.HOST)
        ana = await den.join("ana", 400.0)
        await den.join("near")
        far = await den.join("far")
        assert port_of(far) != port_of(ana)
        both = ("near", "far")
        for how in ("mute", "be muted", "lose the right", "be sent out"):
            await den.hear(400.0, *both)
            match how:
                case "mute":
                    await ana.mute()
                case "be muted":
                    await host.mute_other(ana.identity)
                case "lose the right":
                    await host.revoke(ana.identity, Capability.SEND_AUDIO)
                case "be sent out":
                    await host.kick(ana.identity)
            await den.hear_no_more(400.0, *both)
            if how == "lose the right":
                await host.grant(ana.identity, Capability.SEND_AUDIO)
            if how != "be sent out":
                await ana.unmute()


async def test_who_is_invited_to_the_stage_from_another_worker_is_heard(server: Server):
    """Their sound moves to the worker of the stage, and they go on hearing."""
    async with hall(server) as den:
        ana = await den.join("ana", 400.0)
        await den.join("near")
        await den.join("nearer")
        far = await den.join("far")
        ear = den.ears["ben"] = Ear()
        async with RoomClient.join(
            server.url, room=den.room, name="ben", role=Role.LISTENER, source=Tone(700.0), sink=ear
        ) as ben:
            await media_up(ben)
            assert port_of(ben) == port_of(far) != port_of(ana)
            await den.hear(400.0, "ben")
            await ana.offer_stage(ben.identity)
            await until(ben, lambda: ben.identity in ben.room.offers, "the offer")
            await ben.accept_offer()
            await until(ben, lambda: ben.identity in ben.room.stage, "ben on the stage")
            await ben.unmute()
            await den.hear(700.0, "near", "far")
            await ear.until(lambda: port_of(ben) == port_of(ana), "another way")
            await den.hear(400.0, "ben", "near", "far")
        await den.hear_no_more(700.0, "near", "far")


async def test_when_a_room_ends_it_does_so_at_every_worker(server: Server):
    """Whether its host only leaves, and the stage goes on, or ends it."""
    async with hall(server) as den:
        ana = await den.join("ana", 400.0)
        ben = await den.join("ben", 700.0)
        await den.join("near")
        far = await den.join("far")
        await den.hear(700.0, "near", "far")
        await ana.change_role(ben.identity, Role.HOST)
        await ana.leave()
        await den.hear_no_more(400.0, "near", "far")
        await den.hear(700.0, "near", "far")
        await ben.end()
        await until(far, lambda: far.closed, "the end")
        await den.hear_no_more(700.0, "near", "far")


@pytest.mark.parametrize("of", ["the stage", "listeners"])
async def test_when_a_worker_is_killed_its_people_hear_each_other_again(server: Server, of: str):
    """They do nothing for it, and for the people of the other one nothing has happened."""
    async with hall(server) as den:
        ana = await den.join("ana", 400.0)
        ben = await den.join("ben", 700.0)
        near, far = await den.join("near"), await den.join("far")
        await den.hear(400.0, "ben", "near", "far")
        index = server.started["media_ports"].index(port_of(ana if of == "the stage" else far))
        paths = {client: path_of(client) for client in (ana, ben, near, far)}
        os.kill(workers_of(server)[index], signal.SIGKILL)
        lost = (ana, ben, near) if of == "the stage" else (far,)
        for client in lost:
            await den.ears[client.name].until(
                lambda: client._media._path not in (None, paths[client]),  # noqa: B023
                f"another way of {client.name}",
            )
        await media_up(*lost)
        await den.hear(400.0, "ben", "near", "far")
        await den.hear(700.0, "ana", "near", "far")
        for client in {ana, ben, near, far} - set(lost):
            assert path_of(client) is paths[client]


async def test_who_comes_while_a_worker_stands_still_hears_once_it_is_replaced(server: Server):
    """They are in at once, and others are not held up; their client asks for an offer again."""
    async with hall(server) as den:
        host = await den.join("host", role=Role.HOST)
        ana = await den.join("ana", 400.0)
        await den.join("near")
        far = await den.join("far")
        await den.hear(400.0, "near", "far")
        index = server.started["media_ports"].index(port_of(far))
        os.kill(workers_of(server)[index], signal.SIGSTOP)
        late = await den.enter("late")
        await host.mute_other(ana.identity)
        await den.hear_no_more(400.0, "near")
        await ana.unmute()
        await media_up(late)
        await den.hear(400.0, "near", "far", "late")
