"""This machine's microphone and loudspeaker, watched: did they open, and how loud is one?

No sound device is a normal way to be in a room, so the screen says it all the time and not only
once.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tui_rooms.client.sound.gate import GatedSource, VoiceGate
from tui_rooms.tui.messages import SoundChanged
from tui_rooms.tui.model.room_view import Sound
from tui_rooms.tui.model.sentences import sentence_of

if TYPE_CHECKING:
    from tui_rooms.client.devices.ends import DeviceSink, DeviceSource
    from tui_rooms.client.options import ProcessingOptions
    from tui_rooms.client.sound.cues import CuedSink
    from tui_rooms.client.sound.ends import FrameSink, FrameSource
    from tui_rooms.tui.settings.schema import Audio


class Ears:
    """Makes the ends of the sound for a room, and tells when one of them does not open."""

    def __init__(self, put: Callable[[Message], None], audio: "Audio") -> None:
        self._audio = audio
        self.gate = VoiceGate()
        """Of one's own voice; the screen reads and sets it."""
        self._put = put
        self._sound = Sound()
        self._cued: CuedSink | None = None
        self._ends: tuple[DeviceSource, DeviceSink] | None = None
        """Of the newest room."""

    def begin(self) -> None:
        """Tell how it is before anything has been opened."""
        self._put(SoundChanged(self._sound))

    def open(self) -> "tuple[FrameSource, FrameSink]":
        """A microphone and a loudspeaker; they open when the room wants them."""
        from tui_rooms.client.sound.cues import CuedSink

        self._ends = source, sink = self.devices()
        self._cued = CuedSink(WatchedSink(sink, self._hears))
        return GatedSource(WatchedSource(source, self._speaks), self.gate), self._cued

    def devices(self, audio: "Audio | None" = None) -> "tuple[DeviceSource, DeviceSink]":
        """Those devices, or the chosen ones; not open yet."""
        from tui_rooms.client.devices.ends import DeviceSink, DeviceSource

        wanted = audio or self._audio
        # What is only tried is listened to, muted or not.
        releases = audio is None and wanted.release_while_muted
        source = DeviceSource(wanted.microphone or None, release_while_muted=releases)
        return source, DeviceSink(wanted.loudspeaker or None)

    def use(self, audio: "Audio") -> None:
        """These devices from now on, in the room that one is in too. On the client's loop."""
        self._audio = audio
        if self._ends is not None:
            source, sink = self._ends
            source.choose(audio.microphone or None)
            source.release_while_muted(releases=audio.release_while_muted)
            sink.choose(audio.loudspeaker or None)

    def processing(self) -> "ProcessingOptions":
        """What is done to one's own sound."""
        from tui_rooms.client.options import processing_options

        audio = self._audio
        return processing_options(
            echo_cancellation=audio.echo_cancellation,
            noise_suppression=audio.noise_suppression,
            gain_control=audio.gain_control,
            high_pass=audio.high_pass,
        )

    def cue(self, *, is_open: bool) -> None:
        """The microphone has opened or closed; a sound says so, when that is wanted."""
        if self._cued is not None and self._audio.cues:
            self._cued.cue(is_open=is_open)

    def _speaks(self, error: Exception | None) -> None:
        self._tell(replace(self._sound, speaks=error is None, sentence=_said(error)))

    def _hears(self, error: Exception | None) -> None:
        self._tell(replace(self._sound, hears=error is None, sentence=_said(error)))

    def _tell(self, sound: Sound) -> None:
        if sound != self._sound:
            self._sound = sound
            self._put(SoundChanged(sound))


class WatchedSource:
    """A `FrameSource` that tells whether it opened."""

    def __init__(self, inner: "FrameSource", tell: Callable[[Exception | None], None]) -> None:
        self._inner = inner
        self._tell = tell
        self.frames = inner.frames
        self.close = inner.close

    def __getattr__(self, name: str) -> Any:
        """What only devices have: latency, notices, the choice of another one."""
        return getattr(self._inner, name)

    async def open(self) -> None:
        """As the inner one's."""
        await _open(self._inner, self._tell)


class WatchedSink:
    """A `FrameSink` that tells whether it opened."""

    def __init__(self, inner: "FrameSink", tell: Callable[[Exception | None], None]) -> None:
        self._inner = inner
        self._tell = tell
        self.play = inner.play
        self.close = inner.close

    def __getattr__(self, name: str) -> Any:
        """As of the source."""
        return getattr(self._inner, name)

    async def open(self) -> None:
        """As the inner one's."""
        await _open(self._inner, self._tell)


async def _open(end: "FrameSource | FrameSink", tell: Callable[[Exception | None], None]) -> None:
    try:
        await end.open()
    except Exception as error:
        tell(error)
        raise
    tell(None)


def _said(error: Exception | None) -> str:
    return "" if error is None else sentence_of(error)
