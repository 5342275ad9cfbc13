"""Fewer bytes, the same picture."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style

from tests.tui.terminals import Pyte
from tui_rooms.tui.terminal.thrift import erases_in_colour, thrifty

COLOURS = st.sampled_from([None, "#102030", "#ffffff", "red", "bright_blue", "color(200)"])
STYLES = st.builds(
    Style,
    color=COLOURS,
    bgcolor=COLOURS,
    bold=st.booleans(),
    reverse=st.booleans(),
    underline=st.booleans(),
)
MOVES = st.builds("\x1b[{};{}H".format, st.integers(1, 5), st.integers(1, 30))
TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=6
) | st.sampled_from([" " * 14, "─" * 9, "ab──────────c", "╌" * 5 + "█" * 7])
CONSOLE = Console(force_terminal=True, color_system="truecolor")


def rendered(piece: "str | tuple[str, Style]") -> str:
    """As Textual sends it."""
    if isinstance(piece, str):
        return piece
    text, style = piece
    return style.render(text, color_system=CONSOLE._color_system)


@given(st.lists(st.one_of(MOVES, st.tuples(TEXTS, STYLES)), max_size=30))
def test_the_terminal_shows_the_same(pieces: list["str | tuple[str, Style]"]) -> None:
    """Text, colours, bold; and what comes next is in the terminal's own style."""
    text = "".join(map(rendered, pieces)) + "\x1b[1;1Hend"
    # Wide enough: Textual writes nothing beyond the edge.
    full = Pyte(500, 6)
    full.feed(text)
    for repeat, slow in product((False, True), repeat=2):
        thrift = Pyte(500, 6)
        thrift.feed(thrifty(text[:-3], repeat=repeat, slow=slow) + "end")
        assert thrift.visible() == full.visible()
        assert len(thrifty(text, repeat=repeat, slow=slow)) <= len(text)


def test_a_colour_is_sent_once() -> None:
    """Neighbours that differ in ink send ink, neighbours in the same style send text."""
    ground = "48;2;1;2;3"
    text = f"\x1b[1;31;{ground}ma\x1b[0m\x1b[1;31;{ground}mb\x1b[0m\x1b[1;32;{ground}mc\x1b[0m"
    assert thrifty(text) == f"\x1b[1;31;{ground}mab\x1b[32mc\x1b[0m"


def test_a_long_blank_is_erased_in_its_colour() -> None:
    """But not where that would lose a line below it, nor for GNU screen."""
    blank = " " * 40
    assert thrifty(f"\x1b[44ma{blank}b\x1b[0m") == "\x1b[44ma\x1b[40X\x1b[40Cb\x1b[0m"
    underlined = f"\x1b[4ma{blank}\x1b[0m"
    assert thrifty(underlined) == underlined
    assert thrifty(f"\x1b[44m{blank}\x1b[0m", erase=False) == f"\x1b[44m{blank}\x1b[0m"
    assert not erases_in_colour("screen-256color")
    assert erases_in_colour("xterm-256color")


def test_blanks_and_moves_need_no_ink() -> None:
    """Only the ground is seen of a blank, and nothing of a move."""
    text = "\x1b[31;44ma\x1b[0m\x1b[2;2H\x1b[32;44m  \x1b[0m\x1b[31;44mb\x1b[0m"
    assert thrifty(text) == "\x1b[31;44ma\x1b[2;2H  b\x1b[0m"


def test_a_line_of_one_glyph_is_repeated_by_terminals_that_can() -> None:
    """A long one is drawn once and counted."""
    line = "\x1b[31m╭" + "─" * 30 + "╮\x1b[0m"
    assert thrifty(line, repeat=True) == "\x1b[31m╭─\x1b[29b╮\x1b[0m"
    assert thrifty(line) == line


def test_gaps_of_one_colour_are_stepped_over() -> None:
    """The whole line is erased in it first; that needs a terminal that erases in colour."""
    ground, card = "\x1b[48;2;1;2;3m", "\x1b[48;2;4;5;6m"
    line = "".join(f"{ground} \x1b[0m{card}ab\x1b[0m" for _ in range(4))
    assert thrifty(line) == f"{ground}\x1b[12X\x1b[C{card}ab" + "\x1b[Cab" * 3 + "\x1b[0m"
    assert f"{ground} " in thrifty(line, erase=False)


def test_a_line_is_drawn_style_by_style_on_a_slow_link() -> None:
    """Where a few come in turn. That needs to know where the line begins, and a move after it."""
    frame, name = "\x1b[38;2;1;2;3m", "\x1b[38;2;250;250;250m"
    line = "\x1b[2;5H" + "".join(f"{frame}|\x1b[0m{name}Ana\x1b[0m" for _ in range(3))
    drawn = thrifty(line + "\x1b[3;1H", slow=True)
    assert (
        drawn
        == f"\x1b[2;5H{frame}|\x1b[3C|\x1b[3C|\x1b[6G{name}Ana\x1b[CAna\x1b[CAna\x1b[3;1H\x1b[0m"
    )
    assert "G" not in thrifty(line + "\x1b[3;1H") + thrifty(line, slow=True)


def test_a_style_changes_by_what_differs() -> None:
    """Also when something is taken away, as far as that is shorter than beginning anew."""
    ground = "48;2;1;2;3"
    text = f"\x1b[1;31;{ground}ma\x1b[0m\x1b[32;{ground}mb\x1b[0m\x1b[32mc\x1b[0m"
    assert thrifty(text) == f"\x1b[1;31;{ground}ma\x1b[22;32mb\x1b[49mc\x1b[0m"


def test_lines_of_a_picture_keep_their_style_and_erase_their_end() -> None:
    """A move goes where it goes: neither line feed nor step nor reset is needed before it."""
    line = "\x1b[44ma" + " " * 40 + "\x1b[0m"
    picture = f"\x1b[1;1H{line}\n\x1b[2;1H{line}"
    assert thrifty(picture) == "\x1b[1;1H\x1b[44ma\x1b[40X\x1b[2;1Ha\x1b[40X\x1b[40C\x1b[0m"


def test_what_is_no_style_passes_as_it_is() -> None:
    """Questions, titles, modes."""
    for text in ("\x1b7\x1b[1;2H\x1b[6n\x1b8", "\x1b]2;title\x1b\\", "\x1b[?2026h", "words"):
        assert thrifty(text) == text
