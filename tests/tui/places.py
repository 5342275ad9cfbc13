"""An app that only shows a place and keeps the messages that arrive at it."""

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.message import Message
from textual.pilot import Pilot

from tests.tui.terminals import MemoryDriver
from tui_rooms.tui.app.app import TuiRooms
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.screens.room.place import RoomPlace
from tui_rooms.tui.settings.schema import Audio, Settings
from tui_rooms.tui.terminal.themed import Themed

SILENT = Settings(audio=Audio(enabled=False))
"""For tests of the screen that have no use for sound."""
SECONDS = 15.0
"""To wait for anything."""
SIZES = [(120, 36), (80, 24), (60, 20)]


def picture(app: App[Any]) -> str:
    """The screen's text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def until(pilot: Pilot[Any], condition: Callable[[], bool], what: str) -> None:
    """Look on until something holds: a timer, a thread and a busy machine take their time."""
    for _ in range(int(SECONDS / 0.02)):
        if condition():
            return
        await pilot.pause(0.02)
    raise AssertionError(f"{what}: not within {SECONDS:g} s; the screen:\n{picture(pilot.app)}")


class Stand(Themed):
    """Shows a place as the real app does, without a client behind it."""

    # A default screen does not bring its own.
    CSS_PATH = [*TuiRooms.CSS_PATH, RoomPlace.CSS_PATH]  # noqa: RUF012 - as Textual declares it
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, place: Place) -> None:
        super().__init__(driver_class=MemoryDriver)
        self.place = place
        self.wishes: list[Message] = []

    def get_default_screen(self) -> Place:
        """The place."""
        return self.place

    def post_message(self, message: Message) -> bool:
        """Keep our own messages, and go on."""
        if type(message).__module__ == "tui_rooms.tui.messages":
            self.wishes.append(message)
        return super().post_message(message)

    @property
    def lines(self) -> list[str]:
        """The screen's text, row by row."""
        return [strip.text for strip in self.screen._compositor.render_strips()]

    @property
    def picture(self) -> str:
        """The screen's text."""
        return "\n".join(self.lines)

    def wished(self, kind: type[Message]) -> list[dict[str, Any]]:
        """What was wished of one kind, as plain values."""
        return [
            {key: value for key, value in vars(wish).items() if not key.startswith("_")}
            for wish in self.wishes
            if type(wish) is kind
        ]
