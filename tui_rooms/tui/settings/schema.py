"""The schema: every setting with its default, its meaning and its environment variable.

Named tuples, which are made in a moment, so that a start without a settings file waits neither for
dataclasses nor for pydantic; a file is checked by pydantic against these very classes.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple, get_args

import rich.repr

from tui_rooms.tui.model.talk import ModeName

PREFIX: Final = "TUI_ROOMS"
SECRET: Final = frozenset({"token"})
"""Settings that are never shown."""
_NONE: Final[Mapping[str, Any]] = {}


class About(NamedTuple):
    """What a setting means, and its environment variable if that is not named after it."""

    words: str
    variable: str = ""


@rich.repr.auto
class You(NamedTuple):
    """Who you are, and where you go."""

    name: Annotated[
        str, About("what others call you as a guest; your login name unless set", "NAME")
    ] = ""
    server: Annotated[str, About("where to go; without one a server starts here", "SERVER")] = ""
    token: Annotated[str, About("who you are on that server, from its operator", "TOKEN")] = ""

    def __rich_repr__(self) -> rich.repr.Result:
        """Without the secret: a traceback shows this."""
        yield "name", self.name
        yield "server", self.server


class Look(NamedTuple):
    """What it looks like."""

    theme: Annotated[str, About("night, day, contrast, one of [themes], or one of Textual's")] = (
        "night"
    )
    mouse: Annotated[bool, About("whether the mouse is for tui-rooms and not for the terminal")] = (
        True
    )
    reduced_motion: Annotated[bool, About("meters once a second, nothing glides")] = False


class Talk(NamedTuple):
    """How you talk."""

    mode: Annotated[
        ModeName,
        About("toggle: a key opens and closes; hold: open while held; voice: when you are loud"),
    ] = "toggle"
    threshold_dbov: Annotated[
        float, About("in voice mode, quieter than this is not sent: -90 (all) to 0 (nothing)")
    ] = -45.0


class Audio(NamedTuple):
    """Microphone and loudspeaker."""

    enabled: Annotated[bool, About("whether to use any sound device")] = True
    microphone: Annotated[
        str, About("as `tui-rooms devices` lists it; the system's unless set")
    ] = ""
    loudspeaker: Annotated[str, About("the same for what you hear")] = ""
    release_while_muted: Annotated[
        bool, About("let the microphone go while you are muted; unmuting takes a moment then")
    ] = False
    echo_cancellation: Annotated[
        bool, About("take out what the loudspeaker plays; headphones do not need it")
    ] = True
    noise_suppression: Annotated[bool, About("take noise out of what you say")] = True
    gain_control: Annotated[bool, About("bring a quiet voice up, and a loud one down")] = True
    high_pass: Annotated[bool, About("take out rumble and hum")] = True
    cues: Annotated[
        bool, About("a short sound, for you alone, when your microphone opens or closes")
    ] = True


class Attention(NamedTuple):
    """When you are called to the stage, sent off it, muted or mentioned, or get a report."""

    bell: Annotated[bool, About("ring the terminal's bell")] = False
    notifications: Annotated[bool, About("show a notification of the desktop (OSC 9 and 777)")] = (
        False
    )
    title: Annotated[bool, About("say it in the terminal's title until you look")] = False


@rich.repr.auto
class KnownServer(NamedTuple):
    """A server to switch to."""

    name: str
    url: str
    token: str = ""

    def __rich_repr__(self) -> rich.repr.Result:
        """Without the secret: a traceback shows this."""
        yield "name", self.name
        yield "url", self.url


class Settings(NamedTuple):
    """All of it, a section each."""

    you: You = You()
    look: Look = Look()
    talk: Talk = Talk()
    audio: Audio = Audio()
    attention: Attention = Attention()
    servers: Annotated[tuple[KnownServer, ...], About("servers to switch between", "SERVERS")] = ()
    keys: Annotated[
        Mapping[str, tuple[str, ...]], About("keys by action id; `?` shows the ids", "KEYS")
    ] = _NONE
    themes: Annotated[
        Mapping[str, Mapping[str, str]],
        About("your own themes: colours by role, and a base", "THEMES"),
    ] = _NONE


SECTIONS: Final = ("you", "look", "talk", "audio", "attention")
"""Sections of single settings."""
TABLES: Final = ("servers", "keys", "themes")
"""Sections of many; in the environment each is one TOML value."""


class Setting(NamedTuple):
    """One setting of a section, or a table, as it is declared above."""

    section: str
    name: str
    """Empty for a table."""
    kind: Any
    """Its type."""
    about: str
    """What it means."""
    variable: str
    """Of the environment."""


def singles() -> Iterator[Setting]:
    """Each single setting."""
    for section in SECTIONS:
        for name, declared in Settings.__annotations__[section].__annotations__.items():
            yield _setting(section, name, declared)


def tables() -> Iterator[Setting]:
    """Each table."""
    for section in TABLES:
        yield _setting(section, "", Settings.__annotations__[section])


def _setting(section: str, name: str, declared: Any) -> Setting:
    kind, about = get_args(declared)
    variable = about.variable or f"{section}_{name}".upper()
    return Setting(section, name, kind, about.words, f"{PREFIX}_{variable}")
