"""One WebSocket: what it asks, what it is told, where it sits."""

import asyncio
from dataclasses import replace

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room, Seconds
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.bearer import Bearer
from tui_rooms.server.door.credentials.tokens import Grant, expired
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.fill_in import filled_in
from tui_rooms.server.door.limits import Limits, Topic, topic_of
from tui_rooms.server.door.pulse import Pulse
from tui_rooms.server.door.refusal import unreadable
from tui_rooms.server.rooms import pages
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.telling.outbox import Outbox
from tui_rooms.server.rooms.telling.outcome import told_of
from tui_rooms.server.rooms.telling.summaries import preview
from tui_rooms.server.storage.card import RoomState
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.server.storage.query import RoomQuery
from tui_rooms.wire import features, messages
from tui_rooms.wire.errors import ProtocolError
from tui_rooms.wire.requests import PageRequest, request_id_in
from tui_rooms.wire.sentences import sentence_for

HELLO_TIMEOUT: Seconds = 10.0
UNREADABLE_LIMIT = 20
"""Messages that cannot be read, after which the connection is closed."""
TOO_FAST_LIMIT = 100
"""Requests in a row that came too fast, after which the connection is closed."""
TOO_FAST_PAUSE: Seconds = 0.05
"""After each of them; nothing is read meanwhile, so that TCP holds the sender back."""


class Visitor:
    """One connection, from its hello to its end."""

    def __init__(
        self,
        socket: WebSocket,
        door: Door,
        pulse: Pulse | None = None,
        *,
        person: Grant | None = None,
    ) -> None:
        """
        Args:
            pulse: tells when the client was last heard; None: nobody feels it.
            person: whom a part of our own vouches for.
        """
        self._socket = socket
        self._person = person
        self._door = door = door.seen_from(self._address())
        self._pulse = pulse
        if pulse is not None:
            pulse.tell(self._fell_silent)
        self._outbox = Outbox(door.backlog.account(stranger(self._address()), self._cut_off))
        self._bearer = Bearer(door, room=lambda: self._room, push=self._push)
        self._features: frozenset[str] = frozenset()
        self._room: LiveRoom | None = None
        self._seat: Seat | None = None
        self._limits = Limits(door.clock())
        self._unreadable = 0
        self._too_fast = 0
        """The latest requests that came too fast, in a row."""
        self._is_asked = False
        """Whether a request is being answered."""
        self._farewell: messages.Closed | None = None
        """Why we are out of the room. It is told behind the answer: who ends a room is answered."""
        self._cutting: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Talk until the connection ends; then free, or keep warm, its seat."""
        await self._socket.accept()
        clean = False
        beside = [asyncio.create_task(self._write())]
        try:
            if await self._greet():
                beside.append(asyncio.create_task(self._bearer.watch(self._token_ended)))
                clean = await self._listen()
        except WebSocketDisconnect as gone:
            clean = gone.code in (1000, 1001)
        finally:
            for task in beside:
                task.cancel()
            self._outbox.close()
            self._door.registry.watchers.remove(self._outbox)
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
            session = self._bearer.recognise(hello, person=self._person)
            self._features = hello.features
        except RoomError as refused:
            self._door.refusals.count(refused.code)
            await self._send(messages.Refused(code=refused.code, reason=refused.sentence))
            await self._close(1008, refused.code)
            return False
        welcome = messages.Welcome(
            identity=self._bearer.grant.identity,
            name=self._bearer.grant.name,
            session=session,
            features=features.KNOWN,
            url=self._door.public_url,
            now=self._door.clock(),
        )
        # Who names no features is of before there were any, and refuses fields it does not know.
        unsaid = set() if "features" in hello.model_fields_set else {"features"}
        if "public-url" not in hello.features:
            unsaid.add("url")
        if "clock" not in hello.features:
            unsaid.add("now")
        self._outbox.put(welcome.model_dump_json(exclude=unsaid))
        return True

    async def _listen(self) -> bool:
        """Answer requests until the client goes; whether it went properly."""
        while self._too_fast < TOO_FAST_LIMIT:
            message = await self._receive()
            if message is None:
                return False
            async with self._outbox.answering():  # who does not read is not answered
                self._is_asked = True
                await self._respond(message)
                self._is_asked = False
            self._say_farewell()
            if self._too_fast:
                await asyncio.sleep(TOO_FAST_PAUSE)
        await self._close(1008, f"{TOO_FAST_LIMIT} requests in a row that came too fast")
        return False

    async def _respond(self, message: messages.ClientMessage) -> None:
        if isinstance(message, messages.Hello):
            self._unreadable += 1
            self._refuse(None, "bad-message", "'hello' was said already")
            return
        try:
            self._limits.check(message, self._door.clock())
            if isinstance(message, messages.Do):
                self._door.addresses.command(
                    message.command, self._address(), identity=self._bearer.grant.identity
                )
            if not self._is_at_home(message):
                self._bearer.require()
            if topic_of(message) is Topic.SEARCHES:
                async with self._door.reading.turn(stranger(self._address())):
                    answer = await self._answer(message)
            else:
                answer = await self._answer(message)
        except (RoomError, ProtocolError) as refused:
            self._too_fast = self._too_fast + 1 if refused.code == "too-fast" else 0
            self._refuse(message.id, refused.code, refused.sentence)
            return
        except StorageError as error:
            told = unreadable(error)
            self._refuse(message.id, told.code, told.sentence)
            return
        self._too_fast = 0
        self._tell(answer)
        if isinstance(message, messages.JoinRoom) and message.media:
            await self._offer_media()

    async def _answer(self, message: messages.ClientMessage) -> messages.ServerMessage:
        """Carry out a request."""
        match message:
            case messages.WatchRooms():
                only = self._door.sight.only(self._bearer.grant)
                watchers = self._door.registry.watchers
                await watchers.add(self._outbox, message, self._features, only=only)
            case messages.FindRooms():
                return await self._find(message)
            case messages.PreviewRoom():
                room = await self._door.sight.to_read(self._bearer.grant, message.room)
                return preview(room, request=message.id)
            case messages.CreateRoom():
                return messages.Ack(id=message.id, room=await self._create(message))
            case messages.JoinRoom():
                return messages.Ack(id=message.id, room=await self._join(message))
            case messages.Do():
                return await self._do(message)
            case messages.OfferMedia():
                self._here()
                await self._offer_media()
            case messages.AnswerMedia():
                _, seat = self._here()
                if seat.peer is None:
                    raise ProtocolError("no-offer", "there is no offer to answer: ask for one")
                await self._door.engine.answer(seat.peer, message.sdp)
            case (
                messages.ListParticipants()
                | messages.ListAbsent()
                | messages.ReadChat()
                | messages.ReadAudit()
                | messages.ReadReports()
            ):
                return await self._page(message)
            case messages.Hello():
                raise ProtocolError("bad-message", "'hello' was said already")
        return messages.Ack(id=message.id)

    async def _find(self, message: messages.FindRooms) -> messages.Found:
        query = RoomQuery(
            state=None if message.state is None else RoomState(message.state),
            text=message.text,
            host=message.host,
            since=message.since,
            until=message.until,
            limit=message.limit,
            cursor=message.cursor,
        )
        return await self._door.sight.search(self._bearer.grant, query, request=message.id)

    async def _create(self, message: messages.CreateRoom) -> str:
        wanted = commands.CreateRoom(
            room_id=message.room or "",
            title=message.title,
            description=message.description,
            starts_at=message.starts_at,
            private=message.private,
            password_hash=await self._door.passwords.hash(
                message.password or "", address=self._address()
            ),
            live=message.live,
        )
        made = await self._door.create(
            wanted, room_type=message.room_type, grant=self._bearer.grant, address=self._address()
        )
        if message.starts_at is not None:
            self._bearer.scheduled(message.starts_at)
        return made.room_id

    async def _join(self, message: messages.JoinRoom) -> str:
        room = await self._door.sight.to_enter(self._bearer.grant, message.room)
        if self._room is not None:
            raise RoomError(
                "already-in-a-room", f"you are in room '{self._room.room_id}': leave it first"
            )
        actor, role = self._bearer.to_join(room, message.role, self._address())
        knows_password = await self._door.knows_password(
            room.room, actor, message.password, self._address()
        )
        actor = replace(actor, knows_password=knows_password)
        seat = Seat(
            identity=actor.identity,
            outbox=self._outbox,
            evict=self._evict,
            features=self._features,
        )
        # Ours from now on: should we end while we wait, the seat is given up like any other.
        self._room, self._seat = room, seat
        try:
            await room.join(
                # Whoever says what they know already comes back by themselves.
                commands.JoinRoom(role=role, again=message.upto is not None),
                actor,
                seat,
                upto=message.upto,
                check=lambda: self._bearer.check_return(room),
            )
        except RoomError:
            self._room = self._seat = None
            raise
        self._door.away.returned(room, actor.identity)
        self._door.registry.watchers.remove(self._outbox)
        self._bearer.came_in()
        return room.room_id

    async def _do(self, message: messages.Do) -> messages.Ack:
        """What was made, whether it is kept, and what there is to say about it."""
        if message.room is None:
            room, _ = self._here()
            outside = False
        else:
            room = await self._door.sight.to_enter(self._bearer.grant, message.room)
            outside = room is not self._room
        if isinstance(message.command, commands.LeaveRoom):
            if outside:
                raise RoomError("not-here", f"you are not in room '{room.room_id}'")
            await self._get_up(for_good=True)
            return messages.Ack(id=message.id)
        command, made = await filled_in(
            message.command, self._door.passwords, address=self._address()
        )
        actor = self._bearer.actor(room.room)
        happened = await room.execute(command, replace(actor, outside=outside))
        kept = room.has_kept(happened)
        return messages.Ack(
            id=message.id, made=made, kept=kept, told=told_of(room.room, happened, kept=kept)
        )

    async def _page(self, message: PageRequest) -> messages.ServerMessage:
        room, who = await self._reader(message.room)
        match message:
            case messages.ListParticipants():
                return pages.participants_page(room, message)
            case messages.ListAbsent():
                return pages.absent_page(room, who, message, self._door.clock())
            case messages.ReadChat():
                return await pages.chat_page(room, self._door.registry.kept, who, message)
            case messages.ReadAudit():
                return await pages.audit_page(room, self._door.registry.kept, who, message)
            case messages.ReadReports():
                return pages.reports_page(room, who, message)

    async def _reader(self, room_id: str | None) -> tuple[Room, pages.Reader]:
        if room_id is None:
            room = self._here()[0].room
        else:
            room = await self._door.sight.to_read(self._bearer.grant, room_id)
        return room, pages.reader(room, self._bearer.actor(room))

    def _is_at_home(self, message: messages.ClientMessage) -> bool:
        """Whether it is about the room that we are in, or come back to: no token is asked."""
        match message:
            case messages.OfferMedia() | messages.AnswerMedia():
                return True
            case messages.JoinRoom(room=room):
                return self._bearer.was_in(room)
            case (
                messages.Hello()
                | messages.WatchRooms()
                | messages.FindRooms()
                | messages.PreviewRoom()
                | messages.CreateRoom()
            ):
                return False
            case _:
                here = None if self._room is None else self._room.room_id
                return message.room in (None, here)

    async def _token_ended(self) -> None:
        """Nobody is told of rooms any more; and whoever sits in none has nothing to do here."""
        self._door.registry.watchers.remove(self._outbox)
        if self._room is None:
            await self._close(1008, expired().sentence)

    async def _offer_media(self) -> None:
        if self._room is None or self._seat is None:
            return  # out of the room since
        sdp = await self._room.offer_media(self._seat)
        if sdp is not None:
            self._tell(messages.MediaOffer(sdp=sdp))

    def _here(self) -> tuple[LiveRoom, Seat]:
        if self._room is None or self._seat is None:
            raise RoomError("not-here", "you are in no room: join one first")
        return self._room, self._seat

    def _evict(self, code: str, reason: str) -> None:
        self._room = self._seat = None
        self._farewell = messages.Closed(code=code, reason=reason)
        if not self._is_asked:
            self._say_farewell()

    def _say_farewell(self) -> None:
        farewell, self._farewell = self._farewell, None
        if farewell is not None:
            self._tell(farewell)

    async def _get_up(self, *, for_good: bool) -> None:
        room, seat = self._room, self._seat
        self._room = self._seat = None
        if room is not None and seat is not None:
            if for_good:
                await room.leave(seat)
            else:
                heard_at = self._pulse.heard_at if self._pulse else None
                await self._door.away.keep(room, seat, heard_at=heard_at)

    def _fell_silent(self, is_silent: bool) -> None:
        room, seat = self._room, self._seat
        if room is not None and seat is not None:
            seat.silent = is_silent
            room.connections.changed()

    def _address(self) -> str | None:
        return self._socket.client.host if self._socket.client else None

    async def _receive(self) -> messages.ClientMessage | None:
        """The next message that can be read; None after too many that cannot."""
        while self._unreadable < UNREADABLE_LIMIT:
            frame = await self._socket.receive()
            if frame["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(frame.get("code", 1006))
            text, request = frame.get("text"), None
            if text is None:
                reason = "binary messages are not part of the protocol: send JSON as text"
            else:
                try:
                    return messages.CLIENT_MESSAGE.validate_json(text)
                except ValidationError as exc:
                    reason, request = sentence_for(exc), request_id_in(text)
            self._unreadable += 1
            self._refuse(request, "bad-message", reason)
        await self._close(1008, f"{UNREADABLE_LIMIT} messages that cannot be read")
        return None

    def _refuse(self, request: int | None, code: str, reason: str) -> None:
        self._door.refusals.count(code)
        self._tell(messages.Refused(id=request, code=code, reason=reason))

    def _push(self, message: messages.Session | messages.TokenEnds) -> None:
        if features.PUSHES[message.type] in self._features:
            self._tell(message)

    def _tell(self, message: messages.ServerMessage) -> None:
        unsaid = features.unsaid(message.type, self._features)
        self._outbox.put(message.model_dump_json(exclude=unsaid))

    async def _write(self) -> None:
        """Send what the outbox holds; a client that reads too slowly is cut off."""
        try:
            while (text := await self._outbox.take()) is not None:
                await self._socket.send_text(text)
            await self._close(1013, self._outbox.why)
        except (WebSocketDisconnect, RuntimeError, OSError):
            self._outbox.close()  # the reading side notices it too

    def _cut_off(self, reason: str) -> None:
        """Too much waits, and it does not read: what waits is forgotten now."""
        self._outbox.cut(reason)
        self._cutting = asyncio.create_task(self._close(1013, reason))

    async def _send(self, message: messages.Message) -> None:
        await self._socket.send_text(message.model_dump_json())

    async def _close(self, code: int, reason: str) -> None:
        try:
            await self._socket.close(code, reason)
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # gone already
