"""The head of a room: one's own microphone first, then the room, then the way to the server."""

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from tui_rooms.client.link.ways import LinkPhase, LinkState, MediaPhase
from tui_rooms.rules.life import Life
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.cells import width_of
from tui_rooms.tui.drawing.connection import quality
from tui_rooms.tui.drawing.duration import duration
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.meter import with_mark
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import fields, row
from tui_rooms.tui.model.room_view import Banner, Mic
from tui_rooms.tui.widgets.painted import Painted

_MIC: Final = {
    Mic.OPEN: ink(palette.GROUND, palette.SOUND, bold=True),
    Mic.MUTED: ink(palette.ALARM, palette.DARK_ALARM, bold=True),
    Mic.LISTENER: ink(palette.INK, palette.BAR, bold=True),
    Mic.NO_DEVICE: ink(palette.GROUND, palette.LOUD, bold=True),
    Mic.NO_MICROPHONE: ink(palette.GROUND, palette.LOUD, bold=True),
    Mic.OFF: ink(palette.INK, palette.BAR, bold=True),
}
_LIFE: Final = {
    Life.LIVE: ("● LIVE", ink(palette.GROUND, palette.ALARM, bold=True)),
    Life.SCHEDULED: ("◷ UPCOMING", ink(palette.GROUND, palette.SOUND, bold=True)),
    Life.BACKSTAGE: ("◌ BACKSTAGE", ink(palette.GROUND, palette.LOUD, bold=True)),
    Life.ENDED: ("■ ENDED", ink(palette.INK, palette.BAR, bold=True)),
}
_DEAF: Final = ink(palette.GROUND, palette.LOUD, bold=True)
OWN_CELLS: Final = 8
"""Of one's own meter."""
_EMOJI: Final = 3
"""Kinds of reactions that are counted."""

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_STRONG: Final = ink(palette.INK, palette.PANEL, bold=True)
_CLOSED: Final = ink(palette.LOUD, palette.PANEL, bold=True)
_RULE: Final = ink(palette.RULE, palette.PANEL)


class RoomHead(Painted[Banner]):
    """Two lines and a rule; the mouse button can be held on one's own microphone."""

    class MicPressed(Message):
        """The mouse button went down on one's own microphone."""

    class MicReleased(Message):
        """It went up, wherever that was."""

    def __init__(self, value: Banner) -> None:
        super().__init__(value)
        self._pressed = False

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Only on the microphone."""
        if event.y == 0 and event.x <= width_of(_mic_words(self.value.mic)):
            self._pressed = True
            self.capture_mouse()
            self.post_message(self.MicPressed())

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Wherever the mouse is by now."""
        if self._pressed:
            self._pressed = False
            self.release_mouse()
            self.post_message(self.MicReleased())

    def paint(self, value: Banner, width: int, height: int) -> list[Strip]:
        """Draw the head."""
        return [
            _first(value, width),
            _second(value, width),
            row(width, [("─" * width, _RULE)], fill=_RULE),
        ][:height]


def _first(value: Banner, width: int) -> Strip:
    badge, badge_style = _LIFE[value.life]
    pieces: list[Piece] = [
        (" ", _FILL),
        (_mic_words(value.mic), _MIC[value.mic]),
        *_own_meter(value),
        *([(" ", _FILL), (" ∅ HEARING NOBODY ", _DEAF)] if value.own.deafened else []),
        (" ", _FILL),
        (f" {badge} ", badge_style),
        (" ", _FILL),
        (value.title, _STRONG),
    ]
    host: list[Piece] = [
        ("  hosted by ", _SOFT),
        (value.host, ink(palette.HOST, palette.PANEL)),
    ]
    # Half a name, or none after the words for it, would only be in the way.
    if sum(width_of(text) for text, _ in (*pieces, *host)) < width:
        pieces += host
    return row(width, pieces, fill=_FILL)


def _mic_words(mic: Mic) -> str:
    return f" {mic.glyph} {mic.words} "


def _own_meter(value: Banner) -> list[Piece]:
    """One's own level while the microphone is open, with the threshold of voice activation."""
    if value.mic is not Mic.OPEN:
        return []
    own = value.own
    return [(" ", _FILL), *with_mark(own.dbov, own.threshold_dbov, OWN_CELLS, palette.PANEL)]


def _second(value: Banner, width: int) -> Strip:
    on_air: list[Piece] = []
    if value.on_air_s is not None and value.life is Life.LIVE:
        on_air = [("on air ", _SOFT), (duration(value.on_air_s), _STRONG)]
    elif value.starts:
        on_air = [("starts ", _SOFT), (value.starts, _STRONG)]
    closed: list[Piece] = [(value.closed, _CLOSED)] if value.closed else []
    listeners: list[Piece] = [("listening ", _SOFT), (f"{value.listeners:,}", _STRONG)]
    sent = "  ".join(f"{emoji} {count}" for emoji, count in value.reactions[:_EMOJI])
    reactions: list[Piece] = [(sent, _STRONG)] if sent else []
    figures = fields(
        width - 2, [on_air, closed, listeners, reactions, *_link(value.link)], fill=_FILL
    )
    margin = row(1, [], fill=_FILL)
    return Strip.join([margin, figures, margin])


def _link(link: LinkState) -> list[list[Piece]]:
    shown, name = quality(link)
    colour = palette.SOUND if name == "good" else palette.LOUD
    state: list[Piece] = [
        ("link ", _SOFT),
        (f"{shown} ", ink(colour, palette.PANEL)),
        (name, ink(colour, palette.PANEL, bold=True)),
    ]
    if link.phase is not LinkPhase.CONNECTED:
        return [state]
    if link.round_trip_ms is not None:
        state.append((f" {link.round_trip_ms:.0f} ms", _SOFT))
    if link.media in {MediaPhase.CONNECTING, MediaPhase.RECONNECTING}:
        return [state, [(f"sound {link.media}", ink(palette.LOUD, palette.PANEL, bold=True))]]
    if link.media is MediaPhase.OFF:
        return [state, [("no sound here", _SOFT)]]
    return [
        state,
        [(f"loss {_percent(link.loss)}", _SOFT)],
        [(f"buffer {link.buffer_ms:.0f} ms", _SOFT)],
    ]


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"
