"""Microphone and loudspeaker, through PortAudio.

PortAudio calls back on a thread of its own; there sound is only copied, from or to a ring.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from tui_rooms.audio.cards.channels import VoiceChannel, wanted_channels
from tui_rooms.audio.cards.headroom import Headroom
from tui_rooms.audio.cards.listing import DeviceInfo, find
from tui_rooms.audio.cards.naming import What
from tui_rooms.audio.cards.portaudio import scanned
from tui_rooms.audio.cards.ring import Ring
from tui_rooms.audio.cards.stream import LATENCIES, Callback, Stream
from tui_rooms.audio.frames import FRAME, RATE, Frame, Samples
from tui_rooms.audio.resample import Resampler

_STALLED: Final = 0.8
"""Seconds without a callback after which a device counts as dead; a block lasts a tenth of it."""
_CAPACITY: Final = RATE // 2
"""Samples of each ring."""
_SETTLED_AFTER: Final = 1.0
"""Seconds after its opening in which a device may miss blocks: it is only getting going."""
_STRAINED_BY: Final = 2
_STRAIN_SECONDS: Final = 60.0
_HEADROOM_BLOCKS: Final = 3
"""Kept ready for the loudspeaker at first: a frame."""
_WIDTH: Final = 2
"""Bytes of a sample."""


def open_microphone(
    name: str | None = None,
    rate: int = RATE,
    *,
    latency: float = LATENCIES[0],
    on_ready: Callable[[], None] | None = None,
) -> "Microphone":
    """Start listening to a microphone.

    Args:
        name: what a device is called, or a part of it in any case; None for the default one.
        rate: what to ask of the device; it gets its own where it refuses that. Whatever it is,
            frames have 48 kHz.
        latency: seconds to ask of the device.
        on_ready: called when there is a frame to be read, on PortAudio's thread: it must return
            at once.

    Raises:
        DeviceError: `no-portaudio`, `no-device`, `device-busy` or `device-failed`.
    """
    with scanned():
        return Microphone(find(name, "microphone"), rate, latency, on_ready)


def open_loudspeaker(
    name: str | None = None,
    rate: int = RATE,
    *,
    latency: float = LATENCIES[0],
    on_ready: Callable[[], None] | None = None,
) -> "Loudspeaker":
    """Start a loudspeaker, silent at first. Arguments and errors as for `open_microphone`;
    `on_ready` is called when a frame is wanted."""
    with scanned():
        return Loudspeaker(find(name, "loudspeaker"), rate, latency, on_ready)


class _End:
    """What both ends of the sound have in common."""

    def __init__(
        self,
        what: What,
        device: DeviceInfo,
        *,
        channels: Sequence[int],
        held: int,
        rate: int,
        latency: float,
        callback: Callback,
    ) -> None:
        """
        Args:
            held: channels in the ring at most.
        """
        self.device = device
        self._ring = Ring(_CAPACITY * held)
        self._held = 1
        """Channels in the ring."""
        self._opened_at = self._called_at = time.monotonic()
        self._missed: deque[float] = deque(maxlen=_STRAINED_BY)
        """When the device's own buffer ran out, or over."""
        self._stream = Stream(
            what,
            device.index,
            device.called(what),
            channels=channels,
            rate=rate,
            own_rate=device.rate,
            latency=latency,
            callback=callback,
        )
        self._opened_at = time.monotonic()

    @property
    def running(self) -> bool:
        """False once the device has gone away."""
        return self._stream.running

    @property
    def stalled(self) -> bool:
        """Whether the device has not called for most of a second, although it should."""
        # Opening may take seconds, without a call.
        return time.monotonic() - max(self._called_at, self._opened_at) > _STALLED

    @property
    def strained(self) -> bool:
        """Whether this machine is too busy for so little latency: the device's own buffer has run
        out, or over, more than once within a minute. That can be heard."""
        missed = self._missed
        return len(missed) == _STRAINED_BY and missed[-1] - missed[0] < _STRAIN_SECONDS

    @property
    def latency(self) -> float:
        """Seconds between a sample here and at the device's end."""
        return self.device_latency + self._ring.fill / self._held / self._stream.rate

    @property
    def device_latency(self) -> float:
        """The part of it that the device itself needs, as it tells."""
        return self._stream.latency

    def close(self) -> None:
        """Let the device go. A second time changes nothing."""
        self._stream.close()

    def _called(self, status: Any) -> None:
        """To be told first in each callback; `status` is true after a block was missed."""
        self._called_at = time.monotonic()
        if status and self._called_at - self._opened_at > _SETTLED_AFTER:
            self._missed.append(self._called_at)


class Microphone(_End):
    """An open microphone. To be read by one thread; use `open_microphone`."""

    def __init__(
        self,
        device: DeviceInfo,
        rate: int,
        latency: float,
        on_ready: Callable[[], None] | None,
    ) -> None:
        self.overruns = 0
        """Callbacks whose sound was lost in part, as nobody had read."""
        self._on_ready = on_ready or _nobody
        self._enough = FRAME
        """Samples of the device that make a frame."""
        self._converted = np.empty(0, np.int16)
        """At 48 kHz, less than a frame; used only where the device has another rate."""
        self._resampler: Resampler | None = None
        channels = wanted_channels(device.inputs)
        super().__init__(
            "microphone",
            device,
            channels=channels,
            held=channels[0],
            rate=rate,
            latency=latency,
            callback=self._captured,
        )
        self._held = self._stream.channels
        self._voice = VoiceChannel(self._held)
        self._enough *= self._held
        if self._stream.rate != RATE:
            self._resampler = Resampler(self._stream.rate, RATE)
            self._enough = self._held * FRAME * self._stream.rate // RATE

    def read(self) -> Frame | None:
        """The next frame, or None until there is a full one."""
        if self._resampler is not None:
            return self._read_converted(self._resampler)
        return self._take(FRAME) if self._ring.fill >= FRAME * self._held else None

    def _take(self, count: int) -> Samples:
        sound = np.empty(count * self._held, np.int16)
        self._ring.read_into(sound)
        return self._voice.mono(sound)

    def _read_converted(self, resampler: Resampler) -> Frame | None:
        waiting = self._ring.fill // self._held
        if self._converted.size < FRAME and waiting:
            fresh = resampler.push(self._take(waiting))
            self._converted = np.concatenate((self._converted, fresh))
        if self._converted.size < FRAME:
            return None
        frame, self._converted = self._converted[:FRAME], self._converted[FRAME:]
        return frame

    def _captured(self, data: Any, _count: int, _time: Any, status: Any) -> None:
        # PortAudio's own thread: no locks, no waiting. All channels: who reads chooses.
        self._called(status)
        if self._ring.write(data) < len(data) // _WIDTH:
            self.overruns += 1
        if self._ring.fill >= self._enough:
            self._on_ready()


class Loudspeaker(_End):
    """An open loudspeaker. To be written by one thread; use `open_loudspeaker`."""

    def __init__(
        self,
        device: DeviceInfo,
        rate: int,
        latency: float,
        on_ready: Callable[[], None] | None,
    ) -> None:
        self.underruns = 0
        """Times that the sound ran out."""
        self._on_ready = on_ready or _nobody
        self._dry = True
        """Whether the sound has run out, or has not begun."""
        self._ready = 0
        """Samples that should wait in the ring when the card has taken a block."""
        self._underruns_seen = 0
        self._early = 0.0
        """Seconds by which the card came early at most, since the last writing."""
        self._block_seconds = 0.0
        self._resampler: Resampler | None = None
        super().__init__(
            "loudspeaker",
            device,
            channels=[1, 2][: device.outputs],
            held=1,
            rate=rate,
            latency=latency,
            callback=self._wanted_by_card,
        )
        self._block = self._stream.block
        self._block_seconds = self._block / self._stream.rate
        self._headroom = Headroom(self._block_seconds, _HEADROOM_BLOCKS * self._block_seconds)
        self._ready = self._enough()
        if self._stream.rate != RATE:
            self._resampler = Resampler(RATE, self._stream.rate)

    def write(self, frame: Samples) -> None:
        """Append sound, usually a frame; what does not fit is dropped."""
        self._ring.write(frame if self._resampler is None else self._resampler.push(frame))
        self._dry = False

    def wanted(self) -> int:
        """Frames that should be written now; to be asked when `on_ready` is called, or else every
        few milliseconds.

        More sound is held ready after it has nearly run out, less again when all is well for a
        while.
        """
        now = time.monotonic()
        if self.underruns > self._underruns_seen:
            self._underruns_seen = self.underruns
            self._headroom.ran_dry(now)
            self._ready = self._enough()
        fill = self._ring.fill
        if fill >= self._ready:
            return 0
        if not self._dry:
            left = (fill // self._block + 1) * self._block_seconds
            early, self._early = self._early, 0.0
            self._headroom.called_early(early)
            self._headroom.written(now, self._called_at + left - now)
            self._ready = self._enough()
        return max(0, -((fill - self._ready) * RATE // (FRAME * self._stream.rate)))

    def _enough(self) -> int:
        return self._block + round(self._headroom.seconds * self._stream.rate)

    def _wanted_by_card(self, data: Any, count: int, _time: Any, status: Any) -> None:
        # PortAudio's own thread: no locks, no waiting.
        before = self._called_at
        self._called(status)
        # Once a block: a float may be replaced from here, and is read by the loop's thread.
        self._early = max(self._early, self._block_seconds - (self._called_at - before))
        if len(data) == _WIDTH * count:
            got = self._ring.read_into(data)
            if got < count:
                data[_WIDTH * got :] = bytes(_WIDTH * (count - got))
        else:
            mono = np.empty(count, np.int16)
            got = self._ring.read_into(mono)
            mono[got:] = 0
            np.frombuffer(data, np.int16).reshape(count, -1)[:] = mono[:, np.newaxis]
        if got < count and not self._dry:
            self._dry = True
            self.underruns += 1
        if self._ring.fill < self._ready:
            self._on_ready()


def _nobody() -> None:
    """Nobody waits for the device."""
