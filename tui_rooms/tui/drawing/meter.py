"""A level bar in eighths of a cell, with a mark where the peak was."""

from functools import lru_cache
from typing import Final, NamedTuple

from rich.style import Style

from tui_rooms.tui.drawing.palette import ALARM, BRIGHT, FAINT, GROUND, LOUD, SOUND, ink

FLOOR_DBOV: Final = -60.0
"""The empty bar: below this a room is silent."""
TOP_DBOV: Final = -3.0
"""The full bar."""
EIGHTHS: Final = 8
_PART: Final = " ▏▎▍▌▋▊▉"
_REST: Final = "╌"
_PEAK: Final = "┃"
_MARK: Final = "┊"
_LOUD_FROM: Final = 0.7
_ALARM_FROM: Final = 0.9


class Reading(NamedTuple):
    """What a bar of a given length shows, quantised: equal readings look the same."""

    eighths: int = 0
    """How long the bar is, in eighths of a cell."""
    peak: int = -1
    """The cell with the peak mark; -1 for none."""


SILENT: Final = Reading()


def reading(level_dbov: float, peak_dbov: float, cells: int) -> Reading:
    """The reading of a bar `cells` long."""
    eighths = round(_share(level_dbov) * cells * EIGHTHS)
    at = round(_share(peak_dbov) * cells * EIGHTHS) // EIGHTHS
    peak = min(at, cells - 1)
    # The mark stands clear of the bar, else it would only hide the bar's end.
    seen = peak if peak * EIGHTHS >= eighths and peak > 0 else -1
    return Reading(eighths, seen) if eighths or seen > 0 else SILENT


@lru_cache(8192)
def meter(seen: Reading, cells: int, ground: str) -> tuple[tuple[str, Style], ...]:
    """The bar, one (glyph, style) a cell; its colour changes where it grows loud."""
    return tuple(_cell(place, seen, cells, ground) for place in range(cells))


def with_mark(
    level_dbov: float, mark_dbov: float | None, cells: int, ground: str
) -> list[tuple[str, Style]]:
    """A bar without a peak, and a mark at a level: the threshold of voice activation."""
    bar = list(meter(reading(level_dbov, FLOOR_DBOV, cells), cells, ground))
    if mark_dbov is not None:
        at = min(int(_share(mark_dbov) * cells), cells - 1)
        bar[at] = (_MARK, ink(BRIGHT, ground, bold=True))
    return bar


def changed(old: Reading, new: Reading, cells: int) -> list[tuple[int, int]]:
    """Runs (first, end) of cells that differ between two readings, the near ones joined.

    Moving the cursor and setting the colour again costs more than a few cells drawn twice.
    """
    if old == new:
        return []
    before, after = meter(old, cells, GROUND), meter(new, cells, GROUND)
    runs: list[tuple[int, int]] = []
    for place in range(cells):
        if before[place] == after[place]:
            continue
        if runs and place - runs[-1][1] <= _WORTH_A_MOVE:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


_WORTH_A_MOVE: Final = 6


def _share(dbov: float) -> float:
    return min(1.0, max(0.0, (dbov - FLOOR_DBOV) / (TOP_DBOV - FLOOR_DBOV)))


def _cell(place: int, seen: Reading, cells: int, ground: str) -> tuple[str, Style]:
    full, part = divmod(seen.eighths, EIGHTHS)
    heat = place / cells
    colour = ALARM if heat >= _ALARM_FROM else LOUD if heat >= _LOUD_FROM else SOUND
    if place < full:
        return "█", ink(colour, ground)
    if place == full and part:
        return _PART[part], ink(colour, ground)
    if place == seen.peak:
        return _PEAK, ink(colour, ground)
    return _REST, ink(FAINT, ground)
