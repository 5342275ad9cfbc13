"""@-completion: the name that somebody has begun to write."""

from collections.abc import Iterable


def completions(text: str, cursor: int, names: Iterable[str]) -> list[str]:
    """The texts that may come of it, each up to the cursor; the likeliest first.

    Args:
        cursor: how many characters stand before it.
    """
    before = text[:cursor]
    at = before.rfind("@")
    if at < 0 or (at > 0 and not before[at - 1].isspace()):
        return []
    begun = before[at + 1 :].casefold()
    fitting = sorted({name for name in names if name.casefold().startswith(begun)})
    return [f"{before[: at + 1]}{name} " for name in fitting]
