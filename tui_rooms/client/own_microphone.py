"""One's own microphone in a room: whether it is to be open, and whether it is."""

import asyncio
from collections.abc import Callable

from tui_rooms.client.link.after_return import AfterReturn, after_return, is_muted_by
from tui_rooms.client.sound.media import Media
from tui_rooms.rules.events import Event
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Room


class OwnMicrophone:
    """It is open when its owner wishes so and the room lets them be heard."""

    def __init__(
        self,
        media: Media | None,
        *,
        room: Callable[[], Room | None],
        identity: Callable[[], str],
    ) -> None:
        """
        Args:
            media: the way that the sound takes; None: there is none.
            room: as it is now; None before the first picture of it.
            identity: one's own.
        """
        self.is_wanted = False
        """Whether it is to be open."""
        self.closings = 0
        """How often its owner has closed it."""
        self.turn = asyncio.Lock()
        """Taken to ask the room for what its owner wishes: in the order of the wishes, or the room
        would hear of a key pressed again before it hears that it was let go of."""
        self._media = media
        self._room = room
        self._identity = identity

    @property
    def is_open(self) -> bool:
        """Whether one may be heard through it."""
        room = self._room()
        return self.is_wanted and room is not None and room.may_be_heard(self._identity())

    def set(self) -> None:
        """Have the sound follow."""
        room, me = self._room(), self._identity()
        if self._media is not None and room is not None:
            may_speak = Capability.SEND_AUDIO in room.capabilities(me)
            self._media.set_microphone(me, may_speak=may_speak, is_open=self.is_open)
            self._media.set_speakers(frozenset(filter(room.may_be_heard, room.stage)))

    def open(self, *, unless_closed_since: int) -> None:
        """Its owner has wished so, and the room agrees.

        Args:
            unless_closed_since: `closings` when they wished it: whoever has let go of the key
                before the room's answer came is not heard.
        """
        if self.closings == unless_closed_since:
            self.is_wanted = True
            self.set()

    def close(self) -> None:
        """From now on nothing said is heard."""
        self.closings += 1
        self.is_wanted = False
        self.set()

    async def fallen_silent(self) -> None:
        """Wait before the room is told: it drops whatever comes then, and would drop the end of a
        word."""
        if self._media is not None:
            await self._media.fallen_silent()

    def happened(self, event: Event) -> None:
        """Whom somebody else has muted opens it anew."""
        if is_muted_by(event, self._identity()):
            self.is_wanted = False

    def follow(self, *, is_connected: bool) -> None:
        """The room is another: muted by somebody, or off the stage, opening it takes a new wish."""
        room = self._room()
        me = room.find(self._identity()) if room is not None else None
        if is_connected and (me is None or me.muted):
            self.is_wanted = False
        self.set()

    def after_return(self, before: Room, *, was_wanted: bool) -> AfterReturn:
        """Whoever was heard before the link was lost is heard after it, if nothing else was lost.

        Args:
            before: the room when that happened.
            was_wanted: whether it was to be open then.
        """
        room = self._room()
        if room is None:
            raise RuntimeError("one comes back into a room")
        found = after_return(
            before, room, self._identity(), was_wanted=was_wanted, is_wanted=self.is_wanted
        )
        self.is_wanted = found.is_wanted
        return found
