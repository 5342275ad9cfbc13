"""`RoomClient`: being in one room, for the screen, commands, bots and tests alike.

async with RoomClient.join("127.0.0.1:7600", room="tea", name="ana") as room:
    await room.unmute()
    async for update in room.updates():
        ...
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self, TypeVar, Unpack

from tui_rooms.client.commands import RoomCommands
from tui_rooms.client.errors import LinkError
from tui_rooms.client.guarded import or_out
from tui_rooms.client.kept.returning import Returning
from tui_rooms.client.link.address import parse_address
from tui_rooms.client.link.after_return import muted_sentence
from tui_rooms.client.link.feed import Publisher
from tui_rooms.client.link.invitation import accept_invitation
from tui_rooms.client.link.mirror import Mirror
from tui_rooms.client.link.place import Place
from tui_rooms.client.link.telling import LinkTeller, note_levels, tell_talking
from tui_rooms.client.link.ways import LinkEvent, LinkPhase, LinkState
from tui_rooms.client.options import CreateOptions, JoinOptions
from tui_rooms.client.own_microphone import OwnMicrophone
from tui_rooms.client.reading import RoomPages
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.media import Media
from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.client.stats import Statistics
from tui_rooms.client.updates import (
    Closed,
    LinkChanged,
    MessageDeleted,
    MessageReceived,
    Notice,
    RoomChanged,
    TalkingChanged,
    TokenEnds,
    Update,
    happening,
)
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.records import ChatMessage, Seconds
from tui_rooms.rules.roles import Capability
from tui_rooms.rules.room import Participant, Room
from tui_rooms.wire import messages

if TYPE_CHECKING:
    from tui_rooms.audio.processing import ProcessingOptions

__all__ = ["CreateOptions", "JoinOptions", "RoomClient"]

A = TypeVar("A", bound=messages.Answer)

PATIENCE: Final = 600.0
"""Seconds for which a lost server is looked for."""
LEAVE_TIMEOUT: Final = 2.0
TOO_MUCH: Final = frozenset({"busy", "too-fast", "too-many-changes"})
"""Refusals that have nothing to do with what was asked."""


class RoomClient(RoomCommands, RoomPages):
    """Somebody in one room. It belongs to the loop that it was made on, except for what is
    known (`room`, `link`, `levels`, `stats()`, …), which any thread may read."""

    def __init__(self, url: str, options: JoinOptions, visit: Returning) -> None:
        """Not for callers: use `join` or `enter`."""
        self.levels = LevelTable()
        """How loud everybody is, ourselves too."""
        self.volumes = options.get("volumes") or Volumes()
        """How loud we want to hear whom; nobody else learns of it."""
        self._publisher = Publisher()
        self._link = LinkTeller(self._publisher)
        self._address = parse_address(url)
        self._visit = visit
        self._place = Place(
            self._address,
            name=options.get("name"),
            token=options.get("token") or self._address.token,
            session=visit.session or options.get("session"),
            password=options.get("password"),
            media=options.get("media", True),
            on_message=self._on_message,
            on_session=visit.renewed,
            on_silent=self._link.silent,
            on_search=self._link.looking,
        )
        self._media = (
            Media(
                levels=self.levels,
                volumes=self.volumes,
                processing=options.get("processing", False),
                source=options.get("source"),
                sink=options.get("sink"),
                answer=self._answer_media,
                ask=self._ask_for_media,
                on_phase=self._on_media_phase,
                on_notice=self._notice,
                is_silent=lambda: self._link.state.silent,
            )
            if options.get("media", True)
            else None
        )
        self._mirror = Mirror()
        self._patience = options.get("patience", PATIENCE)
        self._microphone = OwnMicrophone(
            self._media, room=lambda: self._mirror.room, identity=lambda: self.identity
        )
        self._arrived_muted = ""
        """What was done to us before we came; told to whoever listens first."""
        self._tasks: list[asyncio.Task[None]] = []
        self._end: Closed | None = None
        self._release: asyncio.Task[None] | None = None

    @classmethod
    async def enter(cls, url: str, **options: Unpack[JoinOptions]) -> Self:
        """Come into a room and stay until `leave` or `close`; `join` does both.

        Args:
            url: the server's address or a join link, which may name the room and the token, or
                hold an invitation: that is used once, unless a `session` comes back.
            options: see `JoinOptions`.

        Raises:
            LinkError: bad address, no server, or one that this client does not understand.
            RoomError: refused: unknown room, bad token, …
        """
        address = parse_address(url)
        room, name, token = options.get("room"), options.get("name"), options.get("token")
        room = room or address.room
        visit = await Returning.begin(
            options.get("kept"), address, room=room, name=name, token=token
        )
        if address.invite is not None and not (visit.session or options.get("session")):
            options["token"] = await accept_invitation(address, token=token, name=name)
        client = cls(url, options, visit)
        try:
            async with visit.coming_in():
                await client._place.arrive(room, options.get("role"), options.get("create"))
            await visit.came_in(client._place.room_id, client.session)
            if visit.session is not None:
                client._notice("you are back as who you were here")
        except BaseException:
            await client.close()
            raise
        client._link.step(LinkEvent.JOINED)
        client._arrived_muted = muted_sentence(client.room, client.identity)
        client._tasks = [
            asyncio.create_task(or_out(work, client._finish))
            for work in (
                client._keep_place(),
                client._link.tell_figures(client.stats),
                tell_talking(client.levels, client._publisher),
            )
        ]
        return client

    @classmethod
    @asynccontextmanager
    async def join(cls, url: str, **options: Unpack[JoinOptions]) -> AsyncIterator[Self]:
        """`enter` with the same options, and `leave` at the end of the block."""
        client = await cls.enter(url, **options)
        try:
            yield client
        finally:
            await client.leave()

    # What is known. Safe from any thread.

    @property
    def identity(self) -> str:
        """Who we are on this server."""
        return self._place.welcome.identity

    @property
    def name(self) -> str:
        """What others see."""
        return self._place.welcome.name

    @property
    def session(self) -> str:
        """The newest secret with which we may come back as the same person."""
        return self._place.welcome.session

    def now(self) -> Seconds:
        """What time it is in the room, by the server's clock: seconds since the epoch."""
        return self._place.now()

    @property
    def public_url(self) -> str | None:
        """What links to it begin with, if the server's operator has said so."""
        return self._place.welcome.url

    @property
    def link(self) -> LinkState:
        """How the way to the server is, and those of the others on the stage."""
        return self._link.state

    @property
    def room(self) -> Room:
        """The room now: a copy that nobody changes."""
        if self._mirror.room is None:
            raise RuntimeError("not in the room yet")
        return self._mirror.room

    @property
    def me(self) -> Participant | None:
        """Our own entry; None when we are not in."""
        return self._mirror.room.find(self.identity) if self._mirror.room else None

    @property
    def muted(self) -> bool:
        """Whether nobody hears us whatever we say."""
        return not self._microphone.is_open

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What we may do."""
        return self.room.capabilities(self.identity)

    @property
    def closed(self) -> Closed | None:
        """Why we are out; None while we are in."""
        return self._end

    def stats(self) -> Statistics:
        """The counters of the sound's path."""
        figures = self._media.figures() if self._media else Statistics()
        return replace(figures, round_trip_ms=self._place.round_trip_ms)

    async def updates(self) -> AsyncIterator[Update]:
        """What changes, beginning with how things are; ends after `Closed`.

        Whoever reads slowly gets the newest state of each kind and never holds anything up.
        """
        first: list[Update] = [LinkChanged(self.link), TalkingChanged(self.levels.talking())]
        if self._mirror.room is not None:
            first.insert(0, RoomChanged(self._mirror.room))
        if self._arrived_muted:
            first.append(Notice(self._arrived_muted))
            self._arrived_muted = ""
        if self._end is not None:
            first.append(self._end)
        async for update in self._publisher.listen(first):
            yield update

    def look_now(self) -> None:
        """Look for a server that has gone without waiting any longer. To be called on the client's
        loop."""
        self._place.look_now()

    # What one hears. At once, without the server, and safe from any thread.

    def set_volume(self, identity: str, percent: int) -> None:
        """Hear somebody at 0 to 200 %, in whatever slot, from now on."""
        self.volumes.set_percent(identity, percent)

    def mute_locally(self, identity: str, *, muted: bool = True) -> None:
        """Do not hear somebody any more, or again; their meter goes on."""
        self.volumes.set_muted(identity, muted=muted)

    def deafen(self, *, deafened: bool = True) -> None:
        """Hear nobody, or everybody again as before; meters go on."""
        self.volumes.deafened = deafened

    def set_processing(self, options: "ProcessingOptions") -> None:
        """Switch echo cancellation, noise suppression and the others, if joined with them. To be
        called on the client's loop."""
        if self._media is not None:
            self._media.set_processing(options)

    # What one can do. Each raises RoomError when refused, LinkError without a connection.

    async def mute(self) -> None:
        """Close the microphone: at once here, then for the room."""
        self._microphone.close()
        async with self._microphone.turn:
            await self._microphone.fallen_silent()
            await self.do(commands.Mute(identity=self.identity))

    async def unmute(self) -> None:
        """Open the microphone, once the room agrees, unless it is closed before that."""
        closings = self._microphone.closings
        try:
            async with self._microphone.turn:
                await self.do(commands.Unmute())
        except RoomError as refused:
            if refused.code not in TOO_MUCH:
                raise
            sentence = f"your microphone stays closed: {refused.sentence}"
            raise RoomError(refused.code, sentence) from refused
        self._microphone.open(unless_closed_since=closings)

    async def leave(self) -> None:
        """Go out and close. A server that does not answer does not hold us, nor hear us."""
        try:
            self._microphone.close()
            await self._microphone.fallen_silent()
            if self._end is None and self.link.phase is LinkPhase.CONNECTED:
                with suppress(RoomError, LinkError, TimeoutError):
                    async with asyncio.timeout(LEAVE_TIMEOUT):
                        await self.do(commands.LeaveRoom())
        finally:
            # Also where we are told not to wait for the server: what is open must be closed.
            self._finish(Closed("left", "you have left the room"))
            await self.close()

    async def close(self) -> None:
        """Let everything go without a word; more than once changes nothing."""
        self._finish(Closed("closed", "the client was closed"))
        if self._release is not None:
            await asyncio.shield(self._release)

    async def do(self, command: messages.WireCommand) -> str | None:
        """Send any command; the id of the message or report that it has made, if any."""
        ack = await self.ask(lambda number: messages.Do(id=number, command=command), messages.Ack)
        if ack.told is not None:
            self._notice(ack.told)
        return ack.made

    async def ask(self, build: Callable[[int], messages.ClientMessage], kind: type[A]) -> A:
        """Send any request; its answer, which is of that kind."""
        if self._end is not None:
            sentence = f"no longer in the room: {self._end.sentence}"
            raise LinkError("closed", sentence, retryable=False)
        return await self._place.ask(build, kind)

    @property
    def read_room(self) -> str | None:
        """None: we read the room that we are in."""
        return None

    # What comes in.

    def _on_message(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Snapshot():
                self._room_changed(self._mirror.snapshot(message))
            case messages.Events():
                self._room_changed(self._mirror.events(message))
                for event in message.events:
                    self._microphone.happened(event)
                    if event.kind == "message_deleted":
                        self._publisher.publish(MessageDeleted(event.message_id, event.by))
            case messages.Signals():
                for signal in message.signals:
                    self._publisher.publish(happening(signal))
            case messages.Audience():
                self._mirror.audience(message)
                self._room_changed()
            case messages.Levels():
                note_levels(message, self.levels, but=self.identity)
            case messages.Connections():
                self._link.others(message.lacking)
            case messages.Closed():
                self._finish(Closed(message.code, message.reason))
            case messages.Refused():
                self._notice(message.reason)
            case messages.TokenEnds():
                self._publisher.publish(TokenEnds(message.in_s))
            case _:
                if self._media is not None:
                    self._media.on_message(message)

    def _room_changed(self, received: Iterable[ChatMessage] = ()) -> None:
        self._microphone.follow(is_connected=self.link.phase is LinkPhase.CONNECTED)
        for identity in self.levels.read_all():
            if self.room.find(identity) is None:
                self.levels.forget(identity)
        self._publisher.publish(RoomChanged(self.room))
        for message in received:
            self._publisher.publish(MessageReceived(message))

    # What media asks for and tells.

    async def _answer_media(self, sdp: str) -> None:
        await self._place.request(lambda number: messages.AnswerMedia(id=number, sdp=sdp))

    async def _ask_for_media(self) -> None:
        await self._place.request(lambda number: messages.OfferMedia(id=number))

    def _on_media_phase(self) -> None:
        if self._media is not None:
            self._link.media(self._media.phase)

    def _notice(self, sentence: str) -> None:
        self._publisher.publish(Notice(sentence))

    # What goes on meanwhile.

    async def _keep_place(self) -> None:
        while True:
            error = await self._place.ended()
            if self._end is not None:
                return
            self._link.step(LinkEvent.DROPPED)
            if self._media is not None:
                self._media.suspend()
            try:
                before, was_wanted = self.room, self._microphone.is_wanted
                role = self.me.role if self.me else None
                await self._place.come_back(error, role, self._mirror.upto, self._patience)
                await self._agree_on_microphone(before, was_wanted=was_wanted)
            except (LinkError, RoomError) as exc:
                self._finish(Closed(exc.code, exc.sentence))
            else:
                self._link.step(LinkEvent.JOINED)

    async def _agree_on_microphone(self, before: Room, *, was_wanted: bool) -> None:
        """Whoever was heard before the link was lost is heard after it, if nothing else was lost.

        Args:
            before: the room when that happened.
            was_wanted: whether the microphone was to be open then.
        """
        found = self._microphone.after_return(before, was_wanted=was_wanted)
        if found.sentence:
            self._notice(found.sentence)
        with suppress(RoomError, LinkError):  # lost again: the next way back does it
            if found.mutes:
                await self.do(commands.Mute(identity=self.identity))
        self._microphone.set()

    def _finish(self, end: Closed) -> None:
        if self._end is not None:
            return
        self._microphone.is_wanted = False
        self._link.step(LinkEvent.ENDED)
        self._end = end
        self._publisher.publish(end)
        self._release = asyncio.create_task(self._let_go())

    async def _let_go(self) -> None:
        if self._media is not None:
            await self._media.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._place.close()
        await self._visit.ended(self._end.code if self._end is not None else "")
