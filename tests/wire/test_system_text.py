"""Bytes of a system, as text."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.wire.system_text import readable

_ECHO = (
    "import sys; from tui_rooms.wire.system_text import readable;"
    "sys.stdout.buffer.write(readable(sys.argv[1]).encode())"
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Anaïs".encode(), "Anaïs"),
        (b"\xff", "\ufffd"),
        (b"caf\xe9 \xe2\x98\x95", "caf\ufffd \u2615"),
        (b"cut \xe2\x98", "cut \ufffd"),
    ],
)
@pytest.mark.parametrize("utf8", ["1", "0"])
def test_an_argument_is_read_whatever_the_locale(typed: bytes, read: str, utf8: str):
    """Without UTF-8 Python knows ASCII alone there; what was typed is found again."""
    surroundings = {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "LC_ALL": "C",
        "PYTHONUTF8": utf8,
        "PYTHONCOERCECLOCALE": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", _ECHO, typed], env=surroundings, capture_output=True, check=True
    )
    assert done.stdout.decode() == read


@given(st.text(st.characters(), max_size=20))
def test_whatever_comes_out_can_be_sent(text: str):
    """And text that could be sent before is not touched."""
    readable(text).encode()
    if not any("\ud800" <= one <= "\udfff" for one in text):
        assert readable(text) == text
