"""Links and tokens without what hangs on to them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_rooms.rules.errors import RoomError
from tui_rooms.wire.pasted import unwrapped_link, unwrapped_token, usable_token

SIGNED = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2ln-_"


@pytest.mark.parametrize(
    "pasted",
    [
        f"{SIGNED}\n",
        f' "{SIGNED}" ',
        f"'{SIGNED}',\r\n",
        f"“{SIGNED}”",
        f"<{SIGNED}>",
        f"`{SIGNED}`",
        f"{SIGNED}.",
        f"Bearer {SIGNED}",
        f"Authorization: Bearer {SIGNED}",
        f"\ufeff{SIGNED[:10]}\u200b{SIGNED[10:]}",
        f"{SIGNED[:20]}\n    {SIGNED[20:]}",
    ],
)
def test_a_token_is_found_in_what_was_copied(pasted: str):
    """Quotes, line breaks of a narrow terminal, the word before it in a header."""
    assert unwrapped_token(pasted) == usable_token(pasted) == SIGNED


@given(st.binary(min_size=1, max_size=64))
def test_no_part_of_a_secret_is_taken_for_wrapping(secret: bytes):
    """Whatever bytes an invitation's secret or a signature has."""
    written = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    assert unwrapped_token(written) == written
    link = f"https://rooms.example.org/r/tea#invite={written}"
    assert unwrapped_link(f"<{link}>.") == link


@pytest.mark.parametrize(
    "pasted", ["eyJhbGciOi…", "eyJhbGciOi\x00", "eyJhbGciOi\udcff", "eyJhbGcié"]
)
def test_a_token_that_cannot_be_sent_is_told_by_its_character(pasted: str):
    """A copy that was cut short shows it; the token itself is never repeated."""
    with pytest.raises(RoomError) as refused:
        usable_token(pasted)
    assert refused.value.code == "bad-token"
    assert f"U+{ord(pasted[-1]):04X} at place {len(pasted)}" in refused.value.sentence
    assert "eyJ" not in refused.value.sentence


def test_nothing_is_no_token():
    """A variable that is set to nothing, or to quotes around nothing."""
    assert [usable_token(text) for text in ("", " \n", '""')] == ["", "", ""]
