"""What can be done about a room as a whole by those in charge of it."""

from typing import Final

from tui_rooms.rules.entry import Entry
from tui_rooms.rules.life import Life
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.situation import RoomSituation

DEALS: Final = (Capability.MUTE_USERS, Capability.KICK_USERS, Capability.BLOCK_USERS)
"""With one of these somebody deals with those who have left."""


def _hands(now: RoomSituation) -> str:
    return "close hands" if now.view.room.hands_open else "open hands"


def _reports(now: RoomSituation) -> str:
    still_open = sum(one.settled_by is None for one in now.view.room.reports.values())
    return f"reports ({still_open})" if still_open else "reports"


RUNNING: Final[Table[RoomSituation]] = (
    Action(
        id="go-live",
        keys=("g",),
        word="go live",
        explained="let listeners in",
        when=lambda now: (
            now.view.room.life in (Life.BACKSTAGE, Life.SCHEDULED) and now.may(Capability.GO_LIVE)
        ),
    ),
    Action(
        id="stop-live",
        keys=("G",),
        word="stop live…",
        explained="back to backstage: listeners are sent out",
        when=lambda now: (
            now.is_in(Life.LIVE)
            and now.view.room.kind.settings.backstage
            and now.may(Capability.GO_LIVE)
        ),
        bar=False,
    ),
    Action(
        id="mute-all",
        keys=("A",),
        word="mute all…",
        explained=lambda now: (
            "close every microphone but yours"
            if now.view.room.silent_below is None
            else "close every microphone but yours, or let everyone unmute again"
        ),
        when=lambda now: now.may(Capability.MUTE_USERS),
        bar=False,
    ),
    Action(
        id="entry",
        keys=("K",),
        word="lock…",
        explained=lambda now: (
            "lock the room, or close it to new guests"
            if now.view.room.entry is Entry.OPEN
            else "let people in again, or lock the room"
        ),
        when=lambda now: now.may(Capability.UPDATE_ROOM),
        bar=False,
    ),
    Action(
        id="lower-hands",
        keys=("L",),
        word="lower hands…",
        explained="lower all hands",
        when=lambda now: bool(now.view.room.hands) and now.may(Capability.UPDATE_ROLES),
        bar=False,
    ),
    Action(
        id="open-hands",
        keys=("H",),
        word=_hands,
        explained=lambda now: (
            "close hands: nobody may raise one"
            if now.view.room.hands_open
            else "open hands: listeners may raise one"
        ),
        when=lambda now: now.may(Capability.UPDATE_ROLES),
        bar=False,
    ),
    Action(
        id="slow-mode",
        keys=("S",),
        word="slow mode…",
        explained="how long everyone waits between two messages",
        when=lambda now: now.may(Capability.UPDATE_ROOM),
        bar=False,
    ),
    Action(
        id="edit-room",
        keys=("U",),
        word="edit room…",
        explained="title, description, password, who finds it",
        when=lambda now: now.may(Capability.UPDATE_ROOM),
        bar=False,
    ),
    Action(
        id="absent",
        keys=("Q",),
        word="who left…",
        explained="mute, kick or block who has left",
        when=lambda now: any(map(now.may, DEALS)),
        bar=False,
    ),
    Action(
        id="blocked",
        keys=("B",),
        word="blocked",
        explained="who may not come in; let somebody in again",
        when=lambda now: now.may(Capability.BLOCK_USERS),
        bar=False,
    ),
    Action(
        id="reports",
        keys=("o",),
        word=_reports,
        explained="what was reported; say what is settled",
        when=lambda now: now.may(Capability.READ_REPORTS),
        bar=False,
    ),
    Action(
        id="audit-log",
        keys=("l",),
        word="audit log",
        explained="who did what to whom",
        when=lambda now: now.may(Capability.MUTE_USERS),
        bar=False,
    ),
    Action(
        id="end",
        keys=("E",),
        word="end room…",
        explained="end the room for all",
        when=lambda now: now.may(Capability.END_ROOM),
        bar=False,
    ),
)
