"""Small files that hold secrets: for their owner alone from their making, whole at any moment."""

import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 16_384
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class UnusableFileError(Exception):
    """A file is not what we have made; the sentence says what it is, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def make_directory(path: Path) -> None:
    """Make a directory for its owner alone, unless it is there.

    Raises:
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(exist_ok=True, mode=0o700)


def write(path: Path, text: str) -> None:
    """Write a file in one step: whoever reads it, or kills us, finds the old one or the new one.

    Raises:
        OSError: it cannot be written, or not be kept from others.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            if sys.platform != "win32" and os.fstat(file.fileno()).st_mode & _OTHERS:
                raise PermissionError(0, "its file system keeps nothing from others", str(path))
            file.write(text)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read(path: Path) -> tuple[str, str]:
    """The text of a file that we have written, and what is to be said about it, if anything.

    One that others could read is closed to them. One that they could write, or that is not
    this user's, may be theirs by now.

    Raises:
        OSError: it cannot be read.
        UnusableFileError: it is not to be used.
    """
    # Neither waits for a pipe nor follows a link to elsewhere.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        said = _checked(file.fileno(), path)
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnusableFileError(f"{path} is longer than {MOST_BYTES} bytes: remove it")
    try:
        return content.decode("utf-8"), said
    except UnicodeDecodeError as exc:
        raise UnusableFileError(f"{path} is no text: remove it") from exc


def _checked(handle: int, path: Path) -> str:
    there = os.fstat(handle)
    if not stat.S_ISREG(there.st_mode):
        raise UnusableFileError(f"{path} is no regular file: remove it")
    if sys.platform == "win32":
        return ""
    mode = f"mode {stat.S_IMODE(there.st_mode):04o}, expected 0600"
    if there.st_uid != os.geteuid():
        raise UnusableFileError(f"{path} belongs to another user: remove it")
    if there.st_mode & _OTHERS_WRITE:
        raise UnusableFileError(f"others could have written {path} ({mode}): remove it")
    if there.st_mode & _OTHERS:
        os.fchmod(handle, 0o600)
        return f"others could read {path} ({mode}): it is closed to them now"
    return ""
