"""Emoji by short codes: what stands free and is finished becomes a picture, nothing else."""

import pytest

from tui_rooms.tui.model.emoji_names import emoji_named
from tui_rooms.tui.model.short_codes import ShortCodes

RUB_OUT = "\b"


def written(keys: str, after: str = "") -> str:
    """What stands in the line when these keys were typed before `after`."""
    codes = ShortCodes(emoji_named)
    line = ""
    for key in keys:
        if key == RUB_OUT:
            change = codes.rubbed_out(line)
            line = line[: len(line) - change.back] + change.text if change else line[:-1]
        else:
            change = codes.typed(key, line, after)
            line = line[: len(line) - change.back] + change.text if change else line + key
    return line


@pytest.mark.parametrize(
    "text",
    [
        "main.c:100:5: error",
        ":100:5: error",
        "https://example.org:100:8080/x",
        "at 10:100:45",
        "std::100::vector",
        "fe80::100:1",
        "[::100:1]:7600",
        "key:fire:value",
        "a :100:b",
        ":no_such_name:",
        "a::b",
        "::",
        ": :fire :",
        "(:100:px)",
    ],
)
def test_colons_of_something_else_stay(text: str) -> None:
    """Places in files, addresses, times, names of code."""
    assert written(text) == text


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("nice :tada:", "nice 🎉"),
        (":clap: :clap:", "👏 👏"),
        (":clap::clap:", "👏👏"),
        ("(:fire:)", "(🔥)"),
        (":tada:!", "🎉!"),
        (":TADA:", "🎉"),
        (":+1: ok", "👍 ok"),
        ("so :100:, all", "so 💯, all"),
        ("two\n:fire:", "two\n🔥"),
    ],
)
def test_a_free_standing_code_is_a_picture_as_soon_as_it_is_finished(keys: str, line: str) -> None:
    """It is seen before it is sent."""
    assert written(keys) == line


def test_a_picture_is_its_code_again_when_one_did_not_mean_it() -> None:
    """The key that deletes gives it back, and it stays then."""
    assert written(f":tada:{RUB_OUT}") == ":tada:"
    assert written(f":tada:{RUB_OUT}!") == ":tada:!"
    assert written(f":tada: {RUB_OUT}{RUB_OUT}") == "", "once the word has ended it is a picture"


def test_a_code_before_a_word_is_none() -> None:
    """Its last colon is written into the middle of something."""
    assert written(":fire:", after="5 x") == ":fire:"
    assert written(":fire:", after=" x") == "🔥"
