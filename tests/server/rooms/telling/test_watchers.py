"""Those who look at the list: what their clients know is what there is, by changes alone."""

import asyncio
import json
import random
from itertools import count

import pytest

from tests.server.rooms.telling.test_listing import room
from tests.support.virtual_time import pass_time, run_virtual
from tui_rooms.client.link.room_list import RoomList
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life
from tui_rooms.rules.room import Room
from tui_rooms.server.rooms.telling import watchers as telling
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.server.rooms.telling.summaries import summary
from tui_rooms.server.rooms.telling.watchers import INTERVAL, Watchers
from tui_rooms.wire import messages
from tui_rooms.wire.features import KNOWN

OLDER = KNOWN - {"room-changes"}


class Client:
    """One connection in the lobby, with a client's real list behind it."""

    def __init__(self, known: frozenset[str] = KNOWN) -> None:
        self.known = known
        self.outbox = Outbox()
        self.list = RoomList()
        self.kinds: list[str] = []
        """Of all that it has read."""

    async def watch(self, watchers: Watchers, text: str = "", state: str | None = None) -> None:
        wanted = messages.WatchRooms(id=1, text=text, state=state)
        await watchers.add(self.outbox, wanted, self.known)

    async def read(self) -> None:
        while self.outbox.waiting:
            message = messages.SERVER_MESSAGE.validate_json(str(await self.outbox.take()))
            assert isinstance(message, messages.Rooms | messages.RoomsChanged)
            self.kinds.append(message.type)
            self.list.take(message)

    @property
    def ids(self) -> list[str]:
        return [shown.room for shown in self.list.rooms]


@pytest.mark.parametrize("seed", range(4))
def test_whoever_reads_when_knows_the_list_as_it_is(seed, monkeypatch):
    """With words and without, of older clients too, while rooms come, change and go, more of them
    than are shown."""
    monkeypatch.setattr("tui_rooms.server.rooms.telling.listing.ROOMS_SHOWN", 10)
    monkeypatch.setattr("tui_rooms.client.link.room_list.ROOMS_SHOWN", 10)

    async def lobby() -> None:
        chance, numbers = random.Random(seed), count()
        watchers = Watchers()
        rooms: dict[str, Room] = {}
        looks = [("", None), ("", "live"), ("tea", None), ("night JAZZ", "upcoming")]
        clients = [(Client(chance.choice([KNOWN, KNOWN, OLDER])), *look) for look in looks * 3]
        for client, text, state in clients:
            await client.watch(watchers, text, state)
        for _ in range(60):
            for _ in range(chance.randrange(4)):
                if len(rooms) < 5 or chance.random() < 0.4:
                    one = room(next(numbers), title=chance.choice(["Tea", "Jazz night"]))
                    rooms[one.room_id] = one
                else:
                    one = rooms[chance.choice(list(rooms))]
                    one.audience_count = chance.randrange(5)
                    one.live_since = chance.choice([None, 5.0])
                    one.private = chance.random() < 0.1
                    if chance.random() < 0.3:
                        one.life = Life.ENDED
                        del rooms[one.room_id]
                watchers.changed(one)
            await pass_time(chance.choice([0.1, INTERVAL]))
            for client, text, state in clients:
                if chance.random() < 0.5:
                    await client.read()
                elif chance.random() < 0.1:
                    await client.watch(watchers, text, state)
        await pass_time(3 * INTERVAL)
        for client, text, state in clients:
            await client.read()
            fits = [
                summary(one)
                for one in rooms.values()
                if not one.private
                and (state is None or (state == "live") is (one.live_since is not None))
                and all(word in one.title.lower() for word in text.lower().split())
            ]
            fits.sort(key=lambda one: (-one.participants, -one.created_at, one.room))
            assert list(client.list.rooms) == fits[:10]
            assert ("rooms_changed" in client.kinds) is ("room-changes" in client.known)

    run_virtual(lobby())


def test_who_does_not_read_misses_lists_and_gets_the_newest():
    """One list waits for them, however often it changes; others are told changes alone, written
    once, at most twice a second."""

    async def lobby() -> None:
        watchers = Watchers()
        for number in range(50):
            watchers.changed(room(number))
        idle, prompt, beside = Client(), Client(), Client()
        for client in (idle, prompt, beside):
            await client.watch(watchers)
        await prompt.read()
        await pass_time(2 * INTERVAL)
        await prompt.read()
        busy = room(7)
        begun = len(prompt.kinds)
        for number in range(100):
            busy.audience_count = number + 1
            watchers.changed(busy)
            await pass_time(0.1)
            await prompt.read()
        await pass_time(INTERVAL)
        await prompt.read()
        assert set(prompt.kinds[begun:]) == {"rooms_changed"}
        assert len(prompt.kinds[begun:]) <= 21
        (waiting,) = idle.outbox._latest.values()
        assert beside.outbox._latest["rooms"] is waiting
        assert json.loads(waiting)["rooms"][0]["participants"] == 100
        await idle.read()
        assert idle.list.rooms == prompt.list.rooms

    run_virtual(lobby())


async def test_looking_for_words_gives_the_loop_back(monkeypatch):
    """Somebody else's turns come between, however many rooms there are."""
    monkeypatch.setattr("tui_rooms.server.rooms.slices.SLICE", 0.0)
    watchers = Watchers()
    for number in range(100):
        watchers.changed(room(number))
    client, turns = Client(), 0
    looking = asyncio.create_task(client.watch(watchers, "99"))
    while not looking.done():
        turns += 1
        await asyncio.sleep(0)
    await client.read()
    assert client.ids == ["room-99"]
    assert turns > 50


async def test_so_many_different_searches_are_too_many(monkeypatch):
    """What they cost is bounded; the whole list is there for everybody."""
    monkeypatch.setattr(telling, "SEARCHES", 3)
    watchers = Watchers()
    for number in range(3):
        await Client().watch(watchers, f"word{number}")
    with pytest.raises(RoomError, match="3 different things") as refused:
        await Client().watch(watchers, "another")
    assert refused.value.code == "busy"
    await Client().watch(watchers, "word1")
    await Client().watch(watchers)
