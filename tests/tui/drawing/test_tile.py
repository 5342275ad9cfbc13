"""Tiles and seats: their width, and that a state shows in more than colour."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.people import names
from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing.arrangement import LOW, TALL
from tui_rooms.tui.drawing.meter import SILENT, reading
from tui_rooms.tui.drawing.tile import Card, meter_at, seat_line, tile_line
from tui_rooms.wire.quality import ConnectionQuality

CARDS = st.builds(
    Card,
    identity=st.just("x"),
    name=names(),
    role=st.sampled_from(Role),
    muted=st.booleans(),
    me=st.booleans(),
    talking=st.booleans(),
    chosen=st.booleans(),
    talked_s=st.integers(0, 99_999),
)

ON_STAGE = st.builds(
    replace,
    CARDS,
    hearing=st.sampled_from(["", "60 %", "not heard"]),
    reaction=st.sampled_from(["", "👏"]),
    hand=st.integers(0, 30),
    connection=st.sampled_from(ConnectionQuality),
)


def text(card: Card, height: int = TALL, width: int = 30) -> str:
    """A tile without its colours."""
    lines = (tile_line(card, SILENT, line, width, height) for line in range(height))
    return "\n".join("".join(segment.text for segment in line) for line in lines)


@given(
    card=ON_STAGE,
    level=st.floats(-127, 0),
    width=st.integers(24, 60),
    height=st.sampled_from([LOW, TALL]),
)
def test_every_line_of_a_tile_is_as_wide_as_the_tile(
    card: Card, level: float, width: int, height: int
) -> None:
    """Whoever it is and whatever they do."""
    for line in range(height):
        cells = meter_at(width, height)[2]
        segments = tile_line(card, reading(level, level, cells), line, width, height)
        assert sum(segment.cell_length for segment in segments) == width


@given(card=CARDS, width=st.integers(4, 40))
def test_a_seat_is_as_wide_as_its_place(card: Card, width: int) -> None:
    """For listeners too."""
    assert sum(segment.cell_length for segment in seat_line(card, width)) == width


@pytest.mark.parametrize("height", [LOW, TALL])
def test_talking_shows_without_any_colour(height: int) -> None:
    """In the border, in the glyph and in the word."""
    quiet = Card(identity="a", name="Ana", role=Role.HOST, muted=False)
    talking = Card(identity="a", name="Ana", role=Role.HOST, muted=False, talking=True)
    assert "┏" in text(talking, height)
    assert "┏" not in text(quiet, height)
    assert "▶ Ana" in text(talking, height)
    assert "● Ana" in text(quiet, height)
    assert "talking" in text(talking, height)
    assert "mic open" in text(quiet, height)


@pytest.mark.parametrize("height", [LOW, TALL])
def test_muted_shows_as_glyph_and_word(height: int) -> None:
    """And a muted person is never shown as talking."""
    muted = Card(identity="a", name="Ana", role=Role.SPEAKER, muted=True, talking=True)
    assert "× Ana" in text(muted, height)
    assert "muted" in text(muted, height)
    assert "talking" not in text(muted, height)


@pytest.mark.parametrize("height", [LOW, TALL])
def test_a_long_name_leaves_the_role_alone(height: int) -> None:
    """The name is cut with a mark, the role stays whole and apart."""
    card = Card(identity="a", name="N" * 60, role=Role.HOST, muted=False, me=True)
    assert "… " in text(card, height)
    assert "YOU · HOST" in text(card, height)


def test_markup_in_a_name_is_only_text() -> None:
    """Square brackets are drawn as they are."""
    card = Card(identity="a", name="[red]x[/]", role=Role.SPEAKER, muted=False)
    assert "[red]x[/]" in text(card)


@pytest.mark.parametrize("height", [LOW, TALL])
def test_a_connection_shows_without_any_colour(height: int) -> None:
    """By the number of its bars, and in words once it is a trouble; a good one is not shown."""
    seen = {
        quality: text(
            Card(
                identity="a", name="Ana", role=Role.HOST, muted=False, me=True, connection=quality
            ),
            height,
        )
        for quality in ConnectionQuality
    }
    shown = {
        quality: [mark for mark in ("▃▅", "▃ ", "↻", "poor link", "away") if mark in picture]
        for quality, picture in seen.items()
    }
    assert shown == {
        ConnectionQuality.EXCELLENT: [],
        ConnectionQuality.GOOD: ["▃▅"],
        ConnectionQuality.POOR: ["▃ ", "poor link"],
        ConnectionQuality.LOST: ["↻", "away"],
    }
    assert all("YOU · HOST" in picture for picture in seen.values())


@pytest.mark.parametrize("height", [LOW, TALL])
def test_who_is_not_heard_and_poorly_connected_shows_as_both(height: int) -> None:
    """One's own choice is told nowhere else; of the connection at least the bar."""
    card = Card(
        identity="a", name="Ana", role=Role.SPEAKER, muted=False, hearing="not heard",
        connection=ConnectionQuality.POOR,
    )  # fmt: skip
    assert "not heard" in text(card, height, 38)
    assert "▃" in text(card, height, 38)
