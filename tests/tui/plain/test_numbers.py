"""Numbers of a list that was said."""

from tui_rooms.tui.plain.numbers import Numbers


def test_a_number_means_the_same_until_the_list_is_said_again() -> None:
    """What is new goes to the end."""
    numbers = Numbers()
    numbers.begin(["tea", "jazz"])
    numbers.go_on(["news", "jazz", "tea"])
    assert [numbers.find(text) for text in ("1", "2", "3", "4", "0", "-1", "tea", "")] == [
        "tea", "jazz", "news", *[None] * 5,
    ]  # fmt: skip
    assert [numbers.find(text) for text in ("٣", "9" * 5000, "1.0", " 1", "nan")] == [None] * 5
    assert numbers.of("news") == 3
    numbers.begin(["news"])
    assert numbers.find("1") == "news"
