"""The installed program, and surroundings to run it in that hold nothing of the user's."""

import os
import sys
from pathlib import Path

TUI_ROOMS = Path(sys.executable).with_name("tui-rooms")
"""The command as a user runs it, in the virtual environment that runs the tests."""


def private_environment(home: Path) -> dict[str, str]:
    """An environment whose configuration, data and runtime directories are all below `home`.

    Passes on only what finds programs; the language is UTF-8 without a country.
    """
    runtime = home / "run"
    # The XDG specification wants it closed to others; the server's state file relies on that.
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "PYTHONUNBUFFERED": "1",
    }
    # Where libraries are, and whose package is tried when that is not the installed one.
    for variable in ("LD_LIBRARY_PATH", "PYTHONPATH"):
        if variable in os.environ:
            environment[variable] = os.environ[variable]
    return environment
