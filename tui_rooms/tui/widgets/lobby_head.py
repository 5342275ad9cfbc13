"""The head of the lobby: the program, who one is, and the server."""

from typing import Final, NamedTuple

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import clip
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.values import LobbyPhase
from tui_rooms.tui.widgets.painted import Painted

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
    server: str
    embedded: bool
    phase: LobbyPhase
    sought: str = ""
    """What the list is searched for."""
    kind: str = "Live"
    """Which of the lists is seen."""
    server_name: str = ""
    """What one calls the server, if anything."""


class LobbyHead(Painted[LobbyBanner]):
    """Two lines and a rule."""

    def paint(self, value: LobbyBanner, width: int, height: int) -> list[Strip]:
        """Draw the head."""
        state, colour = _STATE[value.phase]
        where = " on this machine" if value.embedded else ""
        rooms = f"{value.kind} rooms" + (f" with “{value.sought}”" if value.sought else "")
        server = value.server or ("this machine" if value.embedded else "")
        return [
            row(
                width,
                [(" ", _FILL), (" tui-rooms ", _BADGE), (f"  {rooms}", _STRONG)],
                [("you are ", _SOFT), (clip(value.name, width // 2), _STRONG), (" ", _FILL)],
                fill=_FILL,
            ),
            row(
                width,
                [
                    (" server ", _SOFT),
                    (f"{value.server_name}  " if value.server_name else "", _STRONG),
                    (server, _SOFT if value.server_name else _FILL),
                    (where, _SOFT),
                ],
                [(f"  {state} ", ink(colour, palette.PANEL, bold=True))],
                fill=_FILL,
            ),
            row(width, [("─" * width, _RULE)], fill=_RULE),
        ][:height]
