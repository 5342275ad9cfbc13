"""A client whose program is older is never told of an event that it does not know."""

import pytest

from tests.server.people import Person, actor, open_room
from tests.server.rooms.telling.test_mirrors import settled
from tests.support.virtual_time import run_virtual
from tui_rooms.rules import commands
from tui_rooms.wire import features, messages


@pytest.fixture(autouse=True)
def slow_mode_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the event had come after version 1."""
    monkeypatch.setitem(features.EVENTS, "slow_mode_set", "slow-mode")


async def _older_and_newer() -> tuple[Person, Person]:
    _, live = await open_room()
    await Person(live, "ana").join(actor=actor("ana"))
    older = Person(live, "ben", features=frozenset({"more"}))
    newer = Person(live, "cleo", features=frozenset({"slow-mode", "more"}))
    for person in (older, newer):
        await person.join(actor=actor(person.name))
        await person.read()
    return older, newer


def _kinds(some: list[messages.ServerMessage]) -> list[str]:
    return [
        event.kind if isinstance(message, messages.Events) else message.type
        for message in some
        for event in (message.events if isinstance(message, messages.Events) else [message])
    ]  # type: ignore[union-attr]


def test_who_does_not_know_an_event_is_shown_the_room_instead():
    """Its effect is in the snapshot; who knows the event is told it."""

    async def told() -> None:
        older, newer = await _older_and_newer()
        await older.live.execute(commands.SetSlowMode(seconds=5), actor("ana"))
        assert _kinds(await older.read()) == ["snapshot"]
        assert _kinds(await newer.read()) == ["slow_mode_set"]
        assert older.room.slow_mode_s == newer.room.slow_mode_s == 5
        await settled(older.live, {person.name: person for person in (older, newer)})

    run_virtual(told())


def test_who_comes_back_is_shown_the_room_when_such_an_event_was_missed():
    """Coming back is no other way to be told of it."""

    async def told() -> None:
        older, newer = await _older_and_newer()
        for person in (older, newer):
            await person.drop()
        await older.live.execute(commands.SetSlowMode(seconds=5), actor("ana"))
        for person in (older, newer):
            await person.join(actor=actor(person.name))
        assert "snapshot" in _kinds(await older.read())
        assert "snapshot" not in _kinds(await newer.read())
        assert older.room.slow_mode_s == newer.room.slow_mode_s == 5

    run_virtual(told())
