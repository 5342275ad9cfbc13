"""Key releases: the kitty keyboard protocol's event types, which Textual 8.2 does not know.

Textual asks for the protocol without event types, and stumbles over them when they come. So they
are asked for on top (`REPORT_RELEASES`) and taken out of the stream before Textual reads it. The
terminal's answer to `ASK` tells whether it does as it was asked; no answer means no protocol.
"""

import re
from collections.abc import Iterable
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys

REPORT_RELEASES: Final = "\x1b[=2;2u"
"""Add event types to the flags in force; they go when Textual takes its own back."""
ASK: Final = "\x1b[?u"
EVENT_TYPES: Final = 2

# Compiled with the first key: the first picture waits for this module.
_TYPED: Final = r"\x1b\[([\d:]*);(\d*):([123])((?:;[\d:]*)?)([u~A-S])"
_FLAGS: Final = r"\x1b\[\?(\d+)u"
_WHOLE: Final = r"\x1b\[[0-?]*[ -/]*[@-Z\\^-~]"
_WITH_ALT: Final = r"\x1b[^\x1b\[\]OPX^_]"
"""A key with alt; what begins a longer sequence is none."""
_READ_ELSEWHERE: Final = ("M", "m", "$y")
"""Ends of the mouse's reports, and of a mode's."""
_REPEATED: Final = "2"
_RELEASED: Final = "3"
_LOCKS: Final = 0b11000000
"""Caps lock and num lock among the modifiers: a key is the same key with them."""


class KeyRepeated(events.Key):
    """A key is held: the same as pressing it, for those who do not care."""


# Else Textual would look for handlers of another name.
KeyRepeated.handler_name = events.Key.handler_name


class KeyReleased(events.Event, bubble=False):
    """A key was let go."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        """Without modifiers: those may be let go first."""


class KeyboardAnswered(events.Event, bubble=False):
    """The terminal knows the keyboard protocol."""

    key = "keyboard-answered"

    def __init__(self, flags: int) -> None:
        super().__init__()
        self.flags = flags

    @property
    def reports_releases(self) -> bool:
        """Whether it tells when a key is released."""
        return bool(self.flags & EVENT_TYPES)


class ReleaseParser(XTermParser):
    """Textual's parser, which understands event types too."""

    def afresh(self) -> "ReleaseParser":
        """Another one, which knows the window and the mouse, and of no key that was begun."""
        other = ReleaseParser()
        other.last_x, other.last_y = self.last_x, self.last_y
        other.mouse_pixels = self.mouse_pixels
        other.terminal_size = self.terminal_size
        other.terminal_pixel_size = self.terminal_pixel_size
        return other

    def _sequence_to_key_events(  # type: ignore[override]
        self, sequence: str, alt: bool = False
    ) -> Iterable[events.Event]:
        if answer := re.fullmatch(_FLAGS, sequence):
            yield KeyboardAnswered(int(answer[1]))
        elif typed := re.fullmatch(_TYPED, sequence):
            code, modifiers, kind, text, end = typed.groups()
            held = (int(modifiers or "1") - 1) & ~_LOCKS
            # The same key as a press, in the form that Textual reads.
            plain = f"\x1b[{code.partition(':')[0]};{held + 1}{text}{end}"
            for event in super()._sequence_to_key_events(plain, alt):
                yield _typed(event, kind) if isinstance(event, events.Key) else event
        elif sequence == "\x1b\r":
            yield events.Key("alt+enter", None)  # Textual takes it for enter alone
        else:
            keys = list(super()._sequence_to_key_events(sequence, alt))
            if not keys and re.fullmatch(_WITH_ALT, sequence):
                # At once: an answer of the terminal may come before Textual is sure, which then
                # takes this for two typed characters.
                yield from super()._sequence_to_key_events(sequence[1], alt=True)
            elif keys or sequence.endswith(_READ_ELSEWHERE) or not re.fullmatch(_WHOLE, sequence):
                yield from keys
            else:
                # An answer that nobody asked for, or a key that nobody knows: else its characters
                # would be taken for typed ones, and a q leaves.
                yield events.Key(Keys.Ignore, sequence)


def _typed(event: events.Key, kind: str) -> events.Event:
    if kind == _RELEASED:
        return KeyReleased(event.key.split("+")[-1])
    return KeyRepeated(event.key, event.character) if kind == _REPEATED else event
