"""What is done to one's own sound before it is sent: echo out, noise out, level right.

By WebRTC's own audio processing, which the `livekit` package brings for most platforms. Nothing
of LiveKit's network is used. Without the package sound is sent as it comes.
"""

from dataclasses import astuple, dataclass
from typing import Any, Final

import numpy as np

from tui_rooms.audio.errors import ProcessingError
from tui_rooms.audio.frames import FRAME, RATE, Frame, Samples

_PART: Final = FRAME // 2
"""Samples (10 ms) that the library takes at a time."""
_LONGEST_DELAY_MS: Final = 500
"""What the library accepts."""


@dataclass(frozen=True, slots=True)
class ProcessingOptions:
    """Each can be switched by itself."""

    echo_cancellation: bool = True
    """Takes out what the loudspeaker plays; not needed with headphones."""
    noise_suppression: bool = True
    gain_control: bool = True
    """Brings a quiet voice up and a loud one down."""
    high_pass: bool = True
    """Takes out rumble and hum below 80 Hz."""


class Processing:
    """Sees what is played and what is heard, in order, and cleans the latter.

    Args:
        options: what is switched on at first.

    Raises:
        ProcessingError: `no-processing`: the library is not there; the sentence says so.
    """

    def __init__(self, options: ProcessingOptions) -> None:
        try:
            from livekit.rtc.apm import AudioProcessingModule
            from livekit.rtc.audio_frame import AudioFrame
        except (ImportError, OSError) as missing:
            raise ProcessingError(
                "no-processing",
                "no echo cancellation or noise suppression: the package livekit is missing here. "
                "Use headphones, or install it where it exists with: pip install 'livekit>=1.2,<2'",
            ) from missing
        self._make = AudioProcessingModule
        self._memory = bytearray(_PART * 2)
        self._samples = np.frombuffer(self._memory, np.int16)
        self._part = AudioFrame(self._memory, RATE, 1, _PART)
        self._module: Any = None
        self._played: Samples = np.empty(0, np.int16)
        """What the library has not been told of yet, for it is less than a part."""
        self._told_delay_ms = -1
        """What the library knows; it remembers, and each call of it costs."""
        self.options = options

    @property
    def options(self) -> ProcessingOptions:
        """What is switched on. A change starts anew: an echo is learnt again within a second."""
        return self._options

    @options.setter
    def options(self, options: ProcessingOptions) -> None:
        self._options = options
        self._module = None
        self._told_delay_ms = -1
        if any(astuple(options)):
            self._module = self._make(
                echo_cancellation=options.echo_cancellation,
                noise_suppression=options.noise_suppression,
                auto_gain_control=options.gain_control,
                high_pass_filter=options.high_pass,
            )

    def played(self, sound: Samples) -> None:
        """Take sound, shape (n,), on its way to the loudspeaker."""
        if self._module is None or not self._options.echo_cancellation:
            return
        if self._played.size:
            sound = np.concatenate((self._played, sound))
        whole = sound.size - sound.size % _PART
        for start in range(0, whole, _PART):
            self._samples[:] = sound[start : start + _PART]
            self._module.process_reverse_stream(self._part)
        self._played = sound[whole:]

    def captured(self, frame: Frame, delay: float) -> Frame:
        """Clean a frame of the microphone.

        Args:
            frame: shape (960,).
            delay: seconds from `played` to the loudspeaker and from the microphone to here.
        """
        if self._module is None:
            return frame
        if self._options.echo_cancellation:
            delay_ms = min(max(round(delay * 1000), 0), _LONGEST_DELAY_MS)
            if delay_ms != self._told_delay_ms:
                self._told_delay_ms = delay_ms
                self._module.set_stream_delay_ms(delay_ms)
        clean = np.empty(FRAME, np.int16)
        for start in (0, _PART):
            self._samples[:] = frame[start : start + _PART]
            self._module.process_stream(self._part)
            clean[start : start + _PART] = self._samples
        return clean
