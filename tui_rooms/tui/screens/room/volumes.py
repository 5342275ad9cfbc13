"""What one hears, and how loud: what the table `HEARING` offers. Nobody else learns of it."""

from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.messages import DeafenWanted, MuteForMeWanted, VolumeStepWanted, VolumeWanted
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.tui.widgets.volume_bar import VolumeBar


class Volumes(Part):
    """Of the chosen person, or of all."""

    def __init__(self, means: Means) -> None:
        super().__init__(
            does={
                "louder": lambda: means.post(VolumeStepWanted(means.other.identity, 1)),
                "quieter": lambda: means.post(VolumeStepWanted(means.other.identity, -1)),
                "mute-for-me": self._mute_for_me,
                "deafen": self._deafen,
            },
            hears={VolumeBar.Picked: self._picked},
        )
        self._means = means

    def hear_at(self, percent: int) -> None:
        """Hear the chosen person, if there is one, at 0 to 200 %."""
        other = self._means.situation().other
        if other is not None:
            self._means.post(VolumeWanted(other.identity, percent))

    def _mute_for_me(self) -> None:
        """Do not hear the chosen person, or hear them again."""
        muted = not self._means.situation().hearing.muted
        self._means.post(MuteForMeWanted(self._means.other.identity, muted=muted))

    def _deafen(self) -> None:
        """Hear nobody, or everybody again."""
        self._means.post(DeafenWanted(deafened=not self._means.situation().deafened))

    def _picked(self, message: VolumeBar.Picked) -> None:
        """The volume was clicked on."""
        message.stop()
        self.hear_at(message.percent)
