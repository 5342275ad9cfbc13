"""Why somebody is sent out of a room: the code and the sentence that they are told."""

from collections.abc import Iterable
from dataclasses import dataclass

from tui_rooms.rules import events
from tui_rooms.rules.life import EndReason
from tui_rooms.rules.moments import clock_text
from tui_rooms.rules.room import Room

_ENDINGS = {
    EndReason.ENDED: "room '{title}' has ended",
    EndReason.EMPTY: "room '{title}' has ended: nobody was there any more",
    EndReason.NO_HOST: "room '{title}' has ended: no host came back",
    EndReason.TIME_OVER: "room '{title}' has ended: its time is over",
}


@dataclass(frozen=True, slots=True)
class Eviction:
    """What those are told who are out."""

    code: str
    sentence: str


def evictions(
    room: Room, seated: Iterable[str], happened: Iterable[events.Event]
) -> dict[str, Eviction]:
    """Who of those who sit has to go after these events, and why."""
    for_one: dict[str, Eviction] = {}
    for_all: Eviction | None = None
    for event in happened:
        match event:
            case events.Kicked():
                for_one[event.identity] = Eviction(
                    "kicked", _because(f"you were sent out of room '{room.title}'", event.reason)
                )
            case events.Blocked():
                until = "" if event.until is None else f" until {clock_text(event.until)}"
                sentence = f"you were blocked from room '{room.title}'{until}"
                for_one[event.identity] = Eviction("blocked", _because(sentence, event.reason))
            case events.ListenersSentOut():
                for_all = Eviction(
                    "sent-out", f"{event.reason}: you may wait in the lobby until it is live again"
                )
            case events.RoomEnded():
                for_all = Eviction("room-ended", _ENDINGS[event.reason].format(title=room.title))
    if for_all is not None:
        return {
            identity: for_one.get(identity, for_all)
            for identity in seated
            if room.find(identity) is None
        }
    return {identity: why for identity, why in for_one.items() if room.find(identity) is None}


def _because(sentence: str, reason: str) -> str:
    return f"{sentence}: {reason}" if reason else sentence
