"""A terminal in memory: what an app writes to its driver, drawn by pyte."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pyte
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

WideScreen = tuple[tuple[tuple[str, str, str, bool], ...], ...]
"""Rows of (glyph, ink, ground, bold)."""


class MemoryDriver(HeadlessDriver):
    """Keeps what is written."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.written: list[str] = []

    @property
    def is_headless(self) -> bool:
        """Textual draws nothing for a headless driver."""
        return False

    def write(self, data: str) -> None:
        """Keep it."""
        self.written.append(data)

    def take(self) -> str:
        """What was written since the last time."""
        text = "".join(self.written)
        self.written.clear()
        return text


async def run_on_memory(
    app: App[Any],
    size: tuple[int, int],
    test: Callable[[Pilot[Any], MemoryDriver], Awaitable[None]],
) -> None:
    """Run an app that was made with `driver_class=MemoryDriver`, and a test on it."""
    failures: list[BaseException] = []

    async def pilot_test(pilot: Pilot[Any]) -> None:
        driver = app._driver
        assert isinstance(driver, MemoryDriver)
        try:
            await test(pilot, driver)
        except BaseException as failure:  # noqa: BLE001 - Textual would only print it
            failures.append(failure)
        app.exit()

    await app.run_async(size=size, auto_pilot=pilot_test)
    if failures:
        raise failures[0]


def full_picture(app: App[Any]) -> str:
    """The bytes of the whole screen, drawn anew."""
    update: Any = app.screen._compositor.render_full_update()
    return str(update.render_segments(app.console))


class RepeatingScreen(pyte.Screen):
    """With REP, which pyte does not know."""

    _glyph = " "

    def draw(self, data: str) -> None:
        """Keep the last glyph."""
        super().draw(data)
        self._glyph = data[-1]

    def repeat(self, count: int = 1) -> None:
        """Draw it again."""
        super().draw(self._glyph * count)


class RepeatingStream(pyte.Stream):
    """Tells of REP."""

    csi: ClassVar[Any] = {**pyte.Stream.csi, "b": "repeat"}
    events = pyte.Stream.events | {"repeat"}


class Pyte:
    """pyte, without the trailing halves of wide glyphs that it keeps as empty cells."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = RepeatingScreen(columns, rows)
        # As Textual does: a line that fills the last column must not scroll.
        self._screen.reset_mode(pyte.modes.DECAWM)
        self._stream = RepeatingStream(self._screen)

    def feed(self, text: str) -> None:
        """Draw."""
        self._stream.feed(text.replace("\n", "\r\n"))

    def picture(self) -> WideScreen:
        """Everything that is to be seen."""
        return tuple(
            tuple(
                (cell.data, cell.fg, cell.bg, cell.bold)
                for cell in (self._screen.buffer[y][x] for x in range(self._screen.columns))
            )
            for y in range(self._screen.lines)
        )

    def visible(self) -> list[list[tuple[str, ...]]]:
        """What can be seen of it: a blank has no ink."""
        return [
            [(glyph, ground) if glyph == " " else (glyph, ink, ground, str(bold))]
            for line in self.picture()
            for glyph, ink, ground, bold in line
        ]

    def lines(self) -> list[str]:
        """The text of the rows."""
        return list(self._screen.display)
