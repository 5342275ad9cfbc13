"""Text in lines, broken at words."""

from collections.abc import Iterator

from tui_rooms.tui.drawing.cells import shown, width_of


def wrapped(text: str, width: int, first: int | None = None) -> Iterator[str]:
    """The text in lines of at most `width` cells, broken at spaces; long words are broken too.

    Spaces that it begins with stay, in at most half of the line: code is read by them.

    Args:
        first: cells of the first line, when something stands before it.
    """
    line = ""
    room = width if first is None else first
    safe = shown(text)
    words = safe.lstrip(" ")
    indent = " " * min(len(safe) - len(words), room // 2) if words else ""
    begin, *others = words.split(" ")
    for word in (indent + begin, *others):
        rest = word
        if line and width_of(line) + 1 + width_of(rest) > room:
            yield line
            line, room = "", width
        while width_of(rest) > room:
            head = _head(rest, room)
            yield head
            rest, room = rest[len(head) :], width
        line = f"{line} {rest}" if line else rest
    if line:
        yield line


def _head(word: str, width: int) -> str:
    """As many characters as fit, at least one."""
    end = 1
    while end < len(word) and width_of(word[: end + 1]) <= width:
        end += 1
    return word[:end]
