"""The room: who is there, who talks, and one's own microphone."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.drawing.details import Details, details
from tui_rooms.tui.drawing.tabs import Tabs
from tui_rooms.tui.messages import LeaveWanted, LinkCopied
from tui_rooms.tui.model.conversation import Conversation
from tui_rooms.tui.model.reactions import Reactions
from tui_rooms.tui.model.records_told import moment
from tui_rooms.tui.model.room_view import (
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
from tui_rooms.tui.model.talk import Mode
from tui_rooms.tui.model.talk_time import TalkTimes
from tui_rooms.tui.screens.room.chat import Writes
from tui_rooms.tui.screens.room.hearing import Hears
from tui_rooms.tui.screens.room.microphone import Talks
from tui_rooms.tui.screens.room.panes import STAGE, Panes
from tui_rooms.tui.screens.room.running import RunsRoom
from tui_rooms.tui.screens.room.side import Side, offer_asked
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_log import ChatLog
from tui_rooms.tui.widgets.chat_pane import ChatPane
from tui_rooms.tui.widgets.drawn import draw_now
from tui_rooms.tui.widgets.hands_pane import HandsPane
from tui_rooms.tui.widgets.offer_bar import Asked, OfferBar
from tui_rooms.tui.widgets.room_head import RoomHead
from tui_rooms.tui.widgets.tab_bar import TabBar

TICK: Final = 0.1
"""Seconds between two looks at the levels, while the terminal keeps up."""


class RoomPlace(Talks, Panes, Writes, RunsRoom, Hears):
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
        super().__init__(keymap, mode=mode)
        self._view = view
        self._levels = levels
        self._sound = sound
        self._link = link or LinkState()
        self._own = own
        self._hearing = hearing
        self._clock = clock
        self._ticked = time.monotonic()
        self._period = TICK
        self.conversation = Conversation(view.room)
        self._reactions = Reactions()
        self._calm = False
        self._talk_times = TalkTimes()
        self._second = 0
        # Kept, as to look them up ten times a second would cost as much as to draw the meters.
        self._canvas = Canvas()
        self._head = RoomHead(self._banner())

    def compose_place(self) -> ComposeResult:
        """Head, and below it the canvas, with the panes beside it or, when narrow, behind tabs."""
        yield self._head
        yield TabBar(self._tabs())
        yield OfferBar(Asked())
        with Horizontal(id="parts"):
            yield self._canvas
            yield Side()

    def on_mount(self) -> None:
        """Draw the room, and begin to follow the levels."""
        self._canvas.show(self._view)
        self.query_one(ChatPane).invite(f"Press {self.cap_of('chat')} to write.")
        self.go_to(STAGE)
        self.set_interval(TICK, self.tick_when_due)

    @property
    def view(self) -> RoomView:
        """What is shown."""
        return self._view

    @property
    def is_quiet(self) -> bool:
        """Whether nobody talks, oneself neither."""
        return not any(level.talking for level in self._levels().values())

    # What is told from outside.

    def show_room(self, room: Room) -> None:
        """The room as it is now."""
        self._view = replace(self._view, room=room, found=self._still_found(room))
        self._draw_people()
        self.draw()

    def show_reaction(self, identity: str, emoji: str) -> None:
        """Somebody has sent an emoji."""
        self._reactions.add(identity, emoji, time.monotonic())
        self._draw_people()

    def show_hearing(self) -> None:
        """One hears somebody louder or quieter than before."""
        self._draw_people()
        self.draw()

    def keep_calm(self, *, calm: bool) -> None:
        """Reactions are only counted in the head: nothing comes and goes beside people."""
        self._calm = calm

    def show_link(self, link: LinkState) -> None:
        """The way to the server as it is now, and those of the others on the stage."""
        before, self._link = self._link, link
        if link.lacking != before.lacking:
            self._draw_people()
        if link.phase is not LinkPhase.CONNECTED:
            self.let_go()
        self.draw()

    def show_sound(self, sound: Sound | None) -> None:
        """What this machine's sound can do; None when it is switched off."""
        self._sound = sound
        self.draw()

    def step_down(self, hertz: float) -> None:
        """Move the meters so many times a second: the terminal's link sets the pace."""
        self._period = 1 / hertz

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
        self._canvas.follow(levels, seconds, now)
        self._head.show(self._banner())
        if self._second != (second := int(self._clock())):
            self._second = second
            self._draw_people()
            self._draw_sides()
        self.listen_to_oneself(self._own().dbov, min(seconds, 1.0), now)
        draw_now(self)

    # Actions.

    def situation(self) -> RoomSituation:
        """How things are."""
        chosen = self._canvas.chosen
        who = None if chosen is None else self._view.find(chosen)
        return RoomSituation(
            view=self._view,
            chosen=who,
            hearing=Hearing() if who is None else self._hearing(who.identity),
            deafened=self._own().deafened,
            mode=self.mode,
            message=self.query_one(ChatLog).chosen if self.is_mounted else None,
            unread=self.conversation.unread(self._view.room, self._view.me),
            older=self.conversation.has_older,
        )

    def do_copy_link(self) -> None:
        """Copy the link to this room."""
        self.post_message(LinkCopied(self._view.room.room_id))

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

    # The chosen person.

    def do_choose_nobody(self) -> None:
        """Choose nobody."""
        self.choose(None)

    def choose(self, identity: str | None) -> None:
        """Choose a person, or nobody."""
        self._canvas.choose(identity)

    def choose_found(self, who: Participant) -> None:
        """Somebody who was looked up has a seat as long as they are chosen."""
        self._view = replace(self._view, found={who.identity: who})
        self._draw_people()
        self.choose(who.identity)

    def details(self) -> Details:
        """All about the chosen person, else about the room."""
        now = self.situation()
        return details(
            now.view,
            now.chosen,
            seconds=self._clock(),
            talk=self._talk_times,
            link=self._link,
            hearing=now.hearing if now.can_be_heard else None,
        )

    def on_canvas_chosen(self, message: Canvas.Chosen) -> None:
        """Other actions are possible with another person."""
        message.stop()
        if self._view.found.keys() - {message.identity}:
            self._view = replace(self._view, found=self._still_found(self._view.room))
            self._draw_people()
        self.draw()

    def on_hands_pane_picked(self, message: HandsPane.Picked) -> None:
        """Somebody in the queue was chosen."""
        message.stop()
        self.choose(message.identity)

    def _still_found(self, room: Room) -> dict[str, Participant]:
        """The chosen person keeps a seat, though their hand goes down far back in the audience."""
        chosen = self._canvas.chosen
        who = None if chosen is None or self._view.room.find(chosen) else self._view.find(chosen)
        return {} if who is None or room.find(who.identity) else {who.identity: who}

    # What is drawn.

    def draw(self) -> None:
        """All but the people, as it is now."""
        self._head.show(self._banner())
        self.draw_chat()
        self._draw_sides()
        self.update_keys()

    def _draw_people(self) -> None:
        reactions = {} if self._calm else self._reactions.by_person(time.monotonic())
        stage = self._view.room.stage
        marks = {who: words for who in stage if (words := self._hearing(who).words)}
        self._canvas.show(self._view, reactions, marks, self._link.lacking)

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
        return Tabs(("Stage", "Hands", "Chat"), counts, self.pane)

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
