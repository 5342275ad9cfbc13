"""Microphone and loudspeaker, through PortAudio.

PortAudio calls back on a thread of its own; there sound is only copied, from or to a ring.
"""

import sys
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from tui_rooms.audio.errors import DeviceError
from tui_rooms.audio.frames import FRAME, RATE, Frame, Samples
from tui_rooms.audio.portaudio import (
    INVALID_CHANNELS,
    INVALID_RATE,
    closed,
    device_error,
    opening,
    portaudio,
    scanned,
)
from tui_rooms.audio.resample import Resampler
from tui_rooms.audio.ring import Ring

_LATENCY: Final = 0.020
"""Seconds asked of the device. With 40 ms a voice took 29 ms longer from mouth to ear, with 10 ms
no less than with 20."""
_STALLED: Final = 0.8
"""Seconds without a callback after which a device counts as dead; a block lasts a tenth of it."""
_CAPACITY: Final = RATE // 2
"""Samples of each ring."""
_LARGEST_BLOCK: Final = RATE
"""Samples that one callback may ask for at most."""
_LEAST_READY: Final = 5 * FRAME // 4
_MOST_READY: Final = 6 * FRAME
"""Bounds of the samples that wait for the loudspeaker."""
_CALM_SECONDS: Final = 10.0
"""Time without an underrun after which fewer need to wait."""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """One device, as PortAudio sees it."""

    index: int
    name: str
    host_api: str
    """ALSA, Core Audio, Windows WASAPI, …"""
    inputs: int
    """Channels."""
    outputs: int
    default_input: bool
    default_output: bool
    rate: float
    """The device's own rate in Hz; others are converted where the host API does that."""


def list_devices() -> list[DeviceInfo]:
    """All devices now; none is an empty list.

    While one is open, PortAudio cannot notice what has been plugged in or out since.

    Raises:
        DeviceError: `no-portaudio`, or `device-failed`.
    """
    with scanned() as sounddevice:
        apis = sounddevice.query_hostapis()
        devices = sounddevice.query_devices()
        first_in, first_out = sounddevice.default.device
    return [
        DeviceInfo(
            index=device["index"],
            name=device["name"],
            host_api=apis[device["hostapi"]]["name"],
            inputs=device["max_input_channels"],
            outputs=device["max_output_channels"],
            default_input=device["index"] == first_in,
            default_output=device["index"] == first_out,
            rate=device["default_samplerate"],
        )
        for device in devices
    ]


def open_microphone(name: str | None = None, rate: int = RATE) -> "Microphone":
    """Start listening to a microphone.

    Args:
        name: a device's name, or a part of it in any case; None for the default one.
        rate: what to ask of the device; it gets its own where it refuses that. Whatever it is,
            frames have 48 kHz.

    Raises:
        DeviceError: `no-portaudio`, `no-device`, `device-busy` or `device-failed`.
    """
    with scanned():
        return Microphone(_find(name, "microphone"), rate)


def open_loudspeaker(name: str | None = None, rate: int = RATE) -> "Loudspeaker":
    """Start a loudspeaker, silent at first. Arguments and errors as for `open_microphone`."""
    with scanned():
        return Loudspeaker(_find(name, "loudspeaker"), rate)


class Microphone:
    """An open microphone. To be read by one thread; use `open_microphone`."""

    def __init__(self, device: DeviceInfo, rate: int = RATE) -> None:
        self.device = device
        self.overruns = 0
        """Callbacks whose sound was lost in part, as nobody had read."""
        self._ring = Ring(_CAPACITY)
        self._called_at = time.monotonic()
        channels = min(device.inputs, 2)
        self._stream = _Stream("microphone", device, channels, rate, self._captured)
        self._converted = np.empty(0, np.int16)
        """At 48 kHz, less than a frame; used only where the device has another rate."""
        self._resampler = None
        if self._stream.rate != RATE:
            self._resampler = Resampler(self._stream.rate, RATE)

    def read(self) -> Frame | None:
        """The next frame, or None until there is a full one."""
        if self._resampler is not None:
            return self._read_converted(self._resampler)
        if self._ring.fill < FRAME:
            return None
        frame = np.empty(FRAME, np.int16)
        self._ring.read_into(frame)
        return frame

    def due(self) -> float:
        """Seconds until there may be a full frame."""
        missing = FRAME - self._converted.size - self._ring.fill
        return max(0.0, missing / self._stream.rate)

    def _read_converted(self, resampler: Resampler) -> Frame | None:
        if self._converted.size < FRAME and self._ring.fill:
            fresh = np.empty(self._ring.fill, np.int16)
            self._ring.read_into(fresh)
            self._converted = np.concatenate((self._converted, resampler.push(fresh)))
        if self._converted.size < FRAME:
            return None
        frame, self._converted = self._converted[:FRAME], self._converted[FRAME:]
        return frame

    @property
    def running(self) -> bool:
        """False once the device has gone away."""
        return self._stream.running

    @property
    def stalled(self) -> bool:
        """Whether the device has not called for most of a second, although it should."""
        return time.monotonic() - self._called_at > _STALLED

    @property
    def latency(self) -> float:
        """Seconds between a sample here and at the device's end."""
        return self.device_latency + self._ring.fill / self._stream.rate

    @property
    def device_latency(self) -> float:
        """The part of it that the device itself needs, as it tells."""
        return self._stream.latency

    def close(self) -> None:
        """Let the device go. A second time changes nothing."""
        self._stream.close()

    def _captured(self, data: Any, count: int, _time: Any, _status: Any) -> None:
        # PortAudio's own thread: no locks, no waiting.
        self._called_at = time.monotonic()
        # Of two channels the first: interfaces with one microphone leave the other empty.
        samples = np.frombuffer(data, np.int16).reshape(count, -1)[:, 0]
        if self._ring.write(samples) < count:
            self.overruns += 1


class Loudspeaker:
    """An open loudspeaker. To be written by one thread; use `open_loudspeaker`."""

    def __init__(self, device: DeviceInfo, rate: int = RATE) -> None:
        self.device = device
        self.underruns = 0
        """Times that the sound ran out."""
        self._ring = Ring(_CAPACITY)
        self._called_at = time.monotonic()
        self._scratch = np.zeros(_LARGEST_BLOCK, np.int16)
        self._dry = True
        """Whether the sound has run out, or has not begun."""
        self._ready = float(_LEAST_READY)
        """Samples that should wait in the ring."""
        self._underruns_seen = 0
        self._looked_at = time.monotonic()
        channels = min(device.outputs, 2)
        self._stream = _Stream("loudspeaker", device, channels, rate, self._wanted_by_card)
        self._resampler = None
        if self._stream.rate != RATE:
            self._resampler = Resampler(RATE, self._stream.rate)

    def write(self, frame: Samples) -> None:
        """Append sound, usually a frame; what does not fit is dropped."""
        self._ring.write(frame if self._resampler is None else self._resampler.push(frame))
        self._dry = False

    def wanted(self) -> int:
        """Frames that should be written now; to be asked at least every 20 ms.

        More sound is held ready after it has run out, less again when all is well for a while.
        """
        now = time.monotonic()
        if self.underruns > self._underruns_seen:
            self._underruns_seen = self.underruns
            self._ready = min(self._ready + FRAME / 2, _MOST_READY)
            self._looked_at = now
        elif now - self._looked_at > _CALM_SECONDS:
            self._ready = max(self._ready - FRAME / 4, _LEAST_READY)
            self._looked_at = now
        missing = self._ready - self._ring.fill
        return max(0, -int(-missing * RATE // (FRAME * self._stream.rate)))

    def due(self) -> float:
        """Seconds until a frame may be wanted."""
        return max(0.0, (self._ring.fill - self._ready) / self._stream.rate)

    @property
    def running(self) -> bool:
        """False once the device has gone away."""
        return self._stream.running

    @property
    def stalled(self) -> bool:
        """Whether the device has not called for most of a second, although it should."""
        return time.monotonic() - self._called_at > _STALLED

    @property
    def latency(self) -> float:
        """Seconds between a sample here and at the device's end."""
        return self.device_latency + self._ring.fill / self._stream.rate

    @property
    def device_latency(self) -> float:
        """The part of it that the device itself needs, as it tells."""
        return self._stream.latency

    def close(self) -> None:
        """Let the device go. A second time changes nothing."""
        self._stream.close()

    def _wanted_by_card(self, data: Any, count: int, _time: Any, _status: Any) -> None:
        # PortAudio's own thread: no locks, no waiting.
        self._called_at = time.monotonic()
        out = np.frombuffer(data, np.int16).reshape(count, -1)
        mono = self._scratch[:count]
        got = self._ring.read_into(mono)
        mono[got:] = 0
        out[:] = mono[:, np.newaxis]
        if got < count and not self._dry:
            self._dry = True
            self.underruns += 1


class _Stream:
    """A PortAudio stream that runs from its making until it is closed."""

    def __init__(
        self, what: str, device: DeviceInfo, most_channels: int, rate: int, callback: Any
    ) -> None:
        sounddevice = portaudio()
        maker = sounddevice.RawInputStream
        if what == "loudspeaker":
            maker = sounddevice.RawOutputStream
        form = {
            "channels": 1,
            "samplerate": rate,
            "device": device.index,
            "dtype": "int16",
            "latency": _LATENCY,
            "callback": callback,
        }
        self._stream: Any = None
        try:
            with opening():
                self._stream = _made(
                    maker,
                    form,
                    sounddevice.PortAudioError,
                    most_channels=most_channels,
                    own_rate=device.rate,
                )
                self._stream.start()
        except sounddevice.PortAudioError as failed:
            if self._stream is not None:
                self._stream.close()
            raise device_error(what, device.name, failed) from failed

    @property
    def running(self) -> bool:
        return self._stream is not None and bool(self._stream.active)

    @property
    def rate(self) -> int:
        """Samples a second that the device takes or gives."""
        return int(self._stream.samplerate)

    @property
    def latency(self) -> float:
        """Seconds, as the device tells."""
        return float(self._stream.latency) if self._stream is not None else 0.0

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None:
            return
        # Not stop(): it plays what is left, and hangs where the sound server is gone.
        stream.abort()
        stream.close()
        closed()


def _made(
    maker: Any,
    form: dict[str, Any],
    refusal: type[Exception],
    *,
    most_channels: int,
    own_rate: float,
) -> Any:
    """A stream as near to the wanted form as the device has it."""
    while True:
        try:
            return maker(**form)
        except refusal as refused:
            if INVALID_CHANNELS in refused.args and form["channels"] < most_channels:
                form["channels"] = most_channels  # some hardware has only pairs of channels
            elif INVALID_RATE in refused.args and form["samplerate"] != own_rate:
                form["samplerate"] = own_rate
            elif form["latency"] != "high":
                form["latency"] = "high"  # some has larger buffers only
            else:
                raise


def _find(name: str | None, what: str) -> DeviceInfo:
    devices = [
        device
        for device in list_devices()
        if (device.inputs if what == "microphone" else device.outputs) > 0
    ]
    if not devices:
        sentence = f"no sound device: this machine has no {what}. Plug one in"
        if sys.platform == "linux":
            sentence += (
                ", or start the sound server and install its ALSA plugin with: "
                "apt install libasound2-plugins (Debian)"
            )
        raise DeviceError("no-device", sentence)
    if name is None:
        for device in devices:
            if device.default_input if what == "microphone" else device.default_output:
                return device
        return devices[0]
    wanted = name.casefold()
    for matches in (
        [device for device in devices if device.name.casefold() == wanted],
        [device for device in devices if wanted in device.name.casefold()],
    ):
        if matches:
            return matches[0]
    names = ", ".join(f'"{device.name}"' for device in devices)
    raise DeviceError("no-device", f'no {what} opened: none is called "{name}". There is: {names}')
