"""The room: who is there, who talks, and one's own microphone."""

import time
from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui_rooms.client.link import LinkState
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Life, Participant, Room
from tui_rooms.tui.messages import LeaveWanted, LiveWanted, MicWanted, MuteWanted, RoleWanted
from tui_rooms.tui.room_view import Banner, LevelReader, Mic, RoomView, Sound
from tui_rooms.tui.screens.place import HELP_KEY, Place
from tui_rooms.tui.values import Key
from tui_rooms.tui.widgets.canvas import Canvas
from tui_rooms.tui.widgets.room_head import RoomHead

TICK: Final = 0.1
"""Seconds between two looks at the levels."""

LEAVE = Key("q", "leave", "leave", explained="leave the room")
GO_LIVE = Key("g", "go live", "go_live", explained="let listeners in")
CHOOSE = Key("up", "choose", "", label="← ↑ ↓ →", explained="choose a person; esc: nobody")


class RoomPlace(Place):
    """Shows one room; posts what its people want, and does nothing itself."""

    TITLE_OF_HELP = "Keys of the room"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "microphone", show=False),
        Binding("u", "mute", show=False),
        Binding("p", "role", show=False),
        Binding("g", "go_live", show=False),
        Binding("q", "leave", show=False),
        Binding("escape", "forget", show=False),
    ]

    def __init__(
        self,
        view: RoomView,
        levels: LevelReader,
        *,
        sound: Sound | None,
        link: LinkState | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` tells the seconds since the epoch, for the time on air."""
        super().__init__()
        self._view = view
        self._levels = levels
        self._sound = sound
        self._link = link or LinkState()
        self._clock = clock
        self._ticked = time.monotonic()

    def compose_place(self) -> ComposeResult:
        """Head and canvas."""
        yield RoomHead(self._banner())
        yield Canvas()

    def on_mount(self) -> None:
        """Draw the room, and begin to follow the levels."""
        canvas = self.query_one(Canvas)
        canvas.show(self._view)
        canvas.focus()
        self.set_interval(TICK, self.tick)

    def show_room(self, room: Room) -> None:
        """The room as it is now."""
        self._view = RoomView(room=room, me=self._view.me)
        self.query_one(Canvas).show(self._view)
        self._draw()

    def show_link(self, link: LinkState) -> None:
        """The way to the server as it is now."""
        self._link = link
        self._draw()

    def show_sound(self, sound: Sound | None) -> None:
        """What this machine's sound can do; None when it is switched off."""
        self._sound = sound
        self._draw()

    def tick(self) -> None:
        """One look at the levels and at the clock."""
        now = time.monotonic()
        self.query_one(Canvas).follow(self._levels(), now - self._ticked, now)
        self._ticked = now
        self.query_one(RoomHead).show(self._banner())

    def keys(self) -> tuple[Key, ...]:
        """What one may do here and now, to the chosen person too."""
        keys: list[Key] = []
        view = self._view
        if view.may(Capability.SEND_AUDIO):
            is_open = view.mic(Sound()) is Mic.OPEN
            word = "mute" if is_open else "unmute"
            keys.append(Key("m", word, "microphone", explained=f"{word} your microphone"))
        other = self._other()
        if other is not None and self._may_mute(other):
            said = f"mute {other.name}"
            keys.append(Key("u", said, "mute", explained=said))
        if other is not None and view.may(Capability.UPDATE_ROLES):
            word = "off stage" if other.role.on_stage else "on stage"
            keys.append(Key("p", word, "role", explained=f"bring {other.name} {word}"))
        if view.room.life is Life.BACKSTAGE and view.may(Capability.GO_LIVE):
            keys.append(GO_LIVE)
        return (*keys, LEAVE, HELP_KEY)

    def all_keys(self) -> tuple[Key, ...]:
        """With the arrows, which need no place in the bar."""
        return (CHOOSE, *self.keys())

    def action_microphone(self) -> None:
        """Open or close one's own microphone."""
        if self._view.may(Capability.SEND_AUDIO):
            me = self._view.myself
            self.post_message(MicWanted(is_open=me is not None and me.muted))

    def action_mute(self) -> None:
        """Close the chosen person's microphone."""
        other = self._other()
        if other is not None and self._may_mute(other):
            self.post_message(MuteWanted(other.identity))

    def action_role(self) -> None:
        """Bring the chosen person on the stage, or back to the audience."""
        other = self._other()
        if other is not None and self._view.may(Capability.UPDATE_ROLES):
            role = Role.LISTENER if other.role.on_stage else Role.SPEAKER
            self.post_message(RoleWanted(other.identity, role))

    def action_go_live(self) -> None:
        """Let listeners in."""
        if self._view.room.life is Life.BACKSTAGE and self._view.may(Capability.GO_LIVE):
            self.post_message(LiveWanted())

    def action_leave(self) -> None:
        """Go; the only host is asked what becomes of the room."""
        if not (self._view.in_charge_alone and self._view.may(Capability.END_ROOM)):
            self.post_message(LeaveWanted())
            return
        from tui_rooms.tui.screens.ask_leave import AskLeave

        def answered(answer: str | None) -> None:
            if answer is not None:
                self.post_message(LeaveWanted(end=answer == "end"))

        self.app.push_screen(AskLeave(), answered)

    def action_forget(self) -> None:
        """Choose nobody."""
        self.query_one(Canvas).choose(None)

    def on_canvas_chosen(self, message: Canvas.Chosen) -> None:
        """Other keys work for another person."""
        message.stop()
        self.update_keys()

    def _draw(self) -> None:
        self.query_one(RoomHead).show(self._banner())
        self.update_keys()

    def _banner(self) -> Banner:
        room = self._view.room
        since = room.live_since
        return Banner(
            mic=self._view.mic(self._sound),
            title=room.title,
            host=room.host_name,
            life=room.life,
            on_air_s=None if since is None else max(0, int(self._clock() - since)),
            listeners=room.audience_count,
            link=self._link,
        )

    def _other(self) -> Participant | None:
        """The chosen person, when that is somebody else."""
        chosen = self.query_one(Canvas).chosen if self.is_mounted else None
        if chosen is None or chosen == self._view.me:
            return None
        return self._view.room.find(chosen)

    def _may_mute(self, other: Participant) -> bool:
        return other.role.on_stage and not other.muted and self._view.may(Capability.MUTE_USERS)
