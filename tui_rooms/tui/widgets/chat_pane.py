"""The chat: what is pinned, what was written, to whom one writes, and the line to write in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.text import MESSAGE_LIMIT, checked_text
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.chat_lines import Reader
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.widgets.chat_line import ChatInput
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.line import Line
from tui_rooms.tui.widgets.painted import Painted
from tui_rooms.tui.widgets.sheet import Sheet

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
_CAPTION: Final = ink(palette.SOUND, palette.PANEL, bold=True)
_LOUD: Final = ink(palette.LOUD, palette.PANEL, bold=True)
_PINNED: Final = ink(palette.INK, palette.BAR)
_PINNED_MARK: Final = ink(palette.LOUD, palette.BAR, bold=True)
_ALARM: Final = ink(palette.ALARM, palette.PANEL, bold=True)
_PINNED_LINES: Final = 2
OFFERS: Final = 6
"""As many are shown, as far as they fit."""
_COUNTED_FROM: Final = MESSAGE_LIMIT - 200
"""Characters from which on it is said how many there are."""


class ChatHead(Painted[int]):
    """The caption, with how many messages are unread."""

    def paint(self, value: int, width: int, height: int) -> list[Strip]:
        """Draw it."""
        unread = [(f"  {value} new", _LOUD)] if value else []
        return [row(width, [(" ✉ CHAT", _CAPTION), *unread], fill=_FILL)]


class Pinned(Sheet[ChatMessage | None]):
    """The message that was pinned for everyone; no line without one."""

    def paint(self, value: ChatMessage | None, width: int, height: int) -> list[Strip]:
        """Draw it."""
        if value is None:
            return []
        lines = list(wrapped(f"{value.name}: {value.text}", max(1, width - 5)))
        if len(lines) > _PINNED_LINES:
            lines = [*lines[: _PINNED_LINES - 1], f"{lines[_PINNED_LINES - 1]} …"]
        return [
            row(
                width, [("  ▲ " if n == 0 else "    ", _PINNED_MARK), (line, _PINNED)], fill=_PINNED
            )
            for n, line in enumerate(lines)
        ][:height]


@dataclass(frozen=True, slots=True)
class Addressed:
    """What the line above the one to write in says."""

    to: str = "everyone"
    offers: tuple[str, ...] = ()
    """What tab would make of the word that was begun."""
    alarm: str = "not sent"
    """What happened to what stands below, when there is a reason to tell it."""
    reason: str = ""
    """Why; until the words below change."""
    length: int = 0
    """Characters that stand below."""


class AddressLine(Painted[Addressed]):
    """To whom one writes; a click asks for another address."""

    def paint(self, value: Addressed, width: int, height: int) -> list[Strip]:
        """Draw it."""
        if value.offers:
            offers = "  ".join(value.offers)
            return [row(width, [(" tab ", _LOUD), (offers, _FILL)], fill=_FILL)]
        if value.reason:
            alarm = (f" {value.alarm}: ", _ALARM)
            return [row(width, [alarm, (value.reason, _FILL)], fill=_FILL)]
        style = _SOFT if value.to == "everyone" else _LOUD
        right = ("^o other ", _SOFT)
        if value.length > _COUNTED_FROM:
            words = f"{value.length:,} of {MESSAGE_LIMIT:,} "
            right = (words, _ALARM if value.length > MESSAGE_LIMIT else _LOUD)
        return [row(width, [(" to ", _SOFT), (value.to, style)], [right], fill=_FILL)]

    def on_click(self) -> None:
        """Ask."""
        self.post_message(KeyBar.Clicked("address"))


class ChatPane(Vertical):
    """Tells `Written` when a message is to be sent."""

    class Written(Message):
        """Somebody has written this."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    _refused = ""

    def compose(self) -> ComposeResult:
        """From above."""
        yield ChatHead(0)
        yield Pinned(None)
        yield ChatLog()
        yield AddressLine(Addressed())
        yield ChatInput()

    def show(
        self, chat: tuple[ChatMessage, ...], reader: Reader, pinned: ChatMessage | None
    ) -> None:
        """Draw the chat as it is now."""
        self.query_one(ChatLog).show(chat, reader)
        self.query_one(Pinned).show(pinned)

    def invite(self, sentence: str) -> None:
        """What is said as long as nobody has written."""
        self.query_one(ChatLog).invite(sentence)

    def show_unread(self, unread: int) -> None:
        """Say how many are unread."""
        self.query_one(ChatHead).show(unread)

    def address(self, to: str) -> None:
        """Say to whom one writes."""
        line = self.query_one(AddressLine)
        line.show(replace(line.value, to=to))

    def know(self, names: Iterable[str]) -> None:
        """These may be called with an @."""
        self.query_one(ChatInput).names = tuple(names)

    def write(self) -> None:
        """Go to the line to write in."""
        self.query_one(ChatInput).focus()

    @property
    def written(self) -> str:
        """What stands in the line."""
        return self.query_one(ChatInput).text

    def put_back(self, text: str) -> None:
        """Write it into the line, as it was."""
        self.query_one(ChatInput).put(text)

    def show_reason(self, reason: str, alarm: str = "not sent") -> None:
        """Say why what stands in the line was not sent, until that is changed."""
        self._refused = self.written
        line = self.query_one(AddressLine)
        line.show(replace(line.value, alarm=alarm, reason=reason))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Show what tab would do, and how much there is."""
        event.stop()
        line, text = self.query_one(AddressLine), self.written
        offers = tuple(one.shown for one in self.query_one(ChatInput).offered()[:OFFERS])
        reason = line.value.reason if text == self._refused else ""
        line.show(replace(line.value, offers=offers, reason=reason, length=len(text)))

    def on_chat_input_submitted(self, event: ChatInput.Submitted) -> None:
        """Enter sends what is seen, and the line is free again; what cannot be sent stays."""
        event.stop()
        if not event.text.strip():
            return
        try:
            text = checked_text(event.text, what="message", limit=MESSAGE_LIMIT)
        except RoomError as refused:
            self.show_reason(refused.sentence)
            return
        self.put_back("")
        self.post_message(self.Written(text))

    def on_line_overfull(self, message: Line.Overfull) -> None:
        """Say how much of a paste is not there, above what is."""
        message.stop()
        self.show_reason(message.sentence, "cut off")

    def on_chat_input_above(self, event: ChatInput.Above) -> None:
        """From the line one reaches the messages."""
        event.stop()
        self.query_one(ChatLog).focus()
