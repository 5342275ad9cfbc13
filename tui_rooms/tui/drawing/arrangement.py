"""Where everybody stands: tiles of the stage in columns, below them the audience.

Everything is counted in cells of the canvas, which may be taller than its window.
"""

from dataclasses import dataclass
from typing import Final

from textual.geometry import Region

TILE_MIN: Final = 26
"""Narrower than this a name, a role and a state do not fit."""
TILE_WANTED: Final = 40
"""Tiles do not grow wider than about this while there are few."""
TALL: Final = 5
"""Rows of a tile with lines of its own for name, meter and state."""
LOW: Final = 3
"""Rows of a tile when the stage is full: the name stands in the border."""
SEAT: Final = 18
"""Cells of one listener."""
MARGIN: Final = 1
"""Free cells on both sides."""
_AUDIENCE_SEEN: Final = 2
"""Rows of the audience that stay in view beside tall tiles."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The places for so many people in so wide a canvas. People count from 0, the stage first."""

    width: int
    stage: int
    audience: int
    columns: int
    """Tiles side by side."""
    tile_height: int
    seats: int
    """Listeners side by side."""

    @property
    def stage_rows(self) -> int:
        """Rows of tiles."""
        return -(-self.stage // self.columns)

    @property
    def stage_top(self) -> int:
        """The line of the first tiles; the caption is above."""
        return 1

    @property
    def audience_caption(self) -> int:
        """The line of the audience's caption; a free line is above."""
        return self.stage_top + max(1, self.stage_rows * self.tile_height) + 1

    @property
    def audience_top(self) -> int:
        """The line of the first listeners."""
        return self.audience_caption + 1

    @property
    def height(self) -> int:
        """Lines of the whole canvas."""
        return self.audience_top + max(1, -(-self.audience // self.seats))

    def tile(self, index: int) -> Region:
        """The place of somebody on the stage."""
        line, column = divmod(index, self.columns)
        left, right = self._column(column)
        return Region(
            left, self.stage_top + line * self.tile_height, right - left, self.tile_height
        )

    def tiles_at(self, y: int) -> range:
        """Who stands on a line of the stage; nobody elsewhere."""
        line = (y - self.stage_top) // self.tile_height
        if not 0 <= line < self.stage_rows:
            return range(0)
        return range(line * self.columns, min(self.stage, (line + 1) * self.columns))

    def seat(self, index: int) -> Region:
        """The place of a listener, counted from the first of the audience."""
        line, column = divmod(index, self.seats)
        width = (self.width - 2 * MARGIN) // self.seats
        return Region(MARGIN + column * width, self.audience_top + line, width, 1)

    def seats_at(self, y: int) -> range:
        """Which listeners, counted from the first of the audience, sit on a line."""
        line = y - self.audience_top
        if line < 0:
            return range(0)
        return range(
            min(self.audience, line * self.seats), min(self.audience, (line + 1) * self.seats)
        )

    def place(self, person: int) -> Region:
        """Anybody's place."""
        return self.tile(person) if person < self.stage else self.seat(person - self.stage)

    def at(self, x: int, y: int) -> int | None:
        """Who is at a cell; None between people."""
        people = (*self.tiles_at(y), *(self.stage + seat for seat in self.seats_at(y)))
        return next((person for person in people if self.place(person).contains(x, y)), None)

    def neighbour(self, person: int, dx: int, dy: int) -> int:
        """Who is one step aside (dx ±1) or in the next row (dy ±1); the same person at an edge."""
        everyone = self.stage + self.audience
        if dx:
            return min(everyone - 1, max(0, person + dx))
        rows = self._rows()
        here = next(number for number, row in enumerate(rows) if person in row)
        there = here + dy
        if not 0 <= there < len(rows):
            return person
        middle = _middle(self.place(person))
        return min(rows[there], key=lambda other: abs(_middle(self.place(other)) - middle))

    def _rows(self) -> list[range]:
        everyone = self.stage + self.audience
        tiles = [
            range(first, min(self.stage, first + self.columns))
            for first in range(0, self.stage, self.columns)
        ]
        seats = [
            range(first, min(everyone, first + self.seats))
            for first in range(self.stage, everyone, self.seats)
        ]
        return tiles + seats

    def _column(self, column: int) -> tuple[int, int]:
        """The cells of a column: all the width is used, with one free cell between tiles."""
        room = self.width - 2 * MARGIN + 1
        left = MARGIN + column * room // self.columns
        return left, MARGIN + (column + 1) * room // self.columns - 1


def arrange(width: int, height: int, stage: int, audience: int) -> Arrangement:
    """Find the best places.

    Args:
        width, height: of the window in cells.
        stage, audience: how many people are to be seen.
    """
    columns = _columns(width - 2 * MARGIN, stage)
    seats = max(1, (width - 2 * MARGIN) // SEAT)
    tall = Arrangement(width, stage, audience, columns, TALL, seats)
    in_view = tall.audience_top + min(_AUDIENCE_SEEN, -(-audience // seats))
    if in_view <= height:
        return tall
    return Arrangement(width, stage, audience, columns, LOW, seats)


def _columns(width: int, stage: int) -> int:
    most = max(1, width // TILE_MIN)
    fewest = min(most, max(1, -(-width // TILE_WANTED)))
    # Fewest rows first, then the fewest empty places in the last row.
    return min(
        range(fewest, most + 1),
        key=lambda columns: (-(-stage // columns), -stage % columns, columns),
    )


def _middle(region: Region) -> float:
    return region.x + region.width / 2
