"""Names that a person would take for the same.

Case, accents, invisible characters, letters of other scripts that look like Latin ones, digits like
letters. Coarse on purpose: who is told apart without need loses nothing. By the idea of Unicode's
skeletons (UTS #39 §4), with letters as they look in a terminal's cells.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from tui_rooms.rules.text import folded
from tui_rooms.tui.drawing.cells import shown

_LOOKS: Final = {
    "a": "аα∂ɑᴀꓮᎪ",
    "b": "вьБβʙꓐᏼᏏ",
    "c": "сϲᴄꓚᏟ",
    "d": "ԁɗđᴅꓓᎠ",
    "e": "еεєɛᴇꓰᎬ",
    "f": "ϝƒꓝ",
    "g": "ɡցɢԌꓖᏀ",
    "h": "нһհʜΗꓧᎻ",
    "i": "іι1lɩɪ|!ӏյǀ∣ןıⅼꓲᎥІΙΊاߊ",
    "j": "јϳᴊȷꓙᎫ",
    "k": "кκᴋꓗᏦ",
    "m": "мᴍΜꓟᎷ",
    "n": "пηոɴИиΝꓠŋ",
    "o": "оο0σօ°ᴏ〇ⲟΘθꓳסه",
    "p": "рρᴘꓑᏢ",
    "q": "ԛզգ",
    "r": "гʀɾꓣᏒ",
    "s": "ѕʂꜱꓢᏚ",
    "t": "тτᴛꓔᎢ",
    "u": "υսᴜꓴцʋ",
    "v": "ѵνᴠꓦᏙ",
    "w": "ԝωшɯᴡաꓪᎳ",
    "x": "хχ×ꓫ",
    "y": "уγүʏΥꓬᎩ",
    "z": "ʐᴢΖꓜᏃ",
    "-": "_·・‐‑‒–—―−.,'’‘`´\"“”",
}
_AS_LATIN: Final = {ord(other): letter for letter, others in _LOOKS.items() for other in others} | {
    ord("ł"): "i",
    ord("ø"): "o",
    ord("ی"): "ي",
    ord("ى"): "ي",
    ord("ک"): "ك",
}


@lru_cache(4096)
def alike(name: str) -> str:
    """What a name looks like: two that are the same in this are taken for each other."""
    seen = " ".join(shown(name).split())
    latin = folded(seen.translate(_AS_LATIN)).translate(_AS_LATIN)
    return "".join(map(_digit, latin)).translate(_AS_LATIN)


def _digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    return character if value is None else str(value)
