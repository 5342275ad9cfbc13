"""The way that a client's sound takes: one media path after another, as the network allows.

Source and sink stay while paths come and go. aiortc and numpy are loaded with the first offer,
not before: a lobby opens without them.
"""

import asyncio
import gc
import importlib
import logging
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Final

from tui_rooms.client.errors import LinkError
from tui_rooms.client.link.backoff import delays
from tui_rooms.client.link.ways import MEDIA, MediaEvent, MediaPhase
from tui_rooms.client.sound.ends import FrameSink, FrameSource
from tui_rooms.client.sound.levels import LevelTable
from tui_rooms.client.sound.volumes import Volumes
from tui_rooms.client.stats import Statistics
from tui_rooms.rules.errors import RoomError
from tui_rooms.wire import messages
from tui_rooms.wire.errors import ProtocolError

if TYPE_CHECKING:
    from tui_rooms.audio.processing import ProcessingOptions
    from tui_rooms.client.sound.path import MediaPath
    from tui_rooms.client.sound.voice import Voice

LONGEST_PAUSE: Final = 3.0
"""Seconds between two tries at a path: the server is there, so only UDP can be in the way, and each
try waits for that for ten by itself."""
LOOK_EVERY: Final = 0.25
STEADY_AFTER: Final = 10.0
"""Seconds after which a path was a good one, and its loss is answered at once."""
logger = logging.getLogger(__name__)


class Media:
    """Owned by a `RoomClient`, on its loop."""

    def __init__(
        self,
        *,
        levels: LevelTable,
        volumes: Volumes,
        processing: "ProcessingOptions | bool" = False,
        source: FrameSource | None,
        sink: FrameSink | None,
        answer: Callable[[str], Awaitable[None]],
        ask: Callable[[], Awaitable[None]],
        on_phase: Callable[[], None],
        on_notice: Callable[[str], None],
        is_silent: Callable[[], bool] = lambda: False,
    ) -> None:
        """
        Args:
            processing: what is done to the source's sound; False for sound that is clean.
            answer: brings our answer to the server.
            ask: asks the server for a new offer.
            on_phase: `phase` has changed.
            on_notice: takes a sentence for people.
            is_silent: whether nothing comes from the server by the other way either.
        """
        self.phase = MediaPhase.OFF
        self._levels = levels
        self._volumes = volumes
        self._processing = processing
        self._source = source
        self._sink = sink
        self._answer = answer
        self._ask = ask
        self._on_phase = on_phase
        self._on_notice = on_notice
        self._is_silent = is_silent
        self._microphone = ("", False, False)
        self._sources: dict[int, str] = {}
        self._speakers: frozenset[str] | None = None
        self._voice: Voice | None = None
        self._path: MediaPath | None = None
        self._turn = asyncio.Lock()
        """Held by whoever opens or closes a path."""
        self._works: set[asyncio.Task[None]] = set()
        self._pauses = delays(longest=LONGEST_PAUSE)
        self._connected_at = 0.0
        self._opened_at = 0.0
        """When the last try at a path began."""
        self._complained = False
        self._closed = False

    def on_message(self, message: messages.ServerMessage) -> None:
        """Take one of the server's messages on media; others change nothing."""
        match message:
            case messages.MediaOffer():
                self._step(MediaEvent.OFFERED)
                self._instead(lambda: self._open(message.sdp))
            case messages.MediaLost():
                self._lose(message.reason)
            case messages.MediaLoss():
                if self._voice is not None:
                    self._voice.report_loss(message.uplink, message.downlink)
            case messages.Sources():
                self._sources = message.sources
                if self._path is not None:
                    self._path.downlink.sources = message.sources
            case _:
                pass

    def set_speakers(self, speakers: frozenset[str]) -> None:
        """Say who may be heard, by their identities: the others' last words are not drawn out."""
        self._speakers = speakers
        if self._path is not None:
            self._path.downlink.speakers = speakers

    def set_microphone(self, identity: str, *, may_speak: bool, is_open: bool) -> None:
        """Say whose sound it is, whether they may speak at all, and whether they do now."""
        self._microphone = (identity, may_speak, is_open)
        self._tell_microphone()

    async def fallen_silent(self) -> None:
        """Wait until those who listen know that the microphone was closed; a moment at most."""
        if self._voice is not None:
            await self._voice.fallen_silent()

    def set_processing(self, options: "ProcessingOptions") -> None:
        """Switch echo cancellation and the others; without a microphone it changes nothing."""
        if self._processing is False:
            return
        self._processing = options
        if self._voice is not None:
            self._voice.set_processing(options)

    def suspend(self) -> None:
        """The link is lost: an offer comes with the next one.

        A path that is up stays as long as it leads somewhere: sound does not take the way of the
        link. A server that takes us for gone closes it.
        """
        if self.phase is not MediaPhase.CONNECTED:
            self._step(MediaEvent.LOST)
            self._instead(self._close_path)

    def figures(self) -> Statistics:
        """The counters, without the link's."""
        if self._voice is None:
            return Statistics()
        return self._voice.figures()

    async def close(self) -> None:
        """Let everything go, source and sink too; more than once changes nothing."""
        self._closed = True
        try:
            for work in self._works:
                work.cancel()
            if self._works:
                await asyncio.wait(self._works)
            await self._close_path()
            if self._voice is not None:
                await self._voice.close()
        finally:
            # Whatever becomes of the path: a file is finished, a device is let go.
            for end in (self._source, self._sink):
                if end is not None:
                    await end.close()
            self._step(MediaEvent.STOPPED)

    def _instead(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this instead of what is being done."""
        if self._closed:
            return

        async def run() -> None:
            async with self._turn:
                try:
                    await work()
                except Exception as exc:
                    # A task would keep it to itself; the room goes on without sound.
                    logger.exception("the way of the sound has failed")
                    self._step(MediaEvent.STOPPED)
                    self._on_notice(f"no sound, by a fault of tui-rooms ({type(exc).__name__})")

        for old in self._works:
            old.cancel()
        task = asyncio.create_task(run())
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    async def _open(self, sdp: str) -> None:
        await self._close_path()
        # A fifth of a second of imports, the first time: not on the loop.
        await asyncio.to_thread(_load_sound)
        self._opened_at = asyncio.get_running_loop().time()
        from tui_rooms.audio.errors import CodecError
        from tui_rooms.client.sound.path import MediaPath
        from tui_rooms.client.sound.voice import Voice
        from tui_rooms.rtc.transport import MediaPathError

        try:
            if self._voice is None:
                self._voice = Voice(
                    self._levels, self._source, self._sink, self._on_notice, self._processing
                )
                self._tell_microphone()
            self._path = MediaPath(
                sdp,
                levels=self._levels,
                volumes=self._volumes,
                uplink=self._voice.uplink,
                on_lost=self._on_path_lost,
                on_back=self._on_path_back,
            )
            self._path.downlink.sources = self._sources
            self._path.downlink.speakers = self._speakers
            await self._answer(self._path.session.answer())
            await self._path.connect()
        except CodecError as exc:
            self._on_notice(f"no sound: {exc.sentence}")
            self._step(MediaEvent.STOPPED)
        except (MediaPathError, ProtocolError, RoomError) as exc:
            await self._failed(exc.sentence)
        except LinkError:
            return  # the link is lost: an offer comes with the next one
        else:
            self._voice.attach(self._path)
            self._complained = False
            self._connected_at = asyncio.get_running_loop().time()
            self._step(MediaEvent.CONNECTED)

    def _tell_microphone(self) -> None:
        if self._voice is not None:
            identity, may_speak, is_open = self._microphone
            self._voice.set_microphone(identity, may_speak=may_speak, is_open=is_open)

    async def _failed(self, sentence: str) -> None:
        self._step(MediaEvent.LOST)
        if asyncio.get_running_loop().time() - self._opened_at > LONGEST_PAUSE:
            self._pauses = delays(longest=LONGEST_PAUSE)  # it has waited long enough itself
        if not self._complained:
            self._complained = True
            self._on_notice(f"{sentence}; trying again")
        await self._renew()

    def _on_path_lost(self, path: "MediaPath", sentence: str) -> None:
        if path is self._path:
            self._lose(sentence, path)

    def _on_path_back(self, path: "MediaPath") -> None:
        # An offer that was asked for meanwhile may yet come, and takes its place then.
        if path is self._path:
            self._step(MediaEvent.CONNECTED)
            self._instead(self._rest)

    def _lose(self, _reason: str, kept: "MediaPath | None" = None) -> None:
        """A path that only we hear nothing on is kept: networks come back."""
        # No notice yet: the link's state shows it, and most losses last a moment.
        if asyncio.get_running_loop().time() - self._connected_at > STEADY_AFTER:
            self._pauses = delays(longest=LONGEST_PAUSE)
        self._step(MediaEvent.LOST)
        self._instead(lambda: self._renew(kept))

    async def _rest(self) -> None:
        """Do nothing more about it."""

    async def _renew(self, kept: "MediaPath | None" = None) -> None:
        """Ask for a new offer, until one comes: it takes this work's place."""
        if self._path is not kept:
            await self._close_path()
        while True:
            await asyncio.sleep(next(self._pauses))
            while kept is not None and self._is_silent():  # noqa: ASYNC110 - it is only known
                # The network is gone: once it is back, so is what we have kept. What was asked
                # for now would come later than that, and replace it.
                await asyncio.sleep(LOOK_EVERY)
            try:
                await self._ask()
            except RoomError:
                continue  # asked too often; or out of the room, which ends this from outside
            except LinkError:
                return
            # The offer is on its way. Should it get lost, the next round asks again.
            await asyncio.sleep(STEADY_AFTER)

    async def _close_path(self) -> None:
        if self._voice is not None:
            self._voice.attach(None)
        if self._path is not None:
            # Cancelled halfway, it is still ours, and whoever comes next closes the rest.
            await self._path.close()
            self._path = None

    def _step(self, event: MediaEvent) -> None:
        phase = MEDIA.get((self.phase, event), self.phase)
        if phase is not self.phase:
            self.phase = phase
            self._on_phase()


@cache
def _load_sound() -> None:
    importlib.import_module("tui_rooms.client.sound.voice")
    # None of it is garbage. To look for some in it would stop all threads, the sound card's too,
    # for 13 ms each time; a block lasts 7.
    gc.freeze()
