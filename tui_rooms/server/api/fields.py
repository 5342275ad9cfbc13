"""Kinds of fields that several routes have."""

import re
from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Path
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from tui_rooms.rules.room import Seconds
from tui_rooms.wire.fields import RoomId

_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE
)


def _seconds(value: object) -> Seconds:
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).timestamp()
        except ValueError as exc:
            # Python's words name neither the value nor what to do.
            raise _refusal(f"no calendar or clock shows {value}") from exc
    raise _refusal("that is no time")


def _refusal(why: str) -> PydanticCustomError:
    expected = "expected ISO 8601 with a time zone, like 2030-05-01T18:00:00+02:00"
    return PydanticCustomError("moment", "{why}: {expected}", {"why": why, "expected": expected})


Moment: TypeAlias = Annotated[
    Seconds,
    BeforeValidator(_seconds),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2030-05-01T18:00:00Z"]}),
]
"""ISO 8601 with a time zone outside, seconds since the epoch inside."""
RoomPath: TypeAlias = Annotated[RoomId, Path(description="the room's id, as in its link")]
