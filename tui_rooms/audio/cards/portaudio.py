"""PortAudio, loaded when it is first needed, and its errors in the user's words.

No sound device is a normal state of a machine: a host on SSH moderates without one.
"""

import atexit
import contextlib
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any, Final

from tui_rooms.audio.errors import DeviceError

_LOG = logging.getLogger(__name__)

_FRESH_SECONDS: Final = 2.0
"""How long a list of devices is believed."""
_INVALID_DEVICE: Final = -9996
_DEVICE_UNAVAILABLE: Final = -9985
INVALID_CHANNELS: Final = -9998
INVALID_RATE: Final = -9997
"""PortAudio's error codes; sounddevice does not export them by name."""

_lock = threading.RLock()
_open_streams = 0
_scanned_at = 0.0
_rescan_wanted = False
_stuck = False


def portaudio() -> Any:
    """The module sounddevice.

    Raises:
        DeviceError: `no-portaudio`, or `device-failed` where PortAudio does not start.
    """
    with _lock:
        # When it is imported it looks for devices once, and then never again.
        first = "sounddevice" not in sys.modules
        try:
            import sounddevice
        except OSError as missing:
            raise DeviceError("no-portaudio", _what_to_install()) from missing
        except Exception as failed:
            # PortAudioError, from Pa_Initialize; its class is only in the module that failed.
            raise DeviceError(
                "device-failed", f"no sound device: PortAudio does not start ({failed})"
            ) from failed
        if first:
            _note_scan()
        return sounddevice


def version() -> str:
    """PortAudio's own, for people.

    Raises:
        DeviceError: as `portaudio`.
    """
    return str(portaudio().get_portaudio_version()[1]).split(",")[0]


@contextlib.contextmanager
def scanned() -> Iterator[Any]:
    """sounddevice, with a list of devices that is up to date and stays the same inside the block.

    PortAudio looks for devices again, unless it just has or one of them is in use.

    Raises:
        DeviceError: as `portaudio`.
    """
    with _lock:
        sounddevice = portaudio()
        stale = _rescan_wanted or time.monotonic() - _scanned_at > _FRESH_SECONDS
        if not _open_streams and not _stuck and stale:
            try:
                # It is not after a try that failed, and cannot be ended then.
                if sounddevice._initialized:
                    sounddevice._terminate()
                sounddevice._initialize()
            except sounddevice.PortAudioError as failed:
                raise DeviceError(
                    "device-failed", f"no sound device: PortAudio does not start ({failed})"
                ) from failed
            _note_scan()
        yield sounddevice


def _note_scan() -> None:
    # PortAudio's own state is one for the process, too.
    global _scanned_at, _rescan_wanted  # noqa: PLW0603
    _scanned_at = time.monotonic()
    _rescan_wanted = False


def ask_for_rescan() -> None:
    """There are new devices: whoever has one open should close it and open it again."""
    global _rescan_wanted  # noqa: PLW0603 - as above
    _rescan_wanted = not _stuck


def give_up_rescan() -> None:
    """Somebody does not close theirs: go on with the devices that are known."""
    global _rescan_wanted  # noqa: PLW0603 - as above
    _rescan_wanted = False


def rescan_wanted() -> bool:
    """Whether PortAudio should look for devices again as soon as none is open."""
    return _rescan_wanted


def streams_open() -> bool:
    """Whether any device is in use."""
    return _open_streams > 0


@contextlib.contextmanager
def opening() -> Iterator[None]:
    """Around the opening of a stream: counts it as open unless that fails.

    What ALSA and JACK write to descriptor 2 meanwhile, over whatever is on the screen, goes to the
    log.
    """
    with _lock, _native_messages_logged():
        yield
        _count_streams(1)


def closed() -> None:
    """A stream that was counted by `opening` is closed."""
    with _lock:
        _count_streams(-1)


def abandoned() -> None:
    """A stream that was counted by `opening` never started, and cannot be closed.

    PortAudio is not ended any more, to look for new devices or at exit: it would close that stream,
    and hang.
    """
    global _stuck, _rescan_wanted
    with _lock:
        _count_streams(-1)
        _stuck, _rescan_wanted = True, False
        atexit.unregister(portaudio()._exit_handler)


def _count_streams(change: int) -> None:
    global _open_streams  # noqa: PLW0603 - as above
    _open_streams += change


def device_error(what: str, name: str, problem: Exception) -> DeviceError:
    """PortAudio's refusal of a device, as ours.

    Args:
        what: "microphone" or "loudspeaker".
        name: of the device.
        problem: a PortAudioError: (text, code, host's details).
    """
    code = problem.args[1] if len(problem.args) > 1 else None
    reason = str(problem.args[0]) if problem.args else "unknown error"
    if len(problem.args) > 2 and problem.args[2][2]:
        reason = f"{reason}, {problem.args[2][2]}"
    if code == _DEVICE_UNAVAILABLE:
        return DeviceError(
            "device-busy",
            f'no {what} opened ("{name}": in use). Close the other program, or pick one with: '
            "tui-rooms devices",
        )
    return DeviceError(
        "no-device" if code == _INVALID_DEVICE else "device-failed",
        f'no {what} opened ("{name}": {reason}). Pick another one with: tui-rooms devices',
    )


def _what_to_install() -> str:
    if sys.platform == "linux":
        how = "apt install libportaudio2 (Debian), or your system's package of PortAudio"
    else:
        how = "pip install --force-reinstall sounddevice, which brings it"
    return f"no sound device: PortAudio is missing. Install it with: {how}"


@contextlib.contextmanager
def _native_messages_logged() -> Iterator[None]:
    try:
        original = os.dup(2)
    except OSError:  # there is no descriptor 2, so nothing is written to it
        yield
        return
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(original, 2)
            os.close(original)
            caught.seek(0)
            text = caught.read().decode(errors="replace").strip()
            if text:
                _LOG.debug("while a sound device was opened: %s", text)
