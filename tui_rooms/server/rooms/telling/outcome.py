"""What whoever asked for something is told beside that it is done."""

from collections.abc import Iterable

from tui_rooms.rules import events
from tui_rooms.rules.acts.lately import LATELY


def told_of(happened: Iterable[events.Event]) -> str | None:
    """A sentence for people; None when there is nothing to say."""
    for event in happened:
        if isinstance(event, events.Blocked) and event.sharing is not None:
            return _of_address(event)
    return None


def _of_address(blocked: events.Blocked) -> str:
    """How far a block goes, and whom it may hit beside the one who was meant."""
    seconds = LATELY if blocked.until is None else min(LATELY, blocked.until - blocked.at)
    others = {
        0: "nobody else here comes from it",
        1: "1 other person here comes from it, and stays",
    }.get(blocked.sharing or 0, f"{blocked.sharing} others here come from it, and stay")
    how_long = f"{seconds / 60:.0f} minutes" if seconds > 90 else f"{seconds:.0f} seconds"
    return (
        f"new guests from the network address of '{blocked.name}' are kept out for {how_long} "
        f"too; {others}"
    )
