"""Checks settings against the schema, and says in words what does not fit."""

import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from tui_rooms.tui.settings.schema import SECTIONS, TABLES, KnownServer, Settings
from tui_rooms.tui.terminal.house_colours import HOUSE
from tui_rooms.wire.sentences import finding_text

LOWEST_DBOV: Final = -90.0


class FaultError(Exception):
    """One thing that does not fit, and its place in the file."""

    def __init__(self, place: tuple[str | int, ...], sentence: str) -> None:
        super().__init__(sentence)
        self.place = place
        self.sentence = sentence


def check(table: Mapping[str, Any]) -> Settings:
    """The settings that a TOML table holds.

    Raises:
        FaultError: the first thing that does not fit.
    """
    _check_sections(table)
    try:
        # By way of JSON, as only there a strict check takes lists for tuples.
        settings = TypeAdapter(Settings).validate_json(json.dumps(table, default=str), strict=True)
    except ValidationError as error:
        raise _fault(error, table) from error
    _check_threshold(settings.talk.threshold_dbov)
    _check_keys(settings.keys)
    _check_themes(settings)
    check_theme(settings)
    return settings


def check_value(section: str, name: str, text: str, kind: Any) -> Any:
    """One setting out of a string.

    Raises:
        FaultError: it does not fit.
    """
    try:
        value = TypeAdapter(kind).validate_strings(text)
    except ValidationError as error:
        raise FaultError((section, name), _sentence(f"{section}.{name}", text, error)) from error
    if name == "threshold_dbov":
        _check_threshold(value)
    return value


def _fault(error: ValidationError, table: Mapping[str, Any]) -> FaultError:
    first = error.errors(include_url=False)[0]
    place = tuple(first["loc"])
    dotted = ".".join(str(part) for part in place)
    if first["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
        known = _known_beside(place)
        return FaultError(
            place, f"there is no setting {dotted!r}; {_nearest(str(place[-1]), known)}"
        )
    if first["type"] in ("missing", "missing_argument"):
        return FaultError(place[:-1], f"{dotted!r} is missing")
    value: Any = table
    for part in place:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    return FaultError(place, _sentence(dotted, value, error))


def _sentence(dotted: str, value: Any, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    expected = {
        "string_type": "expected text in quotes",
        "tuple_type": "expected a list in brackets",
        "dict_type": "expected a table",
    }.get(first["type"]) or finding_text(first)
    return f"{dotted} is {value!r}; {expected}"


def _known_beside(place: tuple[str | int, ...]) -> list[str]:
    if len(place) == 1:
        return [*SECTIONS, *TABLES]
    if place[0] == "servers":
        return list(KnownServer._fields)
    return list(getattr(Settings(), str(place[0]))._fields)


def _nearest(wrong: str, known: Iterable[str]) -> str:
    names = list(known)
    if near := difflib.get_close_matches(wrong, names, 1):
        return f"did you mean {near[0]!r}?"
    return f"expected one of: {', '.join(names)}"


def _check_sections(table: Mapping[str, Any]) -> None:
    """Pydantic would take a list for a section: its values in their order."""
    sections: dict[tuple[str | int, ...], Any] = {
        (name,): table[name] for name in SECTIONS if name in table
    }
    if isinstance(servers := table.get("servers"), list):
        sections |= {("servers", number): server for number, server in enumerate(servers)}
    for place, section in sections.items():
        if not isinstance(section, dict):
            dotted = ".".join(map(str, place))
            raise FaultError(place, f"{dotted} is {section!r}; expected a section")


def _check_threshold(dbov: float) -> None:
    if not LOWEST_DBOV <= dbov <= 0:
        raise FaultError(
            ("talk", "threshold_dbov"), f"talk.threshold_dbov is {dbov:g}; expected -90 to 0"
        )


def _check_keys(keys: Mapping[str, tuple[str, ...]]) -> None:
    if not keys:
        return
    from tui_rooms.tui.actions.action import Table, clashes
    from tui_rooms.tui.actions.lobby import LOBBY_ACTIONS
    from tui_rooms.tui.actions.room import ROOM_ACTIONS
    from tui_rooms.tui.actions.settings import SETTINGS_ACTIONS

    tables: dict[str, Table[Any]] = {
        "the lobby": LOBBY_ACTIONS,
        "a room": ROOM_ACTIONS,
        "the settings": SETTINGS_ACTIONS,
    }
    known = {action.id for table in tables.values() for action in table}
    for action_id in keys:
        if action_id not in known:
            raise FaultError(
                ("keys", action_id),
                f"there is no action {action_id!r}; {_nearest(action_id, sorted(known))}",
            )
    for where, table in tables.items():
        for key, one, other in clashes(table, keys):
            changed = other if other in keys else one
            raise FaultError(
                ("keys", changed),
                f"the key {key!r} would do both {one!r} and {other!r} in {where}; "
                "give one of them another key",
            )


def _check_themes(settings: Settings) -> None:
    if not settings.themes:
        return
    from textual.color import Color, ColorParseError

    from tui_rooms.tui.drawing.palette import ROLES

    for name, colours in settings.themes.items():
        for role, colour in colours.items():
            place = ("themes", name, role)
            if role == "base":
                if colour not in HOUSE:
                    raise FaultError(
                        place, f"base is {colour!r}; expected one of: {', '.join(HOUSE)}"
                    )
                continue
            if role not in ROLES:
                raise FaultError(place, f"there is no colour {role!r}; {_nearest(role, ROLES)}")
            try:
                Color.parse(colour)
            except ColorParseError:
                raise FaultError(
                    place, f"{role} is {colour!r}; expected a colour as #56b4e9"
                ) from None


def check_theme(settings: Settings) -> None:
    """The chosen theme is there.

    Raises:
        FaultError: it is not.
    """
    known = [*HOUSE, *settings.themes]
    if settings.look.theme in known:
        return
    from textual.theme import BUILTIN_THEMES

    known += BUILTIN_THEMES
    if settings.look.theme not in known:
        raise FaultError(
            ("look", "theme"),
            f"there is no theme {settings.look.theme!r}; {_nearest(settings.look.theme, known)}",
        )
