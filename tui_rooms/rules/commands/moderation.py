"""Sending out, keeping out, and reporting."""

from dataclasses import dataclass
from typing import Literal

from tui_rooms.rules.records import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Kick:
    """Send somebody out, or who has left lately; they may come back, by a decision of their own."""

    kind: Literal["kick"] = "kick"
    identity: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Send somebody out and keep them out; here now, or known from before.

    Whom nobody vouches for is kept out by network address too, for ten minutes.
    """

    kind: Literal["block"] = "block"
    identity: str
    reason: str = ""
    seconds: Seconds | None = None
    """None: until they are unblocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStranger:
    """Keep out somebody of whom the room knows nothing, by an identity that nobody can check."""

    kind: Literal["block_stranger"] = "block_stranger"
    identity: str
    reason: str = ""
    seconds: Seconds | None = None
    """None: until they are unblocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblock:
    """Let somebody come in again."""

    kind: Literal["unblock"] = "unblock"
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Tell those with `read-reports` about somebody who is or was here."""

    kind: Literal["report"] = "report"
    report_id: str
    identity: str
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleReport:
    """Say that a report has been seen to; it stays in the list."""

    kind: Literal["settle_report"] = "settle_report"
    report_id: str
