"""What people paste: links and tokens, without what hangs on to them from mails and files."""

import re
import unicodedata
from typing import Final

from tui_rooms.rules.errors import RoomError

_AROUND: Final = "\"'`“”„‘’‚«»‹›<>(){}「」『』【】（）《》*"
"""Put around links and tokens, by people and by programs."""
_BEHIND: Final = ".,;:!?。、，；：！？"
"""What a sentence goes on, or ends, with."""
_MARKDOWN: Final = r"!?\[[^\]]*\]\((.*)\)"
_LITERAL: Final = r"\[[0-9a-fA-F:.]+\]"
"""An IPv6 address in a URL: brackets that belong to it."""
_BEARER: Final = r"(?i)(authorization:\s*)?bearer\s+"


def unwrapped_link(text: str) -> str:
    """A link or an address alone: `<http://host/r/tea>.` is `http://host/r/tea`.

    Quotes, brackets, marks of a sentence, invisible characters and the line breaks of a narrow
    mail go; whatever else is wrong with it stays to be told.
    """
    link = re.sub(r"\s*[\r\n]+\s*", "", _visible(text).strip())
    if found := re.fullmatch(_MARKDOWN, link):
        link = found[1]
    before = None
    while link != before:
        before = link
        link = link.strip().lstrip(_AROUND).rstrip(_AROUND + _BEHIND)
        if link.startswith("[") and not re.match(_LITERAL, link):
            link = link[1:]
        if link.endswith("]") and not re.search(_LITERAL + "$", link):
            link = link[:-1]
    return link


def unwrapped_token(text: str) -> str:
    """A token alone: without quotes, white space and line breaks, or the `Bearer` of a header."""
    token = re.sub(_BEARER, "", _visible(text).strip(), count=1)
    return "".join(token.split()).strip(_AROUND + _BEHIND + "[]")


def usable_token(text: str, *, what: str = "token") -> str:
    """A token alone, which can be sent.

    Args:
        what: how the sentence calls it.

    Raises:
        RoomError: `bad-token`: no token has such a character; it is named, the token is not.
    """
    token = unwrapped_token(text)
    for place, character in enumerate(token, start=1):
        if not "!" <= character <= "~":
            raise RoomError(
                "bad-token",
                f"the {what} has U+{ord(character):04X} at place {place}, which no {what} has: "
                "copy it again, all of it",
            )
    return token


def _visible(text: str) -> str:
    """Without zero-width characters, direction marks and byte order marks."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")
