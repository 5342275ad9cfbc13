"""System programs and libraries that some tests need."""

import ctypes.util
import os
import shutil

import pytest


def require_tool(name: str, package: str | None = None) -> str:
    """The path of a program, or the end of the test.

    Args:
        name: as on the command line.
        package: Debian's name for what brings it, when it differs from `name`.

    A contributor's machine without it skips the test and says why; with CI=true that is a
    failure, so that nothing is left out unnoticed.
    """
    path = shutil.which(name)
    if path is None:
        _missing(f"the program {name}", package or name)
        raise AssertionError("unreachable")
    return path


def require_library(name: str, package: str) -> str:
    """The same for a shared library, `name` without "lib" and ".so"."""
    found = ctypes.util.find_library(name)
    if found is None:
        _missing(f"the library {name}", package)
        raise AssertionError("unreachable")
    return found


def _missing(what: str, package: str) -> None:
    reason = f"{what} is missing here; Debian has it in the package {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
