"""Rooms to store: the events that make one, and its card."""

from tui_rooms.rules import events
from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.room_types import AUDIO_ROOM
from tui_rooms.server.storage.card import RoomCard, card_after


def made(
    room_id: str = "talk",
    *,
    title: str = "A talk",
    description: str = "",
    host: str = "ana",
    at: float = 100.0,
    starts_at: float | None = None,
    live_at: float | None = None,
    ended_at: float | None = None,
    private: bool = False,
) -> tuple[list[events.Event], RoomCard]:
    """What has happened in a room so far, and its card."""
    happened: list[events.Event] = [
        events.RoomCreated(
            room_id=room_id,
            title=title,
            description=description,
            room_type=AUDIO_ROOM,
            starts_at=starts_at,
            private=private,
            identity=host,
            name=host,
            at=at,
        )
    ]
    if live_at is not None:
        if starts_at is not None:
            happened.append(events.BackstageOpened(by=host, at=live_at))
        happened.append(events.WentLive(by=host, at=live_at))
    if ended_at is not None:
        happened.append(events.RoomEnded(by=host, at=ended_at))
    return happened, card_after(None, happened)


def said(text: str, at: float = 200.0) -> events.MessageSent:
    """A chat message of Ana's."""
    return events.MessageSent(
        message_id=f"m{at}", identity="ana", name="ana", text=text, to=ToEveryone(), at=at
    )
