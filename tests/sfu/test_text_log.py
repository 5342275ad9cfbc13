"""The text log: one line an event, whatever there is to say."""

import logging
import sys

import pytest

from tui_rooms.sfu.text_log import FORMAT, LONGEST, OneLine


def line_of(message: str, *, fault: bool = False) -> str:
    """What is written of it."""
    caught = sys.exc_info() if fault else None
    record = logging.LogRecord("house", logging.ERROR, __file__, 1, message, None, caught)
    return OneLine(FORMAT).format(record)


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028"])
def test_nobody_begins_a_line_of_the_log(end):
    """Neither a name nor an address that somebody has sent can look like another event."""
    line = line_of(f"from ana{end}2030-01-01 00:00:00,000 INFO house all is well")
    assert line.splitlines() == [line]
    assert "ERROR house from ana" in line


def test_nothing_in_the_log_acts_on_a_terminal():
    """Its escapes are shown as what they are not."""
    assert "\x1b" not in line_of("\x1b[2J\x1b]0;owned\x07")
    assert "\x07" not in line_of("\x1b[2J\x1b]0;owned\x07")


def test_a_traceback_is_one_line_too():
    """With its beginning and what it was in the end, however long it is between."""
    try:
        raise ValueError("x" * 3 * LONGEST + " that was it")
    except ValueError:
        line = line_of("it went wrong", fault=True)
    assert line.splitlines() == [line]
    assert len(line) <= LONGEST
    assert "it went wrong | Traceback (most recent call last): | File" in line
    assert line.endswith("that was it")
