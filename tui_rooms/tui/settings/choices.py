"""Settings as the settings screen offers them: each with the values that it can take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tui_rooms.tui.settings.schema import Settings

NEXT_ROOM: Final = "for the next room"
NEXT_START: Final = "at the next start"


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting, its value, and what else it could be."""

    section: str
    name: str
    label: str
    value: Any
    values: tuple[Any, ...]
    holds: str = ""
    """When a change holds, if not at once."""

    @property
    def words(self) -> str:
        """The value for people."""
        if isinstance(self.value, bool):
            return "on" if self.value else "off"
        if isinstance(self.value, float):
            return f"{self.value:g} dBov"
        return self.value or "the system's"

    def stepped(self, settings: Settings, by: int) -> Settings:
        """The settings with the value so many places further, in a ring."""
        values = self.values if self.value in self.values else (self.value, *self.values)
        value = values[(values.index(self.value) + by) % len(values)]
        section = replace(getattr(settings, self.section), **{self.name: value})
        return replace(settings, **{self.section: section})


def choices(
    settings: Settings,
    *,
    themes: Sequence[str],
    microphones: Sequence[str],
    loudspeakers: Sequence[str],
) -> tuple[Choice, ...]:
    """All that the screen offers; the other settings are in the file only."""
    switch = (False, True)

    def choice(
        section: str, name: str, label: str, values: Sequence[Any], holds: str = ""
    ) -> Choice:
        now = getattr(getattr(settings, section), name)
        return Choice(section, name, label, now, tuple(values), holds)

    return (
        choice("look", "theme", "colours", themes),
        choice("look", "reduced_motion", "reduced motion", switch),
        choice("look", "mouse", "mouse", switch, NEXT_START),
        choice("talk", "mode", "how you talk", ("toggle", "hold", "voice")),
        choice(
            "talk",
            "threshold_dbov",
            "voice opens at",
            [float(level) for level in range(-70, -9, 5)],
        ),
        choice("audio", "microphone", "microphone", ("", *microphones), NEXT_ROOM),
        choice("audio", "loudspeaker", "loudspeaker", ("", *loudspeakers), NEXT_ROOM),
        choice("audio", "cues", "sounds for mute and unmute", switch),
        choice("attention", "bell", "ring the terminal's bell", switch),
        choice("attention", "notifications", "notify the desktop", switch),
        choice("attention", "title", "use the terminal's title", switch),
    )
