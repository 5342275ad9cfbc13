"""Settings as the settings screen offers them: each with the values that it can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tui_rooms.tui.settings.schema import SECRET, Settings, singles

NEXT_START: Final = "at the next start"
WRITTEN: Final[tuple[Any, ...]] = ()
"""The values of a setting that is written, not chosen."""
SWITCH: Final = (False, True)
STEPS_DBOV: Final = tuple(float(level) for level in range(-60, -8, 3))
CAPTIONS: Final = {
    "look": "LOOK",
    "talk": "TALKING",
    "audio": "SOUND",
    "attention": "WHEN YOU LOOK ELSEWHERE",
    "you": "YOU",
}
"""In the screen's order: what one changes often comes first."""

_LABELS: Final = {
    ("you", "name"): "your name",
    ("you", "server"): "server to begin with",
    ("you", "token"): "token for that server",
    ("look", "theme"): "colours",
    ("look", "mouse"): "mouse",
    ("look", "reduced_motion"): "reduced motion",
    ("talk", "mode"): "how you talk",
    ("talk", "threshold_dbov"): "voice opens at",
    ("audio", "enabled"): "sound devices",
    ("audio", "microphone"): "microphone",
    ("audio", "loudspeaker"): "loudspeaker",
    ("audio", "release_while_muted"): "let go of it while muted",
    ("audio", "echo_cancellation"): "echo cancellation",
    ("audio", "noise_suppression"): "noise suppression",
    ("audio", "gain_control"): "even loudness",
    ("audio", "high_pass"): "cut rumble",
    ("audio", "cues"): "sounds for mute and unmute",
    ("attention", "bell"): "ring the terminal's bell",
    ("attention", "notifications"): "notify the desktop",
    ("attention", "title"): "use the terminal's title",
}
_AT_NEXT_START: Final = frozenset(
    {("you", "server"), ("you", "token"), ("look", "mouse"), ("audio", "enabled")}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting, its value, and what else it could be."""

    section: str
    name: str
    label: str
    value: Any
    values: tuple[Any, ...]
    """All that it can be; `WRITTEN` when it is any text."""
    about: str = ""
    """What it means."""
    variable: str = ""
    """Of the environment."""
    holds: str = ""
    """When a change holds, if not at once."""
    is_new: bool = False
    """Whether it differs from what the settings file says."""

    @property
    def secret(self) -> bool:
        """Whether it is never shown."""
        return self.name in SECRET

    @property
    def device(self) -> bool:
        """Whether it is a microphone or a loudspeaker, which can be tried."""
        return self.name in ("microphone", "loudspeaker")

    @property
    def words(self) -> str:
        """The value for people."""
        return self.said(self.value)

    @property
    def ring(self) -> tuple[Any, ...]:
        """What it can be, with what it is: a device that is not there now, a number between."""
        return self.values if self.value in self.values else (self.value, *self.values)

    def said(self, value: Any) -> str:
        """A value of it for people."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, float):
            return f"{value:g} dBov"
        if self.secret and value:
            return "…"
        return value or ("the system's" if self.device else "none")

    def stepped(self, settings: Settings, by: int) -> Settings:
        """The settings with the value so many places further, in a ring."""
        # Not from `value`, which is what is drawn: two keys may come between two pictures.
        now = getattr(getattr(settings, self.section), self.name)
        ring = replace(self, value=now).ring
        return self.put(settings, ring[(ring.index(now) + by) % len(ring)])

    def put(self, settings: Settings, value: Any) -> Settings:
        """The settings with another value."""
        section = getattr(settings, self.section)._replace(**{self.name: value})
        return settings._replace(**{self.section: section})


def choices(
    settings: Settings,
    *,
    themes: Sequence[str],
    microphones: Sequence[str],
    loudspeakers: Sequence[str],
    saved: Settings | None = None,
) -> tuple[Choice, ...]:
    """Every single setting, section by section; tables are in the file only.

    Args:
        saved: what the settings file says; None: the same.
    """
    offered: Mapping[str, Sequence[Any]] = {
        "theme": themes,
        "mode": ("toggle", "hold", "voice"),
        "threshold_dbov": STEPS_DBOV,
        "microphone": ("", *microphones),
        "loudspeaker": ("", *loudspeakers),
    }
    every = []
    for one in sorted(singles(), key=lambda single: list(CAPTIONS).index(single.section)):
        value = getattr(getattr(settings, one.section), one.name)
        default = SWITCH if isinstance(value, bool) else WRITTEN
        before = getattr(getattr(saved or settings, one.section), one.name)
        every.append(
            Choice(
                one.section,
                one.name,
                _LABELS[one.section, one.name],
                value,
                tuple(offered.get(one.name, default)),
                about=one.about,
                variable=one.variable,
                holds=NEXT_START if (one.section, one.name) in _AT_NEXT_START else "",
                is_new=value != before,
            )
        )
    return tuple(every)
