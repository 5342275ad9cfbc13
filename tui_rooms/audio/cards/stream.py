"""One stream of PortAudio's, in the form that is wanted or the nearest that the device has."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from tui_rooms.audio.cards.portaudio import (
    INVALID_CHANNELS,
    INVALID_RATE,
    abandoned,
    closed,
    device_error,
    opening,
    portaudio,
)
from tui_rooms.audio.errors import DeviceError
from tui_rooms.audio.frames import FRAME, RATE

BLOCKS_A_SECOND: Final = 150
"""Callbacks of a loudspeaker: three are a frame. With 100 it has two blocks ready instead of three,
and runs dry on a busy machine; with 200 they cost half as much again of the processor."""
LATENCIES: Final = (0.020, 0.040, 0.080)
"""Seconds to ask of a device: three blocks, and more where the machine is too busy for that."""

START_LIMIT: Final = 2.0
"""Seconds for a stream to start; PortAudio itself gives up after one, unless it never returns."""
STARTS: Final = 2
"""Streams that are tried before a device that never starts is given up."""

Callback = Callable[[Any, int, Any, Any], None]
"""(samples as the card's own buffer, how many, times, flags), on PortAudio's thread."""


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of a device."""

    channels: int
    rate: int
    latency: float | Literal["high"]
    """Seconds, or what the device itself calls much."""

    def instead(
        self, refusal: Sequence[object], channels: Sequence[int], own_rate: int
    ) -> "Form | None":
        """The nearest form to ask for next; None when nothing is left to try.

        Args:
            refusal: PortAudio's text and error code.
            channels: numbers of channels to try, one after the other.
            own_rate: the device's.
        """
        others = channels[channels.index(self.channels) + 1 :]
        if INVALID_CHANNELS in refusal and others:
            return replace(self, channels=others[0])
        if INVALID_RATE in refusal and self.rate != own_rate:
            return replace(self, rate=own_rate)
        if self.latency != "high":
            return replace(self, latency="high")  # some hardware has larger buffers only
        return None


class Stream:
    """Runs from its making until it is closed.

    Args:
        what: "microphone" or "loudspeaker".
        device: PortAudio's number of it.
        name: of the device, for people.
        channels: how many to ask for; the next number where it refuses one.
        rate: samples a second to ask for.
        own_rate: it gets this one where it refuses `rate`.
        latency: seconds to ask for; it gets more where it refuses that.
        callback: takes or gives int16 samples, channels interleaved.

    Raises:
        DeviceError: `no-portaudio`, `no-device`, `device-busy` or `device-failed`.
    """

    def __init__(
        self,
        what: str,
        device: int,
        name: str,
        *,
        channels: Sequence[int],
        rate: int,
        own_rate: float,
        latency: float,
        callback: Callback,
    ) -> None:
        sounddevice = portaudio()
        maker = sounddevice.RawInputStream
        if what == "loudspeaker":
            maker = sounddevice.RawOutputStream
        self._stream: Any = None

        def make(form: Form) -> Any:
            while True:
                try:
                    return maker(
                        device=device,
                        dtype="int16",  # PortAudio converts where the device has others
                        channels=form.channels,
                        samplerate=form.rate,
                        blocksize=_block(what, form.rate),
                        latency=form.latency,
                        callback=callback,
                    )
                except sounddevice.PortAudioError as refused:
                    nearest = form.instead(refused.args, channels, int(own_rate))
                    if nearest is None:
                        raise
                    form = nearest

        for _ in range(STARTS):
            stream = None
            try:
                with opening():
                    stream = make(Form(channels[0], rate, latency))
                    returns = _start(stream, sounddevice.PortAudioError)
            except sounddevice.PortAudioError as failed:
                if stream is not None:
                    stream.close()
                raise device_error(what, name, failed) from failed
            if returns:
                self._stream = stream
                return
            abandoned()
        raise DeviceError("device-failed", f'no {what} opened ("{name}": it never started)')

    @property
    def running(self) -> bool:
        """False once the device has gone away, or this is closed."""
        return self._stream is not None and bool(self._stream.active)

    @property
    def rate(self) -> int:
        """Samples a second that the device takes or gives."""
        return int(self._stream.samplerate)

    @property
    def channels(self) -> int:
        """How many the device gives or takes."""
        return int(self._stream.channels)

    @property
    def block(self) -> int:
        """Samples of each callback."""
        return int(self._stream.blocksize)

    @property
    def latency(self) -> float:
        """Seconds, as the device tells."""
        return float(self._stream.latency) if self._stream is not None else 0.0

    def close(self) -> None:
        """Let the device go. A second time changes nothing."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        # Not stop(): it plays what is left, and hangs where the sound server is gone.
        stream.abort()
        stream.close()
        closed()


def _block(what: str, rate: int) -> int:
    """Samples of each callback."""
    if what == "microphone" and rate == RATE:
        # Nobody can use less. And smaller blocks come from PulseAudio by twos, every 13 ms, so
        # that frames were sent now early, now late, and all who listen held them back for that.
        return FRAME
    return rate // BLOCKS_A_SECOND


def _start(stream: Any, failure: type[Exception]) -> bool:
    """Start it; whether that has an end.

    PortAudio 19.6 can wait for ever where ALSA does not start a device: its own thread ends, and
    keeps a mutex.

    Args:
        failure: what is raised where it says that it does not start.
    """
    outcome: list[Exception | None] = []

    def start() -> None:
        try:
            stream.start()
        except failure as problem:
            outcome.append(problem)
        else:
            outcome.append(None)

    thread = threading.Thread(target=start, name="start of a sound device", daemon=True)
    thread.start()
    thread.join(START_LIMIT)
    for problem in outcome:
        if problem is not None:
            raise problem
    return bool(outcome)
