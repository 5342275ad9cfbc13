"""What the messages are made of: the kinds of fields that several of them have."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

PAGE_LIMIT = 100
"""The most that one answer lists."""

RequestId: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]
RoomId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""Lower-case letters, digits and dashes, 1 to 40."""
Text: TypeAlias = Annotated[str, Field(max_length=200)]
"""The rules check the content; this bounds the size before they see it."""
LongText: TypeAlias = Annotated[str, Field(max_length=2000)]
Password: TypeAlias = Annotated[str, Field(max_length=200)]
Offset: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000)]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=PAGE_LIMIT)]
Seq: TypeAlias = Annotated[int, Field(ge=0, le=2**53)]
"""A number in a room's log; its first event has 1."""

PublicUrl: TypeAlias = Annotated[
    str, Field(max_length=300, pattern=r"^https?://[A-Za-z0-9._:\[\]-]+$")
]
"""Scheme, host and port: what links begin with."""


class Message(BaseModel):
    """What all messages share."""

    model_config = ConfigDict(extra="forbid", frozen=True)
