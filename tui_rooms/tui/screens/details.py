"""All about somebody, or about the room, over it; it follows what changes."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from tui_rooms.tui.actions.hearing import HEARING
from tui_rooms.tui.drawing.cells import fit
from tui_rooms.tui.drawing.details import Details
from tui_rooms.tui.screens.question import Question
from tui_rooms.tui.widgets.details_sheet import LABEL, DetailsSheet
from tui_rooms.tui.widgets.prompt import Prompt
from tui_rooms.tui.widgets.volume_bar import VolumeBar

LOOK: Final = 0.5
"""Seconds between two looks."""


class DetailsScreen(Question[None]):
    """Arrows scroll, the keys of the volume work, escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,enter", "dismiss", show=False),
        *(
            Binding(",".join(one.keys), f"hear('{one.id}')", id=one.id, show=False)
            for one in HEARING
        ),
    ]

    def __init__(
        self,
        read: Callable[[], Details],
        act: Callable[[str], Awaitable[None]],
        set_volume: Callable[[int], None],
    ) -> None:
        """
        Args:
            read: how things are now.
            act: does an action of the room.
            set_volume: hear the person at so many percent.
        """
        super().__init__()
        self._read = read
        self._act = act
        self._set_volume = set_volume

    def compose(self) -> ComposeResult:
        """The values in a frame."""
        details = self._read()
        with Vertical(classes="question wide"):
            yield Prompt(details.title, id="title")
            yield Prompt("")
            yield VolumeBar(details.hearing, fit("volume", LABEL))
            with VerticalScroll():
                yield DetailsSheet(details)
            yield Prompt("")
            volume = "" if details.hearing is None else "- +  volume     n  mute for me     "
            yield Prompt(f"{volume}↑ ↓  read     esc  back", soft=True)

    def on_mount(self) -> None:
        """Follow what changes."""
        self.set_interval(LOOK, self.look)

    def look(self) -> None:
        """Show how things are now."""
        details = self._read()
        # Without the person it is about the room.
        self.query_one("#title", Prompt).show(details.title)
        self.query_one(VolumeBar).show(details.hearing)
        self.query_one(DetailsSheet).show(details)

    async def action_hear(self, action: str) -> None:
        """Louder, quieter, or not at all."""
        await self._act(action)
        self.call_after_refresh(self.look)

    def on_volume_bar_picked(self, message: VolumeBar.Picked) -> None:
        """A volume was clicked on."""
        message.stop()
        self._set_volume(message.percent)
        self.call_after_refresh(self.look)
