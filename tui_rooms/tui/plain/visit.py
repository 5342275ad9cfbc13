"""What is known while somebody visits, and what their words act on."""

import time
from collections.abc import Callable
from typing import Final

from tui_rooms.client.link.ways import LinkPhase, LinkState
from tui_rooms.rules.room import Participant, Room
from tui_rooms.tui.actions.situation import RoomSituation
from tui_rooms.tui.model.conversation import Conversation
from tui_rooms.tui.model.room_view import Hearing, RoomView
from tui_rooms.tui.model.talk_time import TalkTimes
from tui_rooms.tui.model.values import LobbyState
from tui_rooms.tui.news.bridge import Bridge
from tui_rooms.tui.plain.errors import TypingError
from tui_rooms.tui.plain.numbers import Numbers
from tui_rooms.tui.plain.regulars import Regulars
from tui_rooms.wire.messages import Absentee

CONNECTED: Final = LinkState(phase=LinkPhase.CONNECTED)
"""What the way to the server is taken for until there is news of it."""


class Visit:
    """The lobby, the room one is in, and the lists that were said."""

    def __init__(self, bridge: Bridge, say: Callable[..., None], *, threshold_dbov: float) -> None:
        """
        Args:
            bridge: carries out what is wished for.
            say: takes one or more lines, said together.
            threshold_dbov: from which level on a voice opens the microphone.
        """
        self.bridge = bridge
        self.say = say
        self.threshold_dbov = threshold_dbov
        self.lobby = LobbyState()
        self.ended = False
        """Whether one wants to leave tui-rooms."""
        self.me = ""
        """One's own identity, once one has been in a room."""
        self.regulars = Regulars()
        self.told_link: LinkState | None = None
        """The way to the server as it was last told in this room."""
        self.older_audit: int | None = None
        """What to ask for to read on in the audit log; None: that was all."""
        self.absent: tuple[Absentee, ...] = ()
        """Who has left lately, as they were last listed."""
        self.talk_times = TalkTimes()
        self.rooms, self.messages, self.reports = Numbers(), Numbers(), Numbers()
        """The lists that were said."""
        self.clock: Callable[[], float] = time.time
        """Tells what time it is in the room, in seconds since the epoch."""
        self._room: Room | None = None
        self._conversation: Conversation | None = None

    def enter(self, room: Room, me: str, clock: Callable[[], float]) -> None:
        """Into a room, of which nothing is known yet; `clock` tells what time it is there."""
        self.clock, self.regulars = clock, Regulars()
        self.me, self._room, self.told_link = me, room, None
        self._conversation = Conversation(room)
        self._conversation.chat(room)
        self.messages, self.reports = Numbers(), Numbers()
        self.older_audit, self.absent, self.talk_times = None, (), TalkTimes()

    def follow(self, room: Room) -> None:
        """The room one is in, as it is now."""
        self._room = room
        self.conversation.chat(room)

    def leave(self) -> None:
        """Back to the lobby."""
        self._room = None

    @property
    def in_room(self) -> bool:
        """Whether one is in a room; else in the lobby."""
        return self._room is not None

    @property
    def room(self) -> Room:
        """The room one is in; the words that use it are those of a room."""
        if self._room is None:
            raise TypingError("you are not in a room")
        return self._room

    @property
    def conversation(self) -> Conversation:
        """The chat of the room one is in."""
        if self._conversation is None:
            raise TypingError("you are not in a room")
        return self._conversation

    @property
    def link(self) -> LinkState:
        """The way to the server, and those of the others on the stage."""
        return self.told_link or CONNECTED

    def situation(self, chosen: Participant | None = None) -> RoomSituation:
        """How things are, as the actions of the screen look at it."""
        hearing = Hearing() if chosen is None else self.bridge.hearing(chosen.identity)
        return RoomSituation(
            view=RoomView(room=self.room, me=self.me),
            chosen=chosen,
            hearing=hearing,
            deafened=self.bridge.own().deafened,
        )
