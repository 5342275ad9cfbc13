"""What a terminal sends, read as keys, pastes and answers, whatever its bytes are.

Textual's parser ends with the first byte that is no UTF-8, and with a key whose numbers are those
of no character; in a paste it takes what follows an escape for keys. So bytes are decoded
forgivingly here, a paste is taken out before the parser sees it, and what the parser stumbles over
is dropped.
"""

import logging
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START
from textual.message import Message

from tui_rooms.tui.model.pasted import without_controls
from tui_rooms.tui.terminal.keyboard import ReleaseParser

PASTE_KEPT: Final = 100_000
"""Characters of one paste; no line takes as many."""
PASTE_PATIENCE: Final = 3.0
"""Seconds of silence after which a paste has ended although nothing says so: its end was lost."""
_ESCAPE: Final = "\x1b"

_log = logging.getLogger(__name__)


class NotUtf8(events.Event, bubble=False):
    """The terminal has sent bytes that are no UTF-8; told once."""


class Typed:
    """Bytes in, messages out; time is an argument. For one visit to a terminal."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = ReleaseParser()
        self._told = False
        self._begun = 0
        """How many characters of a paste's first mark have come."""
        self._paste: str | None = None
        """What was pasted so far; None outside a paste."""
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """What these bytes mean, with those that came before.

        Args:
            now: seconds on a clock that never steps.
        """
        self._last = now
        text = self._decode(data)
        if "\ufffd" in text and "\ufffd".encode() not in data and not self._told:
            self._told = True
            yield NotUtf8()
        while text:
            text = yield from self._typed(text) if self._paste is None else self._pasted(text)
        yield from self._parser.tick()

    def wait(self, now: float) -> Iterator[Message]:
        """What it means that nothing has come: an escape alone is a key."""
        yield from self._parser.tick()
        if self._paste is not None and now - self._last > PASTE_PATIENCE:
            yield self._end_paste(self._paste)

    def _typed(self, text: str) -> Generator[Message, None, str]:
        """Keys, up to the beginning of a paste; the rest."""
        for place, character in enumerate(text, start=1):
            if character == BRACKETED_PASTE_START[self._begun]:
                self._begun += 1
            else:
                self._begun = int(character == _ESCAPE)
            if self._begun == len(BRACKETED_PASTE_START):
                # The parser holds all but the end of the mark for the beginning of a key.
                self._begun, self._paste, self._parser = 0, "", self._parser.afresh()
                return text[place:]
            yield from self._parsed(character)
        return ""

    def _parsed(self, character: str) -> Iterator[Message]:
        try:
            for message in self._parser.feed(character):
                if not (isinstance(message, events.Key) and _is_half(message)):
                    yield message
        except (ValueError, ArithmeticError, LookupError) as error:
            # Numbers that are no character's, no time's and no window's. Not what was typed: that
            # may be a secret.
            _log.warning("the terminal sent what is no key: %s", type(error).__name__)
            self._parser = self._parser.afresh()

    def _pasted(self, text: str) -> Generator[Message, None, str]:
        """As much as is pasted; the rest."""
        whole = (self._paste or "") + text
        end = whole.find(BRACKETED_PASTE_END)
        if end < 0:
            # The mark may come in parts, so the last few characters are kept in any case.
            tail = whole[PASTE_KEPT:][-len(BRACKETED_PASTE_END) :]
            self._paste = whole[:PASTE_KEPT] + tail
            return ""
        yield self._end_paste(whole[:end])
        return whole[end + len(BRACKETED_PASTE_END) :]

    def _end_paste(self, text: str) -> events.Paste:
        self._paste = None
        return events.Paste(without_controls(text[:PASTE_KEPT]))


def _is_half(key: events.Key) -> bool:
    """Whether it is half of a character: nobody could send that on."""
    return "\ud800" <= (key.character or "") <= "\udfff"
