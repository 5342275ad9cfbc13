"""What can be done in a room."""

from typing import Final

from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.everywhere import HELP, PALETTE, SETTINGS
from tui_rooms.tui.actions.hearing import DEAFEN
from tui_rooms.tui.actions.people import ASK_PERMISSION, HANDS, PERSON
from tui_rooms.tui.actions.running import RUNNING
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.actions.writing import CHAT, MESSAGE
from tui_rooms.tui.model.talk import Mode


def _speaks(now: RoomSituation) -> bool:
    return now.may(Capability.SEND_AUDIO)


def _toggle_word(now: RoomSituation) -> str:
    return "mute" if now.view.mic_is_open else "unmute"


def _talk_word(now: RoomSituation) -> str:
    return "hold to talk" if now.mode is Mode.HOLD else _toggle_word(now)


TALK: Final[Action[RoomSituation]] = Action(
    id="talk",
    keys=("space",),
    word=_talk_word,
    explained=lambda now: (
        "talk while you hold it" if now.mode is Mode.HOLD else "open or close your microphone"
    ),
    when=_speaks,
    bar=False,
)
LOOK_NOW: Final[Action[RoomSituation]] = Action(
    id="look-now",
    keys=("f5", "v"),
    word="look now",
    explained="look for the server without waiting any longer",
    when=lambda now: now.looking,
)
ROOM_ACTIONS: Final[Table[RoomSituation]] = (
    LOOK_NOW,
    Action(
        id="toggle-microphone",
        keys=("m",),
        word=_toggle_word,
        explained=lambda now: f"{_toggle_word(now)} your microphone",
        when=_speaks,
    ),
    TALK,
    *HANDS,
    *CHAT,
    *RUNNING,
    *PERSON,
    Action(
        id="sidebar",
        keys=("s",),
        word="side",
        explained="show or hide hands, people and chat at the side",
    ),
    Action(
        id="next-pane",
        keys=("tab",),
        word="next",
        explained="go to the next pane: stage, people, chat",
        bar=False,
    ),
    Action(
        id="mute",
        keys=("M",),
        word="mute",
        explained="close your microphone, whatever it was",
        when=_speaks,
        bar=False,
    ),
    Action(
        id="unmute",
        keys=("O",),
        word="unmute",
        explained="open your microphone, whatever it was",
        when=_speaks,
        bar=False,
    ),
    Action(
        id="talk-mode",
        keys=("t",),
        word="talk mode",
        explained=lambda now: f"how to talk; now: {now.mode.words}",
        when=_speaks,
        bar=False,
    ),
    DEAFEN,
    ASK_PERMISSION,
    Action(
        id="find-person",
        keys=("f",),
        word="find…",
        explained="find somebody by name, also far back in the audience",
        bar=False,
    ),
    Action(
        id="choose-nobody",
        keys=("escape",),
        word="nobody",
        explained="choose nobody",
        when=lambda now: now.chosen is not None,
        bar=False,
    ),
    *MESSAGE,
    Action(
        id="copy-link",
        keys=("y",),
        word="copy link",
        explained="copy the link to this room",
        bar=False,
    ),
    SETTINGS,
    PALETTE,
    Action(id="leave", keys=("q",), word="leave", explained="leave the room"),
    HELP,
)
"""The most important first; the way out and help last."""
