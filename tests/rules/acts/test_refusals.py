"""Every refusal is a sentence: who, what, and what would be allowed."""

import itertools
import re

import pytest

from tests.rules.scenes import full_scene
from tests.rules.test_table import ACTORS, ASKED
from tui_rooms.rules.decide import decide
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.life import Life


def is_helpful(error: RoomError) -> bool:
    """Whether a refusal names somebody or something, and after it says what would do."""
    text = error.sentence
    names = "'" in text or error.code in ("bad-text", "bad-time", "bad-event", "bad-role")
    way_on = re.search(r": |; |, only |limit |open for |until ", text)
    return bool(names and way_on and "\n" not in text and not text.endswith("."))


def refusal(life: Life, asked: str, actor: str) -> RoomError | None:
    """The error with which the table's command is refused; None when it is not."""
    scene = full_scene(life)
    try:
        decide(scene.room, ASKED[asked], ACTORS[actor], scene.now)
    except RoomError as error:
        return error
    return None


def sentence(life: Life, asked: str, actor: str) -> tuple[str, str]:
    """Code and sentence."""
    error = refusal(life, asked, actor)
    assert error is not None
    return error.code, error.sentence


@pytest.mark.parametrize("life", Life)
def test_every_refusal_of_the_table_names_somebody_and_a_way_on(life):
    """A name in quotes or what the asker is; and after a colon or semicolon what would do."""
    for asked, actor in itertools.product(ASKED, ACTORS):
        error = refusal(life, asked, actor)
        if error is not None:
            assert re.fullmatch(r"[a-z-]+", error.code)
            assert is_helpful(error), error.sentence


def test_a_lack_of_a_capability_says_which_and_who_has_it():
    """The asker learns whom to ask."""
    assert sentence(Life.LIVE, "kick", "listener") == (
        "not-allowed",
        "'Lena' may not kick 'Tom': it takes kick-users, which here a host or cohost has; "
        "'Lena' is a listener",
    )
    assert sentence(Life.LIVE, "unmute", "listener") == (
        "not-allowed",
        "'Lena' may not open a microphone: it takes send-audio, which counts on the stage only: "
        "raise your hand",
    )
    assert sentence(Life.LIVE, "change_role_to_host", "cohost") == (
        "outranked",
        "'Cora' may not make 'Tom' a host: a cohost gives roles up to cohost; ask a host",
    )
