"""The head of the lobby: the program, who one is, and the server."""

from typing import Final, NamedTuple

from rich.segment import Segment

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import clip
from tui_rooms.tui.drawing.line import line
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.model.values import LobbyPhase

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_STRONG: Final = ink(palette.INK, palette.PANEL, bold=True)
_RULE: Final = ink(palette.RULE, palette.PANEL)
_BADGE: Final = ink(palette.GROUND, palette.SOUND, bold=True)
_STATE: Final = {
    LobbyPhase.STARTING: ("… starting", palette.LOUD),
    LobbyPhase.CONNECTING: ("… connecting", palette.LOUD),
    LobbyPhase.CONNECTED: ("● connected", palette.SOUND),
    LobbyPhase.UNREACHABLE: ("× not reachable", palette.ALARM),
}


class LobbyBanner(NamedTuple):
    """What it says."""

    name: str
    server: str = ""
    embedded: bool = False
    phase: LobbyPhase = LobbyPhase.STARTING
    sought: str = ""
    """What the list is searched for."""
    kind: str = "Live"
    """Which of the lists is seen."""
    silent: bool = False
    """Whether nothing comes from it, for some seconds."""
    server_name: str = ""
    """What one calls the server, if anything."""


def lobby_head(banner: LobbyBanner, width: int) -> list[list[Segment]]:
    """Two lines and a rule."""
    state, colour = _STATE[banner.phase]
    if banner.silent and banner.phase is LobbyPhase.CONNECTED:
        state, colour = "↻ silent", palette.LOUD
    where = " on this machine" if banner.embedded else ""
    rooms = f"{banner.kind} rooms" + (f" with “{banner.sought}”" if banner.sought else "")
    server = banner.server or ("this machine" if banner.embedded else "")
    return [
        line(
            width,
            [(" ", _FILL), (" tui-rooms ", _BADGE), (f"  {rooms}", _STRONG)],
            [("you are ", _SOFT), (clip(banner.name, width // 2), _STRONG), (" ", _FILL)],
            fill=_FILL,
        ),
        line(
            width,
            [
                (" server ", _SOFT),
                (f"{banner.server_name}  " if banner.server_name else "", _STRONG),
                (server, _SOFT if banner.server_name else _FILL),
                (where, _SOFT),
            ],
            [(f"  {state} ", ink(colour, palette.PANEL, bold=True))],
            fill=_FILL,
        ),
        line(width, [("─" * width, _RULE)], fill=_RULE),
    ]
