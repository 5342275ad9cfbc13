"""Somebody was sent out, kept out, or reported."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Kicked:
    """When they are here, `StageLeft` or `AudienceLeft` follows."""

    kind: Literal["kicked"] = "kicked"
    identity: str
    name: str
    by: str
    reason: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """When they are here, `StageLeft` or `AudienceLeft` follows."""

    kind: Literal["blocked"] = "blocked"
    identity: str
    name: str
    by: str
    reason: str
    at: Seconds
    until: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblocked:
    kind: Literal["unblocked"] = "unblocked"
    identity: str
    name: str
    by: str | None
    """None: their time was over."""
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    kind: Literal["reported"] = "reported"
    report_id: str
    identity: str
    name: str
    by: str
    by_name: str
    reason: str
    text: str
    at: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettled:
    kind: Literal["report_settled"] = "report_settled"
    report_id: str
    identity: str
    name: str
    by: str
    by_name: str
    at: Seconds
