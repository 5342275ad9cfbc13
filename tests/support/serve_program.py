"""A program that has imported what `tui-rooms serve` imports, and becomes a server time and again.

Run as `python -m tests.support.serve_program DESCRIPTOR`, of a Unix socket. Each message on it
starts a server: JSON of its words, its directory and its environment, and with it the descriptors
of its standard output, of its standard error, and of a pipe. On the pipe comes a line with the
process id, and when the server has ended one with how: its exit code, or the number of the signal
with a minus sign.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time

from tui_rooms.__main__ import main

_IMPORTED = (
    "uvicorn.lifespan.off",
    "uvicorn.logging",
    "uvicorn.loops.asyncio",
    "tui_rooms.cli.kept",
    "tui_rooms.cli.serve",
    "tui_rooms.server.serve",
    "tui_rooms.sfu.engine",
    "tui_rooms.sfu.text_log",
)
"""What a server has imported when it listens, and no more: what it leaves for later stays so."""


def start_what_is_asked_for(asked: socket.socket) -> None:
    """Until nobody asks any more."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(asked, 1 << 16, 3)
        if not message:
            return
        if os.fork() == 0:
            asked.close()
            _start_and_tell(json.loads(message), *descriptors)
        for one in descriptors:
            os.close(one)
        _bury()


def _start_and_tell(start: dict[str, object], out: int, errors: int, told: int) -> None:
    """Be the parent of a server: only that one learns how it ends."""
    server = os.fork()
    if server == 0:
        os.close(told)
        _become(start, out, errors)
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal sends them to everybody
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        os.write(told, b"%d\n" % server)
        _, status = os.waitpid(server, 0)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(start: dict[str, object], out: int, errors: int) -> None:
    for given, standard in ((out, 1), (errors, 2)):
        os.dup2(given, standard)
        os.close(given)
    words, directory, environment = start["words"], start["directory"], start["environment"]
    assert isinstance(words, list)
    assert isinstance(directory, str)
    assert isinstance(environment, dict)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = words
    main()


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


if __name__ == "__main__":
    for module in _IMPORTED:
        importlib.import_module(module)
    # Collecting garbage would write to pages that all of them share.
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        start_what_is_asked_for(asking)
