"""Room types of the operator's own, from TOML; those that are built in stay as they are.

[panel]                          # its name
summary = "a few talk, the others may ask"
like = "audio_room"              # what it takes over from; this is the default
joins_as = "listener"

[panel.capabilities]             # a role that is left out has what it has in `like`
listener = ["join-room", "raise-hand", "send-message"]

[panel.settings]                 # a setting that is left out is as in `like`
stage_size = 8
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room_types import AUDIO_ROOM, ROOM_TYPES, RoomType, Settings
from tui_rooms.server.storage.private_files import read_small
from tui_rooms.wire.sentences import finding_text

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class RoomTypesError(Exception):
    """A file of room types cannot be used; the text, for the operator, says where and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class _Table(BaseModel):
    """What a room type's table may hold; what it takes over is filled in before."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    summary: Annotated[str, Field(min_length=1, max_length=100)]
    joins_as: Role
    capabilities: dict[Role, frozenset[Capability]]
    settings: Settings


def load_room_types(path: Path | None) -> Mapping[str, RoomType]:
    """The built-in room types and those of a file, or of every `*.toml` in a directory.

    Raises:
        RoomTypesError: anything at all is wrong; then none of them is used.
    """
    known = dict(ROOM_TYPES)
    for file in _files(path):
        known |= _read(file, known)
    return known


def _files(path: Path | None) -> list[Path]:
    if path is None:
        return []
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.toml"))
    if not found:
        raise RoomTypesError(f"no room types in {path}: expected files that end in .toml")
    return found


def _read(file: Path, known: Mapping[str, RoomType]) -> dict[str, RoomType]:
    try:
        text = read_small(file)
        tables = tomllib.loads(text)
    except OSError as exc:
        raise RoomTypesError(f"cannot read room types from {file}: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise RoomTypesError(f"{file} is not UTF-8 text: expected TOML") from exc
    except (ValueError, RecursionError) as exc:  # a number may have too many digits for Python
        place = re.search(r"\(at (line \d+), (column \d+)\)", str(exc))
        where = f"{file}, {place[1]}, {place[2]}" if place else str(file)
        raise RoomTypesError(f"{where}: this is not TOML") from exc
    found: dict[str, RoomType] = {}
    for name, table in tables.items():
        try:
            found[name] = _room_type(name, table, {**known, **found})
        except _BadTableError as exc:
            raise RoomTypesError(_located(file, text, name, exc)) from exc
        except RecursionError as exc:
            raise RoomTypesError(f"{file}: its tables lie too deep within each other") from exc
    return found


class _BadTableError(Exception):
    """What is wrong in one type's table."""

    def __init__(self, reason: str, *place: str) -> None:
        super().__init__(reason)
        self.place = place
        """Keys on the way to it, below the type's name."""


def _room_type(name: str, table: Any, known: Mapping[str, RoomType]) -> RoomType:
    if not isinstance(table, dict):
        raise _BadTableError("expected a table for each room type, like [panel]")
    if not _NAME.fullmatch(name):
        raise _BadTableError(
            "a name has 1 to 40 lower-case letters, digits, dashes and underscores"
        )
    if name in known:
        raise _BadTableError(f"there is a room type '{name}' already: choose another name")
    like = known.get(str(table.pop("like", AUDIO_ROOM.name)))
    if like is None:
        raise _BadTableError(f"no room type of that name; there are: {', '.join(known)}", "like")
    try:
        given = _Table.model_validate(_filled_in(table, like))
    except ValidationError as exc:
        raise _first_fault(exc) from exc
    return RoomType(name, given.summary, given.joins_as, given.capabilities, given.settings)


def _filled_in(table: dict[str, Any], like: RoomType) -> dict[str, Any]:
    filled = {"summary": like.summary, "joins_as": like.joins_as} | table
    for key, inherited in (
        ("capabilities", dict(like.capabilities)),
        ("settings", asdict(like.settings)),
    ):
        if isinstance(table.get(key, {}), dict):
            filled[key] = inherited | table.get(key, {})
    return filled


def _first_fault(error: ValidationError) -> _BadTableError:
    first = error.errors(include_url=False)[0]
    place = [str(part) for part in first["loc"] if part != "[key]"]
    is_table = first["type"] in ("dict_type", "dataclass_type", "model_type")
    reason = "expected a table" if is_table else finding_text(first)
    if first["type"] == "value_error":  # of `Settings`: the text begins with the field's name
        return _BadTableError(reason, *place, reason.split()[0])
    shown = ascii(first["input"])
    is_about_it = reason.startswith("expected") and len(shown) <= 60
    return _BadTableError(f"{reason}, not {shown}" if is_about_it else reason, *place)


def _located(file: Path, text: str, name: str, fault: _BadTableError) -> str:
    line = _line_of(text, [name, *fault.place])
    where = f"{file}, line {line}" if line else str(file)
    return f"{where}: {'.'.join([name, *fault.place])}: {fault}"


def _line_of(text: str, place: list[str]) -> int | None:
    """Where the deepest key of `place` stands that has a line of its own; TOML readers do not say.

    It knows the plain forms, `[a.b]` and `key = …`: for others the table's line is said.
    """
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if header:
            here = table = _parts(header[1])
        elif key:
            here = [*table, *_parts(key[1])]
        else:
            continue
        if here == place[: len(here)] and (best is None or len(here) > best[0]):
            best = (len(here), number)
    return best[1] if best else None


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
