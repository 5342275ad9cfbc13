"""What whoever asked for something is told beside that it is done."""

from collections.abc import Sequence
from typing import Final

from tui_rooms.rules import events
from tui_rooms.rules.acts.lately import LATELY, sharing
from tui_rooms.rules.room import Room

UNKEPT: Final = (
    "that is done, but not kept: this server cannot write anything down just now, so it holds "
    "until the room's next start, or for good once the server's disk has room again"
)


def told_of(room: Room, happened: Sequence[events.Event], *, kept: bool = True) -> str | None:
    """A sentence for people; None when there is nothing to say.

    Args:
        room: as it is now.
        kept: whether it outlives the server.
    """
    told = [
        _of_network(event, others)
        for event in happened
        if isinstance(event, events.Blocked)
        and (others := sharing(room, event.identity)) is not None
    ]
    if not kept and not all(map(_is_about_oneself, happened)):
        told.append(UNKEPT)
    return "; ".join(told) or None


def _is_about_oneself(event: events.Event) -> bool:
    """Whether somebody has closed their own microphone: that needs no keeping."""
    return isinstance(event, events.Muted) and event.by == event.identity


def _of_network(blocked: events.Blocked, count: int) -> str:
    """How far a block goes, and whom it may hit beside the one who was meant."""
    seconds = LATELY if blocked.until is None else min(LATELY, blocked.until - blocked.at)
    others = {
        0: "nobody else here comes from it",
        1: "1 other person here comes from it, and stays",
    }.get(count, f"{count} others here come from it, and stay")
    how_long = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
    return (
        f"new guests from the network address of '{blocked.name}' are kept out for {how_long} "
        f"too; {others}"
    )
