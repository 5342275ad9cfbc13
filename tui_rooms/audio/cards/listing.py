"""The microphones and loudspeakers that there are, as PortAudio lists them."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tui_rooms.audio.cards.naming import What, chosen, labels
from tui_rooms.audio.cards.portaudio import scanned
from tui_rooms.audio.errors import DeviceError


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
    microphone: str = ""
    """What it is called as a microphone, unlike all others: its name, or more where others have
    the same. Empty when it is none."""
    loudspeaker: str = ""
    """The same as a loudspeaker."""

    def called(self, what: What) -> str:
        """What it is called as that."""
        return self.microphone if what == "microphone" else self.loudspeaker


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
    return told_apart(
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
    )


def told_apart(devices: Iterable[DeviceInfo]) -> list[DeviceInfo]:
    """The same, each with what it is called."""
    them = list(devices)
    microphones = _called(device for device in them if device.inputs)
    loudspeakers = _called(device for device in them if device.outputs)
    return [
        replace(
            device,
            microphone=microphones.get(device.index, ""),
            loudspeaker=loudspeakers.get(device.index, ""),
        )
        for device in them
    ]


def find(name: str | None, what: What) -> DeviceInfo:
    """The device that is called so, or has that as a part of its label; None: the default one.

    Raises:
        DeviceError: `no-device`, with what there is; also as `list_devices`.
    """
    devices = [device for device in list_devices() if device.called(what)]
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
    meant = chosen(devices, what, name)
    if meant is not None:
        return meant
    names = ", ".join(f'"{device.called(what)}"' for device in devices)
    raise DeviceError("no-device", f'no {what} opened: none is called "{name}". There is: {names}')


def _called(devices: Iterable[DeviceInfo]) -> dict[int, str]:
    """By index."""
    them = list(devices)
    names = labels((device.name, device.host_api) for device in them)
    return {device.index: label for device, label in zip(them, names, strict=True)}
