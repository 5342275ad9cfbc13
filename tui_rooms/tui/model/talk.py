"""Ways to talk: when the microphone opens and closes. No screen in here; time is an argument.

`HoldToTalk` is a small machine over presses and releases. The microphone closes by itself
whenever a release may have been missed: focus lost, link lost, held for too long.
"""

from collections.abc import Callable
from enum import Enum
from typing import Final, Literal, TypeAlias

LONGEST_HOLD: Final = 300.0
"""Seconds; nobody holds a key for longer, so a release was lost."""


ModeName: TypeAlias = Literal["toggle", "hold", "voice"]


class Mode(Enum):
    """How one talks."""

    TOGGLE = ("toggle", "a key opens it, and closes it again")
    HOLD = ("hold", "open while you hold the key, or the mouse button on your microphone")
    VOICE = ("voice", "once open, heard while you are louder than the mark on your meter")

    @property
    def label(self) -> ModeName:
        """In the settings file."""
        return self.value[0]

    @property
    def words(self) -> str:
        """For people."""
        return str(self.value[1])

    @classmethod
    def named(cls, label: ModeName) -> "Mode":
        """The mode with that label."""
        return next(mode for mode in cls if mode.label == label)

    @property
    def next(self) -> "Mode":
        """The one after it, in a ring."""
        modes = list(Mode)
        return modes[(modes.index(self) + 1) % len(modes)]


class HoldToTalk:
    """Open while something is held: a key whose release is reported, or the mouse button."""

    def __init__(self, set_open: Callable[[bool], None]) -> None:
        """`set_open` is called when the microphone is to open or close, never twice the same."""
        self._set_open = set_open
        self._since: float | None = None

    @property
    def held(self) -> bool:
        """Whether it is held."""
        return self._since is not None

    def press(self, now: float) -> None:
        """Held from now on; a repeat changes nothing."""
        if self._since is None:
            self._since = now
            self._set_open(True)

    def release(self) -> None:
        """Let go, or whatever else ends it; without a press nothing happens."""
        if self._since is not None:
            self._since = None
            self._set_open(False)

    def tick(self, now: float) -> None:
        """Close what is open for too long."""
        if self._since is not None and now - self._since > LONGEST_HOLD:
            self.release()


class MutedTalker:
    """Notices that somebody talks with a closed microphone, so that they can be told."""

    AFTER: Final = 1.0
    """Seconds of talk within the window before anything is said."""
    AGAIN: Final = 20.0
    """Seconds before it is said again."""

    def __init__(self) -> None:
        self._talked = 0.0
        self._told_at: float | None = None

    def look(self, *, talking: bool, muted: bool, seconds: float, now: float) -> bool:
        """Whether to tell them now."""
        if not muted:
            self._talked = 0.0
            return False
        # Talk counts up, silence counts down at half the speed: coughs do not add up for long.
        self._talked = max(0.0, self._talked + (seconds if talking else -seconds / 2))
        recently = self._told_at is not None and now - self._told_at < self.AGAIN
        if self._talked < self.AFTER or recently:
            return False
        self._talked, self._told_at = 0.0, now
        return True
