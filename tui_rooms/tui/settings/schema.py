"""The schema: every setting with its default, its meaning and its environment variable.

Plain dataclasses, so that a start without a settings file does not wait for pydantic; a file is
checked by pydantic against these very classes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Final

from tui_rooms.tui.talk import ModeName

PREFIX: Final = "TUI_ROOMS"
SECRET: Final = frozenset({"token"})
"""Settings that are never shown."""


class _Checked:
    """Unknown names are refused; pydantic looks for this attribute."""

    __pydantic_config__: ClassVar[Mapping[str, object]] = {"extra": "forbid"}


def _setting(default: Any, about: str, *, variable: str = "") -> Any:
    return field(default=default, metadata={"about": about, "variable": variable})


@dataclass(frozen=True, slots=True, kw_only=True)
class You(_Checked):
    """Who you are, and where you go."""

    name: str = _setting("", "what others call you; your login name unless set", variable="NAME")
    server: str = _setting("", "where to go; without one a server starts here", variable="SERVER")
    token: str = _setting("", "who you are, from that server's operator", variable="TOKEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(_Checked):
    """What it looks like."""

    theme: str = _setting("night", "night, day, contrast, one of [themes], or one of Textual's")
    mouse: bool = _setting(True, "whether the mouse is for tui-rooms and not for the terminal")
    reduced_motion: bool = _setting(False, "meters once a second, nothing glides")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk(_Checked):
    """How you talk."""

    mode: ModeName = _setting(  # noqa: RUF009 - it makes a field
        "toggle", "toggle: a key opens and closes; hold: open while held; voice: when you are loud"
    )
    threshold_dbov: float = _setting(
        -45.0, "in voice mode, quieter than this is not sent: -90 (all) to 0 (nothing)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio(_Checked):
    """Microphone and loudspeaker."""

    enabled: bool = _setting(True, "whether to use any sound device")
    microphone: str = _setting("", "as `tui-rooms devices` lists it; the system's unless set")
    loudspeaker: str = _setting("", "the same for what you hear")
    release_while_muted: bool = _setting(
        False, "let the microphone go while you are muted; unmuting takes a moment then"
    )
    echo_cancellation: bool = _setting(
        True, "take out what the loudspeaker plays; headphones do not need it"
    )
    noise_suppression: bool = _setting(True, "take noise out of what you say")
    gain_control: bool = _setting(True, "bring a quiet voice up, and a loud one down")
    high_pass: bool = _setting(True, "take out rumble and hum")
    cues: bool = _setting(
        True, "a short sound, for you alone, when your microphone opens or closes"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention(_Checked):
    """When you are brought on the stage, muted by a host, or mentioned."""

    bell: bool = _setting(False, "ring the terminal's bell")
    notifications: bool = _setting(False, "show a notification of the desktop (OSC 9 and 777)")
    title: bool = _setting(False, "say it in the terminal's title until you look")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownServer(_Checked):
    """A server to switch to."""

    name: str
    url: str
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(_Checked):
    """All of it, a section each."""

    you: You = You()
    look: Look = Look()
    talk: Talk = Talk()
    audio: Audio = Audio()
    attention: Attention = Attention()
    servers: tuple[KnownServer, ...] = field(
        default=(), metadata={"about": "servers to switch between", "variable": "SERVERS"}
    )
    keys: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata={"about": "keys by action id; `?` shows the ids", "variable": "KEYS"},
    )
    themes: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict,
        metadata={"about": "your own themes: colours by role, and a base", "variable": "THEMES"},
    )


SECTIONS: Final = ("you", "look", "talk", "audio", "attention")
"""Sections of single settings."""
TABLES: Final = ("servers", "keys", "themes")
"""Sections of many; in the environment each is one TOML value."""


def singles() -> Iterator[tuple[str, "Field[Any]"]]:
    """Each single setting: its section, and its field."""
    default = Settings()
    for section in SECTIONS:
        for one in fields(getattr(default, section)):
            yield section, one


def variable_of(section: str, name: str = "") -> str:
    """The environment variable of a setting; without a name, that of a table."""
    owner = getattr(Settings(), section) if name else Settings()
    metadata = next(one for one in fields(owner) if one.name == (name or section)).metadata
    return f"{PREFIX}_{metadata.get('variable') or f'{section}_{name}'.upper()}"
