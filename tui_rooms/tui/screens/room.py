"""The room: who is there, who talks, and one's own microphone."""

import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tui_rooms.client.link import LinkPhase, LinkState
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.room import ROOM_ACTIONS, RoomSituation
from tui_rooms.tui.messages import (
    LeaveWanted,
    LinkCopied,
    LiveWanted,
    MicWanted,
    MuteWanted,
    RoleWanted,
    TalkModeWanted,
)
from tui_rooms.tui.room_view import Banner, LevelReader, OwnSound, RoomView, Sound, quiet
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.talk import HoldToTalk, Mode, MutedTalker
from tui_rooms.tui.values import Key
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.room_head import RoomHead

TICK: Final = 0.1
"""Seconds between two looks at the levels, while the terminal keeps up."""
TALKING_DBOV: Final = -45
"""From here on one's own level is talk, for the hint that one is muted."""
ARROWS: Final = Key("← ↑ ↓ →", "choose", "", "choose a person")


class RoomPlace(Place):
    """Shows one room; posts what its people want, and does nothing itself."""

    TITLE_OF_HELP = "What you can do in this room"
    ACTIONS: ClassVar[Table[Any]] = ROOM_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROOM_ACTIONS)

    def __init__(
        self,
        view: RoomView,
        levels: LevelReader,
        *,
        sound: Sound | None,
        link: LinkState | None = None,
        own: Callable[[], OwnSound] = quiet,
        mode: Mode = Mode.TOGGLE,
        keymap: KeyMap | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Args:
            own: one's own level, heard by the room or not.
            clock: tells the seconds since the epoch, for the time on air.
        """
        super().__init__(keymap)
        self._view = view
        self._levels = levels
        self._sound = sound
        self._link = link or LinkState()
        self._own = own
        self._mode = mode
        self._clock = clock
        self._ticked = time.monotonic()
        self._period = TICK
        self._reports_releases = False
        self._hold = HoldToTalk(lambda is_open: self._want_microphone(is_open=is_open))
        self._muted_talker = MutedTalker()

    def compose_place(self) -> ComposeResult:
        """Head, and below it the canvas; panes at the side come beside that."""
        yield RoomHead(self._banner())
        with Horizontal(id="parts"):
            yield Canvas()

    def on_mount(self) -> None:
        """Draw the room, and begin to follow the levels."""
        canvas = self.query_one(Canvas)
        canvas.show(self._view)
        canvas.focus()
        self.set_interval(TICK, self.tick_when_due)

    @property
    def view(self) -> RoomView:
        """What is shown."""
        return self._view

    # What is told from outside.

    def show_room(self, room: Room) -> None:
        """The room as it is now."""
        self._view = RoomView(room=room, me=self._view.me)
        self.query_one(Canvas).show(self._view)
        self._draw()

    def show_link(self, link: LinkState) -> None:
        """The way to the server as it is now."""
        self._link = link
        if link.phase is not LinkPhase.CONNECTED:
            self._hold.release()
        self._draw()

    def show_sound(self, sound: Sound | None) -> None:
        """What this machine's sound can do; None when it is switched off."""
        self._sound = sound
        self._draw()

    def talk_by(self, mode: Mode) -> None:
        """Talk in this way from now on."""
        self._hold.release()
        self._mode = mode
        self._draw()

    def step_down(self, hertz: float) -> None:
        """Move the meters so many times a second: the terminal's link sets the pace."""
        self._period = 1 / hertz

    def releases_are_reported(self) -> None:
        """The terminal tells when a key is released."""
        self._reports_releases = True

    def key_released(self, key: str) -> None:
        """A key was let go."""
        talk = next(action for action in ROOM_ACTIONS if action.id == "talk")
        if key in talk.keys_in(self._keymap):
            self._hold.release()

    def focus_lost(self) -> None:
        """The terminal is no longer in front: a release would not reach us."""
        self._hold.release()

    # Time.

    def tick_when_due(self) -> None:
        """A tick, unless the terminal needs more time."""
        if time.monotonic() - self._ticked >= self._period - TICK / 2:
            self.tick()

    def tick(self) -> None:
        """One look at the levels and at the clock."""
        now = time.monotonic()
        seconds, self._ticked = now - self._ticked, now
        self.query_one(Canvas).follow(self._levels(), seconds, now)
        self.query_one(RoomHead).show(self._banner())
        self._hold.tick(now)
        if self._muted_talker.look(
            talking=self._own().dbov >= TALKING_DBOV,
            muted=self._may_speak and not self.situation().mic_is_open,
            seconds=min(seconds, 1.0),
            now=now,
        ):
            self.notice("You are talking, but your microphone is muted: nobody hears you.")

    # Actions.

    def situation(self) -> RoomSituation:
        """How things are."""
        chosen = self.query_one(Canvas).chosen if self.is_mounted else None
        who = None if chosen is None else self._view.room.find(chosen)
        return RoomSituation(view=self._view, chosen=who, mode=self._mode)

    def hints(self) -> Iterable[Key]:
        """The arrows."""
        return (ARROWS,)

    def do_toggle_microphone(self) -> None:
        """Open or close one's own microphone."""
        self._want_microphone(is_open=not self.situation().mic_is_open)

    def do_mute(self) -> None:
        """Close it."""
        self._want_microphone(is_open=False)

    def do_unmute(self) -> None:
        """Open it."""
        self._want_microphone(is_open=True)

    def do_talk(self) -> None:
        """Hold to talk, where releases are known; else open or close."""
        if self._mode is not Mode.HOLD:
            self.do_toggle_microphone()
        elif self._reports_releases:
            self._hold.press(time.monotonic())
        else:
            self.notice(
                "This terminal does not tell when a key is released, so space opens and closes. "
                "To talk while holding, hold the mouse button on your microphone above."
            )
            self.do_toggle_microphone()

    def do_talk_mode(self) -> None:
        """The next way to talk."""
        self._hold.release()
        mode = self._mode.next
        self.post_message(TalkModeWanted(mode))
        self.notice(f"Talking by {mode.label}: {mode.words}.")

    def do_mute_person(self) -> None:
        """Close the chosen person's microphone."""
        self.post_message(MuteWanted(self._other.identity))

    def do_change_role(self) -> None:
        """Bring the chosen person on the stage, or back to the audience."""
        other = self._other
        role = Role.LISTENER if other.role.on_stage else Role.SPEAKER
        self.post_message(RoleWanted(other.identity, role))

    def do_go_live(self) -> None:
        """Let listeners in."""
        self.post_message(LiveWanted())

    def do_copy_link(self) -> None:
        """Copy the link to this room."""
        self.post_message(LinkCopied(self._view.room.room_id))

    def do_choose_nobody(self) -> None:
        """Choose nobody."""
        self.query_one(Canvas).choose(None)

    def do_leave(self) -> None:
        """Go; the only host is asked what becomes of the room."""
        if not (self._view.in_charge_alone and self._view.may(Capability.END_ROOM)):
            self.post_message(LeaveWanted())
            return
        from tui_rooms.tui.screens.ask_leave import AskLeave

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.post_message(LeaveWanted(end=answer == "end"))

        self.app.push_screen(AskLeave(), answered)

    # What widgets and the terminal tell.

    def on_canvas_chosen(self, message: Canvas.Chosen) -> None:
        """Other actions are possible with another person."""
        message.stop()
        self.update_keys()

    def on_room_head_mic_pressed(self, message: RoomHead.MicPressed) -> None:
        """The mouse button went down on one's own microphone."""
        message.stop()
        if not self._may_speak:
            return
        if self._mode is Mode.HOLD:
            self._hold.press(time.monotonic())
        else:
            self.do_toggle_microphone()

    def on_room_head_mic_released(self, message: RoomHead.MicReleased) -> None:
        """It went up, wherever."""
        message.stop()
        self._hold.release()

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """A question came over the room: keys go there now."""
        self._hold.release()

    @property
    def _may_speak(self) -> bool:
        return self._view.may(Capability.SEND_AUDIO)

    @property
    def _other(self) -> Participant:
        """The chosen person; the table has seen to it that there is one."""
        other = self.situation().other
        if other is None:
            raise LookupError("nobody is chosen")
        return other

    def _want_microphone(self, *, is_open: bool) -> None:
        self.post_message(MicWanted(is_open=is_open))

    def _draw(self) -> None:
        self.query_one(RoomHead).show(self._banner())
        self.update_keys()

    def _banner(self) -> Banner:
        room = self._view.room
        since = room.live_since
        return Banner(
            mic=self._view.mic(self._sound),
            own=self._own(),
            title=room.title,
            host=room.host_name,
            life=room.life,
            on_air_s=None if since is None else max(0, int(self._clock() - since)),
            listeners=room.audience_count,
            link=self._link,
        )
