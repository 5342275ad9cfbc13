"""Whom a message calls: whole names, in any script, and nobody by a part of a word."""

import pytest

from tui_rooms.tui.model.mentions import mentions

PRESENT = (
    "Ana",
    "Anabel",
    "Ana Bel",
    "Ana-Maria",
    "Dr. Who",
    "C++",
    "Jürgen",
    "STRASSE",
    "田中",
    "田中丸",
    "Анна",
    "รามา",
    "a.b",
    "🦊 Fox",
    "ana@work",
)


def called(text: str) -> set[str]:
    """Who of those present is called."""
    return {name for name in PRESENT if mentions(text, name, PRESENT)}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Anabel, are you there?", {"Anabel"}),
        ("write to foo@ana.org", set()),
        ("@Ana", {"Ana"}),
        ("hi @ana!", {"Ana"}),
        ("(@ANA) and “@Ana”, @Ana: @Ana…", {"Ana"}),
        ("@Ana's turn, @Ana’s turn", {"Ana"}),
        ("@Ana Bel and nobody else", {"Ana Bel"}),
        ("@Ana Belinda", {"Ana"}),
        ("@Ana-Maria", {"Ana-Maria"}),
        ("@Ana-Lena", set()),
        ("@ana@example.org", set()),
        ("@ana@work", {"ana@work"}),
        ("@ana.org", set()),
        ("thanks, @ana.", {"Ana"}),
        ("@ana_b @ana2 @anas", set()),
        ("@Ana\u0301", set()),
        ("@Dr. Who?", {"Dr. Who"}),
        ("@C++ is open", {"C++"}),
        ("@Ju\u0308rgen @JÜRGEN", {"Jürgen"}),
        ("@Straße", {"STRASSE"}),
        ("@田中さん、どうぞ", {"田中"}),
        ("@田中丸さん", {"田中丸"}),
        ("@田中村", set()),
        ("@Анна, привет", {"Анна"}),
        ("@Аннам", set()),
        ("@รามา สวัสดี", {"รามา"}),
        ("@a.b c", {"a.b"}),
        ("@🦊 fox", {"🦊 Fox"}),
        ("@Ana/@Anabel", {"Ana", "Anabel"}),
        ("@@Ana", {"Ana"}),
        ("@ Ana, @", set()),
        ("no at: Ana", set()),
    ],
)
def test_whole_names_are_called_and_nothing_else(text: str, who: set[str]) -> None:
    """The longest name that is present, whatever stands around it."""
    assert called(text) == who


def test_a_name_that_is_not_present_does_not_shadow_a_shorter_one() -> None:
    """Without an Ana Bel, "@Ana Bel" calls Ana."""
    assert mentions("@Ana Bel", "Ana", ["Ana", "Ben"])
    assert not mentions("@Ana Bel", "Ana", ["Ana", "Ana Bel"])


def test_who_has_no_name_is_not_called() -> None:
    """An @ alone rings nowhere."""
    assert not mentions("@ @", "", [])


def test_people_who_are_told_apart_are_called_with_their_mark_or_all_without() -> None:
    """Whoever writes @Ana means one of them, and does not say which."""
    twins = ("Ana (host)", "Ana (…1f2e)", "Ben (Berlin)", "Ben")

    def who(text: str) -> set[str]:
        return {name for name in twins if mentions(text, name, twins)}

    assert who("@Ana, hi") == {"Ana (host)", "Ana (…1f2e)"}
    assert who("@Ana (host), hi") == {"Ana (host)"}
    assert who("@Ana (…1f2e) hi") == {"Ana (…1f2e)"}
    assert who("@Ben!") == {"Ben"}
    assert who("@Ben (Berlin)!") == {"Ben (Berlin)"}
    assert mentions("@Ben!", "Ben (Berlin)", ["Ben (Berlin)", "Ana"])
