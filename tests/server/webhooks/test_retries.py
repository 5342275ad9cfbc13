"""How long is waited before a webhook is sent again."""

from email.utils import formatdate

import pytest

from tui_rooms.server.webhooks.retries import Retries

NOW = 1_750_000_000.0
LONGEST = Retries().longest_asked


def test_the_waits_grow_and_stay_bounded():
    """1, 2, 4 … at most 300 s, also after a thousand attempts."""
    waits = [Retries().wait(attempts) for attempts in (1, 2, 3, 4, 9, 10, 1000)]
    assert waits == [1, 2, 4, 8, 256, 300, 300]


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 1.0),
        ("9999999999", LONGEST),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW + 90), 90.0),  # "-0000": no zone is said
        ("Sunday, 15-Jun-25 15:08:20 GMT", 100.0),  # RFC 850's form
        (formatdate(NOW - 86_400, usegmt=True), 1.0),
        (formatdate(NOW + 365 * 86_400, usegmt=True), LONGEST),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("1e309", None),
        ("nan", None),
        ("٣", None),
        ("9" * 5000, LONGEST),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 99 Foo 2030 99:99:99 GMT", None),
        ("Fri, 31 Dec 2030 23:59:59 +99999999999999999999", None),
    ],
)
def test_a_wait_that_is_asked_for_is_read_in_both_forms_and_bounded(asked, wait):
    """Seconds or a date; absurd ones become the longest, what is neither is as if not said."""
    assert Retries().asked({"retry-after": asked}, wall=NOW) == wait


def test_an_answer_that_asks_for_nothing_is_waited_for_as_usual():
    """Without the header our own waits hold."""
    assert Retries().asked({}, wall=NOW) is None
