"""A real terminal for tests: a tmux server of our own, with one pane."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.support.tools import require_tool
from tests.support.waiting import wait_until

_CONFIGURATION = """\
set -g default-terminal tmux-256color
set -s escape-time 0
set -g status off
set -g remain-on-exit on
"""
# remain-on-exit: what a program said last can still be read when it has ended.


class Terminal:
    """Starts a program in a pane, types for it and reads its screen.

    A context manager: leaving it ends the program and the tmux server, and no other server.
    """

    def __init__(self) -> None:
        self._tmux = require_tool("tmux")
        # Not pytest's tmp_path: the path of a socket has at most 107 bytes.
        self._directory = tempfile.TemporaryDirectory(prefix="tmux-")
        self._configuration = Path(self._directory.name, "tmux.conf")
        self._configuration.write_text(_CONFIGURATION)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cols: int = 120, rows: int = 36
    ) -> None:
        """Run `command` with exactly the environment `env`, apart from what tmux sets."""
        size = ["-x", str(cols), "-y", str(rows)]
        self._run("new-session", "-d", *size, "--", *command, env=env)

    def send(self, *keys: str) -> None:
        """Press keys by tmux's names: "m", "Enter", "C-c", "Up"."""
        self._run("send-keys", "--", *keys)

    def type(self, text: str) -> None:
        """Press the key of each character of `text`."""
        self._run("send-keys", "-l", "--", text)

    def paste(self, text: bytes, *, marked: bool = True) -> None:
        """Paste bytes as they are.

        Args:
            marked: whether the program is told that it is a paste, if it has asked to be.
        """
        subprocess.run([*self._server(), "load-buffer", "-"], input=text, check=True, timeout=10)
        self._run("paste-buffer", "-r", *(["-p"] if marked else []))

    def resize(self, cols: int, rows: int) -> None:
        """Make the window larger or smaller."""
        self._run("resize-window", "-x", str(cols), "-y", str(rows))

    def screen(self) -> str:
        """What the screen shows, a line for each row."""
        return self._run("capture-pane", "-p")

    def ended(self) -> bool:
        """The program has ended, and how is known: tmux calls a pane dead before that."""
        if self.asked("pane_dead") != "1":
            return False
        known = self.asked("pane_dead_status") + self.asked("pane_dead_signal") != ""
        if not known:
            # tmux 3.3 misses the end of a child now and then; that of another makes it look again.
            self._run("run-shell", "true")
        return known

    @property
    def exit_code(self) -> int:
        """What the program has ended with."""
        return int(self.asked("pane_dead_status"))

    @property
    def pid(self) -> int:
        """Of the program."""
        return int(self.asked("pane_pid"))

    def asked(self, variable: str) -> str:
        """What tmux knows about the pane, by its name for it."""
        return self._run("display-message", "-p", f"#{{{variable}}}").strip()

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = 15) -> str:
        """Wait until the screen holds a text, or is as a predicate wants it; the screen then."""
        holds = wanted if callable(wanted) else lambda screen: wanted in screen

        screen = ""

        def look() -> bool:
            nonlocal screen
            screen = self.screen()
            return holds(screen)

        try:
            wait_until(look, repr(wanted), seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen shows:\n{screen}") from None
        return screen

    def wait_for_end(self, seconds: float = 15) -> str:
        """Wait until the program has ended; the screen then."""
        return self.wait_for(lambda _: self.ended(), seconds)

    def close(self) -> None:
        """End the program and this terminal's tmux server."""
        subprocess.run([*self._server(), "kill-server"], check=False, capture_output=True)
        self._directory.cleanup()

    def _server(self) -> list[str]:
        socket = str(Path(self._directory.name, "socket"))
        return [self._tmux, "-u", "-S", socket, "-f", str(self._configuration)]

    def _run(self, *words: str, env: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            [*self._server(), *words],
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=10,
            check=False,
        )
        assert done.returncode == 0, f"tmux {words[0]} failed: {done.stderr.strip()}"
        return done.stdout
