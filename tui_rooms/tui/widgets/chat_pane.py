"""The chat: what is pinned, what was written, to whom one writes, and the line to write in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from rich.emoji import Emoji
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from tui_rooms.rules.records import ChatMessage
from tui_rooms.rules.text import MESSAGE_LIMIT
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.chat_lines import Reader
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.model.completion import Completion, completions
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.key_bar import KeyBar
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
    reason: str = ""
    """Why what stands below was not sent."""


class AddressLine(Painted[Addressed]):
    """To whom one writes; a click asks for another address."""

    def paint(self, value: Addressed, width: int, height: int) -> list[Strip]:
        """Draw it."""
        if value.offers:
            offers = "  ".join(value.offers)
            return [row(width, [(" tab ", _LOUD), (offers, _FILL)], fill=_FILL)]
        if value.reason:
            return [row(width, [(" not sent: ", _ALARM), (value.reason, _FILL)], fill=_FILL)]
        style = _SOFT if value.to == "everyone" else _LOUD
        return [
            row(width, [(" to ", _SOFT), (value.to, style)], [("^o other ", _SOFT)], fill=_FILL)
        ]

    def on_click(self) -> None:
        """Ask."""
        self.post_message(KeyBar.Clicked("address"))


class ChatInput(Input):
    """Takes every key while one types; tab completes what was begun with @ or a colon."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Escaped(Message):
        """Somebody does not want to write any more."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="write…  enter sends", max_length=MESSAGE_LIMIT, select_on_focus=False
        )
        self.names: tuple[str, ...] = ()
        """Whom one may call with an @."""
        self._offered: list[Completion] = []

    def offered(self) -> list[Completion]:
        """What tab would make of what was begun, the next one first."""
        before = self.value[: self.cursor_position]
        if self._offered and before == self._offered[0].text:
            return [*self._offered[1:], self._offered[0]]
        return completions(self.value, self.cursor_position, self.names)

    def action_complete(self) -> None:
        """The first one that fits; once more, the next one."""
        after = self.value[self.cursor_position :]
        self._offered = self.offered()
        if self._offered:
            text = self._offered[0].text
            self.value = text + after
            self.cursor_position = len(text)

    def action_leave(self) -> None:
        """Back to the room."""
        self.post_message(self.Escaped())


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
        return self.query_one(ChatInput).value

    def put_back(self, text: str) -> None:
        """Write it into the line, as it was."""
        line = self.query_one(ChatInput)
        line.value = text
        line.cursor_position = len(text)

    def show_reason(self, reason: str) -> None:
        """Say why what stands in the line was not sent, until that is changed."""
        self._refused = self.written
        line = self.query_one(AddressLine)
        line.show(replace(line.value, reason=reason))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what tab would do."""
        event.stop()
        line = self.query_one(AddressLine)
        offers = tuple(one.shown for one in self.query_one(ChatInput).offered()[:OFFERS])
        reason = line.value.reason if event.value == self._refused else ""
        line.show(replace(line.value, offers=offers, reason=reason))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter sends, and the line is free again; :clap: becomes an emoji."""
        event.stop()
        text = Emoji.replace(event.value.strip())
        if text:
            self.query_one(ChatInput).clear()
            self.post_message(self.Written(text))

    def on_key(self, event: events.Key) -> None:
        """From the line one reaches the messages."""
        if event.key == "up" and self.query_one(ChatInput).has_focus:
            event.stop()
            self.query_one(ChatLog).focus()
