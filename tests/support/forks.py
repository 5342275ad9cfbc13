"""Servers that are forked from one program: importing all that they need takes a second of CPU.

A server is a process of its own all the same, with an environment and standard streams of its own.
Only its start is shared; that of the installed command is for the tests of the command line.
"""

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.program import private_environment

_ROOT = Path(__file__).parents[2]
_one_at_a_time = threading.Lock()


class Fork:
    """One process: what `subprocess.Popen` has of one that can be asked, waited for and told."""

    def __init__(self, told: int) -> None:
        """`told` is the end of a pipe, see `serve_program`."""
        self._told = told
        self._reading = threading.Lock()
        self.returncode: int | None = None
        self.pid = int(self._line())

    def poll(self) -> int | None:
        """How it has ended; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """How it ends.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        return code

    def send_signal(self, number: int) -> None:
        """Unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """When it has ended, and that is known."""
        os.close(self._told)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            # Not select.select: it has no use for the thousandth descriptor.
            poller = select.poll()
            poller.register(self._told, select.POLLIN)
            ready = poller.poll(None if timeout is None else timeout * 1000)
            with self._reading:
                if ready and self.returncode is None:
                    self.returncode = int(self._line())
        return self.returncode

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._told, 1)
            assert byte, "the program that becomes servers has ended; it may have said why"
            line += byte
        return line


def forked(words: Sequence[str], environment: Mapping[str, str], out: int, errors: int) -> Fork:
    """Start `tui-rooms` with these words, of which the first is its own name, for a server.

    Args:
        out: descriptor of its standard output; its standard input is empty.
        errors: of its standard error.
    """
    start = {"words": list(words), "directory": os.getcwd(), "environment": dict(environment)}
    told, tell = os.pipe()
    try:
        with _one_at_a_time:
            socket.send_fds(_asking(), [json.dumps(start).encode()], [out, errors, tell])
    finally:
        os.close(tell)
    return Fork(told)


@functools.cache
def _asking() -> socket.socket:
    """To the program, which is started for the first server and ends with this process."""
    ours, its = socket.socketpair()
    with its, tempfile.TemporaryDirectory(prefix="serve-") as home:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.support.serve_program", str(its.fileno())],
            cwd=_ROOT,
            env=private_environment(Path(home)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
        )

    def end() -> None:
        ours.close()
        program.wait(10)

    atexit.register(end)
    return ours
