"""Rooms as the lobby shows them, and as a preview tells of them."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from tui_rooms.rules.room import Life, Room
from tui_rooms.server.storage.card import RoomCard, card_of
from tui_rooms.wire import messages

NAMES_SHOWN = 3


def summary_of(card: RoomCard, room: Room | None) -> messages.RoomSummary:
    """A room in the list; `room` is what is going on in it, if it is open."""
    return messages.RoomSummary(
        room=card.room_id,
        title=card.title,
        description=card.description,
        room_type=card.room_type,
        life=card.life,
        host=card.host_name,
        created_at=card.created_at,
        starts_at=card.starts_at,
        live_since=card.live_since,
        ended_at=card.ended_at,
        private=card.private,
        has_password=card.has_password,
        entry=card.entry,
        # Who is behind a locked door is not told in front of it.
        speakers=() if room is None or room.has_password else _names(room, room.stage),
        participants=0 if room is None else _count(room),
    )


def summary(room: Room) -> messages.RoomSummary:
    """An open room in the list."""
    return summary_of(card_of(room), room)


def preview(room: Room, *, request: int = 0) -> messages.Preview:
    """What somebody is told of a room without joining it."""
    over = room.life is Life.ENDED
    shown = summary_of(card_of(room), None) if over else summary(room)
    if over:
        sentence = f"room '{room.title}' has ended: it can be read"
    else:
        names = () if room.has_password else _names(room, chain(room.stage, room.audience))
        sentence = here_sentence(names, _count(room))
    return messages.Preview(id=request, room=shown, sentence=sentence)


def here_sentence(names: Sequence[str], count: int) -> str:
    """The first few names, and how many more of `count` people there are."""
    if not count:
        return "nobody is here yet"
    if not names:
        return "1 person is here" if count == 1 else f"{count} people are here"
    more = count - len(names)
    if more:
        others = "1 other" if more == 1 else f"{more} others"
        return f"{', '.join(names)} and {others} are here"
    if count == 1:
        return f"{names[0]} is here"
    return f"{', '.join(names[:-1])} and {names[-1]} are here"


def _names(room: Room, identities: Iterable[str]) -> tuple[str, ...]:
    some = islice(identities, NAMES_SHOWN)
    return tuple(who.name for identity in some if (who := room.find(identity)))


def _count(room: Room) -> int:
    return len(room.stage) + room.audience_count
