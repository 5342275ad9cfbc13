"""What was written: the newest below, as far back as it is known."""

from collections.abc import Iterator
from typing import ClassVar, Final, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_rooms.rules.records import ChatMessage
from tui_rooms.tui.drawing import palette
from tui_rooms.tui.drawing.chat_lines import Reader, addressed, chat_lines
from tui_rooms.tui.drawing.line import Piece
from tui_rooms.tui.drawing.palette import ink
from tui_rooms.tui.drawing.row import row
from tui_rooms.tui.drawing.wrapping import wrapped
from tui_rooms.tui.model.mentions import mentions

_FILL: Final = ink(palette.INK, palette.PANEL)
_SOFT: Final = ink(palette.SOFT, palette.PANEL)
EMPTY: Final = "Nobody has written anything yet."


class _Wrapped(NamedTuple):
    """A message in lines."""

    message: ChatMessage
    made_of: tuple[object, ...]
    """All that is seen in them."""
    lines: list[list[Piece]]


class ChatLog(ScrollView, can_focus=True):
    """Arrows or a click choose a message; the log follows the newest while it is at its end."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    class Chosen(Message):
        """Another message is chosen, or none."""

    class TopReached(Message):
        """Somebody wants to see what was before."""

    def __init__(self) -> None:
        super().__init__()
        self._chat: tuple[ChatMessage, ...] = ()
        self._invitation = ""
        self._reader = Reader("", {})
        self._chosen: str | None = None
        self._calls_me: frozenset[str] = frozenset()
        """Messages of others that call one by name."""
        self._rows: list[tuple[int, list[Piece]]] = []
        """Each line: of which message, and its pieces."""
        self._wrapped: dict[str, _Wrapped] = {}
        self._written_for: tuple[int, Reader] = (0, self._reader)
        self._written_chosen: str | None = None

    @property
    def chosen(self) -> ChatMessage | None:
        """The chosen message."""
        return next((one for one in self._chat if one.message_id == self._chosen), None)

    def invite(self, sentence: str) -> None:
        """What is said as long as nobody has written."""
        self._invitation = sentence
        self.refresh()

    @property
    def at_end(self) -> bool:
        """Whether the newest message is seen."""
        return self.scroll_offset.y >= self.max_scroll_y

    def show(self, chat: tuple[ChatMessage, ...], reader: Reader) -> None:
        """Draw other messages; whoever reads older ones is not disturbed."""
        if (chat, reader) == (self._chat, self._reader):
            return
        follows, above = self.at_end, len(self._rows) - self.scroll_offset.y
        older = bool(self._chat) and chat[-1:] == self._chat[-1:] and len(chat) > len(self._chat)
        self._chat, self._reader = chat, reader
        self._calls_me = frozenset(self._calls())
        if self.chosen is None:
            self._chosen = None
        self._write()
        if older:
            self.scroll_to(y=len(self._rows) - above, animate=False, force=True)
        elif follows:
            self.scroll_end(animate=False, force=True)

    def choose(self, message_id: str | None) -> None:
        """Choose a message, or none."""
        if message_id != self._chosen:
            self._chosen = message_id
            self._write()
            self.post_message(self.Chosen())

    def render_line(self, y: int) -> Strip:
        """One line of the window, exactly as wide as the widget."""
        width = self.size.width
        if not self._chat:
            words = list(wrapped(f"{EMPTY} {self._invitation}", max(1, width - 2)))
            return row(width, [(f" {words[y]}" if y < len(words) else "", _SOFT)], fill=_FILL)
        if self._written_for[0] != _room(width):
            self.call_later(self._write)  # of this resize Textual has not told: see `Painted`
        line = y + self.scroll_offset.y
        if line >= len(self._rows):
            return row(width, [], fill=_FILL)
        number, pieces = self._rows[line]
        message = self._chat[number]
        here = message.message_id == self._chosen
        ground = palette.CARD_CHOSEN if here else palette.PANEL
        mark: Piece = (" ", ink(palette.INK, ground))
        if here or message.message_id in self._calls_me:
            mark = ("▌", ink(palette.SOUND if here else palette.LOUD, ground, bold=True))
        return row(width, [mark, *pieces], fill=ink(palette.INK, ground))

    def action_step(self, by: int) -> None:
        """Choose the next, or the one before; before the first there are older ones."""
        ids = [message.message_id for message in self._chat]
        if not ids:
            return
        here = ids.index(self._chosen) if self._chosen in ids else len(ids) - (by > 0)
        there = here + by
        if there < 0:
            self.post_message(self.TopReached())
        self.choose(ids[min(len(ids) - 1, max(0, there))])
        lines = [y for y, (number, _) in enumerate(self._rows) if ids[number] == self._chosen]
        region = Region(0, lines[0], self.size.width, len(lines))
        self.scroll_to_region(region, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked on; a second click chooses nothing."""
        line = event.y + self.scroll_offset.y
        if line < len(self._rows):
            message_id = self._chat[self._rows[line][0]].message_id
            self.choose(None if message_id == self._chosen else message_id)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """At the top, ask for more."""
        if self.scroll_offset.y == 0:
            self.post_message(self.TopReached())

    def on_resize(self, event: events.Resize) -> None:
        """The same messages in another width."""
        follows = self.at_end
        self._write()
        if follows:
            self.scroll_end(animate=False, force=True)

    def _calls(self) -> Iterator[str]:
        names, me = self._reader.names, self._reader.me
        for message in self._chat:
            mine = message.identity == me
            if not mine and mentions(message.text, names.get(me, ""), names.values()):
                yield message.message_id

    def _write(self) -> None:
        width = _room(self.size.width)
        before, self._wrapped = self._wrapped, {}
        looks_as_before = self._written_for == (width, self._reader)
        changed = (self._written_chosen, self._chosen)
        self._written_for, self._written_chosen = (width, self._reader), self._chosen
        rows: list[tuple[int, list[Piece]]] = []
        for number, message in enumerate(self._chat):
            known = before.get(message.message_id)
            if (
                known is None
                or known.message is not message
                or not looks_as_before
                or message.message_id in changed
            ):
                known = self._lines(message, width, known)
            self._wrapped[message.message_id] = known
            rows += [(number, line) for line in known.lines]
        self._rows = rows
        self.virtual_size = Size(self.size.width, len(rows))
        self.refresh()

    def _lines(self, message: ChatMessage, width: int, known: "_Wrapped | None") -> "_Wrapped":
        """A message is wrapped once, until something is different that can be seen of it."""
        reader = self._reader
        chosen = message.message_id == self._chosen
        made_of = message, width, chosen, reader.me, addressed(message.to, reader)
        if known is not None and known.made_of == made_of:
            return known._replace(message=message)
        ground = palette.CARD_CHOSEN if chosen else palette.PANEL
        return _Wrapped(message, made_of, chat_lines(message, reader, width, ground=ground))


def _room(width: int) -> int:
    """Cells for words, with one free on each side for the mark."""
    return max(1, width - 2)
