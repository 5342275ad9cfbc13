"""Media workers: the same engine, in processes of their own, and what happens when one ends."""

import asyncio
import contextlib
import os
import resource
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.support.peers import SPEECH, House, MediaPeer, housed
from tests.support.waiting import wait_until
from tui_rooms.sfu.figures import EngineFigures
from tui_rooms.sfu.port import Connected
from tui_rooms.sfu.workers.pool import MediaWorkers
from tui_rooms.wire.errors import ProtocolError


def _ports(count: int) -> list[socket.socket]:
    found = []
    for _ in range(count):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        found.append(udp)
    return found


@contextlib.asynccontextmanager
async def workers(*rooms: str, count: int = 1) -> AsyncIterator[House[MediaWorkers]]:
    """So many workers, with these rooms ("den" if none is named)."""
    async with housed(MediaWorkers(_ports(count)), *rooms) as house:
        yield house


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def heard(speaker: MediaPeer, listener: MediaPeer) -> bytes:
    """What arrives of one frame."""
    before = len(listener.received)
    speaker.speak(SPEECH)
    await listener.until(lambda: len(listener.received) > before)
    return listener.received[-1].payload


async def test_a_voice_goes_through_a_process_of_its_own():
    """The whole way: offer, answer, connected, a packet, levels, a mute, a farewell."""
    async with workers() as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        assert await heard(ana, ben) == SPEECH
        for name in ("ana", "ben"):
            await house.until(lambda: Connected(name) in house.events)  # noqa: B023
        await house.until(lambda: bool(house.levels()))
        assert house.levels()[0].talking == {"ana"}
        await house.engine.permit("ana", may_send=False)
        # Admitting somebody is answered after the mute was done.
        await house.admit("cleo")
        ana.speak()
        await ana.check()
        await ben.check()
        assert len(ben.received) == 1
        await house.engine.remove("ben")
        await ben.until(lambda: ben.goodbye)


async def test_an_answer_that_cannot_be_used_is_refused_as_by_the_engine_itself():
    """The same error, code and sentence, and the worker goes on."""
    async with workers() as house:
        await house.admit("ana")
        with pytest.raises(ProtocolError) as refused:
            await house.engine.answer("ana", "no sdp")
        assert refused.value.code == "bad-sdp"
        with pytest.raises(ProtocolError) as unknown:
            await house.engine.answer("nobody", "v=0")
        assert unknown.value.code == "no-offer"
        with pytest.raises(LookupError):
            await house.engine.admit("nowhere", "ana", may_send=True)
        await house.join("ben")


async def test_rooms_are_spread_over_the_workers_and_do_not_hear_each_other():
    """Each has its port; a room's people are all told the same one."""
    async with workers("den", "attic", count=2) as house:
        people = [
            await house.join(name, may_send=True, room=room)
            for name, room in [("ana", "den"), ("ben", "den"), ("cleo", "attic"), ("dora", "attic")]
        ]
        ports = [peer.server[1] for peer in people]
        assert ports[0] == ports[1] != ports[2] == ports[3]
        assert await heard(people[0], people[1]) == SPEECH
        assert await heard(people[2], people[3]) == SPEECH
        assert len(people[1].received) == len(people[3].received) == 1


async def test_a_worker_that_is_killed_is_followed_by_another_on_the_same_port():
    """Its people are told, come back by themselves, and hear each other; others notice nothing."""
    async with workers("den", "attic", count=2) as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        cleo = await house.join("cleo", may_send=True, room="attic")
        dora = await house.join("dora", room="attic")
        killed, spared = house.engine.pids
        os.kill(killed, signal.SIGKILL)
        await house.until(lambda: house.gone().keys() == {"ana", "ben"})
        back = [await house.join("ana", may_send=True), await house.join("ben")]
        assert [peer.server for peer in back] == [ana.server, ben.server]
        assert await heard(*back) == SPEECH
        assert await heard(cleo, dora) == SPEECH
        assert house.engine.pids[1] == spared
        assert house.engine.pids[0] != killed


async def test_a_worker_that_stands_still_is_ended_and_followed():
    """It takes no signal and answers nothing: it is counted out and killed."""
    async with workers() as house:
        await house.join("ana", may_send=True)
        (stopped,) = house.engine.pids
        os.kill(stopped, signal.SIGSTOP)
        await house.until(lambda: "ana" in house.gone(), timeout=30)
        assert not is_running(stopped)
        assert await heard(await house.join("ana", may_send=True), await house.join("ben"))


async def test_who_asks_while_a_worker_stands_still_is_told_to_ask_again():
    """Soon: whoever waits for an offer may hold up others of the room, at another worker."""
    async with workers() as house:
        await house.join("ana", may_send=True)
        (stopped,) = house.engine.pids
        os.kill(stopped, signal.SIGSTOP)
        for name in ("ben", "cleo"):
            with pytest.raises(ProtocolError) as refused:
                await house.admit(name)
            assert refused.value.code == "no-media"
        assert is_running(stopped)
        await house.until(lambda: "ana" in house.gone(), timeout=30)
        ana = await house.join("ana", may_send=True)
        assert await heard(ana, await house.join("ben"))
        assert house.engine._placement.places.keys() == {"ana", "ben"}


async def test_who_asks_while_a_worker_is_replaced_waits_for_the_new_one():
    """Nobody is refused for a moment's sake."""
    async with workers() as house:
        os.kill(house.engine.pids[0], signal.SIGKILL)
        assert await heard(await house.join("ana", may_send=True), await house.join("ben"))


@contextlib.contextmanager
def no_descriptors() -> Iterator[None]:
    """The system gives this process none."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_worker_that_cannot_be_replaced_is_as_soon_as_it_can(
    caplog: pytest.LogCaptureFixture,
):
    """Meanwhile nobody waits for it: whoever asks is refused; then they hear each other again."""
    async with workers() as house:
        await house.join("ana", may_send=True)
        (killed,) = house.engine.pids
        with no_descriptors():
            os.kill(killed, signal.SIGKILL)
            for _ in range(2):
                with pytest.raises(ProtocolError) as refused:
                    await house.engine.admit("den", "ben", may_send=False)
                assert refused.value.code == "no-media"
        await house.until(lambda: "ana" in house.gone())
        assert await heard(await house.join("ana", may_send=True), await house.join("ben"))
    assert "media worker 1 cannot be started: Too many open files" in caplog.text


@pytest.mark.parametrize("stands_still", [False, True])
async def test_a_worker_ends_with_its_server_however_that_ended(stands_still: bool):
    """The socket between them is what holds it; and the system ends one that looks at nothing."""
    if stands_still and sys.platform != "linux":
        pytest.skip("only Linux ends what does not run")
    program = (
        "import asyncio, os, socket\n"
        "from tui_rooms.sfu.workers.pool import MediaWorkers\n"
        "async def main():\n"
        "    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "    udp.bind(('127.0.0.1', 0))\n"
        "    engine = MediaWorkers([udp])\n"
        "    await engine.start(print)\n"
        f"    os.kill(engine.pids[0], {int(signal.SIGSTOP if stands_still else 0)})\n"
        "    print(engine.pids[0], flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    worker = int(await server.stdout.readline())
    await server.wait()
    await asyncio.to_thread(wait_until, lambda: not is_running(worker), "the worker's end", 20)


async def test_a_worker_tells_what_it_has_done_and_whether_it_lives():
    """With each answer to a ping: packets, handshakes, who is there, how late its loop is."""
    async with workers("den", "attic", count=2) as house:
        ana, ben = await house.join("ana", may_send=True), await house.join("ben")
        assert await heard(ana, ben) == SPEECH
        ana.send_raw(b"\x50 of no protocol")

        def worker(index: int) -> EngineFigures:
            return house.engine.figures()[index]

        await seen(lambda: worker(0).counts.get("stray", 0) == 1, "the stray datagram")
        await seen(lambda: worker(1).rooms == 1, "the room of the other one")
        busy, idle = house.engine.figures()
        assert (busy.rooms, busy.peers, idle.rooms, idle.peers) == (1, 2, 1, 0)
        assert (busy.counts["received"], busy.counts["forwarded"]) == (1, 1)
        assert (busy.counts["handshakes"], busy.counts["failed_handshakes"]) == (2, 0)
        assert busy.counts["datagrams"] > busy.counts["received"]
        assert sum(busy.lag.counts) > 0
        assert [one.alive for one in (busy, idle)] == [True, True]
        assert (busy.pid, idle.pid) == house.engine.pids
        os.kill(idle.pid, signal.SIGSTOP)
        await seen(lambda: not worker(1).alive, "that a worker stands still")
        os.kill(idle.pid, signal.SIGCONT)
        await seen(lambda: worker(1).alive, "that it goes on, or was replaced")


async def seen(condition: Callable[[], bool], what: str) -> None:
    """Wait for what no event tells of."""
    await asyncio.to_thread(wait_until, condition, what, 20)
