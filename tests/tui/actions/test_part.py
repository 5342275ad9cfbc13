"""Parts: whose deed an action is, and who hears of a message."""

import pytest
from textual.message import Message

from tui_rooms.tui.actions.part import Part, Parts


class Rang(Message):
    """Somebody rang."""


class Knocked(Message):
    """Somebody knocked."""


def together(*parts: Part) -> Parts:
    """As a screen holds them."""
    held = Parts()
    held.add(*parts)
    return held


def test_an_action_is_done_by_the_part_that_does_it() -> None:
    """By its id; the others do nothing."""
    done: list[str] = []
    parts = together(
        Part(does={"open": lambda: done.append("opened")}),
        Part(does={"close": lambda: done.append("closed")}),
    )
    parts.do("close")
    assert done == ["closed"]
    assert parts.does == {"open", "close"}


def test_two_parts_that_do_the_same_are_a_mistake() -> None:
    """Which of them were meant, nobody could tell."""
    parts = together(Part(does={"open": print, "ring": print}))
    with pytest.raises(ValueError, match="more than one part does: open"):
        parts.add(Part(does={"open": print}))


def test_an_action_that_no_part_does_is_a_mistake_that_says_what_they_do() -> None:
    """It is never passed over in silence."""
    with pytest.raises(LookupError, match="no part does 'fly'; they do: open"):
        together(Part(does={"open": print})).do("fly")


async def test_a_message_is_told_to_each_part_that_hears_of_its_kind() -> None:
    """In the order of the parts, and whoever takes time is waited for."""
    told: list[str] = []

    async def slowly(_: Message) -> None:
        told.append("slowly")

    parts = together(
        Part(hears={Rang: slowly}),
        Part(hears={Knocked: lambda _: told.append("of a knock")}),
        Part(hears={Rang: lambda _: told.append("at once")}),
    )
    await parts.hear(Rang())
    assert told == ["slowly", "at once"]


async def test_a_part_may_hear_of_more_later() -> None:
    """A kind whose module is imported when its widget is first shown."""
    told: list[Message] = []
    part = Part()
    parts = together(part)
    await parts.hear(Rang())
    part.hears = {Rang: told.append}
    ring = Rang()
    await parts.hear(ring)
    assert told == [ring]
