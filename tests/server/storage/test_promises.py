"""Promises that hold for every history of rooms."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.storage.rooms import made
from tui_rooms.rules import commands, events
from tui_rooms.rules.decide import SYSTEM, Actor, decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.evolve import created, evolve
from tui_rooms.server.storage.card import RoomState, card_after, card_of
from tui_rooms.server.storage.memory import MemoryLog
from tui_rooms.server.storage.port import RoomLog
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.server.storage.sqlite import SqliteLog

ANA = Actor(identity="ana", name="ana", outside=True)
texts = st.text(alphabet="aAbBéÉß %_'", max_size=6)
moments = st.integers(0, 6).map(float)
steps = st.lists(
    st.one_of(
        st.builds(commands.UpdateRoom, title=st.sampled_from([None, "new"]), private=st.booleans()),
        st.just(commands.GoLive()),
        st.just(commands.StopLive()),
        st.just(commands.EndRoom()),
        st.just(commands.JoinRoom()),
        st.just(commands.Expire()),
        st.builds(commands.SendMessage, message_id=st.uuids().map(str), text=st.just("hello")),
    ),
    max_size=12,
)


@given(steps, st.booleans())
def test_a_card_is_known_before_the_room_has_changed(script, scheduled):
    """`card_after` foretells the card that `evolve` leads to, and leaves the room alone."""
    make = commands.CreateRoom(room_id="r", title="t", starts_at=50.0 if scheduled else None)
    happened = decide(None, make, ANA, 0.0)
    foretold = card_after(None, happened)
    assert isinstance(happened[0], events.RoomCreated)
    room = created(happened[0])
    for now, command in enumerate([None, *script], start=1):
        if command is not None:
            try:
                actor = SYSTEM if isinstance(command, commands.Expire) else ANA
                happened = decide(room, command, actor, now * 10.0)
            except RoomError:
                continue
            before = repr(room)
            foretold = card_after(room, happened)
            assert repr(room) == before
        for event in happened:
            evolve(room, event)
        assert card_of(room) == foretold


rooms = st.lists(
    st.fixed_dictionaries(
        {"title": texts, "description": texts, "host": texts, "at": moments},
        optional={
            "starts_at": moments,
            "live_at": moments,
            "ended_at": moments,
            "private": st.booleans(),
        },
    ),
    max_size=12,
)
queries = st.lists(
    st.builds(
        RoomQuery,
        state=st.sampled_from([None, *RoomState]),
        text=texts,
        host=st.one_of(st.just(""), texts),
        since=st.none() | moments,
        until=st.none() | moments,
        private=st.booleans(),
        limit=st.integers(1, 4),
        cursor=st.none() | moments.map(lambda moment: f"{moment}~room-5"),
    ),
    min_size=1,
    max_size=8,
)


async def answers(log: RoomLog, abouts: list[dict], asked: list[RoomQuery]) -> list:
    for number, about in enumerate(abouts):
        room_id = f"room-{number}"
        happened, card = made(room_id, **about)
        await log.append(room_id, happened, expected=0, card=card)
    found = [await log.query(query) for query in asked]
    forgotten = await log.forget_before(3.0)
    found += [await log.query(query) for query in asked]
    return [*found, forgotten, sorted(await log.open_rooms())]


@settings(max_examples=40, deadline=None)  # opens a file each time
@given(rooms, queries)
def test_both_logs_give_the_same_answers(abouts, asked):
    """Whatever rooms there are and whatever is asked, SQLite finds what memory finds."""

    async def compare() -> None:
        with tempfile.TemporaryDirectory() as directory:
            kept = await SqliteLog.open(Path(directory) / "rooms.db")
            try:
                assert await answers(kept, abouts, asked) == await answers(
                    MemoryLog(), abouts, asked
                )
            finally:
                await kept.close()

    asyncio.run(compare())
