"""News on their way to the screen: bounded, in order, and merged while the screen is busy."""

import threading
from collections.abc import Callable

from textual.message import Message

from tests.tui.people import jazz
from tui_rooms.client.link.ways import LinkState
from tui_rooms.tui.messages import Entered, Left, LinkChanged, Noticed, RoomChanged
from tui_rooms.tui.news.mailbox import KEPT_HAPPENINGS, Mailbox


class BusyScreen:
    """Takes its messages only when it is told to look."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self.calls: list[Callable[[], None]] = []
        self.mailbox = Mailbox(self.got.append, self.calls.append)

    def look(self) -> list[str]:
        """Handle what waits; the kinds of messages in order."""
        while self.calls:
            self.calls.pop(0)()
        return [type(message).__name__ for message in self.got]


def test_a_busy_screen_gets_only_the_newest_of_each_state() -> None:
    """A thousand rooms later one room is drawn, and the screen was called once."""
    screen = BusyScreen()
    for number in range(1000):
        room = jazz().room
        room.audience_count = number
        screen.mailbox.put(RoomChanged(room))
        screen.mailbox.put(LinkChanged(LinkState(round_trip_ms=number)))
    assert len(screen.mailbox) == 2
    assert len(screen.calls) == 1
    assert screen.look() == ["RoomChanged", "LinkChanged"]
    newest = screen.got[0]
    assert isinstance(newest, RoomChanged)
    assert newest.room.audience_count == 999


def test_a_room_never_comes_before_the_entering_of_it() -> None:
    """News of the old room do not take the place of news of the new one."""
    screen = BusyScreen()
    room = jazz().room
    for message in (
        RoomChanged(room),
        Left(),
        Entered(room, "ana", dict),
        RoomChanged(room),
    ):
        screen.mailbox.put(message)
    assert screen.look() == ["Left", "Entered", "RoomChanged"]


def test_of_many_notices_the_newest_stay() -> None:
    """Somebody who makes the client complain for ever does not fill the memory."""
    screen = BusyScreen()
    for number in range(500):
        screen.mailbox.put(Noticed(str(number)))
    screen.look()
    sentences = [message.sentence for message in screen.got if isinstance(message, Noticed)]
    assert sentences == [str(number) for number in range(500 - KEPT_HAPPENINGS, 500)]


def test_nothing_is_lost_between_two_threads() -> None:
    """What is put while the screen empties the box comes with the next call."""
    screen = BusyScreen()
    room = jazz().room
    done = threading.Event()

    def client() -> None:
        for number in range(2000):
            screen.mailbox.put(Entered(room, str(number), dict))
        done.set()

    thread = threading.Thread(target=client)
    thread.start()
    while not done.is_set() or screen.calls:
        screen.look()
    thread.join()
    order = [message.me for message in screen.got if isinstance(message, Entered)]
    assert order == [str(number) for number in range(2000)]
