"""Reads settings: defaults, then the file, then the environment. A bad file is never touched."""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.places import line_of, settings_path
from tui_rooms.tui.settings.schema import PREFIX, Setting, Settings, singles, tables
from tui_rooms.wire.pasted import unwrapped_token
from tui_rooms.wire.system_text import readable

_TOO_DEEP = "its tables lie too deep within each other"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that hold now.

    Raises:
        SettingsError: the file or a variable cannot be used; the sentence says where and why.
    """
    path = settings_path(environment)
    settings = _from_file(path, text) if (text := _text_of(path)) is not None else Settings()
    ours = {name: readable(environment[name]) for name in environment if name.startswith(PREFIX)}
    return _with_tokens_alone(_with_variables(settings, ours))


def parse_settings(text: str, path: Path) -> Settings:
    """The settings in a file's text.

    Raises:
        SettingsError: with the file's name and the line.
    """
    return _from_file(path, text)


def _text_of(path: Path) -> str | None:
    try:
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            # A pipe would be waited for, a device would never end.
            raise SettingsError(f"cannot read the settings in {path}: it is no regular file")
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"cannot read the settings in {path}: {why}") from error


def _from_file(path: Path, text: str) -> Settings:
    import tomllib

    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number may have too many digits for Python
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{path}:{place[1]}:{place[2]}" if place else str(path)
        raise SettingsError(f"{where}: this is not TOML") from error
    if not table:
        return Settings()
    from tui_rooms.tui.settings.checking import FaultError, check

    try:
        return _with_tokens_alone(check(table))
    except FaultError as fault:
        raise SettingsError(f"{path}:{line_of(text, fault.place)}: {fault.sentence}") from fault
    except RecursionError as error:
        raise SettingsError(f"{path}: {_TOO_DEEP}") from error


def _with_tokens_alone(settings: Settings) -> Settings:
    """Without the quotes and line breaks that were copied along with them."""
    you = settings.you._replace(token=unwrapped_token(settings.you.token))
    servers = tuple(one._replace(token=unwrapped_token(one.token)) for one in settings.servers)
    return settings._replace(you=you, servers=servers)


def _with_variables(settings: Settings, environment: Mapping[str, str]) -> Settings:
    if not environment:
        return settings
    for one in singles():
        if text := environment.get(one.variable):
            value = _converted(one, text)
            changed = getattr(settings, one.section)._replace(**{one.name: value})
            settings = settings._replace(**{one.section: changed})
    variables = {one.section: one.variable for one in tables()}
    values = {
        section: _toml_value(variable, environment[variable])
        for section, variable in variables.items()
        if environment.get(variable)
    }
    if values:
        settings = _checked_again(settings, values, variables)
    return _with_a_theme(settings)


def _with_a_theme(settings: Settings) -> Settings:
    from tui_rooms.tui.settings.checking import FaultError, check_theme

    try:
        check_theme(settings)
    except FaultError as fault:
        variable = next(one.variable for one in singles() if (one.section, one.name) == fault.place)
        raise SettingsError(f"${variable}: {fault.sentence}") from fault
    return settings


def _converted(setting: Setting, text: str) -> Any:
    from tui_rooms.tui.settings.checking import FaultError, check_value

    try:
        return check_value(setting.section, setting.name, text, setting.kind)
    except FaultError as fault:
        raise SettingsError(f"${setting.variable}: {fault.sentence}") from fault


def _toml_value(variable: str, text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"${variable} is not a TOML value") from error


def _checked_again(
    settings: Settings, values: Mapping[str, Any], variables: Mapping[str, str]
) -> Settings:
    from tui_rooms.tui.settings.checking import FaultError, check

    try:
        checked = check(values)
    except FaultError as fault:
        raise SettingsError(f"${variables[str(fault.place[0])]}: {fault.sentence}") from fault
    except RecursionError as error:
        raise SettingsError(
            f"one of {', '.join(f'${variables[one]}' for one in values)}: {_TOO_DEEP}"
        ) from error
    return settings._replace(**{section: getattr(checked, section) for section in values})
