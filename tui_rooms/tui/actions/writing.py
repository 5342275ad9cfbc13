"""What can be done in the chat, and with reactions."""

from typing import Final

from tui_rooms.rules.address import ToEveryone
from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.situation import RoomSituation

CHAT: Final[Table[RoomSituation]] = (
    Action(
        id="chat",
        keys=("c",),
        word=lambda now: f"chat {now.unread}" if now.unread else "chat",
        explained="write a message; esc leaves it",
        when=lambda now: now.may(Capability.SEND_MESSAGE),
    ),
    Action(
        id="react",
        keys=("r",),
        word="react",
        explained="send an emoji",
        when=lambda now: (
            bool(now.view.room.kind.settings.reactions) and now.may(Capability.CREATE_REACTION)
        ),
    ),
)

MESSAGE: Final[Table[RoomSituation]] = (
    Action(
        id="address",
        # The second key is for while one types.
        keys=("T", "ctrl+o"),
        word="to whom",
        explained="write to everyone, to hosts, or to one person",
        when=lambda now: now.may(Capability.SEND_MESSAGE),
        bar=False,
    ),
    Action(
        id="delete-message",
        keys=("x",),
        word="delete",
        explained="delete the chosen message",
        when=lambda now: now.can_delete,
        bar=False,
    ),
    Action(
        id="pin-message",
        keys=("P",),
        word=lambda now: "unpin" if _is_pinned(now) else "pin",
        explained=lambda now: (
            "take the pinned message away"
            if _is_pinned(now)
            else "show the chosen message above the chat, to everyone"
        ),
        when=lambda now: (
            (_is_pinned(now) or _can_be_pinned(now)) and now.may(Capability.PIN_FOR_EVERYONE)
        ),
        bar=False,
    ),
    Action(
        id="older-messages",
        keys=("left_square_bracket",),
        word="older",
        explained="fetch older messages",
        when=lambda now: now.older,
        bar=False,
    ),
)


def _is_pinned(now: RoomSituation) -> bool:
    """Without a chosen message it is about the one that is pinned."""
    pinned = now.view.room.pinned
    if pinned is None:
        return False
    return now.message is None or now.message.message_id == pinned.message_id


def _can_be_pinned(now: RoomSituation) -> bool:
    message = now.message
    return message is not None and message.deleted_by is None and isinstance(message.to, ToEveryone)
