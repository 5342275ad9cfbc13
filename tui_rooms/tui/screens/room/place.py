"""The room: who is there, who talks, and one's own microphone.

Here the parts of the screen are put together, and the time goes by: what a part does is done in
its own file.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from tui_rooms.client.link.ways import LinkState
from tui_rooms.tui.actions.action import KeyMap, Table, bindings
from tui_rooms.tui.actions.part import Part
from tui_rooms.tui.actions.room import ROOM_ACTIONS
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.drawing.details import Details, details
from tui_rooms.tui.drawing.tabs import Tabs
from tui_rooms.tui.messages import LinkChanged, RoomChanged, SoundChanged
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
from tui_rooms.tui.model.values import Key
from tui_rooms.tui.screens.place import Place
from tui_rooms.tui.screens.room.absent import Absent
from tui_rooms.tui.screens.room.banner import banner
from tui_rooms.tui.screens.room.chat import Chat
from tui_rooms.tui.screens.room.doorway import Doorway
from tui_rooms.tui.screens.room.means import Means
from tui_rooms.tui.screens.room.microphone import Microphone
from tui_rooms.tui.screens.room.panes import ARROWS, STAGE, WRITING, WRITING_LAST, Panes
from tui_rooms.tui.screens.room.people import People
from tui_rooms.tui.screens.room.running import Running
from tui_rooms.tui.screens.room.seats import Seats
from tui_rooms.tui.screens.room.side import Side, loss_told, offer_asked
from tui_rooms.tui.screens.room.volumes import Volumes
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.chat_pane import ChatPane
from tui_rooms.tui.widgets.drawn import draw_now
from tui_rooms.tui.widgets.offer_bar import Asked, OfferBar
from tui_rooms.tui.widgets.room_head import RoomHead
from tui_rooms.tui.widgets.tab_bar import TabBar

TICK: Final = 0.1
"""Seconds between two looks at the levels, while the terminal keeps up."""


class RoomPlace(Place):
    """Shows one room; posts what its people want, and does nothing itself.

    The app passes the room's news on to `hear`.
    """

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
        reports_releases: bool = False,
        clock: Callable[[], float] = time.time,
        lasting: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            own: one's own level, heard by the room or not.
            hearing: how loud one hears whom.
            mode: how one talks at first.
            reports_releases: whether the terminal is known to tell when a key is released.
            clock: tells what time it is in the room, in seconds since the epoch.
            lasting: tells how time goes on here, as the search for a lost server counts it.
        """
        super().__init__(keymap)
        self._levels = levels
        self._sound = sound
        self._link = link or LinkState()
        self._own = own
        self._hearing = hearing
        self._clock = clock
        self._lasting = lasting
        self._ticked = time.monotonic()
        self._period = TICK
        self._talk_times = TalkTimes()
        self._second = 0
        # Kept, as to look them up ten times a second would cost as much as to draw the meters.
        self._canvas = Canvas()
        means = Means(
            view=lambda: self.view,
            situation=self.situation,
            post=self.post_message,
            notice=self.notice,
            ask=self.ask,
            clock=clock,
            draw=self.draw,
        )
        self.seats = Seats(means, self._canvas, view, hearing=hearing, lacking=self._link.lacking)
        self.microphone = Microphone(
            means, mode=mode, keymap=self._keymap, reports_releases=reports_releases
        )
        self.panes = Panes(self, draw=self.draw, update_keys=self.update_keys)
        self._chat_pane = ChatPane()
        self.chat = Chat(
            means, self._chat_pane, go_to=self.panes.go_to, update_keys=self.update_keys
        )
        self._volumes = Volumes(means)
        people = People(means)
        self.parts.add(
            self.seats,
            self.microphone,
            self.panes,
            self.chat,
            self._volumes,
            people,
            Running(means, choose=self.seats.choose, ask_block=people.ask_block),
            Absent(means, ask_kick=people.ask_kick, ask_block=people.ask_block),
            Doorway(means),
            Part(
                does={"details": self._show_details},
                hears={
                    RoomChanged: self._room_changed,
                    LinkChanged: self._link_changed,
                    SoundChanged: self._sound_changed,
                },
            ),
        )
        self._head = RoomHead(self._banner())

    def compose_place(self) -> ComposeResult:
        """Head, and below it the canvas, with the panes beside it or, when narrow, behind tabs."""
        yield self._head
        yield TabBar(self._tabs())
        yield OfferBar(Asked())
        with Horizontal(id="parts"):
            yield self._canvas
            yield Side(self._chat_pane)

    def on_mount(self) -> None:
        """Draw the room, and begin to follow the levels."""
        self.seats.draw()
        self._chat_pane.invite(f"Press {self.cap_of('chat')} to write.")
        self.panes.go_to(STAGE)
        self.set_interval(TICK, self.tick_when_due)

    @property
    def view(self) -> RoomView:
        """What is shown."""
        return self.seats.view

    @property
    def is_quiet(self) -> bool:
        """Whether nobody talks, oneself neither."""
        return not any(level.talking for level in self._levels().values())

    # What is told from outside.

    def show_hearing(self) -> None:
        """One hears somebody louder or quieter than before."""
        self.seats.draw()
        self.draw()

    def step_down(self, hertz: float) -> None:
        """Move the meters so many times a second: the terminal's link sets the pace."""
        self._period = 1 / hertz

    def _room_changed(self, message: RoomChanged) -> None:
        """The room as it is now."""
        self.seats.seat(message.room)
        self.draw()

    def _link_changed(self, message: LinkChanged) -> None:
        """The way to the server as it is now, and those of the others on the stage."""
        self._link = message.link
        self.seats.connect(message.link.lacking)
        self.draw()

    def _sound_changed(self, message: SoundChanged) -> None:
        """What this machine's sound can do; None when it is switched off."""
        self._sound = message.sound
        self.draw()

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
            self.seats.draw()
            self._draw_sides()
        self.microphone.listen_to_oneself(self._own().dbov, min(seconds, 1.0), now)
        draw_now(self)

    # Actions.

    def situation(self) -> RoomSituation:
        """How things are."""
        chosen = self.seats.chosen
        return RoomSituation(
            view=self.view,
            chosen=chosen,
            hearing=Hearing() if chosen is None else self._hearing(chosen.identity),
            deafened=self._own().deafened,
            mode=self.microphone.mode,
            message=self.chat.chosen,
            unread=self.chat.unread,
            looking=self._link.looking is not None and self._link.looking.next_at is not None,
            older=self.chat.conversation.has_older,
        )

    async def act_chosen(self, action_id: str) -> None:
        """As everywhere, but what no key holds open opens until it is closed."""
        await super().act_chosen("toggle-microphone" if action_id == "talk" else action_id)

    def keys(self) -> tuple[Key, ...]:
        """What is important now, for the bar: letters are text while one types."""
        if not self.panes.is_writing:
            return super().keys()
        address = tuple(key for key in self.all_keys() if key.action == "address")
        return (*WRITING, *(key._replace(cap="^o") for key in address), *WRITING_LAST)

    def hints(self) -> tuple[Key, ...]:
        """The arrows."""
        return (ARROWS,)

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

    def _show_details(self) -> None:
        """Show them, as they go on."""
        from tui_rooms.tui.screens.details import DetailsScreen

        self.ask(DetailsScreen(self.details, self.action_act, self._volumes.hear_at))

    # What is drawn.

    def draw(self) -> None:
        """All but the people, as it is now."""
        self._head.show(self._banner())
        self.chat.draw()
        self._draw_sides()
        self.update_keys()

    def _draw_sides(self) -> None:
        now = self.situation()
        seconds = self._clock()
        keys = self.all_keys()
        asked = loss_told(self._link, keys, self._lasting())
        if not asked.sentence:
            asked = offer_asked(now, keys, seconds)
        self.query_one(OfferBar).show(asked)
        self.set_class(bool(asked.sentence), "-offered")
        self.query_one(TabBar).show(self._tabs())
        self.query_one(Side).show(now, keys, seconds, self._talk_times)

    def _tabs(self) -> Tabs:
        counts = (0, len(self.view.room.hands), self.chat.unread)
        return Tabs(("Stage", "Hands", "Chat"), counts, self.panes.pane)

    def _banner(self) -> Banner:
        return banner(
            self.view,
            sound=self._sound,
            own=self._own(),
            link=self._link,
            reactions=self.seats.reactions,
            seconds=self._clock(),
        )
