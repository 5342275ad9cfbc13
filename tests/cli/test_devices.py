"""What `tui-rooms devices` prints of each."""

from tui_rooms.audio.cards.listing import DeviceInfo, told_apart
from tui_rooms.cli.devices import line


def test_devices_of_one_name_are_shown_as_they_can_be_chosen():
    """A line each, none like another; where one has two names, both are there."""
    devices = told_apart(
        [
            DeviceInfo(0, "USB Audio", "ALSA", 1, 0, True, False, 48_000.0),
            DeviceInfo(1, "USB Audio", "ALSA", 2, 2, False, True, 48_000.0),
            DeviceInfo(2, "USB Audio", "OSS", 0, 2, False, False, 44_100.0),
        ]
    )
    assert [line(device) for device in devices] == [
        "USB Audio  [ALSA]  microphone (default)",
        'USB Audio #2  [ALSA]  microphone, as "USB Audio" loudspeaker (default)',
        "USB Audio [OSS]  loudspeaker",
    ]
