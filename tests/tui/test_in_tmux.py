"""The real program in a real terminal, driven as a person would."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import TUI_ROOMS, private_environment
from tests.support.server import Server
from tests.support.tape import commands, play
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

TAPE = Path(__file__).parents[2] / "demo.tape"


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """A tmux server of its own."""
    with Terminal() as running:
        yield running


def environment(home: Path, **more: str) -> dict[str, str]:
    """With no word of the user's own settings."""
    return {**private_environment(home), "COLORTERM": "truecolor", **more}


@pytest.mark.realtime
def test_the_tape_shows_what_it_waits_for(terminal: Terminal, tmp_path: Path) -> None:
    """Each command of the demo's film by itself: people talk within the tape's patience."""
    path = f"{Path(TUI_ROOMS).parent}:{os.environ['PATH']}"
    home = environment(tmp_path, PATH=path, PS1="$ ", TUI_ROOMS_SERVER="http://127.0.0.1:9")
    terminal.start(["bash", "--norc", "--noprofile"], home, 120, 36)
    for line in commands(TAPE):
        play(line, terminal)


def test_a_room_by_keys_palette_and_settings(
    terminal: Terminal, server: Server, tmp_path: Path
) -> None:
    """Open a room, talk, paste lines, change and save the theme, leave by the palette."""
    terminal.start([str(TUI_ROOMS), server.url, "--name", "ana"], environment(tmp_path), 100, 30)
    terminal.wait_for("Press n to open the first one")
    terminal.type("n")
    terminal.wait_for("What is it about?")
    terminal.type("Tea")
    terminal.send("Enter")
    terminal.wait_for("AUDIENCE 0")
    terminal.type("m")
    terminal.wait_for("mic open")
    terminal.type("M")
    terminal.wait_for("muted")
    terminal.type("c")
    terminal.wait_for("enter send")
    terminal.paste(b"two:\r\n\tlines")
    terminal.wait_for("    lines")
    terminal.send("Enter")
    terminal.wait_for("you two:")
    terminal.send("Escape")
    terminal.wait_for("m unmute")
    terminal.type(",")
    terminal.wait_for("‹ night ›")
    terminal.send("Right")
    terminal.wait_for("‹ day ›")
    terminal.type("s")
    saved = tmp_path / "config" / "tui-rooms" / "config.toml"
    # Not the notice of it: one about the sound devices may come right behind.
    wait_until(saved.exists, "the settings to be saved")
    terminal.send("Escape")
    terminal.wait_for(lambda screen: "‹ day ›" not in screen)
    assert saved.read_text() == '[look]\ntheme = "day"\n'
    terminal.send("C-p")
    terminal.wait_for("What do you want to do?")
    terminal.type("leave")
    terminal.wait_for("leave the room")
    terminal.send("Enter")
    terminal.wait_for("You are the only host here")
    terminal.type("e")
    terminal.wait_for("Press n to open the first one")
    terminal.type("q")
    terminal.wait_for_end()


def test_a_bad_settings_file_is_named_with_its_line(terminal: Terminal, tmp_path: Path) -> None:
    """On the terminal, before any picture; the file stays."""
    file = tmp_path / "config" / "tui-rooms" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[look]\n\ntheme = 'nite'\n")
    terminal.start([str(TUI_ROOMS)], environment(tmp_path), 250, 10)
    screen = terminal.wait_for("did you mean")
    assert "config.toml:3: there is no theme 'nite'; did you mean 'night'?" in screen
    assert file.read_text() == "[look]\n\ntheme = 'nite'\n"


def test_a_window_may_change_its_size_at_any_time(
    terminal: Terminal, server: Server, tmp_path: Path
) -> None:
    """Too small, then large, in the room; nothing is left of the size before."""
    terminal.start([str(TUI_ROOMS), server.url, "--name", "ana"], environment(tmp_path), 80, 24)
    terminal.wait_for("Press n")
    terminal.type("n")
    terminal.wait_for("What is it about?")
    terminal.type("Tea")
    terminal.send("Enter")
    terminal.wait_for("AUDIENCE 0")
    for columns, rows in ((50, 12), (140, 40), (60, 20), (30, 5), (80, 24)):
        terminal.resize(columns, rows)
        if columns < 60:
            terminal.wait_for("too small")
        else:
            screen = terminal.wait_for(lambda shown: "AUDIENCE 0" in shown and "q leave" in shown)
            assert "too small" not in screen
            assert screen.splitlines()[rows - 1].lstrip().startswith("m unmute")


def test_a_byte_that_is_no_utf8_is_said_and_ends_nothing(
    terminal: Terminal, server: Server, tmp_path: Path
) -> None:
    """The screen goes on with the next key, and ends in order with the key for it."""
    terminal.start([str(TUI_ROOMS), server.url, "--name", "ana"], environment(tmp_path), 120, 36)
    terminal.wait_for("Press n to open the first one")
    terminal.paste(b"\xe9", marked=False)
    terminal.paste(b"?", marked=False)
    terminal.wait_for("bytes that are no UTF-8; each is shown as \ufffd")
    terminal.wait_for("What you can do in the lobby")
    terminal.paste(b"\x1b[9999999999u\x1b", marked=False)
    terminal.wait_for(lambda screen: "What you can do" not in screen)
    terminal.type("q")
    terminal.wait_for_end()
    assert terminal.exit_code == 0
