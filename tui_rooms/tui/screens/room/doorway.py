"""The ways in and out: the link for others, and leaving."""

from tui_rooms.rules.roles import Capability
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import LeaveWanted, LinkCopied, LookWanted
from tui_rooms.tui.screens.room.means import Means


class Doorway(Part):
    """Nobody leaves a room alone without being asked what becomes of it."""

    def __init__(self, means: Means) -> None:
        super().__init__(
            does={
                "copy-link": self._copy_link,
                "leave": self._leave,
                "look-now": lambda: means.post(LookWanted()),
            }
        )
        self._means = means

    def _copy_link(self) -> None:
        """Copy the link to this room."""
        self._means.post(LinkCopied(self._means.view().room.room_id))

    def _leave(self) -> None:
        """Go; the only host is asked what becomes of the room."""
        view = self._means.view()
        if not (view.in_charge_alone and view.may(Capability.END_ROOM)):
            self._means.post(LeaveWanted())
            return
        from tui_rooms.tui.screens.ask_leave import AskLeave

        def answered(answer: str | None) -> None:
            if answer is not None:
                self._means.post(LeaveWanted(end=answer == "end"))

        self._means.ask(AskLeave(), answered)
