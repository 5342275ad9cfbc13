"""How loud the microphone is that one tries out, with the threshold of voice activation."""

from dataclasses import dataclass
from typing import ClassVar, Final

from textual.strip import Strip

from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.meter import with_mark
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.widgets.painted import Painted

_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_FILL: Final = ink(palette.INK, palette.PANEL)
_ALARM: Final = ink(palette.ALARM, palette.PANEL)
_CELLS: Final = 24


@dataclass(frozen=True, slots=True)
class Trial:
    """What the microphone hears; None while it is not tried."""

    dbov: int | None = None
    threshold_dbov: float = -45.0
    loud: bool = False
    """Whether one hears oneself."""
    sentence: str = ""
    """Why it cannot be tried."""


class TestMeter(Painted[Trial]):
    """One line."""

    __test__: ClassVar[bool] = False
    """For pytest: this is not a test."""

    def paint(self, value: Trial, width: int, height: int) -> list[Strip]:
        """Draw it."""
        if value.dbov is None:
            if value.sentence:
                return [row(width, [(f" ! {value.sentence}", _ALARM)], fill=_FILL)]
            return [row(width, [(" microphone test: off", _SOFT)], fill=_FILL)]
        bar = with_mark(value.dbov, value.threshold_dbov, _CELLS, palette.PANEL)
        said = f"  {value.dbov} dBov" if value.dbov > -100 else "  silence"
        if value.loud:
            said += ", you hear it"
        return [row(width, [(" microphone  ", _FILL), *bar, (said, _SOFT)], fill=_FILL)]
