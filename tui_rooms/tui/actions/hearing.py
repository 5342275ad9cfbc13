"""What one hears: the chosen person's volume, or nobody at all. Nobody else learns of it."""

from typing import Final

from tui_rooms.client.sound.volumes import LOUDEST
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.situation import RoomSituation

STEP: Final = 10
"""Percent of one press."""


def louder(percent: int) -> int:
    """The next step up."""
    return min(LOUDEST, percent - percent % STEP + STEP)


def quieter(percent: int) -> int:
    """The next step down."""
    return max(0, -(-percent // STEP) * STEP - STEP)


def _mute_word(now: RoomSituation) -> str:
    return "hear again" if now.hearing.muted else "mute for me"


HEARING: Final[Table[RoomSituation]] = (
    Action(
        id="quieter",
        keys=("minus",),
        word="quieter",
        explained=lambda now: f"hear at {quieter(now.hearing.percent)} %: {now.other_name}",
        when=lambda now: now.can_be_heard and now.hearing.percent > 0,
        bar=False,
        repeats=True,
    ),
    Action(
        id="louder",
        # Shift is too much to ask for on most keyboards.
        keys=("plus", "equals_sign"),
        word="louder",
        explained=lambda now: f"hear at {louder(now.hearing.percent)} %: {now.other_name}",
        when=lambda now: now.can_be_heard and now.hearing.percent < LOUDEST,
        bar=False,
        repeats=True,
    ),
    Action(
        id="mute-for-me",
        keys=("n",),
        word=_mute_word,
        explained=lambda now: (
            f"hear {now.other_name} again"
            if now.hearing.muted
            else f"do not hear {now.other_name}; the others do, and nobody is told"
        ),
        when=lambda now: now.can_be_heard,
        bar=False,
    ),
)
"""Of the chosen person."""

DEAFEN: Final[Action[RoomSituation]] = Action(
    id="deafen",
    keys=("D",),
    word=lambda now: "hear again" if now.deafened else "hear nobody",
    explained=lambda now: (
        "hear everybody again" if now.deafened else "hear nobody until you press it again"
    ),
    bar=False,
)
