"""What an address uses of the control loop, in virtual time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.server.door.visits import Visit, house
from tests.server.serving import served
from tests.support.dialogue import dialogue
from tests.support.http import call
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.changes import PROTECTION
from tui_rooms.server.door.loop_time import (
    BURST,
    IN_ALL,
    PATIENCE,
    SHARE,
    THIS_MACHINE,
    LoopTime,
    payer_of,
)
from tui_rooms.server.door.loop_time_guard import LoopTimeGuard
from tui_rooms.server.door.own_parts import OwnParts, Part, PartsDoor
from tui_rooms.server.rooms.bill import paid
from tui_rooms.server.rooms.uncancelled import Uncancelled
from tui_rooms.wire.own_parts import HEADER

ONE, OTHER = "203.0.113.7", "203.0.113.8"


class Work:
    """Work that costs what it says, in two steps, the second in a task of its own."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.loop_time = LoopTime(asyncio.get_running_loop().time, lambda: self.spent)
        self.done: list[str] = []
        self._tasks = Uncancelled()

    async def ask(self, address: str, name: str, cost: float) -> None:
        """Ask for it, and wait for it."""
        await self.loop_time.turn(address, name)
        await paid(self.loop_time.bill(address), self._work(name, cost / 2))

    async def keep_asking(self, address: str, name: str, cost: float) -> None:
        """Again and again, whatever comes of it."""
        while True:
            try:
                await self.ask(address, name, cost)
            except RoomError:
                await pass_time(1.0)

    def used(self, names: str) -> int:
        """How much was done of those whose names begin so."""
        return sum(name.startswith(names) for name in self.done)

    async def _work(self, name: str, half: float) -> None:
        self.spent += half
        await asyncio.sleep(0)
        await self._tasks.run(self._rest(name, half))

    async def _rest(self, name: str, half: float) -> None:
        await asyncio.sleep(0)
        self.spent += half
        self.done.append(name)


@contextmanager
def asking(work: Work, addresses: int, connections: int, cost: float) -> Iterator[None]:
    """So many ask for all that they can get; their names are ADDRESS/CONNECTION."""
    tasks = [
        asyncio.create_task(work.keep_asking(f"a{a}", f"a{a}/{c}", cost))
        for a in range(addresses)
        for c in range(connections)
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def _is_at_once(asked: asyncio.Task[object]) -> bool:
    for _ in range(20):
        await asyncio.sleep(0)
    return asked.done()


def test_two_connections_share_what_their_address_may_use_and_nobody_else_waits():
    """In the long run that is its share, of which each connection has as much as the other."""

    async def scenario() -> None:
        work = Work()
        with asking(work, 1, 2, 0.05):
            await pass_time(100.0)
            assert BURST <= 0.05 * len(work.done) <= BURST + 100 * SHARE + 0.5
            assert 0.05 * len(work.done) >= 100 * SHARE
            assert abs(work.used("a0/0") - work.used("a0/1")) <= 4
            assert await _is_at_once(asyncio.create_task(work.ask("b", "b", 0.001)))
        assert work.loop_time.waited > 100

    run_virtual(scenario())


def test_all_strangers_have_a_sum_of_which_who_used_least_gets_first():
    """Twenty loud addresses get it in equal parts; a light one, and this machine, do not wait."""

    async def scenario() -> None:
        work = Work()
        with asking(work, 20, 2, 0.01):
            await pass_time(20.0)
            before = len(work.done)
            await pass_time(100.0)
            used = 0.01 * (len(work.done) - before)
            assert 0.9 <= used / (100 * IN_ALL * SHARE) <= 1.1
            shares = [work.used(f"a{number}/") for number in range(20)]
            assert max(shares) <= 1.2 * min(shares)
            for number in range(50):
                assert await _is_at_once(asyncio.create_task(work.ask(f"b{number}", "", 0.001)))
            assert await _is_at_once(asyncio.create_task(work.ask(THIS_MACHINE, "c", 0.001)))

    run_virtual(scenario())


async def _room(opened, address: str = ONE) -> tuple[Visit, Visit]:
    """A host, and a guest on the stage who has opened their microphone."""
    host = await opened.visit(address, token=opened.token("ana", life=1e6, role=Role.HOST))
    await host.ask("create_room", title="Tea", room="tea", live=True)
    await host.ask("join_room", room="tea", media=False)
    guest = await opened.visit(address, name="Ben")
    await guest.ask("join_room", room="tea", media=False)
    await host.do("change_role", identity=_identity(guest), role="speaker")
    assert (await guest.do("unmute"))["type"] == "ack"
    return host, guest


def _identity(visit: Visit) -> str:
    return str(visit.of("welcome")[0]["identity"])


def _in_debt(opened, address: str | None = ONE) -> None:
    opened.door.loop_time.bill(payer_of(address)).charge(BURST + 60 * SHARE)


def test_people_who_write_to_each_other_never_wait(tmp_path):
    """Twenty behind one address, when every step of the server's took half a millisecond."""

    async def scenario() -> None:
        spent = 0.0

        def cost() -> float:
            nonlocal spent
            spent += 0.0005
            return spent

        async with house(tmp_path, guests=True, cost=cost) as opened:
            await _room(opened)
            people = [await opened.visit(ONE, name=f"Guest {n}") for n in range(20)]
            for one in people:
                await one.ask("join_room", room="tea", media=False)
                await pass_time(0.5)
            for _ in range(10):
                for one in people:
                    assert (await one.do("send_message", text="Good tea"))["type"] == "ack"
                    await pass_time(0.5)
            assert spent > 200 * 0.0005
            assert opened.door.loop_time.waited == 0

    run_virtual(scenario())


def test_who_waits_too_long_is_refused_by_name_and_others_are_not(tmp_path):
    """The connection lives on; a quick one beside it does not notice."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            _, guest = await _room(opened)
            other = await opened.visit(OTHER, name="Cy")
            _in_debt(opened)
            begin = asyncio.get_running_loop().time()
            waiting = asyncio.create_task(guest.ask("find_rooms"))
            assert (await other.ask("find_rooms"))["type"] == "found"
            assert asyncio.get_running_loop().time() == begin
            refused = await waiting
            assert refused["code"] == "busy"
            assert "50 ms a second" in refused["reason"]
            assert asyncio.get_running_loop().time() == pytest.approx(begin + PATIENCE)
            assert (opened.door.loop_time.refused, opened.door.loop_time.waited) == (
                1,
                pytest.approx(PATIENCE),
            )
            await pass_time(60.0)
            assert (await guest.ask("find_rooms"))["type"] == "found"

    run_virtual(scenario())


@pytest.mark.parametrize("address", [ONE, "127.0.0.1"])
def test_a_host_mutes_and_people_mute_themselves_and_go_however_much_is_owed(tmp_path, address):
    """Also behind a request of theirs that waits: that one is refused. On this machine too."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            host, guest = await _room(opened, address)
            me = _identity(guest)
            room = opened.door.registry.find("tea").room
            _in_debt(opened, address)
            begin = asyncio.get_running_loop().time()
            waiting = [asyncio.create_task(one.ask("find_rooms")) for one in (host, guest)]
            await asyncio.sleep(0)
            assert (await guest.do("mute", identity=me))["type"] == "ack"
            assert room.stage[me].muted
            assert (await host.do("kick", identity=me))["type"] == "ack"
            assert room.find(me) is None
            assert [(await one)["code"] for one in waiting] == ["busy", "busy"]
            assert (await host.do("leave_room"))["type"] == "ack"
            assert asyncio.get_running_loop().time() == begin

    run_virtual(scenario())


def test_what_protects_is_no_way_around(tmp_path):
    """It is paid; who may not protect anybody waits, and who does it all the time does too."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True, cost=lambda: 0.0) as opened:
            host, guest = await _room(opened)
            me, ana = _identity(guest), _identity(host)
            _in_debt(opened)
            refused = await guest.do("mute", identity=ana)
            assert refused["code"] == "busy"
            begin = asyncio.get_running_loop().time()
            for _ in range(PROTECTION.burst):
                await host.do("mute", identity=me)
            waiting = asyncio.create_task(host.do("mute", identity=me))
            await pass_time(1.0)
            assert not waiting.done()
            assert asyncio.get_running_loop().time() < begin + 5
            waiting.cancel()

    run_virtual(scenario())


def test_who_goes_while_a_request_waits_is_gone_at_once(tmp_path):
    """Their place is free, or kept for them, as always."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            _, guest = await _room(opened)
            _in_debt(opened)
            waiting = asyncio.create_task(guest.ask("find_rooms"))
            await pass_time(1.0)
            guest.leave()
            await pass_time(0.1)
            assert opened.door.registry.find("tea").room.find(_identity(guest)) is None
            waiting.cancel()

    run_virtual(scenario())


def test_requests_over_http_wait_as_a_whole_but_for_commands_and_our_own_parts():
    """After ten seconds they are answered with 503; the bill is their address's."""

    async def scenario() -> None:
        spent = 0.0

        async def app(_scope: object, _receive: object, send) -> None:
            nonlocal spent
            spent += 0.2
            await send({"type": "http.response.start", "status": 200})

        clock = asyncio.get_running_loop().time
        loop_time = LoopTime(clock, lambda: spent)
        guard = LoopTimeGuard(app, loop_time)
        parts = OwnParts()
        door = PartsDoor(guard, parts, placed=guard, wall=clock)

        async def call(path: str, host: str = ONE, method: str = "GET", **headers: str) -> int:
            told = []

            async def send(message: dict) -> None:
                told.append(message)

            scope = {
                "type": "http",
                "method": method,
                "path": path,
                "client": (host, 1),
                "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            }

            async def receive() -> dict:
                return {"type": "http.request", "body": b""}

            await door(scope, receive, send)
            return int(told[0]["status"])

        assert [await call("/api/rooms") for _ in range(5)] == [200] * 5
        begin = clock()
        assert await call("/api/rooms/tea/commands", method="POST") == 200
        assert await call("/api/health") == 200
        assert await call("/api/rooms", OTHER) == 200
        ticket = parts.ticket(Part(), now=clock(), life=60.0)
        assert await call("/api/rooms", **{HEADER.lower(): ticket}) == 200
        assert clock() == begin
        assert await call("/api/rooms") == 200  # what two of them owed was paid back by then
        assert clock() == pytest.approx(begin + 8.0, abs=0.1)
        loop_time.bill(ONE).charge(1.0)
        assert await call("/api/rooms") == 503

    run_virtual(scenario())


async def test_a_server_that_listens_charges_what_comes_in_on_all_its_ways(tmp_path):
    """And reads on behind what waits, as far as it takes to find what waits for nothing."""

    def scenario(url: str, loop_time: LoopTime) -> None:
        with dialogue(url, name="Ana") as ana:
            ana.ask("create_room", room="tea", title="Tea", live=True)
            ana.ask("join_room", room="tea", media=False)
            assert ana.do("unmute")["type"] == "ack"
            before = loop_time.used
            assert before > 0
            assert call(f"{url}/api/rooms").status == 200
            assert loop_time.used > before
            loop_time.bill(THIS_MACHINE).charge(BURST + 60 * SHARE)
            ana.send({"type": "find_rooms", "id": 901})
            me = ana.welcome["identity"]
            assert ana.do("mute", identity=me)["type"] == "ack"
            assert ana.hear("refused")["code"] == "busy"

    async with served(tmp_path) as (shared, url):
        await asyncio.to_thread(scenario, url, shared.door.loop_time)
