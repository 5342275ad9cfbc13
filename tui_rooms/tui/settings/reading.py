"""Reads settings: defaults, then the file, then the environment. A bad file is never touched."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.places import line_of, settings_path
from tui_rooms.tui.settings.schema import TABLES, Settings, singles, variable_of


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that hold now.

    Raises:
        SettingsError: the file or a variable cannot be used; the sentence says where and why.
    """
    path = settings_path(environment)
    settings = _from_file(path, text) if (text := _text_of(path)) is not None else Settings()
    return _with_variables(settings, environment)


def parse_settings(text: str, path: Path) -> Settings:
    """The settings in a file's text.

    Raises:
        SettingsError: with the file's name and the line.
    """
    return _from_file(path, text)


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SettingsError(f"cannot read the settings in {path}: {why}") from error


def _from_file(path: Path, text: str) -> Settings:
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: this is not TOML: {error}") from error
    if not table:
        return Settings()
    from tui_rooms.tui.settings.checking import FaultError, check

    try:
        return check(table)
    except FaultError as fault:
        raise SettingsError(f"{path}:{line_of(text, fault.place)}: {fault.sentence}") from fault


def _with_variables(settings: Settings, environment: Mapping[str, str]) -> Settings:
    for section, one in singles():
        variable = variable_of(section, one.name)
        if environment.get(variable):
            value = _converted(variable, environment[variable], settings, section, one.name)
            changed = replace(getattr(settings, section), **{one.name: value})
            settings = replace(settings, **{section: changed})
    tables: dict[str, Any] = {}
    for section in TABLES:
        variable = variable_of(section)
        if environment.get(variable):
            tables[section] = _toml_value(variable, environment[variable])
    return _checked_again(settings, tables) if tables else settings


def _converted(variable: str, text: str, settings: Settings, section: str, name: str) -> Any:
    from tui_rooms.tui.settings.checking import FaultError, check_value

    kind = get_type_hints(type(getattr(settings, section)))[name]
    try:
        return check_value(section, name, text, kind)
    except FaultError as fault:
        raise SettingsError(f"${variable}: {fault.sentence}") from fault


def _toml_value(variable: str, text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"${variable} is not a TOML value: {error}") from error


def _checked_again(settings: Settings, tables: Mapping[str, Any]) -> Settings:
    from tui_rooms.tui.settings.checking import FaultError, check

    try:
        checked = check(tables)
    except FaultError as fault:
        variable = variable_of(str(fault.place[0]))
        raise SettingsError(f"${variable}: {fault.sentence}") from fault
    return replace(settings, **{section: getattr(checked, section) for section in tables})
