"""Who is called like somebody else is told apart from them, and nobody else is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.people import names
from tui_rooms.rules.roles import Role
from tui_rooms.tui.drawing.alike import alike
from tui_rooms.tui.drawing.cells import shown, width_of
from tui_rooms.tui.drawing.told_apart import clip_called, titles_told_apart, told_apart
from tui_rooms.tui.model.marks import mark_of, unmarked

HOST, LISTENER = Role.HOST, Role.LISTENER


@pytest.mark.parametrize(
    "twin",
    [
        "Ana\u200b",
        "A\u2060na",
        "Ana\u3164",
        "Ana\U000e0061",
        "An\xada",
        "\u200fAna",
        "Ana\ufe0f",
        "ANA",
        "Аnа",
        "ΑΝΑ",
        "Ａｎａ",
        "𝗔𝗻𝗮",
        "Ána",
        "Ana\u0323\u0301",
        "Ꭺna",
    ],
)
def test_who_looks_like_somebody_else_is_told_apart_by_the_role(twin: str) -> None:
    """Invisible characters, case, accents, letters of other scripts and widths."""
    people = {"a": "Ana", "b": twin, "c": "Anabel", "d": "Ann"}
    roles = {"a": HOST, "b": LISTENER, "c": LISTENER, "d": LISTENER}
    assert told_apart(people, roles) == {"a": "Ana (host)", "b": f"{twin} (listener)"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "Anna"),
        ("Ben", "Bea"),
        ("李", "王"),
        ("Иван", "Иванна"),
        ("🦊", "🐱"),
        ("علي", "على‌ها"),
    ],
)
def test_who_looks_different_is_called_by_the_name_alone(one: str, other: str) -> None:
    """However near the names are."""
    assert told_apart({"a": one, "b": other}, {"a": HOST, "b": HOST}) == {}


def test_the_same_role_is_told_apart_by_a_part_of_the_identity() -> None:
    """As much of it as it takes; a short one whole; who has left has no role."""
    people = {"guest-00aa11112222": "Ana", "guest-00bb33332222": "ana", "anna": "Ana", "x": "ANA"}
    roles = dict.fromkeys(people, LISTENER) | {"x": HOST}
    assert told_apart(people, roles) == {
        "guest-00aa11112222": "Ana (…12222)",
        "guest-00bb33332222": "ana (…32222)",
        "anna": "Ana (anna)",
        "x": "ANA (host)",
    }
    assert told_apart({"a": "Ana", "b": "Ana"}, {"a": HOST}) == {"a": "Ana (host)", "b": "Ana (b)"}


def test_identities_that_look_alike_too_are_counted() -> None:
    """In an order that does not change."""
    people = {"ana": "Ana", "аna": "Ana"}
    both = told_apart(people, {})
    assert both == {"ana": "Ana (ana 1)", "аna": "Ana (аna 2)"}
    assert told_apart(dict(reversed(people.items())), {}) == both


def test_a_name_cannot_say_a_role_by_itself() -> None:
    """Whoever calls themselves "Ana (host)" is marked with what they are, an Ana there or not."""
    for name in ("Ana (host)", "Ana ( HOST )", "Ana\u200b (host)"):
        assert told_apart({"a": name}, {"a": LISTENER}) == {"a": f"{name} (listener)"}
    assert told_apart({"a": "Ana (Berlin)"}, {"a": LISTENER}) == {}
    forged = {"a": "Ana", "b": "Ana", "c": "Ana (b)"}
    assert told_apart(forged, {}) == {"a": "Ana (a)", "b": "Ana (b)", "c": "Ana (b) (c)"}


def test_a_name_that_shows_nothing_is_called_by_its_identity() -> None:
    """A room of former times may have one."""
    assert told_apart({"ana": "\u200b"}, {}) == {"ana": "\u200b (ana)"}


def test_long_names_that_begin_alike_are_told_apart() -> None:
    """They would be cut to the same in a narrow place."""
    people = {"a": "Ana Maria Gonzalez Lopez", "b": "Ana Maria Gonzalez Perez"}
    assert set(told_apart(people, {"a": HOST, "b": LISTENER})) == {"a", "b"}


@pytest.mark.parametrize("width", [8, 12, 20, 40])
def test_a_mark_is_never_cut_off(width: int) -> None:
    """The name gives way."""
    called = clip_called("Ana Maria Gonzalez Lopez (…1f2e)", width)
    assert called.endswith("(…1f2e)"), called
    assert width_of(called) <= max(width, 9)
    assert clip_called("Ana Maria Gonzalez", 8) == "Ana Mar…"


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), names(), max_size=6))
def test_nobody_is_called_like_anybody_else(people: dict[str, str]) -> None:
    """In what is seen of it; and the name is in it."""
    called = {**people, **told_apart(people, {})}
    assert len({shown(one) for one in called.values()}) == len(people)
    for identity, name in people.items():
        assert called[identity].startswith(name)


@given(names())
def test_what_is_seen_decides(name: str) -> None:
    """Whatever the screen leaves out makes no difference."""
    assert alike(name) == alike(shown(name))


def test_a_mark_is_found_again() -> None:
    """The name without it is what people call each other by."""
    assert unmarked("Ana (host)") == "Ana"
    assert unmarked("Ana (…1f2e)") == "Ana"
    assert mark_of("Ana (…1f2e)") == " (…1f2e)"
    assert mark_of("Ana") == ""
    assert (
        unmarked("Ana (who is much too long for a mark)") == "Ana (who is much too long for a mark)"
    )


def test_rooms_of_one_title_are_told_apart_by_their_ids() -> None:
    """Also when one of them only looks like the other."""
    titles = {"tea": "Tea", "tea-2": "Теа", "chess": "Chess", "weekly-harbour-talk": "TEA"}
    assert titles_told_apart(titles) == {
        "tea": "Tea (tea)",
        "tea-2": "Теа (tea-2)",
        "weekly-harbour-talk": "TEA (…talk)",
    }
