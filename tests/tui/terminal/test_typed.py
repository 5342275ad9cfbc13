"""Whatever bytes a terminal sends: keys and pastes go on, and nothing in a paste is a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tui_rooms.tui.terminal.typed import PASTE_KEPT, PASTE_PATIENCE, Typed

PASTE, END = b"\x1b[200~", b"\x1b[201~"


def short(message: Message) -> object:
    """A message in short."""
    if isinstance(message, events.Paste):
        return "paste", message.text
    if isinstance(message, events.Key):
        return message.character or message.key
    return type(message).__name__


def read(*parts: bytes) -> list[object]:
    """What is made of bytes that come in these parts."""
    typed = Typed()
    return [short(message) for part in parts for message in typed.feed(part, 0.0)]


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(b"\xe9", id="latin-1"),
        pytest.param(b"\x9b", id="an eight-bit control"),
        pytest.param(b"\xc3\x1b[A", id="a character cut by an arrow"),
        pytest.param(b"\xff\xfe\xf5\xc0\x80", id="bytes of no encoding"),
        pytest.param(b"\xed\xa0\x80", id="half a character"),
        pytest.param(b"\x00", id="nul"),
        pytest.param(b"\x1b[M \xe9\xe9", id="an old mouse far to the right"),
        pytest.param(b"\x1b[9999999999u", id="a key beyond all characters"),
        pytest.param(b"\x1b[97;1;99999999999u", id="a text beyond them"),
        pytest.param(b"\x1b[97:65;2u", id="a key with its shifted form"),
        pytest.param(b"\x1b[97;:u", id="a modifier without a number"),
        pytest.param(b"\x1b[97;1:9u", id="a kind of event that does not exist"),
        pytest.param(b"\x1b[48;20;20;0;0t\x1b[<0;5;5M", id="a click in a window of no pixels"),
    ],
)
def test_the_key_after_strange_bytes_is_read(strange: bytes) -> None:
    """Textual's own thread ends with most of these, and the app with it, as if it had been told."""
    assert read(strange, b"m")[-1] == "m"


def test_bytes_that_are_no_utf8_are_told_once() -> None:
    """Each is shown as what it is not; a replacement that was typed is none."""
    assert read(b"caf\xe9 \xfca") == ["NotUtf8", *"caf\ufffd \ufffda"]
    assert read(b"\xe9a", b"\xe9a") == ["NotUtf8", "\ufffd", "a", "\ufffd", "a"]
    assert read("\ufffd".encode()) == ["\ufffd"]


def test_half_a_character_is_no_key() -> None:
    """It could not be sent on; the keyboard protocol can name it."""
    assert read(b"\x1b[55296u\x1b[97;1;56320um") == ["m"]


def test_an_answer_that_nobody_asked_for_is_not_typed() -> None:
    """Its last letter could be a key of ours; keys, mouse and modes are read as ever."""
    assert read(b"\x1b[?62;22c\x1b[0n\x1b[27;5;113~\x1b[1;2Qm")[-1] == "m"
    assert "q" not in read(b"\x1b[1;2;3q")
    assert read(b"\x1b[A\x1b[3~\x1b[<0;5;5M\x1b[<0;5;5m\x1b[?2026;1$y") == [
        "up",
        "delete",
        "MouseDown",
        "MouseUp",
        "TerminalSupportsSynchronizedOutput",
    ]


def test_nothing_in_a_paste_is_a_key() -> None:
    """Colours that were copied with it go; lines and tabs are plain."""
    pasted = (
        PASTE + b"a\x1b[31mred\x1b[0m qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\r\n\tb\rc\x1b]0;t\x07" + END
    )
    assert read(pasted + b"m") == [("paste", f"ared {'q' * 32}\n    b\nc"), "m"]


@given(st.binary(max_size=80), st.integers(1, 90))
def test_a_paste_is_the_same_in_whatever_parts_it_comes(inside: bytes, size: int) -> None:
    """And so is the key behind it; no byte in it ends the reading."""
    inside = inside.replace(b"\x1b", b"")
    sent = PASTE + inside + END + b"m"
    parts = [sent[at : at + size] for at in range(0, len(sent), size)]
    told = [one for one in read(*parts) if one != "NotUtf8"]
    whole = [one for one in read(sent) if one != "NotUtf8"]
    assert told == whole
    assert [type(one) for one in told] == [tuple, str]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_bytes_at_all_end_the_reading(parts: list[bytes]) -> None:
    """A paste that is begun among them ends by itself; then a key is a key."""
    typed = Typed()
    for part in parts:
        for message in typed.feed(part, 0.0):
            assert isinstance(message, Message)
    list(typed.wait(2 * PASTE_PATIENCE))
    list(typed.feed(b"~" * 40, 9.0))  # whatever sequence was begun is over
    assert "m" in [short(message) for message in typed.feed(b"m", 9.0)]


def test_a_paste_whose_end_was_lost_does_not_swallow_the_keys_for_ever() -> None:
    """After a while of silence it is taken as it came."""
    typed = Typed()
    assert list(typed.feed(PASTE + b"tea", 1.0)) == []
    assert list(typed.wait(1.0 + PASTE_PATIENCE)) == []
    assert [short(one) for one in typed.wait(1.1 + PASTE_PATIENCE)] == [("paste", "tea")]
    assert [short(one) for one in typed.feed(END + b"m", 9.0)] == ["m"]


def test_a_paste_without_end_takes_no_memory_without_end() -> None:
    """Its beginning is kept, and its end is found all the same."""
    typed = Typed()
    assert list(typed.feed(PASTE, 0.0)) == []
    for _ in range(60):
        assert list(typed.feed(b"x" * 4096, 0.0)) == []
    assert len(typed._paste or "") < PASTE_KEPT + 10
    told = [short(one) for part in (END[:3], END[3:] + b"m") for one in typed.feed(part, 0.0)]
    assert told == [("paste", "x" * PASTE_KEPT), "m"]


def test_what_is_known_of_the_mouse_outlives_a_paste() -> None:
    """A terminal that reports pixels goes on with it."""
    typed = Typed()
    list(typed.feed(b"\x1b[48;24;80;480;800t" + PASTE + b"x" + END, 0.0))
    (click,) = typed.feed(b"\x1b[<0;101;41M", 0.0)
    assert isinstance(click, events.MouseDown)
    assert (click.x, click.y) == (10, 2)
