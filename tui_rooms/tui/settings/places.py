"""Where the user's files are, and where in the settings file a setting stands."""

import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

FILE_VARIABLE: Final = "TUI_ROOMS_CONFIG"
# Not compiled before somebody needs it: the first picture waits for this module.
_HEADER: Final = r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$"


NOWHERE: Final = Path(os.devnull)
"""A file that takes everything, and below which nothing can be: each try is an OSError."""
_PLACES: Final = {
    "config": platformdirs.user_config_path,
    "state": platformdirs.user_state_path,
    "data": platformdirs.user_data_path,
    "cache": platformdirs.user_cache_path,
    "log": platformdirs.user_log_path,
    "runtime": platformdirs.user_runtime_path,
}


def user_directory(kind: str) -> Path:
    """Where this user's files of a kind belong, as the system has it; below `NOWHERE` without any.

    Args:
        kind: config, state, data, cache, log or runtime.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a runtime directory that is not the session's
            found = _PLACES[kind]("tui-rooms")
    except (RuntimeError, OSError):  # no home is known, or what is there is not this user's
        return NOWHERE / "tui-rooms"
    return found if found.is_absolute() else NOWHERE / "tui-rooms"


def settings_path(environment: Mapping[str, str] = os.environ) -> Path:
    """`config.toml` in the XDG directory, or what $TUI_ROOMS_CONFIG says."""
    chosen = environment.get(FILE_VARIABLE)
    return Path(chosen) if chosen else user_directory("config") / "config.toml"


def volumes_path() -> Path:
    """In the XDG state directory: how loud one hears whom is no setting that people write."""
    return user_directory("state") / "volumes.json"


def sessions_path() -> Path:
    """A directory beside that: who one is in rooms, for the next run of a program that dies."""
    return platformdirs.user_state_path("tui-rooms") / "sessions"


def line_of(text: str, place: tuple[str | int, ...]) -> int:
    """The line, from 1, where a setting stands; its section's, or 1, when it is not found.

    Args:
        place: section, perhaps a number in it, and names: ("look", "theme"), ("servers", 1, "url").
    """
    names = [str(part) for part in place if isinstance(part, str)]
    number = next((part for part in place if isinstance(part, int)), None)
    best, depth, seen = 1, 0, -1
    path: list[str] = []
    for line_number, line in enumerate(text.splitlines(), 1):
        if header := re.match(_HEADER, line):
            path = [name.strip().strip("\"'") for name in header[1].split(".")]
            seen += path == names[:1]
            here = len(path)
        elif key := re.match(r"\s*([\w.\"'-]+)\s*=", line):
            here = len(path) + 1
            if [*path, key[1].strip("\"'")] != names[:here]:
                continue
        else:
            continue
        in_order = number is None or seen == number
        if path == names[: len(path)] and here > depth and in_order:
            best, depth = line_number, here
    return best


def set_line(text: str, section: str, name: str, value: str) -> str:
    """The file's text with one setting changed and every other line as it was.

    Args:
        value: as TOML.
    """
    lines = text.splitlines()
    inside, end = False, None
    for number, line in enumerate(lines):
        if header := re.match(_HEADER, line):
            inside = header[1] == section
            if inside:
                end = number + 1
        elif inside:
            if re.match(rf"\s*{re.escape(name)}\s*=", line):
                lines[number] = f"{name} = {value}"
                return "\n".join(lines) + "\n"
            if line.strip():
                end = number + 1
    if end is None:
        lines += [*([""] if lines else []), f"[{section}]", f"{name} = {value}"]
    else:
        lines.insert(end, f"{name} = {value}")
    return "\n".join(lines) + "\n"


def without_table(text: str, name: str, number: int) -> str:
    """The file's text without the so-many'th `[[name]]`, and every other line as it was.

    A table that is written in another way stays.
    """
    lines = text.splitlines()
    headers = [place for place, line in enumerate(lines) if re.match(_HEADER, line)]
    ours = [at for at in headers if (match := re.match(_HEADER, lines[at])) and match[1] == name]
    if number >= len(ours):
        return text
    first = ours[number]
    end = next((at for at in headers if at > first), len(lines))
    # Comments before the next header are about that one.
    while end > first + 1 and not re.match(r"\s*[^#\s]", lines[end - 1]):
        end -= 1
    del lines[first:end]
    return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""
