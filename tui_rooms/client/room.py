"""`RoomClient`: being in one room, for the screen, commands, bots and tests alike.

async with RoomClient.join("127.0.0.1:7600", room="tea", name="ana") as room:
    await room.unmute()
    async for update in room.updates():
        ...
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Final, Self, Unpack

from tui_rooms.client.address import parse_address
from tui_rooms.client.errors import LinkError
from tui_rooms.client.feed import Publisher
from tui_rooms.client.levels import LevelTable
from tui_rooms.client.link import LINK, LinkEvent, LinkPhase, LinkState
from tui_rooms.client.media import Media
from tui_rooms.client.mirror import Mirror
from tui_rooms.client.options import CreateOptions, JoinOptions
from tui_rooms.client.place import Place
from tui_rooms.client.stats import Statistics
from tui_rooms.client.updates import (
    Closed,
    LinkChanged,
    Notice,
    RoomChanged,
    TalkingChanged,
    Update,
)
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.roles import Capability, Role
from tui_rooms.rules.room import Participant, Room
from tui_rooms.wire import messages

__all__ = ["CreateOptions", "JoinOptions", "RoomClient"]

PATIENCE: Final = 30.0
"""Seconds for which a lost server is looked for."""
LEAVE_TIMEOUT: Final = 2.0
TALKING_EVERY: Final = 0.1
FIGURES_EVERY: Final = 1.0


class RoomClient:
    """Somebody in one room. It belongs to the loop that it was made on, except for what is
    known (`room`, `link`, `levels`, `stats()`, …), which any thread may read."""

    def __init__(self, url: str, options: JoinOptions) -> None:
        """Not for callers: use `join` or `enter`."""
        self.levels = LevelTable()
        """How loud everybody is, ourselves too."""
        self.link = LinkState()
        """How the way to the server is."""
        self._address = parse_address(url)
        self._place = Place(
            self._address,
            name=options.get("name"),
            token=options.get("token") or self._address.token,
            session=options.get("session"),
            media=options.get("media", True),
            on_message=self._on_message,
        )
        self._media = (
            Media(
                levels=self.levels,
                source=options.get("source"),
                sink=options.get("sink"),
                answer=self._answer_media,
                ask=self._ask_for_media,
                on_phase=self._on_media_phase,
                on_notice=self._notice,
            )
            if options.get("media", True)
            else None
        )
        self._mirror = Mirror()
        self._patience = options.get("patience", PATIENCE)
        self._wants_microphone = False
        self._publisher = Publisher()
        self._tasks: list[asyncio.Task[None]] = []
        self._end: Closed | None = None
        self._release: asyncio.Task[None] | None = None

    @classmethod
    async def enter(cls, url: str, **options: Unpack[JoinOptions]) -> Self:
        """Come into a room and stay until `leave` or `close`; `join` does both.

        Args:
            url: the server's address or a join link, which may name the room and the token.
            options: see `JoinOptions`.

        Raises:
            LinkError: bad address, no server, or one that this client does not understand.
            RoomError: refused: unknown room, bad token, …
        """
        client = cls(url, options)
        try:
            await client._place.arrive(
                options.get("room") or client._address.room,
                options.get("role"),
                options.get("create"),
            )
        except BaseException:
            await client.close()
            raise
        client._step(LinkEvent.JOINED)
        client._tasks = [
            asyncio.create_task(work)
            for work in (client._keep_place(), client._tell_talking(), client._tell_figures())
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
        """The secret with which we may come back as the same guest."""
        return self._place.welcome.session

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
        return not (self._wants_microphone and self.room.may_be_heard(self.identity))

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
        if self._end is not None:
            first.append(self._end)
        async for update in self._publisher.listen(first):
            yield update

    # What one can do. Each raises RoomError when refused, LinkError without a connection.

    async def mute(self) -> None:
        """Close the microphone: at once here, then for the room."""
        self._wants_microphone = False
        self._set_microphone()
        await self._do(commands.Mute(identity=self.identity))

    async def unmute(self) -> None:
        """Open the microphone, once the room agrees."""
        await self._do(commands.Unmute())
        self._wants_microphone = True
        self._set_microphone()

    async def mute_other(self, identity: str) -> None:
        """Close somebody else's microphone; it takes `mute-users`."""
        await self._do(commands.Mute(identity=identity))

    async def change_role(self, identity: str, role: Role) -> None:
        """Bring somebody on the stage or back; it takes `update-roles`."""
        await self._do(commands.ChangeRole(identity=identity, role=role))

    async def go_live(self) -> None:
        """Let listeners in; it takes `go-live`."""
        await self._do(commands.GoLive())

    async def end(self) -> None:
        """End the room for all; it takes `end-room`."""
        await self._do(commands.EndRoom())

    async def leave(self) -> None:
        """Go out and close. A server that does not answer does not hold us, nor hear us."""
        self._wants_microphone = False
        self._set_microphone()
        if self._end is None and self.link.phase is LinkPhase.CONNECTED:
            with suppress(RoomError, LinkError, TimeoutError):
                async with asyncio.timeout(LEAVE_TIMEOUT):
                    await self._do(commands.LeaveRoom())
        self._finish(Closed("left", "you have left the room"))
        await self.close()

    async def close(self) -> None:
        """Let everything go without a word; more than once changes nothing."""
        self._finish(Closed("closed", "the client was closed"))
        if self._release is not None:
            await asyncio.shield(self._release)

    async def _do(self, command: messages.WireCommand) -> None:
        if self._end is not None:
            sentence = f"no longer in the room: {self._end.sentence}"
            raise LinkError("closed", sentence, retryable=False)
        await self._place.request(lambda number: messages.Do(id=number, command=command))

    # What comes in.

    def _on_message(self, message: messages.ServerMessage) -> None:
        match message:
            case messages.Snapshot():
                self._mirror.snapshot(message)
                self._room_changed()
            case messages.Events():
                self._mirror.events(message)
                self._room_changed()
            case messages.Audience():
                self._mirror.audience(message)
                self._room_changed()
            case messages.Levels():
                self._note_levels(message)
            case messages.Closed():
                self._finish(Closed(message.code, message.reason))
            case messages.Refused():
                self._notice(message.reason)
            case _:
                if self._media is not None:
                    self._media.on_message(message)

    def _note_levels(self, message: messages.Levels) -> None:
        now = asyncio.get_running_loop().time()
        for identity, dbov in message.levels.items():
            # Our own meter is nearer to us than what the server heard of us.
            if identity != self.identity:
                self.levels.put(identity, dbov, now, talking=identity in message.talking)

    def _room_changed(self) -> None:
        me = self.me
        if self.link.phase is LinkPhase.CONNECTED and (me is None or me.muted):
            # Muted by somebody, or off the stage: opening it takes a new unmute.
            self._wants_microphone = False
        self._set_microphone()
        for identity in self.levels.read_all():
            if self.room.find(identity) is None:
                self.levels.forget(identity)
        self._publisher.publish(RoomChanged(self.room))

    def _set_microphone(self) -> None:
        if self._media is not None and self._mirror.room is not None:
            may_speak = Capability.SEND_AUDIO in self.capabilities
            self._media.set_microphone(self.identity, may_speak=may_speak, is_open=not self.muted)

    # What media asks for and tells.

    async def _answer_media(self, sdp: str) -> None:
        await self._place.request(lambda number: messages.AnswerMedia(id=number, sdp=sdp))

    async def _ask_for_media(self) -> None:
        await self._place.request(lambda number: messages.OfferMedia(id=number))

    def _on_media_phase(self) -> None:
        if self._media is not None:
            self._set_link(replace(self.link, media=self._media.phase))

    def _notice(self, sentence: str) -> None:
        self._publisher.publish(Notice(sentence))

    # What goes on meanwhile.

    async def _keep_place(self) -> None:
        while True:
            error = await self._place.ended()
            if self._end is not None:
                return
            self._step(LinkEvent.DROPPED)
            if self._media is not None:
                self._media.suspend()
            try:
                await self._place.come_back(
                    error, self.me.role if self.me else None, self._patience
                )
                await self._open_again()
            except (LinkError, RoomError) as exc:
                self._finish(Closed(exc.code, exc.sentence))
            else:
                self._step(LinkEvent.JOINED)

    async def _open_again(self) -> None:
        """Whoever was heard before the link was lost is heard after it."""
        if self._wants_microphone and not self.room.may_be_heard(self.identity):
            try:
                await self._do(commands.Unmute())
            except RoomError:
                self._wants_microphone = False
            except LinkError:
                return  # lost again: the next way back does it
        self._set_microphone()

    async def _tell_talking(self) -> None:
        known: frozenset[str] = frozenset()
        while True:
            await asyncio.sleep(TALKING_EVERY)
            now = self.levels.talking()
            if now != known:
                self._publisher.publish(TalkingChanged(now))
                known = now

    async def _tell_figures(self) -> None:
        while True:
            await asyncio.sleep(FIGURES_EVERY)
            figures = self.stats()
            self._set_link(
                replace(
                    self.link,
                    round_trip_ms=figures.round_trip_ms,
                    loss=max(figures.loss_in, figures.loss_out),
                    buffer_ms=figures.buffer_ms,
                )
            )

    def _step(self, event: LinkEvent) -> None:
        phase = LINK.get((self.link.phase, event), self.link.phase)
        self._set_link(replace(self.link, phase=phase))

    def _set_link(self, link: LinkState) -> None:
        if link != self.link:
            self.link = link
            self._publisher.publish(LinkChanged(link))

    def _finish(self, end: Closed) -> None:
        if self._end is not None:
            return
        self._wants_microphone = False
        self._step(LinkEvent.ENDED)
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
