"""What people wish for on the screen, and the bridge carries out: a method a wish."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_rooms.tui import messages

if TYPE_CHECKING:
    # After the first picture.
    from tui_rooms.tui.news.bridge import Bridge
    from tui_rooms.tui.screens.room.place import RoomPlace


class CarriesWishes:
    """To be mixed into an app; wishes that need nothing but the bridge."""

    _bridge: "Bridge | None" = None
    """There is one once the first picture is drawn."""
    _room: "RoomPlace | None" = None
    """The room that is on the screen."""

    def on_join_wanted(self, message: messages.JoinWanted) -> None:
        """Into a room."""
        self._wish(lambda bridge: bridge.join(message.room_id, message.password))

    def on_rooms_sought(self, message: messages.RoomsSought) -> None:
        """Ask the server for rooms."""
        self._wish(lambda bridge: bridge.seek(message.sought))

    def on_more_rooms_wanted(self) -> None:
        """Ask for more of them."""
        self._wish(lambda bridge: bridge.seek_more())

    def on_preview_wanted(self, message: messages.PreviewWanted) -> None:
        """Ask for more of a room."""
        self._wish(lambda bridge: bridge.preview(message.room_id))

    def on_home_wanted(self) -> None:
        """Back to where one began."""
        self._wish(lambda bridge: bridge.go_home())

    def on_room_wanted(self, message: messages.RoomWanted) -> None:
        """Into a new room."""
        self._wish(lambda bridge: bridge.open(message.plan))

    def on_retry_wanted(self) -> None:
        """Look for the server again."""
        self._wish(lambda bridge: bridge.retry())

    def on_command_wanted(self, message: messages.CommandWanted) -> None:
        """Ask the room."""
        self._wish(lambda bridge: bridge.command(message.command))

    def on_send_wanted(self, message: messages.SendWanted) -> None:
        """Send a chat message."""
        self._wish(lambda bridge: bridge.send(message.draft))

    def on_older_wanted(self, message: messages.OlderWanted) -> None:
        """Ask for older messages."""
        self._wish(lambda bridge: bridge.read_older(message.before))

    def on_audit_wanted(self, message: messages.AuditWanted) -> None:
        """Ask for the audit log."""
        self._wish(lambda bridge: bridge.read_audit(message.before))

    def on_people_wanted(self, message: messages.PeopleWanted) -> None:
        """Look somebody up."""
        self._wish(lambda bridge: bridge.find_people(message.text))

    def on_volume_wanted(self, message: messages.VolumeWanted) -> None:
        """Hear somebody louder or quieter."""
        self._hear(lambda bridge: bridge.set_volume(message.identity, message.percent))

    def on_volume_step_wanted(self, message: messages.VolumeStepWanted) -> None:
        """Hear somebody a step louder or quieter."""
        self._hear(lambda bridge: bridge.step_volume(message.identity, message.by))

    def on_mute_for_me_wanted(self, message: messages.MuteForMeWanted) -> None:
        """Hear somebody or not."""
        self._hear(lambda bridge: bridge.mute_for_me(message.identity, muted=message.muted))

    def on_deafen_wanted(self, message: messages.DeafenWanted) -> None:
        """Hear anybody or not."""
        self._hear(lambda bridge: bridge.deafen(deafened=message.deafened))

    def on_leave_wanted(self, message: messages.LeaveWanted) -> None:
        """Out of the room."""
        self._wish(lambda bridge: bridge.leave(end=message.end))

    def on_sound_check_wanted(self, message: messages.SoundCheckWanted) -> None:
        """Try the devices."""
        audio = message.audio if message.on else None
        self._wish(lambda bridge: bridge.check_sound(audio, loud=message.loud))

    def _wish(self, carry_out: "Callable[[Bridge], None]") -> None:
        if self._bridge is not None:
            carry_out(self._bridge)

    def _hear(self, carry_out: "Callable[[Bridge], None]") -> None:
        self._wish(carry_out)
        if self._room is not None:
            self._room.show_hearing()
