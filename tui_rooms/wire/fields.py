"""What the messages are made of: the kinds of fields that several of them have."""

import re
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tui_rooms.rules.room_id import SCHEMA as ROOM_ID_SCHEMA
from tui_rooms.rules.room_id import room_id

PAGE_LIMIT = 100
"""The most that one answer lists."""


def spelt(pattern: str, words: str) -> tuple[AfterValidator, Any]:
    """What makes a field of `str` have that form, for `Annotated`.

    Args:
        pattern: of the whole text, for documents too.
        words: what people are told that was expected, who cannot read patterns.
    """

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"expected {words}")
        return text

    return AfterValidator(check), Field(json_schema_extra={"pattern": f"^{pattern}$"})


LAST_ID = 2**53
RequestId: TypeAlias = Annotated[int, Field(ge=0, le=LAST_ID)]
RoomId: TypeAlias = Annotated[
    str,
    AfterValidator(room_id),
    Field(json_schema_extra={"pattern": ROOM_ID_SCHEMA}),
]
"""Lower-case letters, digits and dashes, 1 to 40; capitals are made small."""
Text: TypeAlias = Annotated[str, Field(max_length=200)]
"""The rules check the content; this bounds the size before they see it."""
LongText: TypeAlias = Annotated[str, Field(max_length=2000)]
Password: TypeAlias = Annotated[str, Field(max_length=200)]
Moment: TypeAlias = Annotated[float, Field(ge=0, le=2**37)]
"""Seconds since the epoch, of the next four thousand years."""
Offset: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000)]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=PAGE_LIMIT)]
Seq: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]
"""A number in a room's log; its first event has 1."""

PublicUrl: TypeAlias = Annotated[
    str,
    Field(max_length=300),
    *spelt(r"https?://[A-Za-z0-9._:\[\]-]+", "a URL of scheme, host and port alone"),
]
"""Scheme, host and port: what links begin with."""


class Message(BaseModel):
    """What all messages share."""

    # No JSON has NaN or infinity, and no rule knows what to do with them; the rules' dataclasses
    # are held to all of this too. Written as they are, they are refused, and not read as nothing.
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, ser_json_inf_nan="constants"
    )
