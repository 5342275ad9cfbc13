"""The list of open rooms: as it would be written anew, without being written anew."""

import random

import pytest

from tui_rooms.rules.life import Life
from tui_rooms.rules.records import Participant
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Room
from tui_rooms.server.rooms.telling import listing as telling
from tui_rooms.server.rooms.telling.listing import Listing, changes_of, list_of
from tui_rooms.server.rooms.telling.summaries import summary
from tui_rooms.wire import messages


def room(number: int, **fields: object) -> Room:
    """A live room."""
    return Room(
        room_id=f"room-{number}",
        **{
            "title": f"Room {number}", "room_type": "audio_room", "created_at": float(number),
            "host_name": "Ana", "life": Life.LIVE, "live_since": float(number),
        }
        | fields,
    )  # fmt: skip


def ids(text: str) -> list[str]:
    message = messages.SERVER_MESSAGE.validate_json(text)
    assert isinstance(message, messages.Rooms)
    return [one.room for one in message.rooms]


def text(listing: Listing, state: str | None = None) -> str:
    return list_of(listing.shown(state))


def test_a_list_is_what_pydantic_would_write():
    """Byte for byte, with quotes and letters of all kinds in it."""
    listing = Listing()
    rooms = [room(1, title='“Tea” & "cake" \\ ☕'), room(2, description="a\nb")]
    for one in rooms:
        listing.changed(one)
    newest_first = messages.Rooms(rooms=tuple(summary(one) for one in reversed(rooms)))
    assert text(listing) == newest_first.model_dump_json()
    assert text(Listing()) == messages.Rooms(rooms=()).model_dump_json()
    changed = messages.RoomsChanged(rooms=newest_first.rooms, gone=("room-3", "room-4"))
    assert changes_of(listing.entries(), ["room-3", "room-4"]) == changed.model_dump_json()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_list_is_as_if_written_anew(seed):
    """Rooms come, fill, empty, go private, and end; states are looked for."""
    chance = random.Random(seed)
    rooms: dict[str, Room] = {}
    listing = Listing()
    for step in range(300):
        if len(rooms) < 5 or chance.random() < 0.2:
            one = room(step, title=chance.choice(["Tea", "Jazz night", "Ärger"]))
            rooms[one.room_id] = one
            listing.changed(one)
        one = rooms[chance.choice(list(rooms))]
        match chance.randrange(5):
            case 0:
                one.audience_count = chance.randrange(9)
            case 1:
                one.private = chance.random() < 0.5
            case 2:
                one.life, one.live_since = Life.BACKSTAGE, None
            case 3:
                who = Participant(identity="ben", name="Ben", role=Role.SPEAKER, since=1.0)
                one.stage = {"ben": who}
            case 4:
                one.life = Life.ENDED
                del rooms[one.room_id]
        listing.changed(one)
        state = chance.choice([None, "live", "upcoming"])
        fresh = Listing()
        for each in rooms.values():
            fresh.changed(each)
        assert text(listing, state) == text(fresh, state)


def test_a_room_is_written_once_whoever_looks(monkeypatch):
    """A thousand looks at a hundred rooms write no room again; one change writes one."""
    written = []
    monkeypatch.setattr(telling, "summary", lambda one: written.append(one) or summary(one))
    listing = Listing()
    rooms = [room(number) for number in range(100)]
    for one in rooms:
        listing.changed(one)
    for _ in range(1000):
        text(listing)
    assert len(written) == 100
    listing.changed(rooms[7])
    text(listing)
    assert len(written) == 101


def test_at_most_so_many_are_shown():
    """The fullest ones; the others are found by searching."""
    listing = Listing()
    for number in range(messages.ROOMS_SHOWN + 50):
        listing.changed(room(number, audience_count=number))
    shown = ids(text(listing))
    assert len(shown) == messages.ROOMS_SHOWN
    assert shown[0] == f"room-{messages.ROOMS_SHOWN + 49}"
