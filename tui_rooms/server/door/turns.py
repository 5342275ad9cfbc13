"""When the requests of one WebSocket are carried out: in their order, as its address can afford
them. What protects people, and what they give up themselves, waits for nothing.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Final

from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room
from tui_rooms.server.door.changes import PROTECTION, PersonWriter
from tui_rooms.server.door.loop_time import LoopTime
from tui_rooms.server.door.pace import Pace
from tui_rooms.server.rooms.bill import billed, current_bill
from tui_rooms.wire import messages

READ_AHEAD: Final = 8
"""Messages that are read while another waits, to find what waits for nothing."""


class Urgency(Enum):
    """Of a request."""

    NONE = auto()
    PACED = auto()
    """It waits for nothing, if there were not many of the kind: it may change nothing."""
    WHOLE = auto()
    """It ends what was asked for before, so that there cannot be many."""


def urgency_of(command: object, room: Room, identity: str, writer: PersonWriter) -> Urgency:
    """How urgent a command is.

    Args:
        identity: who asks.
        writer: answers for them in that room.
    """
    here = room.find(identity)
    match command:
        case commands.LeaveRoom() if here is not None:
            return Urgency.WHOLE
        case commands.Mute(identity=who) if who == identity and here is not None:
            return Urgency.PACED if here.muted else Urgency.WHOLE
        case commands.LowerHand(identity=who) if who == identity:
            return Urgency.WHOLE if identity in room.hands else Urgency.PACED
    return Urgency.PACED if writer.is_free(room, command) else Urgency.NONE


class Turns:
    """One connection has one."""

    def __init__(
        self,
        loop_time: LoopTime,
        receive: Callable[[], Awaitable[messages.ClientMessage | None]],
        urgency: Callable[[messages.ClientMessage], Urgency],
    ) -> None:
        """
        Args:
            receive: the next message; None when it was the last.
        """
        self._loop_time = loop_time
        self._receive = receive
        self._urgency = urgency
        self._pace = Pace(
            burst=PROTECTION.burst, per_second=PROTECTION.per_second, now=loop_time.clock()
        )
        self._read: deque[messages.ClientMessage] = deque()
        self._reading: asyncio.Task[messages.ClientMessage | None] | None = None

    async def next(self) -> messages.ClientMessage | None:
        """The next message; None when there is none any more.

        Raises:
            WebSocketDisconnect: it is over.
        """
        if self._read:
            return self._read.popleft()
        if self._reading is not None:
            reading, self._reading = self._reading, None
            return await reading
        return await self._receive()

    async def wait(self, message: messages.ClientMessage) -> None:
        """Wait until that may be carried out.

        Raises:
            RoomError: `busy`: that took too long, or what came behind it waits for nothing.
        """
        bill = current_bill()
        if bill is None or self._loop_time.is_free(bill.payer) or self._goes_ahead(message):
            return
        turn = asyncio.create_task(self._loop_time.turn(bill.payer, self))
        try:
            while not turn.done():
                if self._is_overtaken():
                    raise RoomError(
                        "busy",
                        "this was waiting for its turn, and is given up for what you have asked "
                        "since: ask again",
                    )
                reading = self._read_ahead()
                waiting = {turn} if reading is None else {turn, reading}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self._take()
            turn.result()
        finally:
            turn.cancel()

    def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()

    def _goes_ahead(self, message: messages.ClientMessage) -> bool:
        urgency = self._urgency(message)
        if urgency is Urgency.PACED:
            return self._pace.allows(self._loop_time.clock())
        return urgency is Urgency.WHOLE

    def _is_overtaken(self) -> bool:
        """Whether something waits for nothing but this, or they have gone."""
        if self._reading is not None and self._reading.done():
            return True
        is_paced = self._pace.left(self._loop_time.clock()) >= 1
        found = [self._urgency(message) for message in self._read]
        return Urgency.WHOLE in found or (is_paced and Urgency.PACED in found)

    def _read_ahead(self) -> asyncio.Task[messages.ClientMessage | None] | None:
        if self._reading is None and len(self._read) < READ_AHEAD:
            self._reading = asyncio.create_task(billed(self._receive_next()))
        return self._reading

    async def _receive_next(self) -> messages.ClientMessage | None:
        return await self._receive()

    def _take(self) -> None:
        """Keep what was read; an end is left for `next`."""
        reading = self._reading
        if reading is None or not reading.done() or reading.cancelled() or reading.exception():
            return
        if (message := reading.result()) is not None:
            self._read.append(message)
            self._reading = None
