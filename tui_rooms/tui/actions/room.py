"""What can be done in a room."""

from dataclasses import dataclass
from typing import Final

from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Life, Participant
from tui_rooms.tui.actions.action import Action, Table
from tui_rooms.tui.actions.everywhere import HELP, PALETTE, SETTINGS
from tui_rooms.tui.drawing.cells import clip
from tui_rooms.tui.room_view import Mic, RoomView, Sound
from tui_rooms.tui.talk import Mode

NAME_CELLS: Final = 18
"""Of a person's name in the key bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSituation:
    """What the table looks at."""

    view: RoomView
    chosen: Participant | None = None
    """The chosen person, oneself too."""
    mode: Mode = Mode.TOGGLE

    def may(self, capability: Capability) -> bool:
        """Whether one may do that."""
        return self.view.may(capability)

    @property
    def mic_is_open(self) -> bool:
        """One's own, whatever devices there are."""
        return self.view.mic(Sound()) is Mic.OPEN

    @property
    def other(self) -> Participant | None:
        """The chosen person, when that is somebody else."""
        return None if self.chosen is None or self.chosen.identity == self.view.me else self.chosen

    @property
    def can_mute_other(self) -> bool:
        """Whether there is a microphone of somebody else to close."""
        other = self.other
        if other is None or other.muted or not other.role.on_stage:
            return False
        return self.may(Capability.MUTE_USERS)


def _speaks(now: RoomSituation) -> bool:
    return now.may(Capability.SEND_AUDIO)


def _toggle_word(now: RoomSituation) -> str:
    return "mute" if now.mic_is_open else "unmute"


def _other_name(now: RoomSituation) -> str:
    return clip(now.other.name, NAME_CELLS) if now.other else ""


def _side(now: RoomSituation) -> str:
    return "off stage" if now.other and now.other.role.on_stage else "on stage"


def _talk_word(now: RoomSituation) -> str:
    return "hold to talk" if now.mode is Mode.HOLD else _toggle_word(now)


ROOM_ACTIONS: Final[Table[RoomSituation]] = (
    Action(
        id="toggle-microphone",
        keys=("m",),
        word=_toggle_word,
        explained=lambda now: f"{_toggle_word(now)} your microphone",
        when=_speaks,
    ),
    Action(
        id="talk",
        keys=("space",),
        word=_talk_word,
        explained=lambda now: (
            "talk while you hold it" if now.mode is Mode.HOLD else "open or close your microphone"
        ),
        when=_speaks,
        bar=False,
    ),
    Action(
        id="mute-person",
        keys=("u",),
        word=lambda now: f"mute {_other_name(now)}",
        when=lambda now: now.can_mute_other,
    ),
    Action(
        id="change-role",
        keys=("p",),
        word=_side,
        explained=lambda now: f"bring {_other_name(now)} {_side(now)}",
        when=lambda now: now.other is not None and now.may(Capability.UPDATE_ROLES),
    ),
    Action(
        id="go-live",
        keys=("g",),
        word="go live",
        explained="let listeners in",
        when=lambda now: now.view.room.life is Life.BACKSTAGE and now.may(Capability.GO_LIVE),
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
    Action(
        id="choose-nobody",
        keys=("escape",),
        word="nobody",
        explained="choose nobody",
        when=lambda now: now.chosen is not None,
        bar=False,
    ),
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
