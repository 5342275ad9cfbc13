"""System programs and libraries that some tests need."""

import ctypes.util
import os
import shutil
from typing import NoReturn

import pytest


def require_tool(name: str, package: str | None = None) -> str:
    """The path of a program, or the end of the test.

    Args:
        name: as on the command line.
        package: Debian's name for what brings it, when it differs from `name`.
    """
    path = shutil.which(name)
    if path is None:
        missing(f"the program {name} is missing here; Debian has it in {package or name}")
    return path


def require_library(name: str, package: str) -> str:
    """The same for a shared library, `name` without "lib" and ".so"."""
    found = ctypes.util.find_library(name)
    if found is None:
        missing(f"the library {name} is missing here; Debian has it in {package}")
    return found


def missing(reason: str) -> NoReturn:
    """End the test: what it needs is not on this machine.

    On a contributor's machine it is skipped and says why; with CI=true that is a failure, so that
    nothing is left out unnoticed.
    """
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
