"""The errors of sound. Each has a stable `code`; the sentence is for people."""


class _SoundError(Exception):
    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class CodecError(_SoundError):
    """libopus is missing, or refused what it was given."""


class DeviceError(_SoundError):
    """The user's machine has no usable sound device; the sentence says what to do.

    Codes: `no-portaudio`, `no-device`, `device-busy`, `device-failed`.
    """


class AudioFileError(_SoundError):
    """A sound file cannot be read or written.

    Codes: `unreadable-file`, `unwritable-file`, `unknown-suffix`.
    """


class ProcessingError(_SoundError):
    """One's own sound cannot be cleaned here. Code: `no-processing`."""
