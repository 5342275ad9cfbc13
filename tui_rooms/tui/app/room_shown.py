"""The app while one is in a room: the room's news go to its place, and so does the terminal's."""

import time
from typing import TYPE_CHECKING

from textual.driver import Driver
from textual.events import AppBlur, AppFocus

from tui_rooms.tui import messages
from tui_rooms.tui.app.wishes import CarriesWishes
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.settings.held import HeldSettings
from tui_rooms.tui.terminal.in_parts import DrawnInParts
from tui_rooms.tui.terminal.keyboard import KeyboardAnswered, KeyReleased
from tui_rooms.tui.terminal.pace import MeterRate
from tui_rooms.tui.terminal.pacing import LagMeasured
from tui_rooms.tui.terminal.themed import Themed
from tui_rooms.tui.terminal.themes import own_theme

if TYPE_CHECKING:
    # Once there is a room: see `on_entered`.
    from tui_rooms.tui.app.attention import Call, Caller
    from tui_rooms.tui.model.conversation import Draft
    from tui_rooms.tui.model.room_view import Hearing, OwnSound, RoomView, Sound


class ShowsRoom(CarriesWishes, DrawnInParts, Themed):
    """What the app knows beside the room itself: drafts, sound, the terminal, the last wish."""

    def __init__(self, held: HeldSettings, driver_class: type[Driver] | None) -> None:
        """See `TuiRooms`; `held` says how one talks, and what a room looks like."""
        super().__init__(
            driver_class=driver_class,
            themes=[own_theme(name, colours) for name, colours in held.now.themes.items()],
            theme=held.now.look.theme,
        )
        self._held = held
        self._sound: Sound | None = None
        self._rate = MeterRate()
        self._reports_releases = False
        self._wants_open = False
        self._last_room = ""
        self._drafts: dict[str, list[Draft]] = {}
        """What was written in rooms that one has left, and not sent."""
        self._caller: Caller | None = None

    @property
    def _place(self) -> Place:
        """The place that is shown, below any question."""
        return next(screen for screen in reversed(self.screen_stack) if isinstance(screen, Place))

    # News of the room.

    async def on_entered(self, message: messages.Entered) -> None:
        """Show the room."""
        from tui_rooms.tui.app.attention import Caller
        from tui_rooms.tui.model.room_view import RoomView
        from tui_rooms.tui.screens.room.place import RoomPlace

        if self._caller is None and self._driver is not None:
            self._caller = Caller(self._driver)
        self._room = RoomPlace(
            RoomView(room=message.room, me=message.me),
            message.levels,
            sound=self._sound,
            own=self._own,
            hearing=self._hearing,
            mode=self._talk_mode,
            keymap=self._held.now.keys,
            reports_releases=self._reports_releases,
        )
        self._wants_open = False
        self._room.step_down(self._meter_hertz)
        self._room.seats.calm = self._held.now.look.reduced_motion
        await self.push_screen(self._room)
        self._last_room = message.room.room_id
        self._room.chat.take_up(self._drafts.pop(self._last_room, []))

    async def on_room_changed(self, message: messages.RoomChanged) -> None:
        """Somebody came, went, or did something."""
        from tui_rooms.tui.app.attention import calls

        if self._room is None:
            return
        before = self._room.view
        await self._room.hear(message)
        after = self._room.view
        for call in calls(before, after, wanted_open=self._wants_open):
            self._call_attention(call)
        self._sound_cue(before, after)

    async def on_link_changed(self, message: messages.LinkChanged) -> None:
        """The way to the server."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_sound_changed(self, message: messages.SoundChanged) -> None:
        """A device opened, or did not."""
        self._sound = message.sound
        if self._room is not None:
            await self._room.hear(message)

    async def on_reacted(self, message: messages.Reacted) -> None:
        """Somebody has sent an emoji."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_message_refused(self, message: messages.MessageRefused) -> None:
        """It goes back to its line; outside the room it waits there."""
        if self._room is not None:
            await self._room.hear(message)
        elif self._last_room:
            self._drafts.setdefault(self._last_room, []).append(message.draft)

    async def on_message_deleted(self, message: messages.MessageDeleted) -> None:
        """By its writer or by a host."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_older_read(self, message: messages.OlderRead) -> None:
        """Older messages have come."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_audit_read(self, message: messages.AuditRead) -> None:
        """The audit log has come."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_people_found(self, message: messages.PeopleFound) -> None:
        """Somebody was looked up."""
        if self._room is not None:
            await self._room.hear(message)

    async def on_left(self, message: messages.Left) -> None:
        """Back in the lobby."""
        from tui_rooms.tui.screens.question import Question

        if self._room is not None:
            self._drafts[self._last_room] = self._room.chat.drafts()
        while len(self.screen_stack) > 1:
            screen = self.screen
            if isinstance(screen, Question):
                await screen.dismiss(None)  # as with escape: what was tried out there ends
            else:
                await self.pop_screen()
        self._room = None
        self._place.notice(message.sentence)

    # What the terminal tells.

    async def on_key_released(self, event: KeyReleased) -> None:
        """A key was let go."""
        if self._room is not None:
            await self._room.hear(event)

    async def on_keyboard_answered(self, event: KeyboardAnswered) -> None:
        """Whether it tells when keys are let go."""
        self._reports_releases = event.reports_releases
        if self._room is not None:
            await self._room.hear(event)

    def on_lag_measured(self, event: LagMeasured) -> None:
        """Meters go as fast as the terminal's link."""
        self._rate.note(event.seconds, time.monotonic())
        if self._room is not None:
            self._room.step_down(self._meter_hertz)

    async def on_app_blur(self, event: AppBlur) -> None:
        """Another window is in front."""
        if self._room is not None:
            await self._room.hear(event)

    def on_app_focus(self, event: AppFocus) -> None:
        """Somebody looks again."""
        if self._caller is not None:
            self._caller.take_title_back()

    # One's own microphone, and how it is shown.

    def on_mic_wanted(self, message: messages.MicWanted) -> None:
        """Open or close the microphone."""
        self._wants_open = message.is_open
        self._wish(lambda bridge: bridge.microphone(is_open=message.is_open))

    @property
    def _talk_mode(self) -> Mode:
        return Mode.named(self._held.now.talk.mode)

    @property
    def _meter_hertz(self) -> float:
        # While a picture is still on its way, meters would take half of a slow link.
        slow = self._held.now.look.reduced_motion or self.is_behind
        return 1.0 if slow else self._rate.hertz

    def _own(self) -> "OwnSound":
        from tui_rooms.tui.model.room_view import OwnSound

        return self._bridge.own() if self._bridge is not None else OwnSound()

    def _hearing(self, identity: str) -> "Hearing":
        from tui_rooms.tui.model.room_view import Hearing

        return self._bridge.hearing(identity) if self._bridge is not None else Hearing()

    def _sound_cue(self, before: "RoomView", after: "RoomView") -> None:
        old, new = before.myself, after.myself
        if old is not None and new is not None and old.muted != new.muted:
            is_open = not new.muted
            self._wish(lambda bridge: bridge.cue(is_open=is_open))

    def _call_attention(self, call: "Call") -> None:
        self._place.notice(call.sentence)
        if self._caller is not None:
            self._caller.call(call, self._held.now.attention)
