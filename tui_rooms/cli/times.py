"""Times and durations among the arguments of commands."""

import argparse
from datetime import datetime

from tui_rooms.rules.durations import EXAMPLES, read_duration


def duration(text: str) -> float:
    """Seconds from a number and a unit.

    Raises:
        argparse.ArgumentTypeError: not of that form, or not more than nothing.
    """
    try:
        seconds = read_duration(text)
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc
    if not seconds:
        raise argparse.ArgumentTypeError(f"'{text}' is no duration: expected {EXAMPLES}")
    return seconds


def moment(text: str) -> float:
    """Seconds since the epoch from ISO 8601 with a time zone.

    Raises:
        argparse.ArgumentTypeError: not of that form.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"'{text[:40]}' is no time: expected ISO 8601 with a zone, like 2030-05-01T18:00+02:00"
        )
    return at.timestamp()


def start(text: str) -> float | None:
    """When a room starts, written as on the screen; None for now.

    Raises:
        argparse.ArgumentTypeError: no such time, or over.
    """
    from tui_rooms.tui.model.here import HERE
    from tui_rooms.tui.model.start_time import parse_start

    try:
        return parse_start(text, datetime.now(HERE))
    except ValueError as exc:
        raise argparse.ArgumentTypeError(str(exc)) from exc
