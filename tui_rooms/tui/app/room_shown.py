"""The room that one is in: it comes and goes, and its news and the terminal's go to its place."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual import events
from textual.message import Message

from tui_rooms.tui import messages
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.app.stack import Stack
from tui_rooms.tui.app.wishes import Wishes
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.settings.schema import Settings
from tui_rooms.tui.terminal.keyboard import KeyboardAnswered, KeyReleased
from tui_rooms.tui.terminal.pace import MeterRate
from tui_rooms.tui.terminal.pacing import LagMeasured

if TYPE_CHECKING:
    # Once there is a room: see `_entered`.
    from tui_rooms.tui.model.conversation import Draft
    from tui_rooms.tui.model.room_view import Hearing, OwnSound, Sound
    from tui_rooms.tui.screens.room.place import RoomPlace

PASSED_ON: Final = (
    messages.RoomChanged,
    messages.LinkChanged,
    messages.Reacted,
    messages.MessageDeleted,
    messages.OlderRead,
    messages.AuditRead,
    messages.AbsentRead,
    messages.PeopleFound,
    KeyReleased,
    events.AppBlur,
)
"""What concerns the room alone, and nobody outside of it."""
OF_HEARING: Final = (
    messages.VolumeWanted,
    messages.VolumeStepWanted,
    messages.MuteForMeWanted,
    messages.DeafenWanted,
)
"""Wishes that hold at once, and are to be seen."""


class RoomShown(Part):
    """What is known beside the room itself: drafts, sound, and the terminal."""

    def __init__(
        self, stack: Stack, held: HeldSettings, wishes: Wishes, *, is_behind: Callable[[], bool]
    ) -> None:
        """
        Args:
            held: says how one talks, and what a room looks like.
            is_behind: whether a part of the picture is still on its way.
        """
        super().__init__(
            hears={
                **dict.fromkeys(PASSED_ON, self._pass_on),
                **dict.fromkeys(OF_HEARING, self._show_hearing),
                messages.Entered: self._entered,
                messages.Left: self._left,
                messages.SoundChanged: self._sound_changed,
                messages.MessageRefused: self._refused,
                KeyboardAnswered: self._keyboard_answered,
                LagMeasured: self._lag_measured,
            }
        )
        self.room: RoomPlace | None = None
        """The room that is on the screen."""
        self._stack = stack
        self._held = held
        self._wishes = wishes
        self._is_behind = is_behind
        self._sound: Sound | None = None
        self._rate = MeterRate()
        self._reports_releases = False
        self._last_room = ""
        self._drafts: dict[str, list[Draft]] = {}
        """What was written in rooms that one has left, and not sent."""

    @property
    def is_quiet(self) -> bool:
        """Whether nobody talks."""
        return self.room is None or self.room.is_quiet

    def follow(self, _: Settings, now: Settings) -> None:
        """The way to talk, and how much may move."""
        if self.room is not None:
            self.room.microphone.talk_by(Mode.named(now.talk.mode))
            self.room.seats.calm = now.look.reduced_motion
            self.room.step_down(self._hertz)

    async def _pass_on(self, news: Message) -> None:
        if self.room is not None:
            await self.room.hear(news)

    async def _entered(self, message: messages.Entered) -> None:
        """Show the room."""
        from tui_rooms.tui.model.room_view import RoomView
        from tui_rooms.tui.screens.room.place import RoomPlace

        settings = self._held.now
        self.room = RoomPlace(
            RoomView(room=message.room, me=message.me),
            message.levels,
            sound=self._sound,
            own=self._own,
            hearing=self._hearing,
            mode=Mode.named(settings.talk.mode),
            keymap=settings.keys,
            reports_releases=self._reports_releases,
            clock=message.clock,
        )
        self.room.step_down(self._hertz)
        self.room.seats.calm = settings.look.reduced_motion
        await self._stack.show(self.room)
        self._last_room = message.room.room_id
        self.room.chat.take_up(self._drafts.pop(self._last_room, []))

    async def _left(self, message: messages.Left) -> None:
        """Back in the lobby."""
        if self.room is not None:
            self._drafts[self._last_room] = self.room.chat.drafts()
        await self._stack.clear()
        self.room = None
        self._stack.notice(message.sentence)

    def _show_hearing(self, _: Message) -> None:
        """One hears somebody louder or quieter than before."""
        if self.room is not None:
            self.room.show_hearing()

    async def _sound_changed(self, message: messages.SoundChanged) -> None:
        """A device opened, or did not."""
        self._sound = message.sound
        await self._pass_on(message)

    async def _refused(self, message: messages.MessageRefused) -> None:
        """It goes back to its line; outside the room it waits there."""
        if self.room is not None:
            await self.room.hear(message)
        elif self._last_room:
            self._drafts.setdefault(self._last_room, []).append(message.draft)

    # What the terminal tells.

    async def _keyboard_answered(self, event: KeyboardAnswered) -> None:
        """Whether it tells when keys are let go."""
        self._reports_releases = event.reports_releases
        await self._pass_on(event)

    def _lag_measured(self, event: LagMeasured) -> None:
        """Meters go as fast as the terminal's link."""
        self._rate.note(event.seconds, time.monotonic())
        if self.room is not None:
            self.room.step_down(self._hertz)

    @property
    def _hertz(self) -> float:
        """Of the meters."""
        # While a picture is still on its way, meters would take half of a slow link.
        slow = self._held.now.look.reduced_motion or self._is_behind()
        return 1.0 if slow else self._rate.hertz

    def _own(self) -> "OwnSound":
        from tui_rooms.tui.model.room_view import OwnSound

        bridge = self._wishes.bridge
        return bridge.own() if bridge is not None else OwnSound()

    def _hearing(self, identity: str) -> "Hearing":
        from tui_rooms.tui.model.room_view import Hearing

        bridge = self._wishes.bridge
        return bridge.hearing(identity) if bridge is not None else Hearing()
