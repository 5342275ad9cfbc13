"""What people may change: it is written down, and kept."""

import asyncio

import pytest

from tests.server.door.visits import Visit, house
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.rules.roles import Role
from tui_rooms.server.door.changes import ADDRESS, IN_ROOM, PERSON, PROTECTION, TO_COME_BACK

ONE = "203.0.113.7"


async def _host(opened) -> Visit:
    token = opened.token("ana", life=1e6, role=Role.HOST)
    host = await opened.visit("203.0.113.1", token=token)
    await host.ask("create_room", title="Tea", room="tea", live=True)
    await host.ask("join_room", room="tea", media=False)
    return host


async def _guest(opened, address=ONE) -> Visit:
    guest = await opened.visit(address, name="Ben")
    assert (await guest.ask("join_room", room="tea", media=False))["type"] == "ack"
    return guest


async def _wave(guest: Visit, times: int) -> list[str]:
    """Raise a hand so often; the codes of the answers. It can always be lowered again."""
    codes = []
    for _ in range(times):
        codes.append((await guest.do("raise_hand")).get("code", "ack"))
        lowered = await guest.do("lower_hand", identity=_identity(guest))
        assert lowered["type"] == "ack"
    return codes


def _identity(visit: Visit) -> str:
    return str(visit.of("welcome")[0]["identity"])


@pytest.mark.parametrize("address", [ONE, "127.0.0.1", None])
def test_a_person_changes_ten_things_at_once_and_two_a_second(tmp_path, address):
    """On this machine too; who waits goes on, and no other connection gains anything."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            await _host(opened)
            guest = await _guest(opened, address)
            assert await _wave(guest, PERSON.burst) == ["ack"] * PERSON.burst
            refused = await guest.do("raise_hand")
            assert refused["code"] == "too-fast"
            assert "more than 2 changes a second, or 10 at once" in refused["reason"]
            session = guest.session
            guest.leave()
            again = await opened.visit(address, session=session)
            await pass_time(0.1)
            assert (await again.ask("join_room", room="tea", media=False))["code"] == "too-fast"
            await pass_time(1.0)
            assert (await again.ask("join_room", room="tea", media=False))["type"] == "ack"
            assert await _wave(again, 1) == ["ack"]

    run_virtual(scenario())


def test_a_host_who_has_changed_too_much_still_mutes_and_sends_out(tmp_path):
    """Admitting a room full of people leaves them able to protect it."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            host = await _host(opened)
            guest = await _guest(opened)
            answers = [await host.do("update_room", title=f"Tea {n}") for n in range(11)]
            assert answers[-1]["code"] == "too-fast"
            assert "what protects people still goes on" in answers[-1]["reason"]
            identity = _identity(guest)
            assert (await host.do("kick", identity=identity))["type"] == "ack"
            assert PROTECTION.burst > PERSON.burst

    run_virtual(scenario())


def test_a_person_has_so_many_events_in_one_room_also_when_they_come_back(tmp_path):
    """They may still leave and come in, and do in another room what they like."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            await _host(opened)
            guest = await _guest(opened)
            identity = _identity(guest)
            room = opened.door.registry.find("tea").room
            there = "tea", room.created_at, identity
            opened.door.changes.in_rooms.spend(there, IN_ROOM.burst)
            refused = await guest.do("raise_hand")
            assert refused["code"] == "too-many-changes"
            assert "every 43 s" in refused["reason"]
            session = guest.session
            guest.leave()
            await pass_time(1.0)
            again = await opened.visit(ONE, session=session)
            assert (await again.ask("join_room", room="tea", media=False))["type"] == "ack"
            assert await _wave(again, 1) == ["too-many-changes"]
            opened.door.changes.in_rooms.spend(there, TO_COME_BACK)
            await pass_time(44.0 * (TO_COME_BACK + 2))
            assert await _wave(again, 1) == ["ack"]

    run_virtual(scenario())


@pytest.mark.parametrize("address", [ONE, None])
def test_whoever_has_changed_too_much_still_closes_their_microphone_and_goes(tmp_path, address):
    """Push-to-talk, many times a second: opening is refused with a sentence, closing never."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            host = await _host(opened)
            guest = await _guest(opened, address)
            me = _identity(guest)
            room = opened.door.registry.find("tea").room
            role = await host.do("change_role", identity=me, role="speaker")
            assert role["type"] == "ack"
            presses = []
            for _ in range(100):
                presses.append((await guest.do("unmute")).get("code", "ack"))
                assert (await guest.do("mute", identity=me))["type"] == "ack"
                assert room.stage[me].muted
            assert 5 <= presses.count("ack") < 30
            assert set(presses) == {"ack", "too-fast"}
            await pass_time(60.0)
            assert await _codes(guest, "unmute") == ["ack"]
            opened.door.changes.in_rooms.spend(("tea", room.created_at, me), IN_ROOM.burst)
            opened.door.changes.addresses.spend(ONE, 10 * ADDRESS.burst)
            assert await _codes(guest, ("mute", {"identity": me})) == ["ack"]
            assert room.stage[me].muted
            assert await _codes(guest, "unmute") == ["too-many-changes"]
            step = ("change_role", {"identity": me, "role": "listener"})
            assert await _codes(guest, step, "leave_room") == ["ack", "ack"]
            assert room.find(me) is None

    run_virtual(scenario())


async def _codes(visit: Visit, *asked: str | tuple[str, dict[str, str]]) -> list[str]:
    answers = []
    for one in asked:
        kind, fields = (one, {}) if isinstance(one, str) else one
        answers.append((await visit.do(kind, **fields)).get("code", "ack"))
    return answers


def test_guests_who_write_in_turns_leave_half_of_their_address_to_the_quiet(tmp_path):
    """Half a dozen loud guests write less than they wish, and one who has done nothing is heard."""

    async def scenario() -> None:
        async with house(tmp_path, guests=True) as opened:
            host = await _host(opened)
            opened.door.changes.addresses.spend(ONE, ADDRESS.burst - 100)
            loud = [await _guest(opened) for _ in range(6)]
            done = await asyncio.gather(*(_wave(guest, PERSON.burst) for guest in loud))
            written = sum(codes.count("ack") for codes in done)
            assert 30 <= written < 44  # without the quiet ones' half it would be all 88 events
            honest = await _guest(opened)
            assert await _wave(honest, 1) == ["ack"]
            assert (await host.do("update_room", title="Tea and more"))["type"] == "ack"

    run_virtual(scenario())
