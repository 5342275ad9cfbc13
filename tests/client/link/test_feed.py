"""Updates on their way to listeners."""

import asyncio

from tui_rooms.client.link.feed import KEPT_HAPPENINGS, Publisher, UpdateFeed
from tui_rooms.client.link.ways import LinkState
from tui_rooms.client.updates import (
    Closed,
    LinkChanged,
    MessageReceived,
    Notice,
    RoomChanged,
    TalkingChanged,
)
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.room import Room

SAID = ChatMessage(message_id="1", identity="ana", name="Ana", text="hi", to=ToEveryone(), at=1.0)


def room(title: str) -> Room:
    return Room(room_id="tea", title=title, room_type="audio_room", created_at=0, host_name="ana")


async def test_a_listener_that_never_reads_holds_a_bounded_number_of_updates():
    """A hung screen must not grow memory or hold the client up."""
    feed = UpdateFeed()
    for number in range(10_000):
        feed.put(RoomChanged(room(str(number))))
        feed.put(LinkChanged(LinkState(loss=number / 10_000)))
        feed.put(TalkingChanged(frozenset({str(number)})))
        feed.put(Notice(str(number)))
    assert len(feed) == 3 + KEPT_HAPPENINGS


async def test_a_slow_listener_gets_the_newest_state_of_each_kind():
    """States in between are skipped, the last one never."""
    feed = UpdateFeed()
    feed.put(RoomChanged(room("old")))
    feed.put(TalkingChanged(frozenset({"ana"})))
    feed.put(RoomChanged(room("new")))
    assert await feed.get() == RoomChanged(room("new"))
    assert await feed.get() == TalkingChanged(frozenset({"ana"}))


async def test_the_newest_notices_are_kept_in_order():
    """Of too many sentences the oldest go."""
    feed = UpdateFeed()
    for number in range(KEPT_HAPPENINGS + 2):
        feed.put(Notice(str(number)))
    assert await feed.get() == Notice("2")
    assert await feed.get() == Notice("3")


async def test_nothing_follows_closed():
    """After the last update there is only the end."""
    feed = UpdateFeed()
    feed.put(Closed("left", "you have left"))
    feed.put(Notice("too late"))
    assert await feed.get() == Closed("left", "you have left")
    assert await feed.get() is None


async def test_a_waiting_listener_is_woken():
    """Nobody polls."""
    feed = UpdateFeed()
    waiting = asyncio.create_task(feed.get())
    await asyncio.sleep(0)
    feed.put(Notice("hello"))
    assert await asyncio.wait_for(waiting, 5) == Notice("hello")


async def test_early_notices_reach_the_first_listener():
    """What went wrong while joining is said as soon as somebody listens."""
    publisher = Publisher()
    publisher.publish(Notice("no sound device"))
    updates = publisher.listen([LinkChanged(LinkState())])
    assert await anext(updates) == Notice("no sound device")
    assert await anext(updates) == LinkChanged(LinkState())
    await updates.aclose()


async def test_a_message_that_comes_before_anybody_listens_is_not_lost():
    """Whoever joins and then reads misses nothing that was said in between."""
    publisher = Publisher()
    publisher.publish(RoomChanged(room("tea")))
    publisher.publish(MessageReceived(SAID))
    updates = publisher.listen([LinkChanged(LinkState())])
    assert [await anext(updates) for _ in range(2)] == [
        MessageReceived(SAID),
        LinkChanged(LinkState()),
    ]
    await updates.aclose()


async def test_each_listener_gets_everything():
    """Two listeners do not share a queue."""
    publisher = Publisher()
    first, second = publisher.listen([]), publisher.listen([])
    waiting = [asyncio.create_task(anext(updates)) for updates in (first, second)]
    await asyncio.sleep(0)
    publisher.publish(Notice("hello"))
    assert await asyncio.gather(*waiting) == [Notice("hello")] * 2
    await first.aclose()
    await second.aclose()
