"""Standard input as text: whatever bytes, in whatever locale, or none at all."""

import io

import pytest

from tui_rooms.cli.standard_input import standard_input


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
