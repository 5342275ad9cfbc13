"""Who says what, and when: seeded, so that a demo can be looked at twice."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

VOICES: Final = ("Alto", "Tenor", "Bass", "Treble")
"""The speakers, named after their parts; each has files of its own."""
LINES: Final = 2
"""Files of each voice."""
LISTENERS: Final = 9


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody says something."""

    voice: str
    line: int
    pause: float
    """Seconds of silence after it; negative when the next one cannot wait."""
    mutes: bool
    """Whether they close their microphone after it."""


def turns(seed: int) -> Iterator[Turn]:
    """A conversation without end: nobody answers themselves, now and then two talk at once."""
    chance = random.Random(seed)  # nosec B311  # noqa: S311 - a play, no secret
    last = ""
    while True:
        voice = chance.choice([voice for voice in VOICES if voice != last])
        yield Turn(
            voice=voice,
            line=chance.randrange(LINES),
            pause=chance.choice((-1.2, 0.2, 0.4, 0.8)),
            mutes=chance.random() < 0.3,
        )
        last = voice


def file_name(voice: str, line: int) -> str:
    """Of the speech of one line."""
    return f"{voice.lower()}-{line}.opus"
