"""Emoji by name: Unicode's own names, and the short ones that people know from elsewhere."""

import unicodedata
from functools import cache
from typing import Final

MOST: Final = 24
SHORT: Final = {
    "+1": "👍",
    "-1": "👎",
    "100": "💯",
    "angry": "😠",
    "clap": "👏",
    "coffee": "☕",
    "cry": "😢",
    "eyes": "👀",
    "fire": "🔥",
    "grin": "😁",
    "hug": "🤗",
    "joy": "😂",
    "laughing": "😆",
    "love": "😍",
    "muscle": "💪",
    "ok_hand": "👌",
    "party": "🥳",
    "pray": "🙏",
    "raised_hands": "🙌",
    "rocket": "🚀",
    "rofl": "🤣",
    "sad": "😞",
    "scream": "😱",
    "shrug": "🤷",
    "skull": "💀",
    "smile": "😄",
    "smirk": "😏",
    "sob": "😭",
    "sunglasses": "😎",
    "sweat_smile": "😅",
    "tada": "🎉",
    "thinking": "🤔",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "wave": "👋",
    "wink": "😉",
    "yum": "😋",
}
_BLOCKS: Final = ((0x1F300, 0x1F3FB), (0x1F400, 0x1F650), (0x1F680, 0x1F700), (0x1F900, 0x1FB00))
"""Pictures that terminals draw two cells wide; the skin tones between the first two are none."""


def emoji_called(begun: str) -> list[tuple[str, str]]:
    """Names and emoji that a name may come to; names that begin so first, then the short ones.

    Args:
        begun: in small letters, words joined with `_`.
    """
    fitting = [
        (not name.startswith(begun), name not in SHORT, len(name), name, emoji)
        for name, emoji in _names().items()
        if name.startswith(begun) or f"_{begun}" in name
    ]
    found: dict[str, str] = {}
    for *_, name, emoji in sorted(fitting):
        found.setdefault(emoji, name)
    return [(name, emoji) for emoji, name in found.items()][:MOST]


def emoji_named(name: str) -> str | None:
    """The emoji of exactly that name, in small letters; None when there is none."""
    return _names().get(name)


@cache
def _names() -> dict[str, str]:
    named = {
        unicodedata.name(character).lower().replace(" ", "_"): character
        for first, end in _BLOCKS
        for character in map(chr, range(first, end))
        if unicodedata.east_asian_width(character) == "W"
        and unicodedata.category(character) == "So"
    }
    return {**named, **SHORT}
