"""Text from a clipboard, as it may stand in a line or in a message."""

import re
from typing import Final

from tui_rooms.rules.text import is_acted_on, with_plain_breaks

# Colours and the like, as copied from a terminal: CSI, OSC, and escapes of two characters.
_SEQUENCES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]"
)
_BETWEEN_LINES: Final = re.compile(r"\s*\n\s*")


def without_controls(text: str) -> str:
    """The text with plain ends of lines, spaces for tabs, and nothing that a terminal acts on."""
    text = with_plain_breaks(_SEQUENCES.sub("", text))
    if text.replace("\n", " ").isprintable():
        return text
    return "".join(one for one in text if one == "\n" or not is_acted_on(one))


def on_one_line(text: str) -> str:
    """Its lines, with one space between them."""
    return _BETWEEN_LINES.sub(" ", text.strip("\n"))
