"""One client of the chaos, in a process of its own: says a tone, knows whom it hears, chats.

    python benchmarks/chaos_client.py CONFIG        JSON; started by benchmarks

Without a sound card: its tone is its microphone. It tells on standard output, a line of JSON each,
what changes and what was acknowledged, with the time of `time.monotonic`, which all processes of a
machine share. It answers `state` on standard input with its mirror of the room, `pause`, `go` and
`quiet` rule its talk, and it ends with its input.
"""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pydantic import TypeAdapter

from benchmarks.chaos_ear import Ear, tell
from benchmarks.tones import Tone
from tui_rooms.audio.frames import Frame
from tui_rooms.audio.opus.codec import OpusEncoder
from tui_rooms.client.errors import LinkError
from tui_rooms.client.kept.returning import Keeping
from tui_rooms.client.kept.sessions import KeptSessions
from tui_rooms.client.link.ways import LinkPhase, MediaPhase
from tui_rooms.client.options import CreateOptions, JoinOptions
from tui_rooms.client.room import RoomClient
from tui_rooms.client.sound import uplink
from tui_rooms.client.sound.voice import Voice
from tui_rooms.client.updates import Closed, LinkChanged, Notice
from tui_rooms.rules import commands
from tui_rooms.rules.errors import RoomError
from tui_rooms.rules.room import Room
from tui_rooms.wire import commands as wire
from tui_rooms.wire import messages

ROOM: Final[TypeAdapter[Room]] = TypeAdapter(Room)
REAL_FRAMES: Final = 50
"""Frames of a tone that are encoded; the last one is repeated from then on."""
LOOKS: Final = 0.1
HAND_EVERY: Final = 4.0


@dataclass(frozen=True)
class Config:
    """Who it is and what it does."""

    name: str
    url: str
    room: str
    tones: dict[str, int]
    """Everybody's frequency in Hz, also of those who may not be heard."""
    token: str | None = None
    """Without one it comes as a guest."""
    kept: str | None = None
    """A directory where it keeps its session."""
    makes: bool = False
    """Makes the room when it is not there."""
    talks: bool = False
    """Opens its microphone."""
    cheats: bool = False
    """Sends its tone whether it may or not."""
    counts: bool = False
    """Sets an attribute of the room again and again: for a host."""
    raises: bool = False
    """Raises its hand and lowers it."""
    chats_every: float = 2.0
    """Seconds; 0: never."""
    first: int = 1
    """The first number of what it says: another one for each of its lives."""
    joins: dict[str, Any] = field(default_factory=dict)
    """Further options of `RoomClient.enter`."""


class RepeatingEncoder(OpusEncoder):
    """Encodes a tone's first frames; then the same packet again, which costs nothing."""

    _tone: Frame | None = None
    _times = 0
    _repeated = b""

    def encode(self, frame: Frame) -> bytes:
        """As `OpusEncoder.encode`."""
        if frame is not self._tone:
            self._tone, self._times = frame, 0
        self._times += 1
        if self._times <= REAL_FRAMES:
            self._repeated = super().encode(frame)
        return self._repeated


def cheat() -> None:
    """Send from now on whatever the room says: a client that keeps to no rule."""
    honest = Voice.set_microphone

    def always(self: Voice, identity: str, *, may_speak: bool, is_open: bool) -> None:
        honest(self, identity, may_speak=True, is_open=True)

    Voice.set_microphone = always  # type: ignore[method-assign]


class Talk:
    """What it does in the room all the time, numbered; what is acknowledged is told."""

    def __init__(self, client: RoomClient, config: Config) -> None:
        self._client = client
        self._config = config
        self._number = config.first
        self._goes = asyncio.Event()
        self._goes.set()
        self._doing = asyncio.Lock()
        """Held while something is under way: one thing after the other, as one hand does."""

    async def pause(self) -> None:
        """Begin nothing any more; returns when nothing is under way."""
        self._goes.clear()
        async with self._doing:
            return

    def go(self) -> None:
        """Go on."""
        self._goes.set()

    def works(self) -> list[Coroutine[Any, Any, None]]:
        """All that it does."""
        config, works = self._config, []
        if config.chats_every:
            works.append(self._again(config.chats_every, "message", self._message))
        if config.counts:
            works.append(self._again(1.0, "attribute", self._attribute))
        if config.raises:
            works.append(self._again(HAND_EVERY, "hand", self._hand))
        if config.talks:
            works.append(self._keep_talking())
        return works

    def _message(self, number: int) -> messages.WireCommand:
        return wire.SendMessage(text=f"{self._config.name} {number}")

    def _attribute(self, number: int) -> messages.WireCommand:
        return commands.SetAttribute(key="count", value=str(number))

    def _hand(self, number: int) -> messages.WireCommand:
        me = self._client.identity
        if me in self._client.room.hands:
            return commands.LowerHand(identity=me)
        return commands.RaiseHand()

    async def _again(
        self, every: float, what: str, command: Callable[[int], messages.WireCommand]
    ) -> None:
        while True:
            await self._goes.wait()
            async with self._doing:
                if self._goes.is_set():
                    await self._do(what, command)
            await asyncio.sleep(every)

    async def _do(self, what: str, command: Callable[[int], messages.WireCommand]) -> None:
        number, self._number = self._number, self._number + 1
        wanted = command(number)
        try:
            ack = await self._client.ask(
                lambda request: messages.Do(id=request, command=wanted), messages.Ack
            )
            tell("acked", what=what, number=number, made=ack.made, kept=ack.kept)
        except RoomError as error:
            tell("refused", what=what, number=number, code=error.code)
        except LinkError as error:
            tell("unsure", what=what, number=number, code=error.code)

    async def _keep_talking(self) -> None:
        """Whose place was given up opens their microphone by themselves; else it stays open."""
        opened: float | None = None
        while True:
            me = self._client.me
            connected = self._client.link.phase is LinkPhase.CONNECTED
            if connected and me is not None and me.since != opened:
                try:
                    await self._client.unmute()
                    opened = me.since
                except (RoomError, LinkError) as error:
                    tell("notice", sentence=f"cannot unmute: {error.sentence}")
            await asyncio.sleep(LOOKS)


async def listen(client: RoomClient) -> None:
    """Tell how the link is, and what people would be told."""
    was = None
    async for update in client.updates():
        if isinstance(update, LinkChanged):
            link = update.link
            now = (link.phase is LinkPhase.CONNECTED, link.media is MediaPhase.CONNECTED)
            if now != was:
                was = now
                tell("link", connected=now[0], media=now[1])
        elif isinstance(update, Notice):
            tell("notice", sentence=update.sentence)
        elif isinstance(update, Closed):
            tell("closed", code=update.code, sentence=update.sentence)


async def obey(client: RoomClient, talk: Talk) -> None:
    """Do as one is told, until the input ends."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        match line.strip():
            case b"state":
                room = ROOM.dump_python(client.room, mode="json")
                tell("state", room=room, identity=client.identity)
            case b"pause":
                await talk.pause()
                tell("paused")
            case b"go":
                talk.go()
            case b"leave":
                await client.leave()
                break


async def main(config: Config) -> None:
    """Be in the room."""
    uplink.OpusEncoder = RepeatingEncoder  # type: ignore[attr-defined]
    if config.cheats:
        cheat()
    speaks = config.talks or config.cheats
    tone = Tone(config.tones[config.name], hears_while_muted=config.cheats) if speaks else None
    options = JoinOptions(
        room=config.room,
        name=config.name.title(),
        token=config.token,
        source=tone,
        sink=Ear(config.tones, but=config.name),
        create=CreateOptions(title=config.room.title()) if config.makes else None,
        kept=Keeping(sessions=KeptSessions(Path(config.kept)), program="chaos")
        if config.kept
        else None,
        **config.joins,  # type: ignore[typeddict-item]
    )
    client = await RoomClient.enter(config.url, **options)
    tell("in", identity=client.identity)
    talk = Talk(client, config)
    tasks = [asyncio.create_task(work) for work in (listen(client), *talk.works())]
    try:
        await obey(client, talk)
    finally:
        for task in tasks:
            task.cancel()
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(Config(**json.loads(sys.argv[1]))))
