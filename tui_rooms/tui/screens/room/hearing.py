"""What a room's screen does about what one hears, and about whom one looks at."""

from tui_rooms.rules.room import Participant
from tui_rooms.tui.drawing.details import Details
from tui_rooms.tui.messages import (
    DeafenWanted,
    MuteForMeWanted,
    PeopleWanted,
    VolumeStepWanted,
    VolumeWanted,
)
from tui_rooms.tui.screens.room.people import ActsOnPeople
from tui_rooms.tui.widgets.volume_bar import VolumeBar


class Hears(ActsOnPeople):
    """The actions of the table `HEARING`, and those that look at people."""

    def details(self) -> Details:
        """All about the chosen person, else about the room."""
        raise NotImplementedError

    def choose_found(self, who: Participant) -> None:
        """Choose somebody who was looked up."""
        raise NotImplementedError

    # Actions.

    def do_louder(self) -> None:
        """The chosen person, one step."""
        self.post_message(VolumeStepWanted(self.other.identity, 1))

    def do_quieter(self) -> None:
        """The same, down."""
        self.post_message(VolumeStepWanted(self.other.identity, -1))

    def do_mute_for_me(self) -> None:
        """Do not hear the chosen person, or hear them again."""
        muted = not self.situation().hearing.muted
        self.post_message(MuteForMeWanted(self.other.identity, muted=muted))

    def do_deafen(self) -> None:
        """Hear nobody, or everybody again."""
        self.post_message(DeafenWanted(deafened=not self.situation().deafened))

    def do_details(self) -> None:
        """Show all that is known of the chosen person, else of the room."""
        from tui_rooms.tui.screens.details import DetailsScreen

        self.app.push_screen(DetailsScreen(self.details, self.action_act, self._hear_at))

    def do_find_person(self) -> None:
        """Ask for a name; who is found and taken is chosen."""
        from tui_rooms.tui.screens.find_person import FindPerson

        def answered(who: Participant | None) -> None:
            if who is not None:
                self.choose_found(who)

        def ask(text: str) -> None:
            self.post_message(PeopleWanted(text))

        self.app.push_screen(FindPerson(ask), answered)

    # What is told.

    def show_found(self, text: str, people: tuple[Participant, ...], total: int) -> None:
        """The answer to `PeopleWanted`."""
        from tui_rooms.tui.screens.find_person import FindPerson

        if isinstance(self.app.screen, FindPerson):
            self.app.screen.show_found(text, people, total)

    def on_volume_bar_picked(self, message: VolumeBar.Picked) -> None:
        """The volume was clicked on."""
        message.stop()
        self._hear_at(message.percent)

    def _hear_at(self, percent: int) -> None:
        other = self.situation().other
        if other is not None:
            self.post_message(VolumeWanted(other.identity, percent))
