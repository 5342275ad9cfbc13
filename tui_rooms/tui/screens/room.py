"""The room: who is there, who talks, and one's own microphone."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from tui_rooms.client.link import LinkPhase, LinkState
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.conversation import Conversation
from tui_rooms.tui.messages import (
    LeaveWanted,
    LinkCopied,
    MicWanted,
    TalkModeWanted,
)
from tui_rooms.tui.reactions import Reactions
from tui_rooms.tui.records_told import moment
from tui_rooms.tui.room_view import (
    Banner,
    Hearing,
    HearingReader,
    LevelReader,
    OwnSound,
    RoomView,
    Sound,
    as_usual,
    quiet,
)
from tui_rooms.tui.screens.room_details import details
from tui_rooms.tui.screens.room_hearing import Hears
from tui_rooms.tui.screens.room_running import RunsRoom
from tui_rooms.tui.screens.room_side import Side, offer_asked
from tui_rooms.tui.screens.room_writing import Writes
from tui_rooms.tui.talk import HoldToTalk, Mode, MutedTalker
from tui_rooms.tui.talk_time import TalkTimes
from tui_rooms.tui.values import Key
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.chat_pane import ChatInput
from tui_rooms.tui.widgets.details_sheet import Details
from tui_rooms.tui.widgets.hands_pane import HandsPane
from tui_rooms.tui.widgets.key_bar import KeyBar
from tui_rooms.tui.widgets.offer_bar import Asked, OfferBar
from tui_rooms.tui.widgets.room_head import RoomHead
from tui_rooms.tui.widgets.tab_bar import TabBar, Tabs

TICK: Final = 0.1
"""Seconds between two looks at the levels, while the terminal keeps up."""
TALKING_DBOV: Final = -45
"""From here on one's own level is talk, for the hint that one is muted."""
WIDE_FROM: Final = 100
"""Columns from which people and chat have room beside the stage."""
HIGH_FROM: Final = 30
"""Rows from which the side has room for free lines."""
LOW_BELOW: Final = 24
"""Rows below which even the people's own tab is crowded."""
PANES: Final = ("stage", "people", "chat")
STAGE, PEOPLE = 0, 1
FOCUSED: Final[tuple[tuple[type[Widget], ...], ...]] = (
    (Canvas,),
    (HandsPane,),
    (ChatInput, ChatLog),
)
"""What takes the keys in each; the first one when one goes there."""
TYPING: Final = (
    Key("enter", "send", "", "send the message"),
    Key("tab", "complete @ :", "", "complete a name begun with @, an emoji's begun with a colon"),
    Key("↑", "messages", "", "choose a message"),
)
TYPING_LAST: Final = (
    Key("^p", "all", "palette", "find an action by its name"),
    Key("esc", "back", "", "back to the stage"),
    Key("f1", "help", "help", "show these keys"),
)
"""Keys of the line to write in."""
ARROWS: Final = Key("← ↑ ↓ →", "choose", "", "choose a person")


class RoomPlace(Writes, RunsRoom, Hears):
    """Shows one room; posts what its people want, and does nothing itself."""

    # Whole, for those who inherit from it elsewhere.
    CSS_PATH = Path(__file__).with_name("room.tcss")
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
        hearing: HearingReader = as_usual,
        mode: Mode = Mode.TOGGLE,
        keymap: KeyMap | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        Args:
            own: one's own level, heard by the room or not.
            hearing: how loud one hears whom.
            clock: tells the seconds since the epoch, for the time on air.
        """
        super().__init__(keymap)
        # As `go_to` will have it: else all would be laid out and drawn twice.
        self.add_class("-side", f"-at-{PANES[STAGE]}")
        self._view = view
        self._levels = levels
        self._sound = sound
        self._link = link or LinkState()
        self._own = own
        self._hearing = hearing
        self._mode = mode
        self._clock = clock
        self._ticked = time.monotonic()
        self._period = TICK
        self._reports_releases = False
        self._hold = HoldToTalk(lambda is_open: self._want_microphone(is_open=is_open))
        self._muted_talker = MutedTalker()
        self.conversation = Conversation(view.room)
        self._reactions = Reactions()
        self._calm = False
        self._talk_times = TalkTimes()
        self._pane = STAGE
        self._second = 0

    def compose_place(self) -> ComposeResult:
        """Head, and below it the canvas, with the panes beside it or, when narrow, behind tabs."""
        yield RoomHead(self._banner())
        yield TabBar(self._tabs())
        yield OfferBar(Asked())
        with Horizontal(id="parts"):
            yield Canvas()
            yield Side()

    def on_mount(self) -> None:
        """Draw the room, and begin to follow the levels."""
        canvas = self.query_one(Canvas)
        canvas.show(self._view)
        self.go_to(STAGE)
        self.set_interval(TICK, self.tick_when_due)

    @property
    def view(self) -> RoomView:
        """What is shown."""
        return self._view

    # What is told from outside.

    def show_room(self, room: Room) -> None:
        """The room as it is now."""
        self._view = replace(self._view, room=room, found=self._still_found(room))
        self._show_people()
        self._draw()

    def show_reaction(self, identity: str, emoji: str) -> None:
        """Somebody has sent an emoji."""
        self._reactions.add(identity, emoji, time.monotonic())
        self._show_people()

    def show_hearing(self) -> None:
        """One hears somebody louder or quieter than before."""
        self._show_people()
        self._draw()

    def keep_calm(self, *, calm: bool) -> None:
        """Reactions are only counted in the head: nothing comes and goes beside people."""
        self._calm = calm

    def show_link(self, link: LinkState) -> None:
        """The way to the server as it is now, and those of the others on the stage."""
        before, self._link = self._link, link
        if link.lacking != before.lacking:
            self._show_people()
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
        levels = self._levels()
        self._talk_times.note(levels, min(seconds, 1.0))
        self.query_one(Canvas).follow(levels, seconds, now)
        self.query_one(RoomHead).show(self._banner())
        if self._second != (second := int(self._clock())):
            self._second = second
            self._show_people()
            self._draw_sides()
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
        who = None if chosen is None else self._view.find(chosen)
        return RoomSituation(
            view=self._view,
            chosen=who,
            hearing=Hearing() if who is None else self._hearing(who.identity),
            deafened=self._own().deafened,
            mode=self._mode,
            message=self.query_one(ChatLog).chosen if self.is_mounted else None,
            unread=self.conversation.unread(self._view.room, self._view.me),
            older=self.conversation.has_older,
        )

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar: letters are text while one types."""
        if not isinstance(self.focused, ChatInput):
            return super().keys()
        address = tuple(key for key in self.all_keys() if key.action == "address")
        return (*TYPING, *(replace(key, cap="^o") for key in address), *TYPING_LAST)

    def on_descendant_focus(self) -> None:
        """Other keys count in another pane, also when the mouse went there."""
        for number, kinds in enumerate(FOCUSED):
            if isinstance(self.focused, kinds):
                self._pane = number
        self._keys_have_moved()

    def on_descendant_blur(self) -> None:
        """The same."""
        self._keys_have_moved()

    def _keys_have_moved(self) -> None:
        # The focus also moves while the room is taken down, part by part.
        if len(self.query(ChatLog)) and len(self.query(KeyBar)):
            self.update_keys()

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

    def do_sidebar(self) -> None:
        """Show the panes at the side, or hide them; in a narrow room, go there and back."""
        if self.has_class("-narrow"):
            self.go_to(STAGE if self._pane is not STAGE else PEOPLE)
        else:
            self.toggle_class("-side")
            self.query_one(Canvas).focus()

    def do_next_pane(self) -> None:
        """From the stage to the people, to the chat, and again."""
        self.go_to((self._pane + 1) % len(PANES))

    def go_to(self, pane: int) -> None:
        """Bring a pane on the screen, and the keys to it."""
        self.add_class("-side")
        self._pane = pane
        for number, name in enumerate(PANES):
            self.set_class(number == pane, f"-at-{name}")
        self.query_one(FOCUSED[pane][0]).focus()
        self.call_after_refresh(self._draw)

    def do_copy_link(self) -> None:
        """Copy the link to this room."""
        self.post_message(LinkCopied(self._view.room.room_id))

    def do_choose_nobody(self) -> None:
        """Choose nobody."""
        self.choose(None)

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

    def choose(self, identity: str | None) -> None:
        """Choose a person, or nobody."""
        self.query_one(Canvas).choose(identity)

    def choose_found(self, who: Participant) -> None:
        """Somebody who was looked up has a seat as long as they are chosen."""
        self._view = replace(self._view, found={who.identity: who})
        self._show_people()
        self.choose(who.identity)

    def details(self) -> Details:
        """All about the chosen person, else about the room."""
        return details(self.situation(), self._clock(), self._talk_times, self._link)

    # What widgets and the terminal tell.

    def on_canvas_chosen(self, message: Canvas.Chosen) -> None:
        """Other actions are possible with another person."""
        message.stop()
        if self._view.found.keys() - {message.identity}:
            self._view = replace(self._view, found=self._still_found(self._view.room))
            self._show_people()
        self._draw()

    def on_hands_pane_picked(self, message: HandsPane.Picked) -> None:
        """Somebody in the queue was chosen."""
        message.stop()
        self.choose(message.identity)

    def on_tab_bar_picked(self, message: TabBar.Picked) -> None:
        """A tab was clicked on."""
        message.stop()
        self.go_to(message.number)

    def on_resize(self, event: events.Resize) -> None:
        """A narrow window shows one pane at a time."""
        super().on_resize(event)
        self.set_class(event.size.width < WIDE_FROM, "-narrow")
        self.set_class(event.size.height < HIGH_FROM, "-short")
        self.set_class(event.size.height < LOW_BELOW, "-low")
        self.call_after_refresh(self._draw)

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

    def _want_microphone(self, *, is_open: bool) -> None:
        self.post_message(MicWanted(is_open=is_open))

    def _draw(self) -> None:
        self.query_one(RoomHead).show(self._banner())
        self.draw_chat()
        self._draw_sides()
        self.update_keys()

    def _still_found(self, room: Room) -> dict[str, Participant]:
        """The chosen person keeps a seat, though their hand goes down far back in the audience."""
        chosen = self.query_one(Canvas).chosen
        who = None if chosen is None or self._view.room.find(chosen) else self._view.find(chosen)
        return {} if who is None or room.find(who.identity) else {who.identity: who}

    def _show_people(self) -> None:
        reactions = {} if self._calm else self._reactions.by_person(time.monotonic())
        stage = self._view.room.stage
        marks = {who: words for who in stage if (words := self._hearing(who).words)}
        self.query_one(Canvas).show(self._view, reactions, marks, self._link.lacking)

    def _draw_sides(self) -> None:
        now = self.situation()
        seconds = self._clock()
        keys = self.all_keys()
        asked = offer_asked(now, keys, seconds)
        self.query_one(OfferBar).show(asked)
        self.set_class(bool(asked.sentence), "-offered")
        self.query_one(TabBar).show(self._tabs())
        self.query_one(Side).show(now, keys, seconds, self._talk_times)

    def _tabs(self) -> Tabs:
        room = self._view.room
        counts = (0, len(room.hands), self.conversation.unread(room, self._view.me))
        return Tabs(("Stage", "Hands", "Chat"), counts, self._pane)

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
            starts=(
                moment(room.starts_at)
                if room.life is Life.SCHEDULED and room.starts_at is not None
                else ""
            ),
            listeners=room.audience_count,
            link=self._link,
            reactions=self._reactions.counted(time.monotonic()),
        )
