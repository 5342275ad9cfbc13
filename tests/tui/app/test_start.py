"""What the first picture needs, and what it does not."""

import ast
import os
import pty
import subprocess
import sys
from pathlib import Path

import textual.app
import textual.theme

from tui_rooms.tui.app.late_palette import MODULE, NAMES, THEME_NAMES

HEAVY = (
    "numpy",
    "aiortc",
    "av",
    "sounddevice",
    "websockets",
    "pydantic",
    "fastapi",
    "cryptography",
)


def test_the_first_picture_loads_nothing_heavy() -> None:
    """The client, sound and WebRTC are imported after it, in the client's thread."""
    program = f"import sys, tui_rooms.tui.app.app; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


WITHOUT_PALETTE = """
import sys
from tui_rooms.tui.app.late_palette import import_textual_without_palette
import_textual_without_palette()
import tui_rooms.tui.app.app
waits = ["textual.command", "textual.widgets._input", "textual.widgets._tree"]
print([module for module in waits if module in sys.modules])
from textual.command import CommandPalette, Provider
from textual.screen import Screen
from tui_rooms.tui.screens.palette import Offered
print(issubclass(CommandPalette, Screen), issubclass(Offered, Provider))
"""


def test_the_palette_is_imported_when_somebody_opens_it() -> None:
    """Before that Textual has a stand-in, after it the real one."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PALETTE], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "True True"]


def test_textual_imports_no_more_of_its_palette_than_is_held_back() -> None:
    """If this fails, Textual has changed inside: look at `late_palette` again."""
    taken = set()
    for module in (textual.app, textual.theme):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == MODULE:
                taken |= {name.name for name in node.names}
    assert taken == {*NAMES, *THEME_NAMES}


NOISY = """
import os, sys
from pathlib import Path
from tui_rooms.tui.terminal.private import driver_for, private_terminal
from textual.app import App

class Noisy(App):
    def on_mount(self):
        os.write(2, b"ALSA lib pcm.c: unknown PCM\\n")
        self.call_after_refresh(self.exit)

with private_terminal(Path(sys.argv[1])) as terminal:
    Noisy(driver_class=driver_for(terminal)).run()
os.write(2, b"after")
"""


FAILING = """
import sys
from pathlib import Path
from tui_rooms.tui.app import app
from tui_rooms.tui.settings.schema import Settings

class Failing(app.TuiRooms):
    def start(self):
        raise ValueError("a defect of ours")

app.TuiRooms = Failing
print("in order:", app.run(lambda: None, name="ana", settings=Settings(), log=Path(sys.argv[1])))
"""


def test_what_sound_libraries_print_goes_to_the_log_and_not_over_the_picture(
    tmp_path: Path,
) -> None:
    """Descriptor 2 leads elsewhere while the screen is on, and back to the terminal after it."""
    log = tmp_path / "logs" / "tui-rooms.log"
    shown = on_a_terminal(NOISY, log)
    assert "\x1b[?1049h" in shown, "the picture is on the terminal"
    assert "ALSA" not in shown
    assert "ALSA lib pcm.c: unknown PCM" in log.read_text()
    assert shown.endswith("after")


def test_a_defect_is_in_the_log_and_not_on_the_terminal(tmp_path: Path) -> None:
    """Nobody is shown a traceback; the terminal is as it was."""
    log = tmp_path / "tui-rooms.log"
    shown = on_a_terminal(FAILING, log)
    assert "in order: False" in shown
    assert "Traceback" not in shown
    assert "a defect of ours" not in shown
    assert "\x1b[?1049l" in shown, "the terminal's own picture is back"
    assert "a defect of ours" in log.read_text()


def on_a_terminal(program: str, log: Path) -> str:
    """Run a program with the path of a log; what it has written to its terminal."""
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(log)],
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(other_end)
    shown = b""
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # Linux says so when the other end has been closed
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    assert process.wait(10) == 0
    return shown.decode()
