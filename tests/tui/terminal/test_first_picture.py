"""The picture before Textual is there: the same as Textual's, and in nobody's way."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.program import TUI_ROOMS, private_environment
from tests.tui.places import SIZES, Stand
from tests.tui.terminals import MemoryDriver, Pyte, full_picture, run_on_memory
from tui_rooms.tui.screens.lobby.place import LobbyPlace
from tui_rooms.tui.terminal.first_picture import ENTER, draw
from tui_rooms.tui.terminal.house_colours import HOUSE

TRUE_COLOUR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
COLOURS_256 = {"TERM": "xterm-256color"}
HEAD = 4
"""Lines of head and tabs."""
SECONDS = 20.0
NO_PICTURE = re.compile(
    r"\x1b\](?:[^\x07\x1b]*(?:\x07|\x1b\\)|.*$)|\x1b\[[<=>?][\d;]*(?:\$?[a-z]|$)"
)
"""Words about keys, titles and modes, of which pyte would draw some."""
ANOTHER_SCREEN = "\x1b[?1049"


@pytest.mark.parametrize("environment", [TRUE_COLOUR, COLOURS_256], ids=["true", "256"])
@pytest.mark.parametrize("theme", HOUSE)
@pytest.mark.parametrize("size", SIZES)
async def test_it_is_the_picture_that_textual_draws_then(
    size: tuple[int, int],
    theme: str,
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cell by cell, but for the keys in the last line; with any name."""
    for variable in ("COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    name = "美琳 O’Hara [b]"
    drawn = draw(name, theme, size, environment)
    assert drawn is not None
    app = Stand(LobbyPlace(name))
    app.theme = theme

    async def look(pilot: Pilot[Any], driver: MemoryDriver) -> None:
        await pilot.pause()
        await pilot.pause()
        ours, textuals = Pyte(*size), Pyte(*size)
        # pyte colours no cells that were never written to.
        ours.feed("".join(f"\x1b[{y};1H" + "x" * size[0] for y in range(1, size[1] + 1)))
        ours.feed(drawn)
        textuals.feed(full_picture(app))
        keys = -size[0]
        assert ours.visible()[:keys] == textuals.visible()[:keys]
        assert "Looking for the server…" in "\n".join(ours.lines())

    await run_on_memory(app, size, look)


@pytest.mark.parametrize(
    ("theme", "size", "environment"),
    [
        ("nord", (80, 24), TRUE_COLOUR),
        ("night", (59, 24), TRUE_COLOUR),
        ("night", (80, 19), TRUE_COLOUR),
        ("night", (80, 24), {**TRUE_COLOUR, "NO_COLOR": ""}),
        ("night", (80, 24), {**TRUE_COLOUR, "TEXTUAL_COLOR_SYSTEM": "standard"}),
        ("night", (80, 24), {"TERM": "xterm"}),
        ("night", (80, 24), {"TERM": "screen-256color"}),
        ("night", (80, 24), {}),
    ],
)
def test_where_it_would_be_another_picture_there_is_none(
    theme: str, size: tuple[int, int], environment: Mapping[str, str]
) -> None:
    """Themes, sizes and terminals of which Textual makes something of its own."""
    assert draw("ana", theme, size, environment) is None


class Start:
    """The installed program on a pseudo-terminal, at a server that is not there."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.terminal, self._other_end = pty.openpty()
        termios.tcsetwinsize(self.terminal, (24, 80))
        self.attributes = termios.tcgetattr(self.terminal)
        self._process = subprocess.Popen(
            [str(TUI_ROOMS), "127.0.0.1:9", "--name", "ana"],
            # In a session whose terminal this is: ctrl-c is a signal there alone.
            preexec_fn=partial(own_session, self._other_end),  # noqa: PLW1509 - no threads here
            env={**private_environment(home), **TRUE_COLOUR, **variables},
        )
        self.shown = ""

    def read(self) -> Iterator[str]:
        """All that is shown, piece by piece, until the program ends or too much time is over."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if select.select([self.terminal], [], [], 0.05)[0]:
                piece = os.read(self.terminal, 65_536).decode(errors="replace")
                self.shown += piece
                yield piece
            elif self._process.poll() is not None:
                return
        raise AssertionError(f"it goes on after {SECONDS:g} s; shown: {self.shown[-500:]!r}")

    def wait_for(self, text: str) -> None:
        """Look until a text is shown."""
        for _ in self.read():
            if text in self.shown:
                return
        raise AssertionError(f"no {text!r}: {self.shown!r}")

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self.terminal, key.encode())

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self._process.pid, number)

    def end(self) -> int:
        """The exit code, once it has ended by itself."""
        for _ in self.read():
            pass
        return self._process.wait(SECONDS)

    def close(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self.terminal)
        os.close(self._other_end)


def own_session(terminal: int) -> None:
    """That terminal's ctrl-c counts, though whoever runs the tests may ignore theirs."""
    os.login_tty(terminal)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """It has just been started."""
    started = Start(tmp_path)
    yield started
    started.close()


def test_nothing_of_it_goes_away_before_the_lobby_is_there(start: Start) -> None:
    """After each piece of output the head is as it was, in its colours; the other screen is
    entered once."""
    head: list[list[tuple[str, ...]]] = []
    for _ in start.read():
        terminal = Pyte(80, 24)
        terminal.feed(NO_PICTURE.sub("", start.shown).replace("\xa0", " "))
        if "Live rooms" in terminal.lines()[0]:
            seen = terminal.visible()[: HEAD * 80]
            # The second line tells how far the way to the server is.
            now = seen[:80] + seen[160:]
            head = head or now
            assert now == head
        else:
            assert not head, "the head is gone"
        if "cannot be reached" in start.shown:
            break
    assert head, "there was one"
    assert start.shown.count(ENTER) == 1
    assert start.shown.count("\x1b[2J") == 1
    start.press("q")
    assert start.end() == 0
    assert start.shown.count(ANOTHER_SCREEN) == 2, "and left once"
    assert termios.tcgetattr(start.terminal) == start.attributes


def test_keys_that_are_pressed_before_the_lobby_is_there_are_for_the_lobby(start: Start) -> None:
    """Not lost, and not shown as text."""
    start.wait_for("Live rooms")
    assert "Quit" not in start.shown, "the key bar is Textual's"
    attributes = termios.tcgetattr(start.terminal)
    assert not attributes[3] & termios.ECHO
    assert not attributes[0] & (termios.ICRNL | termios.IXON), "enter is enter, ctrl+s is ctrl+s"
    assert attributes[6][termios.VSUSP] == b"\0", "ctrl+z is a key too"
    start.press("q")
    assert start.end() == 0
    assert start.shown.count(ANOTHER_SCREEN) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_meanwhile_it_leaves_the_terminal_as_it_was(start: Start, number: int) -> None:
    """The shell's own screen, and what is typed is seen."""
    start.wait_for("Live rooms")
    start.signal(number)
    assert start.end() in (0, 130)
    assert start.shown.count(ANOTHER_SCREEN) == 2
    assert "Traceback" not in start.shown
    assert termios.tcgetattr(start.terminal) == start.attributes


def test_ctrl_c_is_no_key_but_an_interrupt(start: Start) -> None:
    """As long as nobody else reads keys."""
    start.wait_for("Live rooms")
    start.press("\x03")
    assert start.end() in (0, 130)
    assert start.shown.count(ANOTHER_SCREEN) == 2


@pytest.mark.parametrize("what", ["state", "state/tui-rooms/log/tui-rooms.log"])
def test_without_a_log_the_lobby_comes_all_the_same(tmp_path: Path, what: str) -> None:
    """Something is in its way: nobody needs it to talk."""
    in_the_way = tmp_path / what
    if what == "state":
        in_the_way.write_text("a file where a directory is expected")
    else:
        in_the_way.mkdir(parents=True)
    start = Start(tmp_path)
    try:
        start.wait_for("cannot be reached")
        start.press("q")
        assert start.end() == 0
        assert termios.tcgetattr(start.terminal) == start.attributes
    finally:
        start.close()


def test_a_failure_is_told_on_the_shells_own_screen(tmp_path: Path) -> None:
    """A broken installation is told of after the picture, not in it, and is no success."""
    broken = tmp_path / "broken" / "textual"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('half of it is missing')")
    start = Start(tmp_path, PYTHONPATH=f"{broken.parent}:{os.environ.get('PYTHONPATH', '')}")
    try:
        assert start.end() not in (0, 130)
        picture, _, after = start.shown.rpartition("\x1b[?25h")
        assert "Live rooms" in picture
        assert after.startswith(
            "tui-rooms: tui-rooms has failed, by a fault of its own (ImportError)"
        )
        assert termios.tcgetattr(start.terminal) == start.attributes
    finally:
        start.close()


def test_it_is_drawn_in_utf_8_whatever_the_locale_is(tmp_path: Path) -> None:
    """As all that Textual writes."""
    start = Start(tmp_path, PYTHONIOENCODING="latin-1")
    try:
        start.wait_for("cannot be reached")
        assert "Looking for the server…" in start.shown
        start.press("q")
        assert start.end() == 0
    finally:
        start.close()


def test_a_theme_of_ones_own_is_not_taken_for_the_houses(tmp_path: Path) -> None:
    """Though it is called like one: there is no first picture in other colours."""
    config = tmp_path / "config.toml"
    config.write_text('[look]\ntheme = "night"\n[themes.night]\nbase = "day"\n')
    start = Start(tmp_path, TUI_ROOMS_CONFIG=str(config))
    try:
        start.wait_for("cannot be reached")
        assert start.shown.index(ENTER) < start.shown.index("Live rooms")
        assert "\x1b[2J" not in start.shown
    finally:
        start.close()


def test_before_it_nothing_of_textual_is_imported() -> None:
    """Else it would not be the first."""
    program = "import sys, tui_rooms.tui.terminal.first_picture; print('textual' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
