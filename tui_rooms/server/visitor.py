"""One WebSocket: who it is, what it asks, what it is told."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from tui_rooms.rules import commands
from tui_rooms.rules.decide import NAME_LIMIT, Actor
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Role
from tui_rooms.rules.room import Seconds
from tui_rooms.rules.text import checked_line
from tui_rooms.server.keys import Keys
from tui_rooms.server.live_room import LiveRoom, Seat
from tui_rooms.server.outbox import Outbox
from tui_rooms.server.pace import Pace
from tui_rooms.server.registry import Registry
from tui_rooms.server.seats import AwaySeats
from tui_rooms.server.tokens import SESSION_LIFE, Grant, mint, verify
from tui_rooms.sfu.port import MediaEngine
from tui_rooms.wire import messages
from tui_rooms.wire.errors import ProtocolError
from tui_rooms.wire.sentences import sentence_for

HELLO_TIMEOUT: Seconds = 10.0
UNREADABLE_LIMIT = 20
"""Messages that cannot be read, after which the connection is closed."""
BURST = 60
PER_SECOND = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every connection of a server shares."""

    registry: Registry
    engine: MediaEngine
    keys: Keys
    away: AwaySeats
    guests: bool
    """Whether somebody without a token may come in."""
    clock: Callable[[], Seconds]


class Visitor:
    """One connection, from its hello to its end."""

    def __init__(self, socket: WebSocket, door: Door) -> None:
        self._socket = socket
        self._door = door
        self._outbox = Outbox()
        self._grant = Grant(identity="", name="")
        self._room: LiveRoom | None = None
        self._seat: Seat | None = None
        self._pace = Pace(burst=BURST, per_second=PER_SECOND, now=door.clock())
        self._unreadable = 0

    async def serve(self) -> None:
        """Talk until the connection ends; then free, or keep warm, its seat."""
        await self._socket.accept()
        clean = False
        writer = asyncio.create_task(self._write())
        try:
            if await self._greet():
                clean = await self._listen()
        except WebSocketDisconnect as gone:
            clean = gone.code in (1000, 1001)
        finally:
            writer.cancel()
            self._door.registry.unwatch(self._outbox)
            await self._get_up(for_good=clean)

    async def _greet(self) -> bool:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT):
                hello = await self._receive()
        except TimeoutError:
            await self._close(1008, f"no hello within {HELLO_TIMEOUT:.0f} s")
            return False
        if hello is None:
            return False
        try:
            if not isinstance(hello, messages.Hello):
                raise RoomError("bad-message", f"say 'hello' first, not '{hello.type}'")
            if hello.version != messages.VERSION:
                raise RoomError(
                    "bad-version",
                    f"this server speaks version {messages.VERSION} of the protocol, "
                    f"you speak {hello.version}: update the older one",
                )
            self._grant = self._recognise(hello)
        except RoomError as refused:
            await self._send(messages.Refused(code=refused.code, reason=refused.sentence))
            await self._close(1008, refused.code)
            return False
        now = self._door.clock()
        session = mint(self._door.keys, self._grant, now=now, life=SESSION_LIFE)
        welcome = messages.Welcome(
            identity=self._grant.identity, name=self._grant.name, session=session
        )
        self._outbox.put(welcome.model_dump_json())
        return True

    def _recognise(self, hello: messages.Hello) -> Grant:
        grant: Grant | None = None
        if hello.token is not None:
            grant = verify(self._door.keys, hello.token)
        if hello.session is not None:
            earlier = verify(self._door.keys, hello.session)
            if grant is None or earlier.identity == grant.identity:
                grant = earlier
        if grant is None:
            if not self._door.guests:
                raise RoomError(
                    "token-required",
                    "this server needs a token: ask its operator for one (tui-rooms token)",
                )
            grant = Grant(identity=f"guest-{secrets.token_hex(6)}", name="guest", guest=True)
        if grant.guest and not self._door.guests:
            raise RoomError("token-required", "this server has no guests any more: get a token")
        if grant.guest and hello.name is not None:
            name = checked_line(hello.name, what="name", limit=NAME_LIMIT)
            return Grant(identity=grant.identity, name=name, guest=True)
        return grant

    async def _listen(self) -> bool:
        """Answer requests until the client goes; whether it went properly."""
        while True:
            message = await self._receive()
            if message is None:
                return False
            if isinstance(message, messages.Hello):
                self._refuse(None, "bad-message", "'hello' was said already")
                continue
            if not self._pace.allows(self._door.clock()):
                self._refuse(
                    message.id,
                    "too-fast",
                    f"more than {PER_SECOND:.0f} requests a second: wait a moment",
                )
                continue
            try:
                room = await self._answer(message)
            except (RoomError, ProtocolError) as refused:
                self._refuse(message.id, refused.code, refused.sentence)
            else:
                self._outbox.put(messages.Ack(id=message.id, room=room).model_dump_json())
                if isinstance(message, messages.JoinRoom) and message.media:
                    await self._offer_media()

    async def _answer(self, message: messages.ClientMessage) -> str | None:
        """Carry out a request; the id of the room that it made or joined, if any."""
        match message:
            case messages.WatchRooms():
                self._door.registry.watch(self._outbox)
            case messages.CreateRoom():
                return await self._create(message)
            case messages.JoinRoom():
                return await self._join(message)
            case messages.Do():
                await self._do(message.command)
            case messages.OfferMedia():
                self._here()
                await self._offer_media()
            case messages.AnswerMedia():
                _, seat = self._here()
                if seat.peer is None:
                    raise ProtocolError("no-offer", "there is no offer to answer: ask for one")
                await self._door.engine.answer(seat.peer, message.sdp)
        return None

    async def _create(self, message: messages.CreateRoom) -> str:
        room = await self._door.registry.create(
            room_id=message.room,
            title=message.title,
            room_type=message.room_type,
            live=message.live,
            actor=may_create(self._grant, message.room, guests=self._door.guests),
        )
        return room.room_id

    async def _join(self, message: messages.JoinRoom) -> str:
        room = self._door.registry.find(message.room)
        granted = self._grant.role_in(message.room)
        if granted is None and not self._door.guests:
            raise RoomError(
                "wrong-room", f"your token is for room '{self._grant.room}', not '{message.room}'"
            )
        if self._room is not None:
            raise RoomError(
                "already-in-a-room", f"you are in room '{self._room.room_id}': leave it first"
            )
        actor = Actor(identity=self._grant.identity, name=self._grant.name, granted=granted)
        seat = Seat(identity=actor.identity, outbox=self._outbox, evict=self._evict)
        self._door.away.returned(room, actor.identity)
        await room.join(commands.JoinRoom(role=message.role), actor, seat)
        self._room, self._seat = room, seat
        self._door.registry.unwatch(self._outbox)
        return room.room_id

    async def _do(self, command: messages.WireCommand) -> None:
        room, seat = self._here()
        if isinstance(command, commands.LeaveRoom):
            await self._get_up(for_good=True)
        else:
            actor = Actor(identity=seat.identity, name=self._grant.name)
            await room.execute(command, actor)

    async def _offer_media(self) -> None:
        if self._room is None or self._seat is None:
            return  # out of the room since
        sdp = await self._room.offer_media(self._seat)
        self._outbox.put(messages.MediaOffer(sdp=sdp).model_dump_json())

    def _here(self) -> tuple[LiveRoom, Seat]:
        if self._room is None or self._seat is None:
            raise RoomError("not-here", "you are in no room: join one first")
        return self._room, self._seat

    def _evict(self, code: str, reason: str) -> None:
        self._room = self._seat = None
        self._outbox.put(messages.Closed(code=code, reason=reason).model_dump_json())

    async def _get_up(self, *, for_good: bool) -> None:
        room, seat = self._room, self._seat
        self._room = self._seat = None
        if room is not None and seat is not None:
            if for_good:
                await room.leave(seat)
            else:
                await self._door.away.keep(room, seat)

    async def _receive(self) -> messages.ClientMessage | None:
        """The next message that can be read; None after too many that cannot."""
        while self._unreadable < UNREADABLE_LIMIT:
            frame = await self._socket.receive()
            if frame["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(frame.get("code", 1006))
            text = frame.get("text")
            if text is None:
                reason = "binary messages are not part of the protocol: send JSON as text"
            else:
                try:
                    return messages.CLIENT_MESSAGE.validate_json(text)
                except ValidationError as exc:
                    reason = sentence_for(exc)
            self._unreadable += 1
            self._refuse(None, "bad-message", reason)
        await self._close(1008, f"{UNREADABLE_LIMIT} messages that cannot be read")
        return None

    def _refuse(self, request: int | None, code: str, reason: str) -> None:
        refusal = messages.Refused(id=request, code=code, reason=reason)
        self._outbox.put(refusal.model_dump_json())

    async def _write(self) -> None:
        """Send what the outbox holds; a client that reads too slowly is cut off."""
        try:
            while True:
                for text in await self._outbox.take():
                    await self._socket.send_text(text)
                if self._outbox.overflowed:
                    await self._close(1013, "too far behind: reconnect")
                    return
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # the reading side notices it too

    async def _send(self, message: messages.Message) -> None:
        await self._socket.send_text(message.model_dump_json())

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # gone already


def may_create(grant: Grant, room: str | None, *, guests: bool) -> Actor:
    """The actor who makes a room.

    Raises:
        RoomError: `not-allowed`, when neither guests nor this grant may make that room.
    """
    by_token = grant.role is Role.HOST and (room is None or grant.role_in(room) is Role.HOST)
    if not guests and not by_token:
        raise RoomError(
            "not-allowed",
            f"'{grant.name}' may not make {'rooms' if room is None else f'room {room!r}'}: "
            "it takes a token with the role host for it",
        )
    return Actor(identity=grant.identity, name=grant.name, granted=grant.role)
