"""Events and cards as JSON text, as they lie in a database.

The rules' dataclasses are the format. What lies there is read for years, so a change of theirs
must still read old text: new fields need defaults, kinds and fields are never renamed.
"""

from typing import Annotated

from pydantic import Discriminator, TypeAdapter, ValidationError

from tui_rooms.rules.events import Event
from tui_rooms.rules.room import Room
from tui_rooms.server.storage.card import RoomCard
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.wire.sentences import finding_text, place_of, shown_name

_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Discriminator("kind")])
STATE_FORM = 4
"""Raised whenever a kept state would be read differently than the log that it stands for: a field
of `Room` is new or means something else, an event is applied in another way. Kept states of another
form are passed over."""
_STATE: TypeAdapter[Room] = TypeAdapter(Room)
_CARD: TypeAdapter[RoomCard] = TypeAdapter(RoomCard)


def event_text(event: Event) -> str:
    """An event as JSON, with its `kind`."""
    return _EVENT.dump_json(event).decode()


def read_event(text: str, *, room_id: str, seq: int) -> Event:
    """The event of that text, which lies there in that room's log.

    Raises:
        StorageError: `storage-unreadable`.
    """
    try:
        return _EVENT.validate_json(text)
    except ValidationError as exc:
        raise _unreadable(f"event {seq} of room '{room_id}'", exc) from exc


def state_text(room: Room) -> str:
    """A room's state as JSON."""
    return _STATE.dump_json(room).decode()


def read_state(text: str) -> Room | None:
    """The state of that text; None when it cannot be read."""
    try:
        return _STATE.validate_json(text)
    except ValidationError:
        return None


def card_text(card: RoomCard) -> str:
    """A card as JSON."""
    return _CARD.dump_json(card).decode()


def read_card(text: str) -> RoomCard:
    """The card of that text.

    Raises:
        StorageError: `storage-unreadable`.
    """
    try:
        return _CARD.validate_json(text)
    except ValidationError as exc:
        raise _unreadable("the card of a room", exc) from exc


def _unreadable(what: str, exc: ValidationError) -> StorageError:
    # The text itself is not shown: it may be private.
    fault = exc.errors(include_url=False, include_input=False)[0]
    where = place_of(fault) or "text"
    if fault["type"] == "union_tag_invalid":
        why = f"the kind {shown_name(fault['ctx']['tag'])} is not known"
    else:
        why = finding_text(fault)
    return StorageError(
        "storage-unreadable",
        f"{what} cannot be read from the log of rooms ({where}: {why}): "
        "use the version of tui-rooms that wrote it, or restore a backup",
    )
