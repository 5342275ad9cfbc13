"""Standard input as text: whatever bytes, in whatever locale, or none at all."""

import io
import os
from pathlib import Path

import pytest

from tui_rooms.cli.standard_input import is_attended, lines, standard_input


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"caf\xe9\n", "caf\ufffd\n"),
        (b"\xff\xfetea\n", "\ufffd\ufffdtea\n"),
        ("👩‍👩‍👧\n".encode()[:-2], "👩‍👩‍\ufffd"),
        (b"tea\n", "tea\n"),
    ],
)
def test_bytes_that_are_no_text_become_replacements(
    monkeypatch: pytest.MonkeyPatch, errors: str, sent: bytes, read: str
) -> None:
    """Python's own choice is an error here and half characters, which nobody can send on, there."""
    stream = io.TextIOWrapper(io.BytesIO(sent), encoding="utf-8", errors=errors)
    monkeypatch.setattr("sys.stdin", stream)
    assert standard_input().read() == read


def test_a_closed_standard_input_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has none then."""
    monkeypatch.setattr("sys.stdin", None)
    assert standard_input().read() == ""
    assert list(lines()) == []
    assert not is_attended()


def test_lines_come_one_by_one_whatever_they_are_made_of(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Bytes that are no text, a last line without an end, and one that is much too long."""
    file = tmp_path / "typed"
    file.write_bytes(b"new Tea\r\nsay caf\xe9\n\nsay " + b"x" * 300_000 + b"\nquit")
    with file.open(encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        typed = list(lines())
    assert typed[:3] == ["new Tea\r", "say caf\ufffd", ""]
    assert max(map(len, typed)) <= 200_000
    assert sum(map(len, typed[3:-1])) == 300_004
    assert typed[-1] == "quit"


def test_a_line_is_given_out_before_the_next_one_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character may come in two parts."""
    read, write = os.pipe()
    with open(read, encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        typed = lines()
        os.write(write, "say é".encode()[:-1])
        os.write(write, "é\nqu".encode()[1:])
        assert next(typed) == "say é"
        os.close(write)
        assert list(typed) == ["qu"]
