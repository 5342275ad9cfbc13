"""One stream of PortAudio's, in the form that is wanted or the nearest that the device has."""

from collections.abc import Callable
from typing import Any, Final

from tui_rooms.audio.portaudio import (
    INVALID_CHANNELS,
    INVALID_RATE,
    closed,
    device_error,
    opening,
    portaudio,
)

BLOCKS_A_SECOND: Final = 100
"""Callbacks. Twice as many take 10 ms less from mouth to ear, and 1.4 % of a core more."""
LATENCIES: Final = (0.020, 0.040, 0.080)
"""Seconds to ask of a device: two blocks, and more where the machine is too busy for that."""

Callback = Callable[[Any, int, Any, Any], None]
"""(samples as the card's own buffer, how many, times, flags), on PortAudio's thread."""


class Stream:
    """Runs from its making until it is closed.

    Args:
        what: "microphone" or "loudspeaker".
        device: PortAudio's number of it.
        name: of the device, for people.
        most_channels: it gets one channel, or as many as this where it refuses one.
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
        most_channels: int,
        rate: int,
        own_rate: float,
        latency: float,
        callback: Callback,
    ) -> None:
        sounddevice = portaudio()
        maker = sounddevice.RawInputStream
        if what == "loudspeaker":
            maker = sounddevice.RawOutputStream
        form = {
            "channels": 1,
            "samplerate": rate,
            "blocksize": rate // BLOCKS_A_SECOND,
            "device": device,
            "dtype": "int16",
            "latency": latency,
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
                    own_rate=own_rate,
                )
                self._stream.start()
        except sounddevice.PortAudioError as failed:
            if self._stream is not None:
                self._stream.close()
            raise device_error(what, name, failed) from failed

    @property
    def running(self) -> bool:
        """False once the device has gone away, or this is closed."""
        return self._stream is not None and bool(self._stream.active)

    @property
    def rate(self) -> int:
        """Samples a second that the device takes or gives."""
        return int(self._stream.samplerate)

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


def _made(
    maker: Any,
    form: dict[str, Any],
    refusal: type[Exception],
    *,
    most_channels: int,
    own_rate: float,
) -> Any:
    """A stream as near to the wanted form as the device has it. PortAudio converts the samples'
    own format."""
    while True:
        try:
            return maker(**form)
        except refusal as refused:
            if INVALID_CHANNELS in refused.args and form["channels"] < most_channels:
                form["channels"] = most_channels  # some hardware has only pairs of channels
            elif INVALID_RATE in refused.args and form["samplerate"] != own_rate:
                form["samplerate"] = own_rate
                form["blocksize"] = int(own_rate) // BLOCKS_A_SECOND
            elif form["latency"] != "high":
                form["latency"] = "high"  # some has larger buffers only
            else:
                raise
