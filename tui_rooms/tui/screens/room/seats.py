"""Who is here: everybody on the canvas, the one whom one has chosen, and their reactions."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_rooms.rules.room import Participant, Room
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import PeopleFound, PeopleWanted, Reacted
from tui_rooms.tui.model.reactions import Reactions
from tui_rooms.tui.model.room_view import HearingReader, RoomView
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.hands_pane import HandsPane
from tui_rooms.wire.quality import ConnectionQuality

if TYPE_CHECKING:
    # When somebody looks for somebody.
    from tui_rooms.tui.screens.find_person import FindPerson


class Seats(Part):
    """Holds the room as one sees it; whoever was looked up has a seat as long as they are chosen.

    `draw` draws people; they are not in `Means.draw`, as they are drawn by themselves more often.
    """

    def __init__(
        self,
        means: Means,
        canvas: Canvas,
        view: RoomView,
        *,
        hearing: HearingReader,
        lacking: Mapping[str, ConnectionQuality],
    ) -> None:
        """
        Args:
            hearing: how loud one hears whom.
            lacking: whose connections are not as they should be.
        """
        super().__init__(
            does={
                "choose-nobody": lambda: self.choose(None),
                "find-person": self._find_person,
            },
            hears={
                Canvas.Chosen: self._chosen,
                HandsPane.Picked: self._picked,
                PeopleFound: self._people_found,
                Reacted: self._reacted,
            },
        )
        self.view = view
        """The room as one sees it."""
        self.calm = False
        """Whether nothing comes and goes beside people: reactions are only counted in the head."""
        self._means = means
        self._canvas = canvas
        self._hearing = hearing
        self._lacking = lacking
        self._reactions = Reactions()
        self._finding: FindPerson | None = None
        """The last search for somebody."""

    @property
    def chosen(self) -> Participant | None:
        """The chosen person."""
        identity = self._canvas.chosen
        return None if identity is None else self.view.find(identity)

    @property
    def reactions(self) -> tuple[tuple[str, int], ...]:
        """How often each emoji was sent lately, the most frequent first."""
        return self._reactions.counted(time.monotonic())

    def seat(self, room: Room) -> None:
        """The room as it is now."""
        self.view = replace(self.view, room=room, found=self._still_found(room))
        self.draw()

    def connect(self, lacking: Mapping[str, ConnectionQuality]) -> None:
        """Whose connections are not as they should be."""
        if lacking != self._lacking:
            self._lacking = lacking
            self.draw()

    def choose(self, identity: str | None) -> None:
        """Choose a person, or nobody."""
        self._canvas.choose(identity)

    def draw(self) -> None:
        """Everybody, as they are now."""
        reactions = {} if self.calm else self._reactions.by_person(time.monotonic())
        stage = self.view.room.stage
        marks = {who: words for who in stage if (words := self._hearing(who).words)}
        self._canvas.show(self.view, reactions, marks, self._lacking)

    def _find_person(self) -> None:
        """Ask for a name; who is found and taken is chosen."""
        from tui_rooms.tui.screens.find_person import FindPerson

        def answered(who: Participant | None) -> None:
            if who is not None:
                self.view = replace(self.view, found={who.identity: who})
                self.draw()
                self.choose(who.identity)

        def ask(text: str) -> None:
            self._means.post(PeopleWanted(text))

        self._finding = FindPerson(ask)
        self._means.ask(self._finding, answered)

    def _people_found(self, message: PeopleFound) -> None:
        """The answer to `PeopleWanted`."""
        if self._finding is not None and self._finding.is_active:
            self._finding.show_found(message.text, message.people, message.total)

    def _reacted(self, message: Reacted) -> None:
        """Somebody has sent an emoji."""
        self._reactions.add(message.identity, message.emoji, time.monotonic())
        self.draw()

    def _chosen(self, message: Canvas.Chosen) -> None:
        """Other actions are possible with another person."""
        message.stop()
        if self.view.found.keys() - {message.identity}:
            self.view = replace(self.view, found=self._still_found(self.view.room))
            self.draw()
        self._means.draw()

    def _picked(self, message: HandsPane.Picked) -> None:
        """Somebody in the queue was chosen."""
        message.stop()
        self.choose(message.identity)

    def _still_found(self, room: Room) -> dict[str, Participant]:
        """The chosen person keeps a seat, though their hand goes down far back in the audience."""
        chosen = self._canvas.chosen
        who = None if chosen is None or self.view.room.find(chosen) else self.view.find(chosen)
        return {} if who is None or room.find(who.identity) else {who.identity: who}
