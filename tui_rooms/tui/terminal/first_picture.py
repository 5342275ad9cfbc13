"""What is seen at once: the lobby as Textual will draw it when it has been imported.

That import is most of a start, a quarter of a second here and more than one on a small computer.
What is typed meanwhile waits in the terminal for the lobby. The parts are drawn by the functions
that the lobby's own widgets use. Where the terminal or the theme asks for more than this knows of
(sixteen colours, none, a theme of Textual's), the first picture is Textual's own.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from tui_rooms.tui.drawing.lobby_head import LobbyBanner, lobby_head
from tui_rooms.tui.drawing.palette import INK, PANEL, ROLES, ink
from tui_rooms.tui.drawing.placard import Placarded, placard
from tui_rooms.tui.drawing.tabs import Tabs, tab_line
from tui_rooms.tui.model.values import LISTS, SMALLEST
from tui_rooms.tui.terminal.house_colours import HOUSE
from tui_rooms.tui.terminal.thrift import erases_in_colour, thrifty

ENTER: Final = "\x1b[?1049h"
"""To the alternate screen; what was on the other one comes back at the end."""
_LEAVE: Final = "\x1b[0m\x1b[?1049l\x1b[?25h"
_HIDE_CURSOR: Final = "\x1b[?25l"
TABS: Final = Tabs(LISTS, (0,) * len(LISTS))
STARTING: Final = Placarded("Looking for the server…", ("One on this machine starts by itself.",))
"""Where rooms will be."""


class FirstPicture:
    """The alternate screen, until Textual takes it over."""

    def __init__(self, attributes: list[Any] | None = None) -> None:
        """`attributes`: of the terminal, as `termios` has them, before it kept keys for us."""
        self.attributes = attributes
        self._ours = False

    def show(self, picture: str) -> None:
        """Draw."""
        self._ours = True
        _send(ENTER + _HIDE_CURSOR + picture)

    def take_over(self) -> bool:
        """Textual goes on from here. Whether the alternate screen has been entered already."""
        ours, self._ours = self._ours, False
        return ours

    def close(self) -> None:
        """Leave the alternate screen, if nobody has taken it over."""
        if self.take_over():
            _send(_LEAVE)


def _send(text: str) -> None:
    """In UTF-8, as Textual does, whatever the locale is."""
    sys.stdout.flush()
    with suppress(OSError):  # the terminal may be gone
        os.write(sys.stdout.fileno(), text.encode())


@contextmanager
def first_picture(name: str, theme: str) -> Iterator[FirstPicture]:
    """Show the lobby's first picture on standard output, where that can be done.

    Meanwhile the terminal keeps what is typed and does not show it; it is as before at the end.

    Args:
        name: what others call one.
        theme: of the settings.
    """
    size = shutil.get_terminal_size()
    picture = draw(name, theme, size, os.environ)
    if picture is None or sys.platform == "win32":
        yield FirstPicture()
        return
    with _kept_keys() as attributes:
        first = FirstPicture(attributes)
        try:
            first.show(picture)
            yield first
        finally:
            first.close()


def draw(
    name: str, theme: str, size: tuple[int, int], environment: Mapping[str, str]
) -> str | None:
    """What draws the picture on an alternate screen; None where only Textual knows how.

    Args:
        size: columns and rows.
        environment: tells what the terminal can do.
    """
    depth = _colour_system(environment)
    width, height = size
    if depth is None or theme not in HOUSE or width < SMALLEST[0] or height < SMALLEST[1]:
        return None
    colours = {ROLES[role]: colour for role, colour in HOUSE[theme].items()}
    above = [*lobby_head(LobbyBanner(name), width), tab_line(TABS, width)]
    lines = [*above, *placard(STARTING, width, height - len(above) - 1)]
    drawn = "".join(
        f"\x1b[{y};1H" + _drawn(line, colours, depth)
        for y, line in enumerate(lines, 1)
        if any(segment.text.strip() for segment in line)
    )
    ground = _drawn([Segment("\x1b[2J", ink(INK))], colours, depth)
    # The driver tries something out in the line of the tabs: that is not to be seen (see `thrift`).
    pen = _drawn([Segment(" ", ink(INK, PANEL))], colours, depth).partition(" ")[0]
    return ground + thrifty(drawn) + pen


def _colour_system(environment: Mapping[str, str]) -> ColorSystem | None:
    """As Rich finds it out; None for less than 256 colours, or where a line cannot be erased."""
    terminal = environment.get("TERM", "").strip().lower()
    if (
        environment.get("NO_COLOR") is not None
        or environment.get("TEXTUAL_COLOR_SYSTEM", "auto") != "auto"
        or not erases_in_colour(terminal)
    ):
        return None
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if terminal.endswith("-256color") else None


def _drawn(line: Iterable[Segment], colours: Mapping[str, str], depth: ColorSystem) -> str:
    """Text in the colours of a theme, by mark."""
    return "".join(
        _themed(style or Style(), colours).render(text, color_system=depth)
        for text, style, _ in line
    )


def _themed(style: Style, colours: Mapping[str, str]) -> Style:
    ink, ground = style.color, style.bgcolor
    return Style(
        color=colours[ink.name] if ink else None,
        bgcolor=colours[ground.name] if ground else None,
        bold=style.bold,
    )


@contextmanager
def _kept_keys() -> Iterator[list[Any] | None]:
    """The terminal keeps what is typed, key by key, unseen and as it is: enter is no line feed.

    Ctrl-c still ends the program; ctrl-z would leave the shell on the other screen.
    """
    import termios

    descriptor = sys.stdin.fileno()
    try:
        before = termios.tcgetattr(descriptor)
        silent = termios.tcgetattr(descriptor)
        silent[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        silent[3] &= ~(termios.ECHO | termios.ICANON)
        silent[6][termios.VSUSP] = os.fpathconf(descriptor, "PC_VDISABLE").to_bytes(1, "little")
        termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    except termios.error:
        yield None
        return
    try:
        yield before
    finally:
        with suppress(termios.error):
            termios.tcsetattr(descriptor, termios.TCSANOW, before)
