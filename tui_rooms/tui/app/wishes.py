"""What people wish for on the screen, and the bridge carries out: a line a wish."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from textual.message import Message

from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.model.talk import Mode

if TYPE_CHECKING:
    # After the first picture.
    from tui_rooms.tui.news.bridge import Bridge
    from tui_rooms.tui.settings.schema import Settings

M = TypeVar("M", bound=Message)
Wish: TypeAlias = "tuple[type[Message], Callable[[Bridge, Any], object]]"
"""The kind of a message, and what the bridge does about it."""


def _wish(kind: type[M], carry_out: "Callable[[Bridge, M], object]") -> Wish:
    """A line of the tables: in a bare pair nobody would check the two against each other."""
    return kind, carry_out


WISHES: Final[tuple[Wish, ...]] = (
    # Where to go.
    _wish(messages.HomeWanted, lambda bridge, _: bridge.go_home()),
    _wish(messages.RetryWanted, lambda bridge, _: bridge.retry()),
    _wish(messages.LookWanted, lambda bridge, _: bridge.look_now()),
    _wish(messages.BackWanted, lambda bridge, _: bridge.go_back()),
    _wish(messages.JoinWanted, lambda bridge, wish: bridge.join(wish.room_id, wish.password)),
    _wish(messages.RoomWanted, lambda bridge, wish: bridge.open(wish.plan)),
    _wish(messages.LeaveWanted, lambda bridge, wish: bridge.leave(end=wish.end)),
    # What to know of rooms.
    _wish(messages.RoomsSought, lambda bridge, wish: bridge.seek(wish.sought)),
    _wish(messages.MoreRoomsWanted, lambda bridge, _: bridge.seek_more()),
    _wish(messages.PreviewWanted, lambda bridge, wish: bridge.preview(wish.room_id)),
    _wish(messages.CalendarLinkWanted, lambda bridge, wish: bridge.calendar_link(wish.room_id)),
    # In a room.
    _wish(messages.CommandWanted, lambda bridge, wish: bridge.command(wish.command)),
    _wish(messages.SendWanted, lambda bridge, wish: bridge.send(wish.draft)),
    _wish(messages.OlderWanted, lambda bridge, wish: bridge.read_older(wish.before)),
    _wish(messages.AuditWanted, lambda bridge, wish: bridge.read_audit(wish.before)),
    _wish(messages.AbsentWanted, lambda bridge, _: bridge.read_absent()),
    _wish(messages.PeopleWanted, lambda bridge, wish: bridge.find_people(wish.text)),
    _wish(messages.MicWanted, lambda bridge, wish: bridge.microphone(is_open=wish.is_open)),
    # Sound.
    _wish(
        messages.SoundCheckWanted,
        lambda bridge, wish: bridge.check_sound(wish.audio if wish.on else None, loud=wish.loud),
    ),
    _wish(
        messages.VolumeWanted,
        lambda bridge, wish: bridge.set_volume(wish.identity, wish.percent),
    ),
    _wish(
        messages.VolumeStepWanted,
        lambda bridge, wish: bridge.step_volume(wish.identity, wish.by),
    ),
    _wish(
        messages.MuteForMeWanted,
        lambda bridge, wish: bridge.mute_for_me(wish.identity, muted=wish.muted),
    ),
    _wish(messages.DeafenWanted, lambda bridge, wish: bridge.deafen(deafened=wish.deafened)),
)


class Wishes(Part):
    """What is wished while there is no bridge is not carried out: nobody could."""

    def __init__(self) -> None:
        super().__init__(
            hears={kind: partial(self._carry_out, carry_out) for kind, carry_out in WISHES}
        )
        self.bridge: Bridge | None = None
        """There is one once the first picture is drawn."""

    def wish(self, carry_out: "Callable[[Bridge], object]") -> None:
        """Have this carried out."""
        if self.bridge is not None:
            carry_out(self.bridge)

    def follow(self, before: "Settings", now: "Settings") -> None:
        """Devices and the way to talk, as the settings say."""
        if now.audio != before.audio:
            self.wish(lambda bridge: bridge.use_devices(now.audio))
        if now.talk != before.talk:
            mode = Mode.named(now.talk.mode)
            self.wish(lambda bridge: bridge.talk(mode, now.talk.threshold_dbov))

    def _carry_out(self, carry_out: "Callable[[Bridge, Any], object]", message: Message) -> None:
        self.wish(lambda bridge: carry_out(bridge, message))
