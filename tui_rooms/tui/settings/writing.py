"""Saves settings, when asked to: changed lines only, comments stay, a bad file stays as it is."""

import json
import os
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tui_rooms.tui.settings.errors import SettingsError
from tui_rooms.tui.settings.places import set_line, without_table
from tui_rooms.tui.settings.reading import parse_settings
from tui_rooms.tui.settings.schema import (
    SECRET,
    SECTIONS,
    KnownServer,
    Settings,
    singles,
    tables,
)


def changes(before: Settings, after: Settings) -> dict[tuple[str, str], Any]:
    """The single settings that differ: new values by (section, name)."""
    return {
        (one.section, one.name): getattr(getattr(after, one.section), one.name)
        for one in singles()
        if getattr(getattr(after, one.section), one.name)
        != getattr(getattr(before, one.section), one.name)
    }


def save(path: Path, changed: Mapping[tuple[str, str], Any]) -> None:
    """Write changed settings into the file, which is made when it is not there.

    Raises:
        SettingsError: the file cannot be read or written, or a change would not be understood.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        parse_settings(before, path)
        text = before
        for (section, name), value in changed.items():
            text = set_line(text, section, name, toml(value))
        written = parse_settings(text, path)
        for (section, name), value in changed.items():
            if getattr(getattr(written, section), name) != value:
                raise SettingsError(f"cannot change {section}.{name} in {path}; do it by hand")
        _replace(path, text)
    except OSError as error:
        raise SettingsError(f"cannot save the settings in {path}: {error.strerror}") from error


def save_servers(
    path: Path,
    *,
    added: Collection[KnownServer] = (),
    forgotten: Collection[KnownServer] = (),
) -> None:
    """Write servers into the file, and take others out; all else that it says is not touched.

    There may be servers in it that we do not know of: another tui-rooms remembered them.

    Raises:
        SettingsError: as `save`.
    """
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        known = parse_settings(before, path).servers
        text = before
        for number in reversed(range(len(known))):
            if known[number] in forgotten:
                text = without_table(text, "servers", number)
        for one in added:
            if one not in known:
                lines = {"name": one.name, "url": one.url} | (
                    {"token": one.token} if one.token else {}
                )
                text += "\n" if text else ""
                text += "[[servers]]\n"
                text += "".join(f"{name} = {toml(value)}\n" for name, value in lines.items())
        if set(parse_settings(text, path).servers) != {*known, *added} - {*forgotten}:
            raise SettingsError(f"cannot change the servers in {path}; do it by hand")
        _replace(path, text)
    except OSError as error:
        raise SettingsError(f"cannot save the settings in {path}: {error.strerror}") from error


def toml(value: object) -> str:
    """A text, number or truth value as TOML."""
    # JSON's are TOML's, but for DEL, which no setting holds.
    return json.dumps(value, ensure_ascii=False)


def documented(settings: Settings) -> str:
    """A settings file with everything in it: what it means, its variable, and what holds now."""
    lines = [
        "# tui-rooms settings. Lines with # are the defaults; remove the # to change them.",
        "",
    ]
    default = Settings()
    for section in SECTIONS:
        now = getattr(settings, section)
        lines += [f"# {type(now).__doc__}", f"[{section}]"]
        for one in singles():
            if one.section != section:
                continue
            value = getattr(now, one.name)
            shown = "…" if one.name in SECRET and value else value
            is_default = value == getattr(getattr(default, section), one.name)
            mark = "# " if is_default or shown == "…" else ""
            lines.append(f"# {one.about} (${one.variable})")
            lines.append(f"{mark}{one.name} = {toml(shown)}")
        lines.append("")
    examples = {
        "servers": ['# [[servers]]\n# name = "home"\n# url = "rooms.example.org"'],
        "keys": ['# [keys]\n# toggle-microphone = ["m", "f4"]'],
        "themes": ['# [themes.mine]\n# base = "night"\n# sound = "#7fd962"'],
    }
    for table in tables():
        lines += [f"# {table.about} (${table.variable})", *examples[table.section], ""]
    return "\n".join(lines)


def _replace(path: Path, text: str) -> None:
    """In one step, so that nobody finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".config", delete=False
    ) as file:
        file.write(text)
    os.replace(file.name, path)
