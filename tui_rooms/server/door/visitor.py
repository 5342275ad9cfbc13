"""One WebSocket: what it asks, what it is told, where it sits."""

import asyncio
from dataclasses import replace

from starlette.websockets import WebSocketDisconnect

from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.protecting import takes_back
from tui_rooms.rules.room import Seconds
from tui_rooms.server.door.addresses import stranger
from tui_rooms.server.door.asgi_socket import AsgiSocket
from tui_rooms.server.door.bearer import Bearer
from tui_rooms.server.door.credentials.tokens import Grant, expired
from tui_rooms.server.door.door import Door
from tui_rooms.server.door.fill_in import filled_in
from tui_rooms.server.door.limits import Limits, Topic, topic_of
from tui_rooms.server.door.line import Line
from tui_rooms.server.door.lookups import Lookups
from tui_rooms.server.door.pulse import Pulse
from tui_rooms.server.door.refusal import unreadable
from tui_rooms.server.door.turns import Turns, Urgency, urgency_of
from tui_rooms.server.rooms.live_room import LiveRoom
from tui_rooms.server.rooms.seats import Seat
from tui_rooms.server.rooms.telling.outcome import told_of
from tui_rooms.server.storage.errors import StorageError
from tui_rooms.wire import features, messages
from tui_rooms.wire.errors import ProtocolError

HELLO_TIMEOUT: Seconds = 10.0
TOO_FAST_LIMIT = 100
"""Requests in a row that came too fast, after which the connection is closed."""
TOO_FAST_PAUSE: Seconds = 0.05
"""After each of them; nothing is read meanwhile, so that TCP holds the sender back."""


class Visitor:
    """One connection, from its hello to its end."""

    def __init__(
        self,
        socket: AsgiSocket,
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
        self._line = Line(socket, backlog=door.backlog, refusals=door.refusals)
        self._address = self._line.address
        self._person = person
        self._door = door = door.seen_from(self._address)
        self._pulse = pulse
        if pulse is not None:
            pulse.tell(self._fell_silent)
        self._outbox = self._line.outbox
        self._bearer = Bearer(door, room=lambda: self._room, push=self._line.push)
        self._lookups = Lookups(door, self._bearer, lambda: self._here()[0].room)
        self._room: LiveRoom | None = None
        self._seat: Seat | None = None
        self._limits = Limits(door.clock())
        self._turns = Turns(door.loop_time, self._line.receive, self._urgency)
        self._too_fast = 0
        """The latest requests that came too fast, in a row."""
        self._is_asked = False
        """Whether a request is being answered."""
        self._farewell: messages.Closed | None = None
        """Why we are out of the room. It is told behind the answer: who ends a room is answered."""

    async def serve(self) -> None:
        """Talk until the connection ends; then free, or keep warm, its seat."""
        await self._line.accept()
        clean = False
        beside = [asyncio.create_task(self._line.write())]
        try:
            if await self._greet():
                beside.append(asyncio.create_task(self._bearer.watch(self._token_ended)))
                clean = await self._listen()
        except WebSocketDisconnect as gone:
            clean = gone.code in (1000, 1001)
        finally:
            for task in beside:
                task.cancel()
            self._turns.close()
            self._outbox.close()
            self._door.registry.watchers.remove(self._outbox)
            await self._get_up(for_good=clean)

    async def _greet(self) -> bool:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT):
                hello = await self._line.receive()
        except TimeoutError:
            await self._line.close(1008, f"no hello within {HELLO_TIMEOUT:.0f} s")
            return False
        if hello is None:
            return False
        try:
            if not isinstance(hello, messages.Hello):
                raise RoomError("bad-message", f"say 'hello' first, not '{hello.type}'")
            session = self._bearer.recognise(hello, person=self._person)
            self._line.features = hello.features
        except RoomError as refused:
            await self._line.refuse_entry(refused.code, refused.sentence)
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
            message = await self._turns.next()
            if message is None:
                return False
            if not await self._is_its_turn(message):
                continue
            async with self._outbox.answering():  # who does not read is not answered
                self._is_asked = True
                await self._respond(message)
                self._is_asked = False
            self._say_farewell()
            if self._too_fast:
                await asyncio.sleep(TOO_FAST_PAUSE)
        await self._line.close(1008, f"{TOO_FAST_LIMIT} requests in a row that came too fast")
        return False

    async def _is_its_turn(self, message: messages.ClientMessage) -> bool:
        """Wait until the address can afford it; whether it may be carried out then."""
        if isinstance(message, messages.Hello):
            return True
        try:
            await self._turns.wait(message)
        except RoomError as refused:
            self._line.refuse(message.id, refused.code, refused.sentence)
            return False
        return True

    async def _respond(self, message: messages.ClientMessage) -> None:
        if isinstance(message, messages.Hello):
            self._line.not_understood("'hello' was said already")
            return
        try:
            hurried = self._is_hurried(message)
            if isinstance(message, messages.Do):
                self._door.addresses.command(
                    message.command, self._address, identity=self._bearer.grant.identity
                )
            if not self._is_at_home(message):
                self._bearer.require()
            if topic_of(message) is Topic.SEARCHES:
                async with self._door.reading.turn(stranger(self._address)):
                    answer = await self._answer(message)
            else:
                answer = await self._answer(message)
        except (RoomError, ProtocolError) as refused:
            self._too_fast = self._too_fast + 1 if refused.code == "too-fast" else 0
            self._line.refuse(message.id, refused.code, refused.sentence)
            return
        except StorageError as error:
            told = unreadable(error)
            self._line.refuse(message.id, told.code, told.sentence)
            return
        self._too_fast = self._too_fast + 1 if hurried else 0
        self._line.tell(answer)
        if isinstance(message, messages.JoinRoom) and message.media:
            try:
                await self._offer_media()
            except ProtocolError as refused:
                # They are in; their client asks for another offer in a moment.
                self._line.tell(messages.MediaLost(reason=refused.sentence))

    async def _answer(self, message: messages.ClientMessage) -> messages.ServerMessage:
        """Carry out a request."""
        match message:
            case messages.WatchRooms():
                only = self._door.sight.only(self._bearer.grant)
                watchers = self._door.registry.watchers
                await watchers.add(self._outbox, message, self._line.features, only=only)
            case messages.FindRooms():
                return await self._lookups.find(message)
            case messages.PreviewRoom():
                return await self._lookups.preview(message)
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
                room, seat = self._here()
                peer = room.media.to_answer(seat)
                if peer is None:
                    raise ProtocolError("no-offer", "there is no offer to answer: ask for one")
                await self._door.engine.answer(peer, message.sdp)
            case (
                messages.ListParticipants()
                | messages.ListAbsent()
                | messages.ReadChat()
                | messages.ReadAudit()
                | messages.ReadReports()
            ):
                return await self._lookups.page(message)
            case messages.Hello():
                raise ProtocolError("bad-message", "'hello' was said already")
        return messages.Ack(id=message.id)

    async def _create(self, message: messages.CreateRoom) -> str:
        wanted = commands.CreateRoom(
            room_id=message.room or "",
            title=message.title,
            description=message.description,
            starts_at=message.starts_at,
            private=message.private,
            password_hash=await self._door.passwords.hash(
                message.password or "", address=self._address
            ),
            live=message.live,
        )
        made = await self._door.create(
            wanted, room_type=message.room_type, grant=self._bearer.grant, address=self._address
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
        actor, role = self._bearer.to_join(room, message.role, self._address)
        knows_password = await self._door.knows_password(
            room.room, actor, message.password, self._address
        )
        actor = replace(actor, knows_password=knows_password)
        seat = Seat(
            identity=actor.identity,
            outbox=self._outbox,
            evict=self._evict,
            features=self._line.features,
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
                writer=self._bearer.writer(room.room, self._address),
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
        else:
            room = await self._door.sight.to_enter(self._bearer.grant, message.room)
        outside = room is not self._room
        if isinstance(message.command, commands.LeaveRoom):
            if outside:
                raise RoomError("not-here", f"you are not in room '{room.room_id}'")
            await self._get_up(for_good=True)
            return messages.Ack(id=message.id)
        command, made = await filled_in(
            message.command, self._door.passwords, address=self._address
        )
        actor = self._bearer.actor(room.room)
        writer = self._bearer.writer(room.room, self._address)
        happened = await room.execute(command, replace(actor, outside=outside), writer)
        kept = room.has_kept(happened)
        return messages.Ack(
            id=message.id, made=made, kept=kept, told=told_of(room.room, happened, kept=kept)
        )

    def _is_hurried(self, message: messages.ClientMessage) -> bool:
        """Whether it came too fast and is done all the same, but holds up what comes after it.

        Raises:
            RoomError: it came too fast.
        """
        try:
            self._limits.check(message, self._door.clock())
        except RoomError:
            if not self._takes_back(message):
                raise
            return True
        return False

    def _takes_back(self, message: messages.ClientMessage) -> bool:
        """Whether they close their microphone, lower their hand, step down or leave."""
        if not isinstance(message, messages.Do) or self._room is None:
            return False
        identity = self._bearer.grant.identity
        here = self._room.room.find(identity)
        is_here = message.room in (None, self._room.room_id)
        role = here.role if here else None
        return is_here and takes_back(message.command, identity, role)

    def _urgency(self, message: messages.ClientMessage) -> Urgency:
        """Whether it waits for nothing."""
        if not isinstance(message, messages.Do):
            return Urgency.NONE
        if message.room is None or (self._room and message.room == self._room.room_id):
            room = self._room
        else:
            rooms = self._door.registry
            room = rooms.find(message.room) if rooms.is_open(message.room) else None
        if room is None:
            return Urgency.NONE
        writer = self._bearer.writer(room.room, self._address)
        urgency = urgency_of(message.command, room.room, self._bearer.grant.identity, writer)
        is_here = room is self._room
        return Urgency.PACED if urgency is Urgency.WHOLE and not is_here else urgency

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
            await self._line.close(1008, expired().sentence)

    async def _offer_media(self) -> None:
        if self._room is None or self._seat is None:
            return  # out of the room since
        sdp = await self._room.offer_media(self._seat)
        if sdp is not None:
            self._line.tell(messages.MediaOffer(sdp=sdp))

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
            self._line.tell(farewell)

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
