"""What can be done about hands, and about the chosen person."""

from typing import Final

from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.hearing import HEARING
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.drawing.told_apart import clip_called

NAME_CELLS: Final = 18
"""Of a person's name in the key bar."""


def _accept_word(now: RoomSituation) -> str:
    one = now.next_waiting
    if now.offer is not None or one is None:
        return "accept"
    return f"accept {clip_called(one.name, NAME_CELLS)}"


def _accepted(now: RoomSituation) -> str:
    one = now.next_waiting
    if now.offer is not None or one is None:
        return "step on the stage, muted"
    if one.capability is not None:
        return f"let {one.name} {one.capability}"
    return f"offer {one.name} the stage"


def _declined(now: RoomSituation) -> str:
    one = now.next_waiting
    if now.offer is not None or one is None:
        return "stay in the audience"
    return f"say no to {one.name}" + (f": {one.capability}" if one.capability else "")


def _is_asked(now: RoomSituation) -> bool:
    return now.offer is not None or now.next_waiting is not None


def _side(now: RoomSituation) -> str:
    if now.other is None or now.other.role.on_stage:
        return "off stage"
    return "take back" if now.other_is_invited else "invite"


def _side_explained(now: RoomSituation) -> str:
    name = now.other_name
    return {
        "off stage": f"send {name} back to the audience",
        "take back": f"take the offer to {name} back",
        "invite": f"offer {name} the stage",
    }[_side(now)]


def _hand_line(now: RoomSituation) -> str:
    if now.hand_is_up:
        return "lower your hand"
    return "raise your hand" if now.is_on_stage else "raise your hand to come on the stage"


HANDS: Final[Table[RoomSituation]] = (
    Action(
        id="accept",
        keys=("a",),
        word=_accept_word,
        explained=_accepted,
        when=_is_asked,
    ),
    Action(
        id="decline",
        keys=("d",),
        word="decline",
        explained=_declined,
        when=_is_asked,
    ),
    Action(
        id="hand",
        keys=("h",),
        word=lambda now: "lower hand" if now.hand_is_up else "raise hand",
        explained=_hand_line,
        when=lambda now: now.can_move_hand,
    ),
    Action(
        id="ask-to-speak",
        keys=("w",),
        word="ask to speak",
        explained="ask for send-audio, which was taken from you",
        when=lambda now: now.silenced and Capability.SEND_AUDIO in now.can_ask_for,
    ),
    Action(
        id="step-down",
        keys=("j",),
        word="step down…",
        explained="go from the stage back to the audience",
        when=lambda now: now.on_stage and not now.view.in_charge_alone,
        bar=False,
    ),
)

ASK_PERMISSION: Final[Action[RoomSituation]] = Action(
    id="ask-permission",
    keys=("N",),
    word="ask to be allowed…",
    explained="ask the hosts for something that you may not do yet",
    when=lambda now: bool(now.can_ask_for),
    bar=False,
)

PERSON: Final[Table[RoomSituation]] = (
    Action(
        id="details",
        keys=("i",),
        word="details",
        explained=lambda now: (
            f"all about {now.chosen.name}" if now.chosen else "all about this room"
        ),
        bar=False,
    ),
    *HEARING,
    Action(
        id="mute-person",
        keys=("u",),
        word=lambda now: f"mute {clip_called(now.other_name, NAME_CELLS)}",
        explained=lambda now: f"mute {now.other_name}",
        when=lambda now: now.can_mute_other,
    ),
    Action(
        id="change-role",
        keys=("p",),
        word=_side,
        explained=_side_explained,
        when=lambda now: now.may_to_other(Capability.UPDATE_ROLES),
    ),
    Action(
        id="role",
        keys=("C",),
        word="role…",
        explained=lambda now: f"make {now.other_name} a host, a cohost, a speaker or a listener",
        when=lambda now: len(now.roles_to_give) > 1,
        bar=False,
    ),
    Action(
        id="permissions",
        keys=("e",),
        word="permissions",
        explained=lambda now: f"what {now.other_name} may do",
        when=lambda now: now.may_to_other(Capability.UPDATE_PERMISSIONS),
        bar=False,
    ),
    Action(
        id="kick",
        keys=("k",),
        word="kick…",
        explained=lambda now: f"send {now.other_name} out",
        when=lambda now: now.may_to_other(Capability.KICK_USERS),
        bar=False,
    ),
    Action(
        id="block",
        keys=("b",),
        word="block…",
        explained=lambda now: f"send {now.other_name} out and keep them out",
        when=lambda now: now.may_to_other(Capability.BLOCK_USERS),
        bar=False,
    ),
    Action(
        id="write-person",
        keys=("W",),
        word="write to",
        explained=lambda now: f"write to {now.other_name} alone",
        when=lambda now: now.other is not None and now.may(Capability.SEND_MESSAGE),
        bar=False,
    ),
    Action(
        id="report",
        keys=("R",),
        word="report…",
        explained=lambda now: f"tell the hosts about {now.other_name}",
        when=lambda now: now.other is not None,
        bar=False,
    ),
)
"""All about the chosen person."""
