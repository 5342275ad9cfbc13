"""Where one writes a message: one line, and more when there are more."""

from typing import ClassVar, Final

from rich.emoji import Emoji
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from tui_rooms.rules.text import MESSAGE_LIMIT
from tui_rooms.tui.model.completion import Completion, completions
from tui_rooms.tui.model.emoji_names import emoji_named
from tui_rooms.tui.model.pasted import without_controls
from tui_rooms.tui.model.short_codes import Change, ShortCodes
from tui_rooms.tui.widgets.line import Line

KEPT: Final = 4 * MESSAGE_LIMIT
"""Characters that may stand here: more than can be sent, so that one can shorten them."""
BREAKS: Final = frozenset({"ctrl+j", "alt+enter", "shift+enter"})
"""Keys for another line; terminals without the keyboard protocol do not know the last one."""


class ChatInput(TextArea):
    """Takes every key while one types; tab completes what was begun with @ or a colon."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("escape", "leave", show=False),
    ]

    class Submitted(Message):
        """What stands here is to be sent."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Escaped(Message):
        """Somebody does not want to write any more."""

    class Above(Message):
        """Somebody goes up from the first line."""

    def __init__(self) -> None:
        super().__init__(placeholder="write…  enter sends", highlight_cursor_line=False)
        self.match_cursor_bracket = False  # a smile is none
        self.names: tuple[str, ...] = ()
        """Whom one may call with an @."""
        self._offered: list[Completion] = []
        self._codes = ShortCodes(_emoji)

    def put(self, text: str) -> None:
        """Write this here in place of all else."""
        self.text = text
        self.move_cursor(self.document.end)

    def offered(self) -> list[Completion]:
        """What tab would make of what was begun, the next one first."""
        before, after = self._sides()
        if self._offered and before == self._offered[0].text:
            return [*self._offered[1:], self._offered[0]]
        return completions(before + after, len(before), self.names)

    def action_complete(self) -> None:
        """The first one that fits; once more, the next one."""
        self._offered = self.offered()
        if self._offered:
            before, _ = self._sides()
            self._change(Change(len(before), self._offered[0].text))

    def action_leave(self) -> None:
        """Back to the room."""
        self.post_message(self.Escaped())

    def action_cursor_up(self, select: bool = False) -> None:
        """The line above, and above the first one the messages."""
        first = self.wrapped_document.location_to_offset(self.cursor_location).y == 0
        if first and not select:
            self.post_message(self.Above())
        else:
            super().action_cursor_up(select)

    def action_delete_left(self) -> None:
        """As ever, but a picture that was just made of a code is that code again."""
        change = self._codes.rubbed_out(self._sides()[0]) if self.selection.is_empty else None
        if change is not None:
            self._change(change)
        else:
            super().action_delete_left()

    def on_key(self, event: events.Key) -> None:
        """Enter sends; a short code becomes its picture with its last colon.

        Not by bindings: those are carried out when the next keys have been typed already.
        """
        if event.key == "enter":
            event.stop()
            event.prevent_default()  # Textual's: a new line
            self.post_message(self.Submitted(self.text))
        elif event.key in BREAKS:
            event.stop()
            self._replace_via_keyboard("\n", *self.selection)
        elif event.character and event.is_printable and self.selection.is_empty:
            change = self._codes.typed(event.character, *self._sides())
            if change is not None:
                event.stop()
                event.prevent_default()
                self._change(change)

    def on_paste(self, event: events.Paste) -> None:
        """As it is: no code in it becomes a picture."""
        event.stop()
        event.prevent_default()
        text = without_controls(event.text)
        room = max(0, KEPT - len(self.text) + len(self.selected_text))
        if len(text) > room:
            self.post_message(Line.Overfull(len(text) - room, KEPT))
        self._replace_via_keyboard(text[:room], *self.selection)

    def _sides(self) -> tuple[str, str]:
        """What stands before the cursor and after it."""
        at, end = self.cursor_location, self.document.end
        return self.get_text_range((0, 0), at), self.get_text_range(at, end)

    def _change(self, change: Change) -> None:
        """Names and codes may begin in a line above: places count from the beginning."""
        before, _ = self._sides()
        start = before[: len(before) - change.back]
        row = start.count("\n")
        column = len(start) - (start.rfind("\n") + 1)
        self._replace_via_keyboard(change.text, (row, column), self.cursor_location)


def _emoji(name: str) -> str | None:
    """By a name of ours, which tab offers, or one that is known from elsewhere."""
    code = f":{name}:"
    found = emoji_named(name) or Emoji.replace(code)
    return None if found == code else found
