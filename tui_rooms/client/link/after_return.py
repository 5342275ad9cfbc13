"""What becomes of one's own microphone when the way back into a room was found.

It stays open only if nothing but the link was lost. Once the place was given up, or anybody else
has acted, it takes its owner to open it again.
"""

from dataclasses import dataclass

from tui_rooms.rules import events
from tui_rooms.rules.room import Room


@dataclass(frozen=True, slots=True)
class AfterReturn:
    """What to do about it, and what to say."""

    is_wanted: bool
    """Whether it stays open, as far as we are concerned."""
    mutes: bool
    """Whether the room has to learn that it was closed here meanwhile."""
    sentence: str = ""
    """For whoever comes back; empty when all is as it was."""


def after_return(
    before: Room, now: Room, me: str, *, was_wanted: bool, is_wanted: bool
) -> AfterReturn:
    """Compare what was with what is.

    Args:
        before: the room when the link was lost.
        was_wanted: whether our microphone was to be open then.
        is_wanted: the same now: its owner may have closed it meanwhile.
    """
    mine, was = now.find(me), before.find(me)
    kept = mine is not None and was is not None and mine.since == was.since
    is_open = mine is not None and not mine.muted
    stays = is_wanted and is_open and kept
    sentence = muted_sentence(now, me) if now.muted_by.get(me) != before.muted_by.get(me) else ""
    if not sentence and was_wanted and is_wanted and not kept:
        sentence = (
            "your place was given up while you were away: your microphone is closed until you "
            "open it"
        )
    return AfterReturn(is_wanted=stays, mutes=is_open and not stays, sentence=sentence)


def muted_sentence(room: Room, me: str) -> str:
    """That somebody else has closed one's microphone while one was away; empty if nobody has."""
    muted, mine = room.muted_by.get(me), room.find(me)
    if muted is None or mine is None or not mine.muted:
        return ""
    who = room.find(muted.by)
    return f"{who.name if who else 'a host'} has muted you while you were away"


def is_muted_by(event: events.Event, me: str) -> bool:
    """Whether somebody else has closed one's microphone."""
    if isinstance(event, events.Muted):
        return event.identity == me and event.by != me
    return isinstance(event, events.AllMuted) and me in event.muted
