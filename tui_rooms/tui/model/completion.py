"""What somebody has begun to write: a name after an @, an emoji's name after a colon."""

from collections.abc import Iterable
from dataclasses import dataclass

from tui_rooms.tui.model.emoji_names import emoji_called

FEWEST_LETTERS = 2
"""Of an emoji's name: a colon and one letter is more often a face of its own, as :D."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One that fits."""

    text: str
    """What stands before the cursor then."""
    shown: str
    """For people: the name, or the emoji with what it is called."""


def completions(text: str, cursor: int, names: Iterable[str]) -> list[Completion]:
    """All that fit, the likeliest first.

    Args:
        cursor: how many characters stand before it.
        names: whom one may call.
    """
    before = text[:cursor]
    if (at := _begun(before, "@")) is not None:
        begun = before[at + 1 :].casefold()
        fitting = sorted({name for name in names if name.casefold().startswith(begun)})
        return [Completion(f"{before[: at + 1]}{name} ", f"@{name}") for name in fitting]
    at = _begun(before, ":")
    if at is None or len(before) - at - 1 < FEWEST_LETTERS:
        return []
    return [
        Completion(f"{before[:at]}{emoji} ", f"{emoji} {name.replace('_', ' ')}")
        for name, emoji in emoji_called(before[at + 1 :].casefold())
    ]


def _begun(before: str, mark: str) -> int | None:
    """Where the word begins that the mark is the first character of, if there is one."""
    at = before.rfind(mark)
    if at < 0 or (at > 0 and not before[at - 1].isspace()):
        return None
    # A name may have spaces in it, an emoji's has none.
    return None if mark == ":" and any(c.isspace() for c in before[at:]) else at
